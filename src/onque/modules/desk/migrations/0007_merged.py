"""The index that finds what was merged into a ticket."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("desk", "0006_operations"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                fields=["tenant_id", "merged_into_id"],
                condition=models.Q(merged_into_id__isnull=False),
                name="desk_ticket_merged",
            ),
        ),
    ]
