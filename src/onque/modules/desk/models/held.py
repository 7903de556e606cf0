"""Replies that are not sent yet."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel
from onque.modules.desk.models.ticket import Ticket


class HeldReply(TenantModel):
    """What a member has written and that is not said yet; its id becomes the message's.

    It lies outside the conversation, so that nothing that reads messages can take it for said.
    `state` is held, stopped (somebody wrote meanwhile: a person decides) or draft (being written,
    or taken back), of which a member has one a ticket. The row ends when the reply is sent.
    `seen_message_id` is the newest public message it was written against, `status_before` the
    ticket's status when it was held. A draft keeps what was
    typed as it was typed: `kind` is reply, note or forward, `cc` and `bcc` may not be addresses
    yet, and `held_at` is when it was last saved. `macro_id` is the prepared answer whose changes go
    along with it, `files` the facts of stored files (`services.uploading.facts`).
    """

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200, blank=True, default="")
    request_key = models.UUIDField()
    kind = models.CharField(max_length=8, blank=True, default="", db_default="")
    text = models.TextField(blank=True, default="")
    cc = models.TextField(blank=True, default="", db_default="")
    bcc = models.TextField(blank=True, default="", db_default="")
    status = models.CharField(max_length=8, blank=True, default="")
    status_before = models.CharField(max_length=8, blank=True, default="", db_default="")
    recipients = models.JSONField(default=list)
    forward_to = models.CharField(max_length=320, blank=True, default="")
    forwarded_id = models.UUIDField(null=True)
    seen_message_id = models.UUIDField(null=True)
    macro_id = models.UUIDField(null=True)
    files = models.JSONField(default=list, db_default=[])
    state = models.CharField(max_length=8, default="held")
    reason = models.CharField(max_length=20, blank=True, default="")
    held_at = models.DateTimeField()
    release_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "request_key"], name="desk_held_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "ticket", "held_at"], name="desk_held_of"),
            # onque_due_replies asks across tenants
            models.Index(
                fields=["release_at"], condition=models.Q(state="held"), name="desk_held_due"
            ),
        ]
