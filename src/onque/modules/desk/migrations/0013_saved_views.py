"""Views that members save."""

import django.db.models.deletion
from django.db import migrations, models

import onque.kernel.ids
import onque.kernel.tenancy
from onque.kernel.rls import fence, same_tenant


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0012_macros"),
        ("identity", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
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
                ("name", models.CharField(max_length=60)),
                ("audience", models.CharField(default="own", max_length=8)),
                ("narrowing", models.JSONField(default=dict)),
                ("order", models.CharField(max_length=12)),
                ("columns", models.JSONField(default=list)),
                ("version", models.PositiveIntegerField(default=1)),
                ("updated_at", models.DateTimeField()),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.group",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.member",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant_id", "owner"], name="desk_savedview_owner"),
                    models.Index(fields=["tenant_id", "audience"], name="desk_savedview_audience"),
                ],
            },
        ),
        fence("desk_savedview"),
        same_tenant("desk_savedview", "owner_id", "identity_member"),
        same_tenant("desk_savedview", "group_id", "identity_group"),
    ]
