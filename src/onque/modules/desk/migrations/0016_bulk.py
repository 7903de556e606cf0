"""Acts on many tickets, in chunks."""

import django.db.models.deletion
from django.db import migrations, models

import onque.kernel.ids
import onque.kernel.tenancy
from onque.kernel.rls import fence, finder, of_tenant, same_tenant


def _id() -> models.UUIDField:
    return models.UUIDField(
        default=onque.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
    )


def _tenant() -> models.UUIDField:
    return models.UUIDField(default=onque.kernel.tenancy.current_tenant, editable=False)


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0015_held_status"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", _id()),
                ("tenant_id", _tenant()),
                ("request_key", models.UUIDField()),
                ("kind", models.CharField(max_length=8)),
                ("wanted", models.JSONField(default=dict)),
                ("selection", models.JSONField(default=dict)),
                ("total", models.PositiveIntegerField(default=0)),
                ("position", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("skipped", models.PositiveIntegerField(default=0)),
                ("started_by_id", models.UUIDField()),
                ("started_at", models.DateTimeField()),
                ("gathered_at", models.DateTimeField(null=True)),
                ("touched_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("stopped", models.CharField(blank=True, default="", max_length=20)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["tenant_id", "request_key"], name="desk_bulkrun_once"
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(ended_at__isnull=True),
                        fields=["touched_at"],
                        name="desk_bulkrun_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkChunk",
            fields=[
                ("id", _id()),
                ("tenant_id", _tenant()),
                ("position", models.PositiveIntegerField()),
                ("targets", models.JSONField(default=list)),
                ("skipped", models.JSONField(default=list)),
                ("operations", models.JSONField(default=list)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="desk.bulkrun",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["tenant_id", "run", "position"], name="desk_bulkchunk_once"
                    )
                ],
            },
        ),
        fence("desk_bulkrun"),
        of_tenant("desk_bulkrun"),
        fence("desk_bulkchunk"),
        same_tenant("desk_bulkchunk", "run_id", "desk_bulkrun"),
        finder(
            "onque_due_bulk",
            arguments="touched_by timestamptz, most integer",
            returns="TABLE (tenant_id uuid, id uuid)",
            body="SELECT r.tenant_id, r.id FROM desk_bulkrun r WHERE r.ended_at IS NULL"
            " AND r.touched_at <= touched_by ORDER BY r.touched_at LIMIT most",
        ),
    ]
