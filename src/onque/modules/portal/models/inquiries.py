"""Inquiry types with their forms, and what customers sent."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class InquiryType(TenantModel):
    """What a customer can write about; `fields` is the form, see `rules.forms`.

    `names` and `templates` are texts by locale. A closed type is no longer offered.
    """

    brand = models.ForeignKey(
        "identity.Brand", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    names = models.JSONField(default=dict)
    templates = models.JSONField(default=dict)
    fields = models.JSONField(default=list)
    position = models.PositiveIntegerField(default=0)
    is_open = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "brand", "position"], name="portal_inquirytype_order")
        ]


class Inquiry(TenantModel):
    """What a customer sent, stored before anything is made of it.

    `answers` are the questions as they stood with the words given. `is_suspect` marks what a
    program seems to have sent: its ticket goes to spam.
    """

    brand = models.ForeignKey(
        "identity.Brand", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    type = models.ForeignKey(
        InquiryType, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    type_name = models.CharField(max_length=100)
    email = models.CharField(max_length=320)
    name = models.CharField(max_length=200, blank=True, default="")
    subject = models.CharField(max_length=300)
    body = models.TextField()
    answers = models.JSONField(default=list)
    language = models.CharField(max_length=10)
    is_suspect = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    ticket_id = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant_id", "ticket_id"],
                condition=models.Q(ticket_id__isnull=False),
                name="portal_inquiry_ticket",
            )
        ]


class InquiryFile(TenantModel):
    """A file that came with an inquiry; its bytes are in the object store."""

    inquiry = models.ForeignKey(
        Inquiry, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size_bytes = models.BigIntegerField()
    object_key = models.CharField(max_length=200)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "inquiry"], name="portal_inquiryfile_of")
        ]
