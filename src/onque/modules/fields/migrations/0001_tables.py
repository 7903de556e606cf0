"""What is kept of tickets and customers by a workspace's own definition."""

import django.db.models.deletion
from django.db import migrations, models

import onque.kernel.ids
import onque.kernel.tenancy
from onque.kernel.rls import fence, of_tenant, same_tenant


class Migration(migrations.Migration):
    initial = True

    dependencies = [("identity", "0001_tables")]

    operations = [
        migrations.CreateModel(
            name="FieldDefinition",
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
                    "subject",
                    models.CharField(
                        choices=[("ticket", "TICKET"), ("customer", "CUSTOMER")], max_length=8
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("label_ko", models.CharField(blank=True, default="", max_length=80)),
                ("label_en", models.CharField(blank=True, default="", max_length=80)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("text", "TEXT"),
                            ("long_text", "LONG_TEXT"),
                            ("number", "NUMBER"),
                            ("date", "DATE"),
                            ("choice", "CHOICE"),
                            ("choices", "CHOICES"),
                            ("flag", "FLAG"),
                        ],
                        max_length=10,
                    ),
                ),
                ("options", models.JSONField(default=list)),
                ("position", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                ("archived_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "subject", "key"), name="fields_field_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FieldValue",
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
                ("object_id", models.UUIDField()),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("text", models.TextField()),
                ("number", models.DecimalField(decimal_places=6, max_digits=30, null=True)),
                ("day", models.DateField(null=True)),
                (
                    "field",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fields.fielddefinition",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "object_id", "field", "position"),
                        name="fields_value_once",
                    )
                ],
            },
        ),
        fence("fields_fielddefinition"),
        of_tenant("fields_fielddefinition"),
        fence("fields_fieldvalue"),
        same_tenant("fields_fieldvalue", "field_id", "fields_fielddefinition"),
    ]
