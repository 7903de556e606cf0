"""A customer and the identities that lead to them."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel
from onque.modules.customers.contracts import Rating


class Customer(TenantModel):
    """An end user of the tenant. A merged one keeps its row and points to the survivor.

    Nobody is merged into one that is merged: a merge leads everybody on to the survivor.
    `version` counts the changes of what a member can write.
    """

    name = models.CharField(max_length=200, blank=True, default="")
    email = models.CharField(max_length=320, blank=True, default="")
    rating = models.CharField(
        max_length=8, choices=[(r.value, r.name) for r in Rating], default=Rating.GENERAL.value
    )
    is_blocked = models.BooleanField(default=False)
    locale = models.CharField(max_length=10, blank=True, default="")
    note = models.TextField(blank=True, default="")
    merged_into_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1, db_default=1)
    anonymised_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "email"], name="customers_email"),
            models.Index(
                fields=["tenant_id", "-created_at", "-id"],
                condition=models.Q(merged_into_id__isnull=True),
                name="customers_newest",
            ),
            models.Index(
                fields=["tenant_id", "-created_at", "-id"],
                condition=models.Q(merged_into_id__isnull=True, is_blocked=True),
                name="customers_blocked",
            ),
            models.Index(
                fields=["tenant_id", "rating", "-created_at", "-id"],
                condition=models.Q(merged_into_id__isnull=True) & ~models.Q(rating="general"),
                name="customers_rated",
            ),
            models.Index(
                fields=["tenant_id", "merged_into_id"],
                condition=models.Q(merged_into_id__isnull=False),
                name="customers_merged",
            ),
        ]


class Identity(TenantModel):
    """One way to recognise a customer: an e-mail address, an external id or a device."""

    class Kind(models.TextChoices):
        EMAIL = "email"
        EXTERNAL = "external"
        DEVICE = "device"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=320)  # normalised: NFC, lower case for e-mail
    is_verified = models.BooleanField(default=False)
    bounced_at = models.DateTimeField(null=True)  # mail to it came back for good
    bounce_reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "kind", "value"], name="customers_identity_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "customer"], name="customers_identity_of")
        ]


class CustomerNote(TenantModel):
    """What a member wrote down about a customer. A removed one is kept: it can come back."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField()
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant_id", "customer", "-created_at", "-id"], name="customers_note_of"
            )
        ]


class CustomerMerge(TenantModel):
    """One customer led on to another, and what is needed to part them again.

    `led_on` names those who had been merged into the one before, and were led on with them.
    """

    survivor = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    merged = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    led_on = models.JSONField(default=list)
    merged_by = models.CharField(max_length=200, blank=True, default="")
    merged_at = models.DateTimeField()
    parted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant_id", "survivor", "-merged_at", "-id"], name="customers_merge_of"
            )
        ]
