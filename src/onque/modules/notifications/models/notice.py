"""What a member is told of."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class Notice(TenantModel):
    """Why a member should look at a ticket.

    There is one row for each reason: when the same happens again it is new again, `told_at` and
    `by` are of the last time, and `read_at` is None until the member has looked.
    """

    member = models.ForeignKey(
        "identity.Member", models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    ticket_id = models.UUIDField()
    news = models.CharField(max_length=20)
    by = models.CharField(max_length=200, blank=True, default="")
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "member", "ticket_id", "news"],
                name="notifications_notice_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant_id", "member", "-told_at"], name="notifications_notice_of"
            ),
            models.Index(fields=["tenant_id", "ticket_id"], name="notifications_about"),
        ]
