"""The index of what stands still and of what waits for a person."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("mail", "0011_ledger_ticket"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="inboundmail",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["stored", "parsed", "routed", "quarantined", "suspended"])
                ),
                fields=["state", "received_at"],
                name="mail_inbound_held",
            ),
        ),
    ]
