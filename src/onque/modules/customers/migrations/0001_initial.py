# Made by Django 5.2.19 on 2026-11-22 21:39

import django.db.models.deletion
from django.db import migrations, models

import onque.kernel.ids
import onque.kernel.tenancy
from onque.kernel.rls import fence, of_tenant, same_tenant


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Customer",
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
                ("name", models.CharField(blank=True, default="", max_length=200)),
                ("email", models.CharField(blank=True, default="", max_length=320)),
                (
                    "rating",
                    models.CharField(
                        choices=[
                            ("general", "GENERAL"),
                            ("vip", "VIP"),
                            ("vvip", "VVIP"),
                            ("red", "RED"),
                        ],
                        default="general",
                        max_length=8,
                    ),
                ),
                ("is_blocked", models.BooleanField(default=False)),
                ("locale", models.CharField(blank=True, default="", max_length=10)),
                ("note", models.TextField(blank=True, default="")),
                ("merged_into_id", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "email"], name="customers_email")],
            },
        ),
        migrations.CreateModel(
            name="Identity",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("email", "Email"),
                            ("external", "External"),
                            ("device", "Device"),
                        ],
                        max_length=8,
                    ),
                ),
                ("value", models.CharField(max_length=320)),
                ("is_verified", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant_id", "customer"], name="customers_identity_of")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "kind", "value"), name="customers_identity_once"
                    )
                ],
            },
        ),
        fence("customers_customer"),
        of_tenant("customers_customer"),
        fence("customers_identity"),
        same_tenant("customers_identity", "customer_id", "customers_customer"),
    ]
