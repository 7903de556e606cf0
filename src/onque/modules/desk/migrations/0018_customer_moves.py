"""Tickets that follow merged customers, so that they can go back."""

from django.db import migrations, models

import onque.kernel.ids
import onque.kernel.tenancy
from onque.kernel.rls import fence


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0017_held_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerMove",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=onque.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "tenant_id",
                    models.UUIDField(default=onque.kernel.tenancy.current_tenant, editable=False),
                ),
                ("merge_id", models.UUIDField()),
                ("ticket_ids", models.JSONField(default=list)),
                ("moved_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "merge_id"), name="desk_customermove_once"
                    )
                ],
            },
        ),
        fence("desk_customermove"),
    ]
