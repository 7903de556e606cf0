"""Tickets and their tags."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from django.db import models

from onque.kernel.models import TenantModel
from onque.modules.desk.contracts import Priority, Status


class Ticket(TenantModel):
    """One inquiry, numbered for each tenant from 1.

    `shelf` follows `status` (rules.shelf_of) and keeps the list indexes small in number; `sort_at`
    is `due_at`, or the far future when nothing is due, so that a list has one keyset.
    What arrives for a ticket with `merged_into_id` goes to that one. Until `snoozed_until` it is
    out of the queues. `follower_ids` is filled where a query asks who follows it.
    """

    follower_ids: Sequence[UUID] = ()

    number = models.BigIntegerField()
    brand = models.ForeignKey(
        "identity.Brand", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    channel = models.CharField(max_length=16)
    subject = models.CharField(max_length=500)
    status = models.CharField(max_length=8, choices=[(s.value, s.name) for s in Status])
    shelf = models.CharField(max_length=8)
    priority = models.CharField(
        max_length=8,
        choices=[(p.value, p.name) for p in Priority],
        default=Priority.NORMAL.value,
    )
    assignee = models.ForeignKey(
        "identity.Member",
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    group = models.ForeignKey(
        "identity.Group",
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    language = models.CharField(max_length=10, blank=True, default="")
    due_at = models.DateTimeField(null=True)
    due_started_at = models.DateTimeField(null=True)
    sort_at = models.DateTimeField()
    is_unanswered = models.BooleanField(default=True)
    preview = models.CharField(max_length=200, blank=True, default="")
    preview_by = models.CharField(max_length=8, default="customer")
    preview_name = models.CharField(max_length=200, blank=True, default="")
    last_public_message_id = models.UUIDField(null=True)
    follow_up_of_id = models.UUIDField(null=True)
    merged_into_id = models.UUIDField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    resolution = models.PositiveIntegerField(default=0)
    solved_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="desk_ticket_number")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "shelf", "sort_at", "id"], name="desk_ticket_queue"),
            models.Index(
                fields=["tenant_id", "assignee", "shelf", "sort_at", "id"], name="desk_ticket_mine"
            ),
            models.Index(
                fields=["tenant_id", "shelf", "sort_at", "id"],
                condition=models.Q(assignee__isnull=True),
                name="desk_ticket_unassigned",
            ),
            models.Index(
                fields=["tenant_id", "brand", "shelf", "sort_at", "id"], name="desk_ticket_brand"
            ),
            models.Index(
                fields=["tenant_id", "shelf", "-updated_at", "-id"], name="desk_ticket_recent"
            ),
            models.Index(
                fields=["tenant_id", "customer", "-created_at"], name="desk_ticket_customer"
            ),
            # onque_due_snoozes asks across tenants
            models.Index(
                fields=["snoozed_until"],
                condition=models.Q(snoozed_until__isnull=False),
                name="desk_ticket_snoozed",
            ),
            models.Index(
                fields=["tenant_id", "merged_into_id"],
                condition=models.Q(merged_into_id__isnull=False),
                name="desk_ticket_merged",
            ),
            models.Index(
                fields=["tenant_id", "shelf", "created_at", "id"], name="desk_ticket_created"
            ),
        ]


class Tag(TenantModel):
    """An internal label."""

    name = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "name"], name="desk_tag_name")
        ]


class TicketTag(TenantModel):
    """A label on a ticket: rows, so that an index serves them under row-level security."""

    ticket = models.ForeignKey(
        Ticket, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    tag = models.ForeignKey(
        Tag, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "ticket", "tag"], name="desk_tickettag_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "tag"], name="desk_tickettag_tag")]
