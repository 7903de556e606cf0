"""The index that lists tickets by when they came."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("desk", "0013_saved_views"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                fields=["tenant_id", "shelf", "created_at", "id"], name="desk_ticket_created"
            ),
        ),
    ]
