"""Where customers write: addresses, and mailboxes elsewhere that are fetched from."""

from typing import ClassVar

from django.db import models

from onque.kernel import clock
from onque.kernel.models import TenantModel


class Address(TenantModel):
    """An address of a brand; no other workspace can have it. `address` is `comparable`.

    A forwarding one lies in our own domain and is told to mail servers, not to customers;
    `confirmation` is what its provider last asked.
    """

    brand = models.ForeignKey(
        "identity.Brand", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    address = models.CharField(max_length=320)
    is_main = models.BooleanField(default=False)
    is_forwarding = models.BooleanField(default=False, db_default=False)
    confirmation = models.JSONField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            # across tenants: onque_route_address must have one answer
            models.UniqueConstraint(fields=["address"], name="mail_address_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "brand"], name="mail_address_brand")]


class Mailbox(TenantModel):
    """An IMAP folder of a brand that is polled.

    The position is UIDVALIDITY with the last UID whose raw bytes are stored. `leased_until` gives
    the mailbox to one poller at a time.
    """

    class State(models.TextChoices):
        NEW = "new"
        OK = "ok"
        FAILING = "failing"

    address = models.ForeignKey(
        Address, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(default=993)
    use_tls = models.BooleanField(default=True)
    user_name = models.CharField(max_length=320)
    sealed_password = models.TextField()
    folder = models.CharField(max_length=255, default="INBOX")
    is_enabled = models.BooleanField(default=True)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    error = models.CharField(max_length=500, blank=True, default="")
    failures = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    next_poll_at = models.DateTimeField(default=clock.now)
    lease_key = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "host", "user_name", "folder"], name="mail_mailbox_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "address"], name="mail_mailbox_address"),
            # onque_due_mailboxes asks across tenants
            models.Index(
                fields=["next_poll_at"],
                condition=models.Q(is_enabled=True),
                name="mail_mailbox_due",
            ),
        ]
