"""Definitions of fields, and what is kept in them."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel
from onque.modules.fields.contracts import FieldType, Subject


class FieldDefinition(TenantModel):
    """A field of tickets or customers. An archived one keeps its values and is asked no more."""

    subject = models.CharField(max_length=8, choices=[(one.value, one.name) for one in Subject])
    key = models.CharField(max_length=40)
    label_ko = models.CharField(max_length=80, blank=True, default="")
    label_en = models.CharField(max_length=80, blank=True, default="")
    type = models.CharField(max_length=10, choices=[(one.value, one.name) for one in FieldType])
    options = models.JSONField(default=list)
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "subject", "key"], name="fields_field_key")
        ]


class FieldValue(TenantModel):
    """One value of one thing: a row, so that an index serves it under row-level security.

    `position` parts several choices. `number` and `day` repeat `text` for fields of their type, to
    be compared and sorted.
    """

    field = models.ForeignKey(
        FieldDefinition, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    object_id = models.UUIDField()
    position = models.PositiveSmallIntegerField(default=0)
    text = models.TextField()
    number = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    day = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "object_id", "field", "position"], name="fields_value_once"
            )
        ]
