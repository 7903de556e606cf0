"""Queries on the ledger of received mail and on message ids."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Count, F, Q, QuerySet

from onque.kernel.replica import PRIMARY
from onque.kernel.repository import Repository
from onque.kernel.tenancy import current_tenant
from onque.modules.mail.models import InboundMail, Reference
from onque.modules.mail.rules.states import OPEN_INBOUND
from onque.modules.mail.rules.threading import KnownId

_BEGIN = """
UPDATE mail_inboundmail SET attempts = attempts + 1 WHERE id = %s AND state = ANY(%s) RETURNING *
"""

_CLAIM = """
SELECT pg_advisory_xact_lock(hashtextextended(%s, 1));
SELECT id FROM mail_inboundmail WHERE tenant_id = %s AND id = %s AND state = ANY(%s)
    FOR NO KEY UPDATE;
SELECT id, ticket_id, message_id FROM mail_inboundmail WHERE tenant_id = %s AND fingerprint = %s
UNION ALL
SELECT id, ticket_id, message_id FROM mail_inboundmail
    WHERE tenant_id = %s AND sha256 = %s AND fingerprint IS NOT NULL
LIMIT 1
"""

_KNOWN_IDS = """
SELECT rfc_id, ticket_id, mentioned, message_id FROM mail_reference WHERE rfc_id = ANY(%s)
"""


@dataclass(frozen=True)
class First:
    """The mail that the same message became first, and what it became."""

    id: UUID
    ticket_id: UUID | None
    message_id: UUID | None


@dataclass(frozen=True)
class Claim:
    """A mail that is ours to file until the transaction ends; `first` came before, if any did."""

    fingerprint: str
    first: First | None


class InboundRepository(Repository[InboundMail]):
    """The ledger."""

    model = InboundMail

    def add_once(self, *, source: str, position: str, **fields: Any) -> tuple[InboundMail, bool]:
        """Insert a row for a source position; the same position again returns the first row."""
        row = InboundMail(source=source, position=position, **fields)
        if self.insert_once(row):
            return row, True
        return InboundMail.objects.get(source=source, position=position), False

    def add_many(self, rows: Sequence[dict[str, Any]]) -> list[InboundMail]:
        """Insert rows of one source for positions that are not there yet; return those.

        One writer at a time has the positions of a folder; another one's insert is an error.
        """
        if not rows:
            return []
        source, positions = rows[0]["source"], [row["position"] for row in rows]
        there = self.rows.filter(source=source, position__in=positions)
        known = set(there.values_list("position", flat=True))
        for row in rows:
            if row["position"] in known and "uid" in row:  # from before the place was noted
                there.filter(position=row["position"], uid__isnull=True).update(
                    folder_id=row["folder_id"], uid_validity=row["uid_validity"], uid=row["uid"]
                )
        return InboundMail.objects.bulk_create(
            [InboundMail(**row) for row in rows if row["position"] not in known]
        )

    def known_uids(self, folder_id: UUID, validity: int, *, low: int, high: int) -> set[int]:
        """Return the UIDs of a folder that are on record, from one to another."""
        rows = self._of_folder(folder_id, validity).filter(uid__gte=low, uid__lte=high)
        return {uid for uid in rows.values_list("uid", flat=True) if uid is not None}

    def stored_uids(
        self, folder_id: UUID, validity: int, *, above: int, upto: int, limit: int
    ) -> list[int]:
        """Return the UIDs of a folder whose raw bytes are stored, in order."""
        rows = self._of_folder(folder_id, validity).filter(uid__gt=above, uid__lte=upto)
        uids = rows.exclude(object_key="").order_by("uid").values_list("uid", flat=True)
        return [uid for uid in uids.distinct()[:limit] if uid is not None]

    def _of_folder(self, folder_id: UUID, validity: int) -> QuerySet[InboundMail]:
        return self.rows.filter(folder_id=folder_id, uid_validity=validity)

    def begin(self, mail_id: UUID) -> InboundMail | None:
        """Count a try at reading; None when the mail is not waiting to be read."""
        started = InboundMail.objects.raw(_BEGIN, [mail_id, sorted(OPEN_INBOUND)])
        return next(iter(started), None)

    def forgive(self, mail_id: UUID) -> None:
        """Take back a counted try that failed through no fault of the mail."""
        self.rows.filter(pk=mail_id, attempts__gt=0).update(attempts=F("attempts") - 1)

    def lock_open(self, mail_id: UUID) -> InboundMail | None:
        """Return the row locked if it is still waiting, else None."""
        return (
            self.rows.select_for_update(no_key=True)
            .filter(pk=mail_id, state__in=OPEN_INBOUND)
            .first()
        )

    def claim(self, mail_id: UUID, fingerprint: str, *, sha256: str = "") -> Claim | None:
        """Lock a mail that is still waiting, and whoever files the same message; None if it is not.

        `sha256`, of the raw bytes, also finds a row whose fingerprint another parser made. In one
        round trip: the statements run one after the other, each sees what committed before.
        """
        tenant_id = current_tenant()
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(
                _CLAIM,
                [
                    f"{tenant_id.hex}:{fingerprint}",
                    *(tenant_id, mail_id, sorted(OPEN_INBOUND)),
                    *(tenant_id, fingerprint, tenant_id, sha256),
                ],
            )
            cursor.nextset()
            is_open = cursor.fetchone() is not None
            cursor.nextset()
            first = cursor.fetchone()
        return Claim(fingerprint, First(*first) if first else None) if is_open else None

    def lock_fingerprint(self, fingerprint: str) -> InboundMail | None:
        """Wait for whoever files the same message now; return the row that became it, if any."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))",
                [f"{current_tenant().hex}:{fingerprint}"],
            )
        return self.rows.filter(fingerprint=fingerprint).first()

    def of_messages(self, message_ids: Collection[UUID]) -> list[InboundMail]:
        """Return the mails that became some messages, without their copies, in one query."""
        rows = self.rows.filter(message_id__in=message_ids, duplicate_of_id__isnull=True)
        return list(rows)

    def move(self, message_id: UUID, *, ticket_id: UUID) -> None:
        """Note that a message is on another ticket now."""
        self.rows.filter(message_id=message_id).update(ticket_id=ticket_id)

    def page(
        self, states: Collection[str], *, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[InboundMail]:
        """Return rows in some states, newest first, after a position."""
        rows = self.rows.filter(state__in=states)
        if after is not None:
            at, last = after
            rows = rows.filter(Q(received_at__lt=at) | Q(received_at=at, pk__lt=last))
        return list(rows.order_by("-received_at", "-pk")[:limit])

    def counts(self, states: Collection[str]) -> dict[str, int]:
        """Return how many rows are in each of some states."""
        found = self.rows.filter(state__in=states).values_list("state").annotate(Count("pk"))
        return dict(found)


class ReferenceRepository(Repository[Reference]):
    """Message ids that lead to tickets."""

    model = Reference

    def known(self, ids: Collection[str]) -> dict[str, KnownId]:
        """Return what is on record of some message ids, in one query."""
        if not ids:
            return {}
        rows = self.tuples(_KNOWN_IDS, [list(ids)])
        return {row[0]: KnownId(row[1], row[2], row[3]) for row in rows}

    def note(self, *, rfc_id: str, ticket_id: UUID, message_id: UUID, now: datetime) -> None:
        """Record the id of a message; fills a row that was merely mentioned, never moves one."""
        row, created = Reference.objects.get_or_create(
            rfc_id=rfc_id,
            defaults={"ticket_id": ticket_id, "message_id": message_id, "noted_at": now},
        )
        if not created and row.mentioned:
            row.ticket_id, row.message_id, row.mentioned = ticket_id, message_id, False
            row.noted_at = now
            row.save(update_fields=["ticket_id", "message_id", "mentioned", "noted_at"])

    def record(
        self,
        rfc_id: str,
        mentioned: Sequence[str],
        *,
        ticket_id: UUID,
        message_id: UUID,
        now: datetime,
    ) -> None:
        """Record a new message's id and the ids it refers to, in one statement.

        What is on record stays as it is. An empty `rfc_id` records the others only.
        """
        own = [Reference(rfc_id=rfc_id, ticket_id=ticket_id, message_id=message_id, noted_at=now)]
        heard = [
            Reference(rfc_id=item, ticket_id=ticket_id, mentioned=True, noted_at=now)
            for item in mentioned
        ]
        rows = [*(own if rfc_id else []), *heard]
        if rows:
            Reference.objects.bulk_create(rows, ignore_conflicts=True)

    def move(self, message_id: UUID, *, ticket_id: UUID) -> None:
        """Let a message's id lead to another ticket."""
        self.rows.filter(message_id=message_id).update(ticket_id=ticket_id)

    def mention(self, ids: Sequence[str], *, ticket_id: UUID, now: datetime) -> None:
        """Record ids that a message of the ticket referred to; what is known stays as it is."""
        Reference.objects.bulk_create(
            [
                Reference(rfc_id=rfc_id, ticket_id=ticket_id, mentioned=True, noted_at=now)
                for rfc_id in ids
            ],
            ignore_conflicts=True,
        )

    def of_message(self, message_id: UUID) -> str:
        """Return the id of a message of the ticket, or an empty string."""
        found = self.rows.filter(message_id=message_id).order_by("noted_at").first()
        return found.rfc_id if found else ""

    def of_ticket(self, ticket_id: UUID, *, limit: int) -> list[tuple[str, UUID]]:
        """Return the ids and messages of a ticket's last messages, oldest first."""
        rows = self.rows.filter(ticket_id=ticket_id, mentioned=False, message_id__isnull=False)
        last = rows.order_by("-noted_at", "-pk")[:limit]
        return [(row.rfc_id, row.message_id) for row in reversed(last) if row.message_id]
