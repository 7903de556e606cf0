"""The ledger of received mail, and the message ids that lead to tickets."""

from typing import ClassVar

from django.db import models

from onque.kernel.models import TenantModel
from onque.modules.mail.rules.states import InboundState


class InboundMail(TenantModel):
    """One received mail for one recipient. Written before anything of it is read.

    `object_key` leads to the raw bytes. `position` is where it came from, unique within its
    source; of fetched mail `folder_id`, `uid_validity` and `uid` say it too, to be counted.
    `fingerprint` is set on the one row that became the message; copies point to it by
    `duplicate_of_id`. `subject` and `sender` are filled by reading, for lists.
    `parsed_with` is the parser's version. A person's word stands in `let_in` (file it whatever the
    judgement, onto `let_in_ticket_id` if set) and `state_before` (what it was before it was
    closed by hand). `ticket_gone_at`: its ticket was deleted for good, so it never comes back.
    `landing` and `marks`, parted by blanks, say why it is on its ticket; `auth` what is known of
    its sender (`rules.authentication`). `suppress_answer`: nothing may answer it by itself.
    """

    brand = models.ForeignKey(
        "identity.Brand", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    source = models.CharField(max_length=8)
    position = models.CharField(max_length=120)
    folder_id = models.UUIDField(null=True)
    uid_validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    recipient = models.CharField(max_length=320)
    envelope_from = models.CharField(max_length=320, blank=True, default="")
    peer = models.CharField(max_length=120, blank=True, default="")
    has_envelope = models.BooleanField(default=False)
    object_key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.name) for s in InboundState],
        default=InboundState.STORED,
    )
    reason = models.CharField(max_length=40, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    landing = models.CharField(max_length=40, blank=True, default="")
    marks = models.CharField(max_length=80, blank=True, default="", db_default="")
    auth = models.JSONField(null=True)
    suppress_answer = models.BooleanField(default=False, db_default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    rfc_id = models.CharField(max_length=900, blank=True, default="")
    fingerprint = models.CharField(max_length=64, null=True)  # noqa: DJ001 - null is no claim
    duplicate_of_id = models.UUIDField(null=True)
    subject = models.CharField(max_length=900, blank=True, default="")
    sender = models.CharField(max_length=320, blank=True, default="")
    ticket_id = models.UUIDField(null=True)
    message_id = models.UUIDField(null=True)
    parsed_with = models.SmallIntegerField(default=0, db_default=0)
    let_in = models.BooleanField(default=False, db_default=False)
    let_in_ticket_id = models.UUIDField(null=True)
    state_before = models.CharField(max_length=12, blank=True, default="", db_default="")
    ticket_gone_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    parsed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "source", "position"], name="mail_inbound_position"
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "fingerprint"], name="mail_inbound_fingerprint"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant_id", "state", "-received_at", "-id"], name="mail_inbound_state"
            ),
            models.Index(
                fields=["tenant_id", "message_id"],
                condition=models.Q(message_id__isnull=False),
                name="mail_inbound_message",
            ),
            models.Index(
                fields=["tenant_id", "folder_id", "uid_validity", "uid"],
                condition=models.Q(folder_id__isnull=False),
                name="mail_inbound_folder",
            ),
            models.Index(
                fields=["tenant_id", "sha256"],
                condition=models.Q(fingerprint__isnull=False),
                name="mail_inbound_bytes",
            ),
            models.Index(fields=["tenant_id", "-received_at", "-id"], name="mail_inbound_latest"),
            models.Index(
                fields=["tenant_id", "ticket_id"],
                condition=models.Q(ticket_id__isnull=False),
                name="mail_inbound_ticket",
            ),
            # asked across tenants: what stands still, and what waits for a person
            models.Index(
                fields=["state", "received_at"],
                condition=models.Q(
                    state__in=["stored", "parsed", "routed", "quarantined", "suspended"]
                ),
                name="mail_inbound_held",
            ),
        ]


class Reference(TenantModel):
    """A message id, without brackets, and the ticket it leads to.

    `mentioned` ids were only referred to by a mail of the ticket; when the mail itself comes, the
    row is filled.
    """

    rfc_id = models.CharField(max_length=900)
    ticket_id = models.UUIDField()
    message_id = models.UUIDField(null=True)
    mentioned = models.BooleanField(default=False)
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "rfc_id"], name="mail_reference_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "ticket_id", "noted_at"], name="mail_reference_of")
        ]
