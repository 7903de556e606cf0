# Made by Django 5.2.19 on 2026-11-22 21:39

import django.db.models.deletion
from django.db import migrations, models

import onque.kernel.ids
import onque.kernel.tenancy
from onque.kernel.rls import fence, finder, grant, same_tenant


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("beaten_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="JobRun",
            fields=[
                ("name", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("runs", models.BigIntegerField(default=0)),
                ("failures", models.BigIntegerField(default=0)),
                ("failed_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True, default="")),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="OutboxEvent",
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
                ("stream", models.CharField(max_length=80)),
                ("seq", models.BigIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("payload", models.JSONField()),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "stream", "seq"), name="kernel_outboxevent_seq"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Stream",
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
                ("key", models.CharField(max_length=80)),
                ("last_seq", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "key"), name="kernel_stream_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                ("subscriber", models.CharField(max_length=120)),
                ("stream", models.CharField(max_length=80)),
                ("seq", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("done", "Done"),
                            ("dead", "Dead"),
                            ("dropped", "Dropped"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                ("error", models.TextField(blank=True, default="")),
                ("updated_at", models.DateTimeField()),
                (
                    "event",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kernel.outboxevent",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "dead"])),
                        fields=["tenant_id", "subscriber", "stream", "seq"],
                        name="kernel_delivery_open",
                    ),
                    models.Index(
                        condition=models.Q(("state", "dead")),
                        fields=["tenant_id", "updated_at"],
                        name="kernel_delivery_dead",
                    ),
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["next_try_at"],
                        name="kernel_delivery_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "event", "subscriber"), name="kernel_delivery_once"
                    )
                ],
            },
        ),
        # a public page publishes: it counts its stream up and adds rows that it cannot read back
        fence("kernel_stream", public="SELECT, INSERT, UPDATE (last_seq)"),
        fence("kernel_outboxevent", public="INSERT"),
        fence("kernel_delivery", public="INSERT"),
        same_tenant("kernel_delivery", "event_id", "kernel_outboxevent"),
        grant("kernel_heartbeat", "SELECT", "onque_reader, onque_public"),
        finder(
            "onque_due_deliveries",
            arguments="due timestamptz, most integer",
            returns="TABLE (tenant_id uuid, stream varchar, subscriber varchar)",
            body="""
                SELECT DISTINCT d.tenant_id, d.stream, d.subscriber FROM (
                    SELECT * FROM kernel_delivery
                    WHERE state = 'pending' AND next_try_at <= due
                    ORDER BY next_try_at LIMIT most
                ) d
            """,
        ),
    ]
