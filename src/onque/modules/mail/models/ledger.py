"""Work on many mails of the ledger, and alarms about it."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class Run(TenantModel):
    """An act on every mail that a filter matches, in chunks, with its position saved.

    `act` is of `services.running`, `filter` the fields of `contracts.LedgerFilter` as text.
    `after` is the cursor of the last mail handled, `done` and `failed` count them; `total` is what
    there was at the start, counted up to a cap. `touched_at` moves with each chunk.
    """

    act = models.CharField(max_length=12)
    filter = models.JSONField()
    after = models.CharField(max_length=64, blank=True, default="")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    started_by = models.CharField(max_length=200)
    started_by_id = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "-started_at"], name="mail_run_latest"),
            # onque_due_runs asks across tenants
            models.Index(
                fields=["touched_at"],
                condition=models.Q(ended_at__isnull=True),
                name="mail_run_open",
            ),
        ]


class Alarm(TenantModel):
    """Something about mail that is not as it should be; gone when it is right again.

    `kind` is unbalanced or refused (a mailbox), stuck (mail that nobody reads) or stopped (the
    breaker); `subject_id` the mailbox or the stop.
    `since` is when it was first seen, `raised_at` when it had lasted long enough to be told.
    """

    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    subject_id = models.UUIDField(null=True)
    label = models.CharField(max_length=320)
    count = models.PositiveIntegerField()
    since = models.DateTimeField()
    raised_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "key"], name="mail_alarm_once")
        ]
