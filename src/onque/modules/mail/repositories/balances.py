"""Queries on what lies in mailboxes against what is on record."""

from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import Count

from onque.kernel.replica import PRIMARY
from onque.kernel.repository import Repository
from onque.modules.mail.models import InboundMail, MailboxFolder

_MOST = 1000


class BalanceRepository(Repository[MailboxFolder]):
    """Folders of mailboxes, as they were last counted."""

    model = MailboxFolder

    def folders(self) -> list[MailboxFolder]:
        """Return the workspace's folders with mailbox and address."""
        rows = self.rows.select_related("mailbox__address")
        return list(rows.order_by("mailbox__address__address", "name")[:_MOST])

    def unbalanced(self) -> list[MailboxFolder]:
        """Return the folders of mailboxes in use with mails that are not on record."""
        rows = self.rows.filter(missing_count__gt=0, mailbox__is_enabled=True)
        return list(rows.select_related("mailbox__address")[:_MOST])

    def unfetched(self) -> dict[UUID, int]:
        """Return how many mails of each folder are on record without their bytes."""
        rows = InboundMail.objects.filter(
            state="quarantined", object_key="", folder_id__isnull=False
        )
        found = rows.values_list("folder_id").annotate(Count("pk"))
        return {folder_id: count for folder_id, count in found if folder_id}

    def troubled(self, *, before: datetime) -> list[UUID]:
        """Return the tenants with something wrong, or with an alarm that may clear."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT tenant_id FROM onque_mail_troubles(%s)", [before])
            return [row[0] for row in cursor.fetchall()]

    def missing_everywhere(self) -> list[tuple[UUID, int]]:
        """Return (mailbox, missing) of all tenants' mailboxes that were counted."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT mailbox_id, missing FROM onque_mail_balance()")
            return [(row[0], row[1]) for row in cursor.fetchall()]
