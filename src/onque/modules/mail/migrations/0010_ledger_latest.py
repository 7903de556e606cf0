"""The index of the whole ledger, newest first."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("mail", "0009_ledger"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="inboundmail",
            index=models.Index(
                fields=["tenant_id", "-received_at", "-id"], name="mail_inbound_latest"
            ),
        ),
    ]
