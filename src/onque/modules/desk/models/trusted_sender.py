"""Whose remote pictures a workspace always loads."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class TrustedSender(TenantModel):
    """An address whose mails are shown with the pictures they name on other servers."""

    address = models.CharField(max_length=320)  # lower case
    trusted_by_id = models.UUIDField()
    trusted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "address"], name="desk_trustedsender_once")
        ]
