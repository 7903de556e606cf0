"""Who else takes part in a ticket."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel
from onque.modules.desk.models.ticket import Ticket


class Collaborator(TenantModel):
    """An address that gets copies of the replies on a ticket.

    `is_marked` says that nobody of the staff asked for it: a stranger who answered by mail.
    """

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    customer = models.ForeignKey(
        "customers.Customer",
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    address = models.CharField(max_length=320)  # as `rules.comparable` makes it
    name = models.CharField(max_length=200, blank=True, default="")
    kind = models.CharField(max_length=8, default="cc")
    added_by = models.CharField(max_length=8, default="agent")
    is_marked = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "ticket", "address"], name="desk_collaborator_once"
            )
        ]
