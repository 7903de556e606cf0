"""Mail on its way out."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel
from onque.modules.mail.rules.states import OutboundState


class OutboundMail(TenantModel):
    """One mail to one recipient.

    Those of one message share its `rfc_id` and what its fields say (`header_to`, `header_cc`);
    `role` is this recipient's: to, cc or bcc. `key` names its cause, so that a second queueing is
    the same row. `rfc_id` is fixed when the row is made: every try carries the same Message-ID.
    `claim_key` belongs to the worker that has it; only that worker may take the next step. A queued
    mail with a claim key was tried before and waits for the sweeper to announce it again.
    """

    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    brand_id = models.UUIDField(null=True)
    ticket_id = models.UUIDField(null=True)
    message_id = models.UUIDField(null=True)
    from_name = models.CharField(max_length=200, blank=True, default="")
    from_address = models.CharField(max_length=320)
    envelope_from = models.CharField(max_length=320, blank=True, default="")
    to_name = models.CharField(max_length=200, blank=True, default="")
    to_address = models.CharField(max_length=320)
    role = models.CharField(max_length=3, default="to", db_default="to")
    header_to = models.JSONField(default=list, db_default=[])
    header_cc = models.JSONField(default=list, db_default=[])
    attachments = models.JSONField(default=list, db_default=[])
    signature = models.TextField(blank=True, default="", db_default="")
    color = models.CharField(max_length=7, blank=True, default="", db_default="")
    reply_to = models.CharField(max_length=320, blank=True, default="")
    subject = models.CharField(max_length=998, blank=True, default="")
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    locale = models.CharField(max_length=8, default="ko")
    automatic = models.CharField(max_length=16, blank=True, default="")
    with_marker = models.BooleanField(default=False)
    quoted_author = models.CharField(max_length=200, blank=True, default="")
    quoted_text = models.TextField(blank=True, default="")
    quoted_at = models.DateTimeField(null=True)
    list_unsubscribe = models.CharField(max_length=500, blank=True, default="")
    rfc_id = models.CharField(max_length=320)
    in_reply_to = models.CharField(max_length=900, blank=True, default="")
    references = models.JSONField(default=list)
    state = models.CharField(
        max_length=8,
        choices=[(s.value, s.name) for s in OutboundState],
        default=OutboundState.QUEUED,
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    claim_key = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField()
    error = models.TextField(blank=True, default="")
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    bounce_kind = models.CharField(max_length=8, blank=True, default="", db_default="")
    repaired_by_id = models.UUIDField(null=True)  # the mail that was sent to the corrected address
    bounce_text = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "key"], name="mail_outbound_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "message_id"], name="mail_outbound_message"),
            models.Index(fields=["tenant_id", "rfc_id"], name="mail_outbound_rfc"),
            models.Index(
                fields=["tenant_id", "queued_at", "id"],
                condition=models.Q(state__in=["failed", "unsure"]),
                name="mail_outbound_person",
            ),
            # onque_due_mail asks across tenants
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state__in=["queued", "claimed", "sending"]),
                name="mail_outbound_due",
            ),
        ]
