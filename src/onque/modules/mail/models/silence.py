"""Addresses that asked, by a complaint, for no automatic mail."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class Silence(TenantModel):
    """An address that gets no automatic mail; `ticket_id` is where the complaint arrived."""

    address = models.CharField(max_length=320)  # as `rules.addresses.comparable` makes it
    ticket_id = models.UUIDField(null=True)
    silenced_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "address"], name="mail_silence_once")
        ]
