"""Acts on tickets that can be undone."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel
from onque.modules.desk.models.ticket import Ticket


class Operation(TenantModel):
    """One act of a member with all that is needed to take it back.

    Its id is that of its line in the audit trail, so that the activity log can offer the undo.
    `steps` are what the act did, in order, as `services.inverses` reads them; `permission` is what
    taking it back asks for. `other_ticket_id` is the second ticket that it touched.
    """

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    other_ticket_id = models.UUIDField(null=True)
    act = models.CharField(max_length=40)
    permission = models.CharField(max_length=40)
    actor_id = models.UUIDField(null=True)
    steps = models.JSONField(default=list)
    done_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "ticket", "-done_at"], name="desk_operation_of")
        ]
