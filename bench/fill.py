"""Fill a database with N tickets by COPY: three messages each, two languages, deterministic.

Runs as the superuser of a throw-away cluster with triggers off: the rows are right by
construction, and a million of them are there within minutes.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

import psycopg

from bench.words import BODIES, NAMES, SUBJECTS, TAGS, body
from onque.kernel.search.terms import lexemes, normalise

START = datetime(2026, 1, 1, tzinfo=UTC)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
ACTIVE_SHARE = 10  # one in ten tickets is still open, as in a grown desk


def uid(kind: int, number: int) -> UUID:
    """Return the id of the n-th row of a kind; ids of a kind grow with the number."""
    return UUID(int=(number << 80) | (0x7 << 76) | (kind << 64) | (0x8 << 60))


def fill(
    url: str, count: int, *, tenant: UUID, brands: Sequence[UUID], members: Sequence[UUID]
) -> None:
    """Add `count` tickets with customers, messages and tags to one tenant, then ANALYZE."""
    now = datetime.now(UTC)
    filler = _Filler(count, tenant, brands, members, now)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("DROP INDEX kernel_searchdocument_words")
        for table, columns, rows in filler.tables():
            statement = f"COPY {table} ({columns}) FROM STDIN"
            with connection.cursor().copy(statement.encode()) as copy:
                for row in rows:
                    copy.write_row(row)
        connection.execute(
            "CREATE INDEX kernel_searchdocument_words"
            " ON kernel_searchdocument USING gin (tenant_id, tsv)"
        )
        connection.execute(
            "UPDATE identity_tenant SET next_ticket_number = %s WHERE id = %s", [count + 1, tenant]
        )
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


class _Filler:
    def __init__(
        self,
        count: int,
        tenant: UUID,
        brands: Sequence[UUID],
        members: Sequence[UUID],
        now: datetime,
    ) -> None:
        self.count, self.tenant, self.brands, self.members = count, tenant, brands, members
        self.now = now
        self.customers = max(count // 5, 1)
        self.step = timedelta(days=300) / max(count, 1)

    def tables(self) -> Iterable[tuple[str, str, Iterable[Sequence[object]]]]:
        yield (
            "customers_customer",
            "tenant_id, id, name, email, rating, is_blocked, locale, note, created_at",
            self._customers(),
        )
        yield (
            "customers_identity",
            "tenant_id, id, customer_id, kind, value, is_verified, created_at",
            self._identities(),
        )
        yield (
            "desk_ticket",
            "tenant_id, id, number, brand_id, customer_id, channel, subject, status, shelf,"
            " priority, assignee_id, group_id, language, due_at, due_started_at, sort_at,"
            " is_unanswered, preview, preview_by, preview_name, last_public_message_id,"
            " resolution, solved_at, created_at, updated_at, version",
            self._tickets(),
        )
        yield (
            "desk_message",
            "tenant_id, id, ticket_id, request_key, direction, visibility, author_kind,"
            " author_id, author_name, author_address, channel, text, html, quoted_text, reason,"
            " written_at, stored_at",
            self._messages(),
        )
        yield (
            "desk_tag",
            "tenant_id, id, name",
            ((self.tenant, uid(4, i), t) for i, t in enumerate(TAGS)),
        )
        yield "desk_tickettag", "tenant_id, id, ticket_id, tag_id", self._ticket_tags()
        yield (
            "kernel_searchdocument",
            "tenant_id, id, kind, object_id, parent_id, at, body, tsv",
            self._documents(),
        )

    def _customer_of(self, i: int) -> int:
        return (i * 2654435761) % self.customers

    def _created(self, i: int) -> datetime:
        return self.now - self.step * (self.count - i)

    def _customers(self) -> Iterable[Sequence[object]]:
        for i in range(self.customers):
            name = f"{NAMES[i % len(NAMES)]} {i}"
            mail = f"customer{i}@example.com"
            yield self.tenant, uid(1, i), name, mail, "general", False, "", "", START

    def _identities(self) -> Iterable[Sequence[object]]:
        for i in range(self.customers):
            mail = f"customer{i}@example.com"
            yield self.tenant, uid(5, i), uid(1, i), "email", mail, True, START

    def _tickets(self) -> Iterable[Sequence[object]]:
        for i in range(self.count):
            yield self._ticket(i)

    def _ticket(self, i: int) -> Sequence[object]:
        created = self._created(i)
        active = (i * 7919) % 100 < ACTIVE_SHARE
        status = ("new", "open", "pending", "on_hold")[i % 4] if active else "solved"
        waits = status in {"new", "open"}
        due = self.now + timedelta(minutes=(i * 37) % 6000 - 600) if waits else None
        assignee = None if i % 3 == 0 else self.members[i % len(self.members)]
        return (
            self.tenant, uid(2, i), i + 1, self.brands[i % len(self.brands)],
            uid(1, self._customer_of(i)), "mail", f"{SUBJECTS[i % len(SUBJECTS)]} {i}", status,
            "active" if active else "done", ("normal", "normal", "high", "low", "urgent")[i % 5],
            assignee, None, "ko" if i % 10 < 5 else "en", due, created if waits else None,
            due or NEVER, waits, BODIES[i % len(BODIES)], "customer", NAMES[i % len(NAMES)],
            uid(3, i * 3 + 2), 0 if active else 1, None if active else created, created,
            created, 1,
        )  # fmt: skip

    def _messages(self) -> Iterable[Sequence[object]]:
        for i in range(self.count):
            created = self._created(i)
            customer = uid(1, self._customer_of(i))
            name, mail = NAMES[i % len(NAMES)], f"customer{self._customer_of(i)}@example.com"
            for k in range(3):
                at = created + timedelta(seconds=k)
                key = uid(3, i * 3 + k)
                if k == 1:
                    member = self.members[i % len(self.members)]
                    yield (
                        self.tenant, key, uid(2, i), key, "out", "public", "member", member,
                        "Ada", "", "mail", body(i, k), "", "", "", at, at,
                    )  # fmt: skip
                else:
                    yield (
                        self.tenant, key, uid(2, i), key, "in", "public", "customer", customer,
                        name, mail, "mail", body(i, k), "", "", "", at, at,
                    )  # fmt: skip

    def _documents(self) -> Iterable[Sequence[object]]:
        for i in range(self.customers):
            text = f"{NAMES[i % len(NAMES)]} {i} customer{i}@example.com"
            yield self._document("customer", uid(7, i), uid(1, i), None, START, text)
        for i in range(self.count):
            at, ticket, who = self._created(i), uid(2, i), self._customer_of(i)
            words = f"{SUBJECTS[i % len(SUBJECTS)]} {i} {TAGS[i % len(TAGS)]}"
            text = f"{words} {NAMES[who % len(NAMES)]} {who} customer{who}@example.com"
            yield self._document("ticket", uid(8, i), ticket, ticket, at, text)
            for k in range(3):
                key, said = uid(3, i * 3 + k), at + timedelta(seconds=k)
                yield self._document("message", uid(9, i * 3 + k), key, ticket, said, body(i, k))

    def _document(
        self, kind: str, key: UUID, thing: UUID, parent: UUID | None, at: datetime, text: str
    ) -> Sequence[object]:
        plain = normalise(text)
        return self.tenant, key, kind, thing, parent, at, plain, _vector(kind, plain)

    def _ticket_tags(self) -> Iterable[Sequence[object]]:
        for i in range(self.count):
            yield self.tenant, uid(6, i), uid(2, i), uid(4, i % len(TAGS))


@lru_cache(maxsize=4096)
def _vector(kind: str, plain: str) -> str:
    """Return the lexemes as a tsvector's text; the made-up words need no escaping."""
    return " ".join(f"'{one}'" for one in lexemes(plain, kind))


def marker(count: int) -> str:
    """Return what is written beside a filled database, to know it again."""
    return json.dumps({"tickets": count, "layout": 4})
