"""The index from raw bytes to the mail that became a message."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("mail", "0017_provider_region"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="inboundmail",
            index=models.Index(
                condition=models.Q(("fingerprint__isnull", False)),
                fields=["tenant_id", "sha256"],
                name="mail_inbound_bytes",
            ),
        ),
    ]
