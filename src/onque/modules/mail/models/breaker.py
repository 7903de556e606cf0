"""How much we sent by ourselves, and where that was stopped."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel


class AutoCount(TenantModel):
    """How many automatic mails a key had in one window of ten minutes.

    `key` is `rules.breaker.Budget.key`: an address, a ticket, a brand or the workspace.
    """

    key = models.CharField(max_length=340)
    window_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "key", "window_at"], name="mail_autocount_once"
            )
        ]


class Stop(TenantModel):
    """Automatic mail for a key was stopped, until a person resumes it.

    `label` names the key for people, `mail_kind` what was to be sent when it stopped. `held` counts
    the mails that were not sent since.
    """

    key = models.CharField(max_length=340)
    scope = models.CharField(max_length=8)
    label = models.CharField(max_length=320)
    ticket_id = models.UUIDField(null=True)
    mail_kind = models.CharField(max_length=20)
    limit = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField()
    held = models.PositiveIntegerField(default=1)
    stopped_at = models.DateTimeField()
    last_held_at = models.DateTimeField()
    resumed_at = models.DateTimeField(null=True)
    resumed_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "key"],
                condition=models.Q(resumed_at__isnull=True),
                name="mail_stop_open",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "-stopped_at", "-id"], name="mail_stop_latest")
        ]
