"""What ties a ticket to other tickets and to colleagues."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel
from onque.modules.desk.models.ticket import Ticket


class Link(TenantModel):
    """Two tickets that belong together; `ticket` has the smaller id, so that a pair is one row."""

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    other = models.ForeignKey(
        Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    linked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "ticket", "other"], name="desk_link_once")
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "other"], name="desk_link_other")]


class Follower(TenantModel):
    """A member who follows a ticket that need not be theirs."""

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    member = models.ForeignKey(
        "identity.Member", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "ticket", "member"], name="desk_follower_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "member", "ticket"], name="desk_follower_of")
        ]
