"""One act on many tickets, done by workers in chunks."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class BulkRun(TenantModel):
    """What a member asked for on many tickets, and how far it is.

    `kind` is of `services.bulk_working.ACTS`, `wanted` its arguments, `selection` the tickets as
    `services.bulk` writes them until `gathered_at`, when they stand in chunks. `position` is the
    next chunk. `changed`, `same` and `skipped` count tickets; `stopped` says why it ended early.
    """

    request_key = models.UUIDField()
    kind = models.CharField(max_length=8)
    wanted = models.JSONField(default=dict)
    selection = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    started_by_id = models.UUIDField()
    started_at = models.DateTimeField()
    gathered_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stopped = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "request_key"], name="desk_bulkrun_once")
        ]
        indexes: ClassVar = [
            # onque_due_bulk asks across tenants
            models.Index(
                fields=["touched_at"],
                condition=models.Q(ended_at__isnull=True),
                name="desk_bulkrun_open",
            ),
        ]


class BulkChunk(TenantModel):
    """Some targets of a run (ids in hex), done in one transaction with what came of them.

    `skipped` are pairs of a ticket's id and the reason; `operations` are what takes it back.
    """

    run = models.ForeignKey(
        BulkRun, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    position = models.PositiveIntegerField()
    targets = models.JSONField(default=list)
    skipped = models.JSONField(default=list)
    operations = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "run", "position"], name="desk_bulkchunk_once"
            )
        ]
