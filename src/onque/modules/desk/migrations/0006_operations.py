"""Acts that can be undone, and where a message was said before a merge."""

import django.db.models.deletion
from django.db import migrations, models

import onque.kernel.ids
import onque.kernel.tenancy
from onque.kernel.rls import fence, same_tenant


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0005_attachment_same"),
    ]

    operations = [
        migrations.CreateModel(
            name="Operation",
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
                ("other_ticket_id", models.UUIDField(null=True)),
                ("act", models.CharField(max_length=40)),
                ("permission", models.CharField(max_length=40)),
                ("actor_id", models.UUIDField(null=True)),
                ("steps", models.JSONField(default=list)),
                ("done_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.CharField(blank=True, default="", max_length=200)),
                (
                    "ticket",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["tenant_id", "ticket", "-done_at"], name="desk_operation_of"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="message",
            name="origin_ticket_id",
            field=models.UUIDField(null=True),
        ),
        fence("desk_operation"),
        same_tenant("desk_operation", "ticket_id", "desk_ticket"),
    ]
