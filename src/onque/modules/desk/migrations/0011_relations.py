"""Tickets that belong together, and members who follow a ticket."""

import django.db.models.deletion
from django.db import migrations, models

import onque.kernel.ids
import onque.kernel.tenancy
from onque.kernel.rls import fence, same_tenant


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0010_snoozed_index"),
        ("identity", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Follower",
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
                ("since", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.member",
                    ),
                ),
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
                    models.Index(fields=["tenant_id", "member", "ticket"], name="desk_follower_of")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "ticket", "member"), name="desk_follower_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
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
                ("linked_at", models.DateTimeField()),
                (
                    "other",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.ticket",
                    ),
                ),
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
                "indexes": [models.Index(fields=["tenant_id", "other"], name="desk_link_other")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "ticket", "other"), name="desk_link_once"
                    )
                ],
            },
        ),
        fence("desk_follower"),
        same_tenant("desk_follower", "ticket_id", "desk_ticket"),
        same_tenant("desk_follower", "member_id", "identity_member"),
        fence("desk_link"),
        same_tenant("desk_link", "ticket_id", "desk_ticket"),
        same_tenant("desk_link", "other_id", "desk_ticket"),
    ]
