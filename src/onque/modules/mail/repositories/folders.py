"""Queries on the folders of mailboxes, and on the processes that fetch."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from onque.kernel.ids import new_id
from onque.kernel.repository import Repository
from onque.modules.mail.models import Mailbox, MailboxFolder, Poller

_SILENT = timedelta(seconds=45)


class FolderRepository(Repository[MailboxFolder]):
    """How far each folder is fetched."""

    model = MailboxFolder

    def of_mailbox(self, box: Mailbox) -> list[MailboxFolder]:
        """Return the chosen folders' rows in the order of choice, made where they are missing.

        The first row of a mailbox takes over the position of its time without rows, and its id, so
        that the ledger's positions stay as they are.
        """
        found = {row.name: row for row in self.rows.filter(mailbox=box)}
        names = box.chosen_folders
        missing = [name for name in names if name not in found]
        for name in missing:
            is_first = not found
            fields: dict[str, Any] = {}
            if is_first and box.uid_validity:
                last = box.last_uid
                fields = {"uid_validity": box.uid_validity, "last_uid": last, "start_uid": last}
            row, _created = MailboxFolder.objects.get_or_create(
                mailbox=box,
                name=name,
                defaults={
                    "id": box.id if is_first and box.uid_validity else new_id(),
                    "acted_uid": fields.get("last_uid", 0),
                    **fields,
                },
            )
            found[name] = row
        return [found[name] for name in names]

    def write(self, row: MailboxFolder, key: UUID, **position: Any) -> bool:
        """Write fields of a row; False when the mailbox was lost to another poller."""
        written = self.rows.filter(
            pk=row.pk, mailbox__in=Mailbox.objects.filter(pk=row.mailbox_id, lease_key=key)
        ).update(**position)
        if written:
            for name, value in position.items():
                setattr(row, name, value)
        return bool(written)


class PollerRepository:
    """Which processes fetch mail; they belong to no tenant."""

    def beat(self, poller_id: UUID, *, now: datetime) -> int:
        """Say that a process is alive; return how many are."""
        Poller.objects.update_or_create(id=poller_id, defaults={"seen_at": now})
        Poller.objects.filter(seen_at__lt=now - _SILENT).delete()
        return Poller.objects.count()

    def leave(self, poller_id: UUID) -> None:
        """Say that a process ends."""
        Poller.objects.filter(id=poller_id).delete()
