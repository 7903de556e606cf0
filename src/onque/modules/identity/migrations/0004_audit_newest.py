"""The audit trail of a workspace, the newest first."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("identity", "0003_groups")]

    operations = [
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(fields=["tenant_id", "-at", "-id"], name="identity_audit_newest"),
        ),
    ]
