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
    """An IMAP account of a brand that is fetched from, and how it is doing.

    `folders` are those chosen, the first one watched (empty: `folder` alone); where each stands is
    in `MailboxFolder`. `security` is tls, starttls or none, `auth` password or oauth2 (then
    `provider` and `sealed_tokens` count), `after_import` keep, seen, move (to `move_folder`) or
    delete, `import_from` new, all or a date as YYYY-MM-DD. `leased_until` gives the mailbox to one
    poller at a time. `reason` is a code of `rules.polling`, `error` the server's own words.
    `is_live`: the server tells of new mail by itself.
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
    security = models.CharField(max_length=8, default="tls", db_default="tls")
    verify_certificate = models.BooleanField(default=True, db_default=True)
    auth = models.CharField(max_length=8, default="password", db_default="password")
    provider = models.CharField(max_length=16, blank=True, default="", db_default="")
    user_name = models.CharField(max_length=320)
    sealed_password = models.TextField()
    sealed_tokens = models.TextField(blank=True, default="", db_default="")
    folder = models.CharField(max_length=255, default="INBOX")
    folders = models.JSONField(default=list, db_default=[])
    after_import = models.CharField(max_length=8, default="keep", db_default="keep")
    move_folder = models.CharField(max_length=255, blank=True, default="", db_default="")
    import_from = models.CharField(max_length=10, default="new", db_default="new")
    is_enabled = models.BooleanField(default=True)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    state_since = models.DateTimeField(null=True)
    reason = models.CharField(max_length=24, blank=True, default="", db_default="")
    error = models.CharField(max_length=500, blank=True, default="")
    failures = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    last_mail_at = models.DateTimeField(null=True)
    is_live = models.BooleanField(default=False, db_default=False)
    next_poll_at = models.DateTimeField(default=clock.now)
    lease_key = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

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

    @property
    def chosen_folders(self) -> list[str]:
        """The folders that are fetched, the watched one first."""
        return [str(name) for name in self.folders] or [self.folder]


class MailboxFolder(TenantModel):
    """How far one folder of a mailbox is fetched.

    Mail up to `start_uid` is not asked for. Up to `last_uid` everything is on record, up to
    `acted_uid` also treated as `after_import` says. After a new UIDVALIDITY only mail since
    `since` is fetched. `server_count` of the mails behind `start_uid` lay at the server at
    `counted_at`; `missing_count` of them, up to `last_uid`, were not on record.
    """

    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    name = models.CharField(max_length=255)
    uid_validity = models.BigIntegerField(null=True)
    start_uid = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    acted_uid = models.BigIntegerField(default=0)
    since = models.DateTimeField(null=True)
    server_count = models.IntegerField(null=True)
    missing_count = models.IntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "mailbox", "name"], name="mail_mailboxfolder_once"
            )
        ]


class Poller(models.Model):
    """A process that fetches mail, so that processes share the mailboxes evenly."""

    id = models.UUIDField(primary_key=True)
    seen_at = models.DateTimeField()
