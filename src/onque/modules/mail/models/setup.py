"""Mailboxes that are being set up, and the tests that are run on them."""

from typing import ClassVar

from django.db import models

from onque.kernel import clock
from onque.kernel.models import TenantModel


class Setup(TenantModel):
    """What was entered so far to connect a mailbox, or to change the one `mailbox_id` names.

    `security` is tls, starttls or none; `auth` password or oauth2; `after_import` keep, seen, move
    or delete; `out_kind` installation, same (the same log-in) or own. `step` is the last one saved.
    With oauth2, `authority` is who gave `sealed_tokens`; without tokens the consent is missing.
    """

    brand = models.ForeignKey(
        "identity.Brand", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    address = models.CharField(max_length=320)
    provider = models.CharField(max_length=16)
    host = models.CharField(max_length=255, blank=True, default="")
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, default="tls")
    auth = models.CharField(max_length=8, default="password")
    user_name = models.CharField(max_length=320, blank=True, default="")
    sealed_password = models.TextField(blank=True, default="")
    authority = models.CharField(max_length=16, blank=True, default="", db_default="")
    sealed_tokens = models.TextField(blank=True, default="", db_default="")
    hint = models.CharField(max_length=4, blank=True, default="")
    folder = models.CharField(max_length=255, default="INBOX")
    after_import = models.CharField(max_length=8, default="keep")
    move_folder = models.CharField(max_length=255, blank=True, default="")
    with_history = models.BooleanField(default=False)
    out_kind = models.CharField(max_length=12, default="same")
    out_host = models.CharField(max_length=255, blank=True, default="")
    out_port = models.PositiveIntegerField(default=465)
    out_security = models.CharField(max_length=8, default="tls")
    out_user = models.CharField(max_length=320, blank=True, default="")
    sealed_out_password = models.TextField(blank=True, default="")
    out_hint = models.CharField(max_length=4, blank=True, default="")
    mailbox_id = models.UUIDField(null=True)
    step = models.CharField(max_length=12, default="address")
    made_by_id = models.UUIDField(null=True)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant_id", "made_at"],
                condition=models.Q(finished_at__isnull=True),
                name="mail_setup_open",
            )
        ]


class Check(TenantModel):
    """One run of a test. `steps` is a list of name, state, code, detail and milliseconds.

    `kind` is one of `rules.checks.KINDS`. A run waits to be started, runs, perhaps
    awaits a mail that carries `token` (looked for at `look_at`, until `deadline_at`) and ends.
    """

    kind = models.CharField(max_length=12)
    subject_id = models.UUIDField()
    address = models.CharField(max_length=320)
    token = models.CharField(max_length=32)
    state = models.CharField(max_length=8, default="waiting")
    steps = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    claim_key = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "token"], name="mail_check_token")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "subject_id", "asked_at"], name="mail_check_subject"),
            # onque_due_checks asks across tenants
            models.Index(
                fields=["look_at"],
                condition=models.Q(state="awaiting"),
                name="mail_check_due",
            ),
        ]
