"""Files of customers on their way in and out."""

import django.db.models.deletion
from django.db import migrations, models

import onque.kernel.ids
import onque.kernel.tenancy
from onque.kernel.rls import fence, finder, of_tenant, same_tenant


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_merged"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerRun",
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
                ("kind", models.CharField(max_length=8)),
                ("name", models.CharField(max_length=200)),
                ("object_key", models.CharField(blank=True, default="", max_length=200)),
                ("encoding", models.CharField(blank=True, default="", max_length=20)),
                ("delimiter", models.CharField(blank=True, default="", max_length=1)),
                ("header", models.JSONField(default=list)),
                ("mapping", models.JSONField(default=list)),
                ("updates", models.BooleanField(default=True)),
                ("total", models.PositiveIntegerField(default=0)),
                ("position", models.PositiveIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("pieces", models.JSONField(default=list)),
                ("after", models.UUIDField(null=True)),
                ("asked_by_id", models.UUIDField()),
                ("asked_by", models.CharField(blank=True, default="", max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("touched_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("stopped", models.CharField(blank=True, default="", max_length=20)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["tenant_id", "-asked_at", "-id"], name="customers_run_newest"
                    ),
                    models.Index(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("started_at__isnull", False)
                        ),
                        fields=["touched_at"],
                        name="customers_run_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "request_key"), name="customers_run_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerRunFault",
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
                ("row", models.PositiveIntegerField()),
                ("field", models.CharField(blank=True, default="", max_length=20)),
                ("reason", models.CharField(max_length=40)),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customerrun",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "run", "row"), name="customers_runfault_once"
                    )
                ],
            },
        ),
        fence("customers_customerrun"),
        of_tenant("customers_customerrun"),
        fence("customers_customerrunfault"),
        same_tenant("customers_customerrunfault", "run_id", "customers_customerrun"),
        finder(
            "onque_due_customer_runs",
            arguments="touched_by timestamptz, most integer",
            returns="TABLE (tenant_id uuid, id uuid)",
            body="SELECT r.tenant_id, r.id FROM customers_customerrun r WHERE r.ended_at IS NULL"
            " AND r.started_at IS NOT NULL AND r.touched_at <= touched_by"
            " ORDER BY r.touched_at LIMIT most",
        ),
    ]
