# Made by Django 5.2.19 on 2026-11-22 21:39

import django.db.models.deletion
from django.db import migrations, models

import onque.kernel.ids
import onque.kernel.tenancy
from onque.kernel.rls import fence, of_tenant, same_tenant


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0001_initial"),
        ("identity", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tag",
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "name"), name="desk_tag_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
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
                ("number", models.BigIntegerField()),
                ("channel", models.CharField(max_length=16)),
                ("subject", models.CharField(max_length=500)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "NEW"),
                            ("open", "OPEN"),
                            ("pending", "PENDING"),
                            ("on_hold", "ON_HOLD"),
                            ("solved", "SOLVED"),
                            ("closed", "CLOSED"),
                            ("spam", "SPAM"),
                            ("trash", "TRASH"),
                        ],
                        max_length=8,
                    ),
                ),
                ("shelf", models.CharField(max_length=8)),
                (
                    "priority",
                    models.CharField(
                        choices=[
                            ("low", "LOW"),
                            ("normal", "NORMAL"),
                            ("high", "HIGH"),
                            ("urgent", "URGENT"),
                        ],
                        default="normal",
                        max_length=8,
                    ),
                ),
                ("language", models.CharField(blank=True, default="", max_length=10)),
                ("due_at", models.DateTimeField(null=True)),
                ("due_started_at", models.DateTimeField(null=True)),
                ("sort_at", models.DateTimeField()),
                ("is_unanswered", models.BooleanField(default=True)),
                ("preview", models.CharField(blank=True, default="", max_length=200)),
                ("preview_by", models.CharField(default="customer", max_length=8)),
                ("preview_name", models.CharField(blank=True, default="", max_length=200)),
                ("last_public_message_id", models.UUIDField(null=True)),
                ("follow_up_of_id", models.UUIDField(null=True)),
                ("resolution", models.PositiveIntegerField(default=0)),
                ("solved_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "assignee",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.member",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.brand",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
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
            ],
        ),
        migrations.CreateModel(
            name="Message",
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
                ("request_key", models.UUIDField()),
                ("direction", models.CharField(max_length=3)),
                ("visibility", models.CharField(max_length=8)),
                ("author_kind", models.CharField(max_length=8)),
                ("author_id", models.UUIDField(null=True)),
                ("author_name", models.CharField(blank=True, default="", max_length=200)),
                ("author_address", models.CharField(blank=True, default="", max_length=320)),
                ("channel", models.CharField(max_length=16)),
                ("text", models.TextField(blank=True, default="")),
                ("html", models.TextField(blank=True, default="")),
                ("quoted_text", models.TextField(blank=True, default="")),
                ("reason", models.CharField(blank=True, default="", max_length=80)),
                ("written_at", models.DateTimeField()),
                ("stored_at", models.DateTimeField()),
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
        ),
        migrations.CreateModel(
            name="Mention",
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
                ("mentioned_at", models.DateTimeField()),
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
                    "message",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.message",
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
        ),
        migrations.CreateModel(
            name="TicketTag",
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
                (
                    "tag",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="desk.tag",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="desk.ticket",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attachment",
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
                ("name", models.CharField(max_length=255)),
                ("content_type", models.CharField(max_length=127)),
                ("size_bytes", models.BigIntegerField()),
                ("object_key", models.CharField(max_length=200)),
                ("content_id", models.CharField(blank=True, default="", max_length=255)),
                ("is_inline", models.BooleanField(default=False)),
                (
                    "message",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.message",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant_id", "message"], name="desk_attachment_of")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["tenant_id", "shelf", "sort_at", "id"], name="desk_ticket_queue"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["tenant_id", "assignee", "shelf", "sort_at", "id"], name="desk_ticket_mine"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("assignee__isnull", True)),
                fields=["tenant_id", "shelf", "sort_at", "id"],
                name="desk_ticket_unassigned",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["tenant_id", "brand", "shelf", "sort_at", "id"], name="desk_ticket_brand"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["tenant_id", "shelf", "-updated_at", "-id"], name="desk_ticket_recent"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["tenant_id", "customer", "-created_at"], name="desk_ticket_customer"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "number"), name="desk_ticket_number"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["tenant_id", "ticket", "-stored_at", "-id"], name="desk_thread"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "request_key"), name="desk_message_once"
            ),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(
                fields=["tenant_id", "member", "ticket"], name="desk_mention_member"
            ),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "message", "member"), name="desk_mention_once"
            ),
        ),
        migrations.AddIndex(
            model_name="tickettag",
            index=models.Index(fields=["tenant_id", "tag"], name="desk_tickettag_tag"),
        ),
        migrations.AddConstraint(
            model_name="tickettag",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "ticket", "tag"), name="desk_tickettag_once"
            ),
        ),
        fence("desk_ticket"),
        of_tenant("desk_ticket"),
        same_tenant("desk_ticket", "brand_id", "identity_brand"),
        same_tenant("desk_ticket", "customer_id", "customers_customer"),
        same_tenant("desk_ticket", "assignee_id", "identity_member"),
        same_tenant("desk_ticket", "group_id", "identity_group"),
        fence("desk_tag"),
        fence("desk_tickettag"),
        same_tenant("desk_tickettag", "ticket_id", "desk_ticket"),
        same_tenant("desk_tickettag", "tag_id", "desk_tag"),
        fence("desk_message"),
        same_tenant("desk_message", "ticket_id", "desk_ticket"),
        fence("desk_attachment"),
        same_tenant("desk_attachment", "message_id", "desk_message"),
        fence("desk_mention"),
        same_tenant("desk_mention", "ticket_id", "desk_ticket"),
        same_tenant("desk_mention", "message_id", "desk_message"),
        same_tenant("desk_mention", "member_id", "identity_member"),
    ]
