"""What is said on a ticket."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel
from onque.modules.desk.models.ticket import Ticket


class Message(TenantModel):
    """A reply, a customer's message or an internal note; its words never change once stored.

    `recipients` are the copies of a reply: {"kind": "cc" or "bcc", "name", "address"}. With a
    `side_address` it belongs to a side thread with an outsider, which the customer never sees;
    `side_id` is the message that opened it. `html` and `layout_html` are what
    `kernel.markup.sanitise` of `html_version` made, the numbers are its counts.

    `about_id` is the message that an automatic one speaks of, `suggested_ticket_id` a ticket it may
    belong to; `moved` says that it was moved there and by which operation. `origin_ticket_id` is
    the ticket it was said on before a merge brought it here.
    """

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    request_key = models.UUIDField()
    direction = models.CharField(max_length=3)
    visibility = models.CharField(max_length=8)
    author_kind = models.CharField(max_length=8)
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200, blank=True, default="")
    author_address = models.CharField(max_length=320, blank=True, default="")
    channel = models.CharField(max_length=16)
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    layout_html = models.TextField(blank=True, default="", db_default="")
    has_layout = models.BooleanField(default=False, db_default=False)
    html_version = models.SmallIntegerField(default=0, db_default=0)
    remote_images = models.SmallIntegerField(default=0, db_default=0)
    trackers = models.SmallIntegerField(default=0, db_default=0)
    traps = models.SmallIntegerField(default=0, db_default=0)
    quoted_text = models.TextField(blank=True, default="")
    reason = models.CharField(max_length=80, blank=True, default="")
    recipients = models.JSONField(default=list, db_default=[])
    side_address = models.CharField(max_length=320, blank=True, default="", db_default="")
    side_id = models.UUIDField(null=True)
    is_automatic = models.BooleanField(default=False, db_default=False)
    about_id = models.UUIDField(null=True)
    suggested_ticket_id = models.UUIDField(null=True)
    moved = models.JSONField(null=True)
    origin_ticket_id = models.UUIDField(null=True)
    written_at = models.DateTimeField()
    stored_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "request_key"], name="desk_message_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "ticket", "-stored_at", "-id"], name="desk_thread")
        ]


class Attachment(TenantModel):
    """A file of a message; the bytes are in the object store.

    `image_type` is set where the bytes are proven to be a picture that may be shown; `is_inline`
    where it stands in the message's HTML; `is_repeated` where its author has sent it often before.
    """

    message = models.ForeignKey(
        Message, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size_bytes = models.BigIntegerField()
    object_key = models.CharField(max_length=200)
    content_id = models.CharField(max_length=255, blank=True, default="")
    is_inline = models.BooleanField(default=False)
    image_type = models.CharField(max_length=20, blank=True, default="", db_default="")
    is_repeated = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "message"], name="desk_attachment_of"),
            models.Index(fields=["tenant_id", "object_key"], name="desk_attachment_same"),
        ]


class Mention(TenantModel):
    """A member named in a note."""

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    message = models.ForeignKey(
        Message, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    member = models.ForeignKey(
        "identity.Member", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    mentioned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "message", "member"], name="desk_mention_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "member", "ticket"], name="desk_mention_member")
        ]
