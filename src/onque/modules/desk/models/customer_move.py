"""What a merge of two customers did to tickets."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class CustomerMove(TenantModel):
    """The tickets that came to another customer by one merge, so that they can go back; hex ids."""

    merge_id = models.UUIDField()
    ticket_ids = models.JSONField(default=list)
    moved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "merge_id"], name="desk_customermove_once")
        ]
