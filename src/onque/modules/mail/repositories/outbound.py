"""Queries on mail on its way out."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import F, Q

from onque.kernel.replica import PRIMARY
from onque.kernel.repository import Repository
from onque.modules.mail.models import OutboundMail
from onque.modules.mail.rules.states import NEEDS_A_PERSON, OutboundState


class OutboundRepository(Repository[OutboundMail]):
    """Mail to be sent; each step is a conditional update that only one worker can make."""

    model = OutboundMail

    def add_once(self, key: str, fields: dict[str, Any]) -> tuple[OutboundMail, bool]:
        """Insert; the same key again returns the first row."""
        return OutboundMail.objects.get_or_create(key=key, defaults=fields)

    def claim(self, mail_id: UUID, claim_key: UUID, *, now: datetime) -> OutboundMail | None:
        """Take a queued mail that is due; None when it is not to be had."""
        taken = self.rows.filter(
            pk=mail_id, state=OutboundState.QUEUED, next_try_at__lte=now
        ).update(state=OutboundState.CLAIMED, claim_key=claim_key, claimed_at=now)
        return self.get(mail_id) if taken else None

    def begin_sending(self, mail_id: UUID, claim_key: UUID, *, now: datetime) -> bool:
        """Note that the text is about to be handed over; False when the claim was lost."""
        return bool(
            self.rows.filter(pk=mail_id, claim_key=claim_key, state=OutboundState.CLAIMED).update(
                state=OutboundState.SENDING, claimed_at=now, attempts=F("attempts") + 1
            )
        )

    def record_sent(self, mail_id: UUID, claim_key: UUID, *, now: datetime) -> bool:
        """The server took it. Also right when a sweeper had grown unsure meanwhile."""
        return self._end(mail_id, claim_key, state=OutboundState.SENT, sent_at=now, error="")

    def record_failure(self, mail_id: UUID, claim_key: UUID, *, error: str, attempts: int) -> bool:
        """It will not be tried again unless a person says so."""
        return self._end(
            mail_id, claim_key, state=OutboundState.FAILED, error=error, attempts=attempts
        )

    def record_unsure(self, mail_id: UUID, claim_key: UUID, *, error: str) -> bool:
        """Nobody knows whether it went out."""
        return self._end(mail_id, claim_key, state=OutboundState.UNSURE, error=error)

    def requeue(
        self, mail_id: UUID, claim_key: UUID, *, error: str, attempts: int, next_try_at: datetime
    ) -> bool:
        """Try again later."""
        return self._end(
            mail_id,
            claim_key,
            state=OutboundState.QUEUED,
            error=error,
            attempts=attempts,
            next_try_at=next_try_at,
        )

    def _end(self, mail_id: UUID, claim_key: UUID, **fields: Any) -> bool:
        mine = self.rows.filter(
            pk=mail_id,
            claim_key=claim_key,
            state__in=[OutboundState.CLAIMED, OutboundState.SENDING, OutboundState.UNSURE],
        )
        return bool(mine.update(**fields))

    def due(self, *, now: datetime, claimed_by: datetime, limit: int) -> list[tuple[UUID, UUID]]:
        """Return (tenant, mail) of all tenants: queued and due, or claimed too long ago."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(
                "SELECT tenant_id, id FROM onque_due_mail(%s, %s, %s)", [now, claimed_by, limit]
            )
            return [(row[0], row[1]) for row in cursor.fetchall()]

    def take_back(self, mail_id: UUID, *, claimed_by: datetime, now: datetime) -> bool:
        """Resolve what a dead worker left: claimed is queued again, sending becomes unsure.

        Returns whether the mail is to be sent now: it waited long enough, or was taken back.
        """
        stale = self.rows.filter(pk=mail_id, claimed_at__lte=claimed_by)
        stale.filter(state=OutboundState.SENDING).update(
            state=OutboundState.UNSURE, error="the worker stopped while the server was taking it"
        )
        stale.filter(state=OutboundState.CLAIMED).update(
            state=OutboundState.QUEUED, next_try_at=now
        )
        waiting = self.rows.filter(
            pk=mail_id,
            state=OutboundState.QUEUED,
            next_try_at__lte=now,
            claim_key__isnull=False,
        )
        return bool(waiting.update(claim_key=None))

    def of_messages(self, message_ids: Collection[UUID]) -> list[OutboundMail]:
        """Return the mails that carry some messages, in one query."""
        return list(self.rows.filter(message_id__in=message_ids).order_by("queued_at"))

    def find_between(self, first_id: UUID, last_id: UUID) -> OutboundMail | None:
        """Return the one mail whose id lies in a range; None when there is none, or are two."""
        rows = list(self.rows.filter(pk__gte=first_id, pk__lte=last_id)[:2])
        return rows[0] if len(rows) == 1 else None

    def find_by_rfc_id(self, rfc_id: str, *, to_address: str = "") -> OutboundMail | None:
        """Return the mail with that Message-ID, to one address where several got it.

        Without an address only when one alone has the id: nobody is marked for another.
        """
        if not rfc_id:
            return None
        rows = self.rows.filter(rfc_id=rfc_id)
        if to_address:
            return rows.filter(to_address__iexact=to_address).first()
        found = list(rows[:2])
        return found[0] if len(found) == 1 else None

    def find_latest_to(self, ticket_id: UUID, address: str) -> OutboundMail | None:
        """Return the last mail of a ticket to an address."""
        rows = self.rows.filter(ticket_id=ticket_id, to_address__iexact=address)
        return rows.order_by("-queued_at").first()

    def waiting_page(
        self, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[OutboundMail]:
        """Return mails that wait for a person, oldest first, after a position."""
        rows = self.rows.filter(state__in=NEEDS_A_PERSON)
        if after is not None:
            at, last = after
            rows = rows.filter(Q(queued_at__gt=at) | Q(queued_at=at, pk__gt=last))
        return list(rows.order_by("queued_at", "pk")[:limit])
