"""Whose mail is let in or kept out, by the workspace's own word."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class SenderRule(TenantModel):
    """An address or a domain that is always let in, only when proven, or always suspended.

    `pattern` is an address as `rules.addresses.comparable` makes it, or "@" and a domain, which
    covers the domains below it. `origin` is "person", or "release" and "drop" for what was learned.
    """

    class Verdict(models.TextChoices):
        ALLOW = "allow"
        PROVEN = "proven"
        BLOCK = "block"

    pattern = models.CharField(max_length=320)
    verdict = models.CharField(max_length=8, choices=Verdict)
    origin = models.CharField(max_length=8, default="person")
    added_by = models.CharField(max_length=200, blank=True, default="")
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "pattern"], name="mail_senderrule_once")
        ]
