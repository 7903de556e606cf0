"""Queries on the ledger's lists, on acts on many mails, and on alarms."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet

from onque.kernel.replica import PRIMARY
from onque.kernel.repository import Repository
from onque.kernel.tenancy import current_alias, current_tenant
from onque.modules.mail.models import Alarm, InboundMail, Run

SEARCHED = 20_000
"""Words are looked for in this many mails of a filter, newest first."""
Position = tuple[datetime, UUID]


@dataclass(frozen=True)
class Narrowing:
    """Which rows are meant. `positions` is a prefix of fetched mails' positions."""

    states: Collection[str]
    source: str = ""
    positions: str = ""
    received_from: datetime | None = None
    received_before: datetime | None = None
    words: str = ""
    read_before_version: int | None = None


class LedgerRepository(Repository[InboundMail]):
    """The ledger as lists."""

    model = InboundMail

    def page(
        self, narrowing: Narrowing, *, after: Position | None, limit: int
    ) -> list[InboundMail]:
        """Return rows, newest first, after a position."""
        rows = _after(self._narrowed(narrowing), after)
        if not narrowing.words:
            return list(rows.order_by("-received_at", "-pk")[:limit])
        newest = rows.order_by("-received_at", "-pk").values("pk")[:SEARCHED]
        named = Q(subject__icontains=narrowing.words) | Q(sender__icontains=narrowing.words)
        found = self.rows.filter(named | Q(rfc_id=narrowing.words), pk__in=newest)
        return list(found.order_by("-received_at", "-pk")[:limit])

    def end_of_search(self, narrowing: Narrowing, *, after: Position | None) -> InboundMail | None:
        """Return the last row that `page` looks at for words; None when it looks at all."""
        rows = _after(self._narrowed(narrowing), after).order_by("-received_at", "-pk")
        return rows[SEARCHED - 1 : SEARCHED].first()

    def count(self, narrowing: Narrowing, *, cap: int) -> int:
        """Return how many rows are meant, counting at most `cap`; words are not looked at."""
        return self._narrowed(narrowing)[:cap].count()

    def counts(self, groups: Mapping[str, Collection[str]], *, cap: int) -> dict[str, int]:
        """Return how many rows are in each group of states, at most `cap`; one statement."""
        one = (
            "(SELECT count(*) FROM (SELECT 1 FROM mail_inboundmail m"
            " WHERE m.tenant_id = %s AND m.state = ANY (%s) LIMIT %s) c)"
        )
        values: list[Any] = []
        for states in groups.values():
            values += [current_tenant(), [str(state) for state in states], cap]
        with connections[current_alias()].cursor() as cursor:
            cursor.execute("SELECT " + ", ".join([one] * len(groups)), values)
            row = cursor.fetchone()
        return {key: int(value) for key, value in zip(groups, row, strict=True)}

    def waiting_since(self, *, before: datetime) -> tuple[int, datetime | None]:
        """Return how many mails wait to be read since before a moment, up to 1,000; the oldest."""
        rows = self.rows.filter(state__in=["stored", "parsed", "routed"], received_at__lte=before)
        found = list(rows.order_by("received_at").values_list("received_at", flat=True)[:1000])
        return len(found), found[0] if found else None

    def stuck(self, *, before: datetime, limit: int) -> list[tuple[UUID, UUID]]:
        """Return (tenant, mail) of all tenants' mails that nobody has read since a moment."""
        return _pairs("SELECT tenant_id, id FROM onque_stuck_mail(%s, %s)", [before, limit])

    def held(
        self, states: Collection[str], *, after: Position, limit: int
    ) -> list[tuple[UUID, UUID]]:
        """Return (tenant, mail) of all tenants' mails in some held states, newest first."""
        return _pairs(
            "SELECT tenant_id, id FROM onque_held_mail(%s, %s, %s, %s)",
            [[str(state) for state in states], *after, limit],
        )

    def states(self) -> list[tuple[str, int, datetime]]:
        """Return (state, mails, oldest) of all tenants' mails that wait for somebody."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT state, mails, oldest FROM onque_mail_states()")
            return [(row[0], row[1], row[2]) for row in cursor.fetchall()]

    def forget_ticket(self, ticket_id: UUID, *, now: datetime) -> int:
        """Note on a ticket's mails that it was deleted for good; return how many."""
        rows = self.rows.filter(ticket_id=ticket_id, ticket_gone_at__isnull=True)
        return rows.update(ticket_gone_at=now)

    def _narrowed(self, narrowing: Narrowing) -> QuerySet[InboundMail]:
        rows = self.rows.filter(state__in=narrowing.states)
        if narrowing.source:
            rows = rows.filter(source=narrowing.source)
        if narrowing.positions:
            low = f"{narrowing.positions}:"
            rows = rows.filter(source="imap", position__gte=low, position__lt=low[:-1] + ";")
        if narrowing.received_from:
            rows = rows.filter(received_at__gte=narrowing.received_from)
        if narrowing.received_before:
            rows = rows.filter(received_at__lt=narrowing.received_before)
        if narrowing.read_before_version is not None:
            rows = rows.filter(parsed_with__lt=narrowing.read_before_version)
        return rows


class RunRepository(Repository[Run]):
    """Acts on many mails."""

    model = Run

    def latest(self, *, limit: int) -> list[Run]:
        """Return the acts started last."""
        return list(self.rows.order_by("-started_at")[:limit])

    def due(self, *, before: datetime, limit: int) -> list[tuple[UUID, UUID]]:
        """Return (tenant, run) of all tenants' acts that stand still since a moment."""
        return _pairs("SELECT tenant_id, id FROM onque_due_runs(%s, %s)", [before, limit])


class AlarmRepository(Repository[Alarm]):
    """What is not as it should be."""

    model = Alarm

    def by_key(self) -> dict[str, Alarm]:
        """Return the workspace's alarms, locked."""
        return {row.key: row for row in self.rows.select_for_update().order_by("pk")}

    def drop(self, key: str) -> None:
        """Forget an alarm that has cleared."""
        self.rows.filter(key=key).delete()

    def raised(self) -> list[Alarm]:
        """Return the alarms that were told, oldest first."""
        return list(self.rows.filter(raised_at__isnull=False).order_by("since")[:20])

    def told_among(self, alarm_ids: Collection[UUID]) -> list[Alarm]:
        """Return those of some alarms that were told and have not cleared, oldest first."""
        rows = self.rows.filter(pk__in=alarm_ids, raised_at__isnull=False)
        return list(rows.order_by("since", "pk"))

    def everywhere(self) -> list[tuple[str, UUID | None, int, bool]]:
        """Return (kind, mailbox, how many, raised) of all tenants' alarms."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT kind, subject_id, missing, raised FROM onque_mail_alarms()")
            return [(row[0], row[1], row[2], row[3]) for row in cursor.fetchall()]


def _after(rows: QuerySet[InboundMail], after: Position | None) -> QuerySet[InboundMail]:
    if after is None:
        return rows
    at, last = after
    return rows.filter(Q(received_at__lt=at) | Q(received_at=at, pk__lt=last))


def _pairs(query: str, values: list[Any]) -> list[tuple[UUID, UUID]]:
    with connections[PRIMARY].cursor() as cursor:
        cursor.execute(query, values)
        return [(row[0], row[1]) for row in cursor.fetchall()]
