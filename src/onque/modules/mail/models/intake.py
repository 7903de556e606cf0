"""Providers' webhooks that bring mail and tell what became of ours."""

from typing import ClassVar

from django.db import models

from onque.kernel import clock
from onque.kernel.models import TenantModel


class Intake(TenantModel):
    """An address for one provider's webhooks of one brand.

    `token` is its last part and names it; `sealed_secret` is what proves the provider (a password,
    a signing key or a topic's name) and `hint` the last letters of it.
    """

    brand = models.ForeignKey(
        "identity.Brand", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    provider = models.CharField(max_length=20)
    token = models.CharField(max_length=40)
    sealed_secret = models.TextField()
    hint = models.CharField(max_length=4, blank=True, default="")
    confirm_url = models.CharField(max_length=2100, blank=True, default="")
    trouble = models.CharField(max_length=40, blank=True, default="")
    troubled_at = models.DateTimeField(null=True)
    last_mail_at = models.DateTimeField(null=True)
    last_event_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            # across tenants: onque_route_intake must have one answer
            models.UniqueConstraint(fields=["token"], name="mail_intake_token"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "brand"], name="mail_intake_brand")]
