"""A customer and the identities that lead to them."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel
from onque.modules.customers.contracts import Rating


class Customer(TenantModel):
    """An end user of the tenant. A merged one keeps its row and points to the survivor."""

    name = models.CharField(max_length=200, blank=True, default="")
    email = models.CharField(max_length=320, blank=True, default="")
    rating = models.CharField(
        max_length=8, choices=[(r.value, r.name) for r in Rating], default=Rating.GENERAL.value
    )
    is_blocked = models.BooleanField(default=False)
    locale = models.CharField(max_length=10, blank=True, default="")
    note = models.TextField(blank=True, default="")
    merged_into_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant_id", "email"], name="customers_email")]


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
