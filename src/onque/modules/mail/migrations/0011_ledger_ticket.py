"""The index from a ticket to its mails."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("mail", "0010_ledger_latest"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="inboundmail",
            index=models.Index(
                condition=models.Q(("ticket_id__isnull", False)),
                fields=["tenant_id", "ticket_id"],
                name="mail_inbound_ticket",
            ),
        ),
    ]
