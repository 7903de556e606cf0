"""What must hold after the kill run, read from the database, the sink and the browsers."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.faults_agents import Office
from bench.faults_installation import Installation, Killer
from bench.faults_peers import Mailer, Sink

STILL_SECONDS = 4.0
OPEN_WORK = """
SELECT (SELECT count(*) FROM mail_inboundmail WHERE state IN ('stored', 'parsed', 'routed')),
       (SELECT count(*) FROM kernel_delivery WHERE state = 'pending'),
       (SELECT count(*) FROM mail_outboundmail WHERE state IN ('queued', 'claimed', 'sending'))
"""
PASS_TIME = """
UPDATE kernel_delivery SET next_try_at = least(next_try_at, now()) WHERE state = 'pending';
UPDATE mail_outboundmail SET next_try_at = least(next_try_at, now()),
  claimed_at = claimed_at - interval '1 hour' WHERE state IN ('queued', 'claimed', 'sending')
"""


@dataclass(frozen=True)
class Line:
    """One line of the table; `holds` None is a fact nothing is asked of."""

    what: str
    value: str
    holds: bool | None = None

    def text(self) -> str:
        """The line as printed."""
        mark = {True: "holds", False: "DOES NOT HOLD", None: ""}[self.holds]
        return f"  {self.what:<34} {self.value:<62} {mark}".rstrip()


def wait_until_quiet(installation: Installation, *, limit_seconds: float, hurry: bool) -> bool:
    """Wait until no work is open; whether it came to that.

    What dead processes left is waited for as long as its leases say. With `hurry` those leases
    are made to end once nothing has moved for some seconds, when nobody alive can be at it.
    """
    end = time.monotonic() + limit_seconds
    before: Any = None
    since = time.monotonic()
    with installation.database() as connection:
        while time.monotonic() < end:
            now = connection.execute(OPEN_WORK).fetchone()
            if now == (0, 0, 0):
                return True
            if now != before:
                before, since = now, time.monotonic()
            if hurry and time.monotonic() - since > STILL_SECONDS:
                connection.execute(PASS_TIME)
                since = time.monotonic()
            time.sleep(0.25)
    return False


class Findings:
    """Reads what became of everything."""

    def __init__(
        self, installation: Installation, mailer: Mailer, office: Office, sink: Sink
    ) -> None:
        self.mailer, self.office, self.sink = mailer, office, sink
        with installation.database() as connection:
            self._read(connection)

    def _read(self, connection: psycopg.Connection) -> None:
        self.tickets = connection.execute("SELECT subject FROM desk_ticket").fetchall()
        self.ledger = connection.execute(
            "SELECT state, rfc_id, ticket_id, duplicate_of_id, id FROM mail_inboundmail"
        ).fetchall()
        self.dead = _count(connection, "SELECT count(*) FROM kernel_delivery WHERE state = 'dead'")
        self.outbound = connection.execute(
            "SELECT m.request_key, o.state, o.rfc_id FROM mail_outboundmail o"
            " JOIN desk_message m ON m.id = o.message_id AND m.tenant_id = o.tenant_id"
            " WHERE o.kind = 'reply'"
        ).fetchall()
        self.texts = dict(
            connection.execute(
                "SELECT substring(text FROM 'answer-([0-9a-f]{32})'), request_key"
                " FROM desk_message WHERE direction = 'out' AND text LIKE '%answer-%'"
            ).fetchall()
        )
        self.messages = _count(
            connection, "SELECT count(*) FROM desk_message WHERE direction = 'out'"
        )
        self.waited = connection.execute(
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY done_at - received_at),"
            " percentile_cont(0.95) WITHIN GROUP (ORDER BY done_at - received_at),"
            " max(done_at - received_at), extract(epoch FROM max(done_at) - min(received_at)),"
            " (SELECT max(n) FROM (SELECT count(*) AS n FROM mail_inboundmail"
            "  GROUP BY floor(extract(epoch FROM done_at) / 5)) bins) FROM mail_inboundmail"
        ).fetchone()
        self.failures = connection.execute(
            "SELECT name, failures FROM kernel_jobrun WHERE failures > 0"
        ).fetchall()

    def mail_lines(self) -> Iterable[Line]:
        """Mails in, tickets and the ledger."""
        wanted = self.mailer.count
        sent = {mail.message_id for mail in self.mailer.mails}
        yield Line(
            "mails sent / accepted with 250",
            f"{wanted:,} / {len(self.mailer.accepted):,}",
            len(self.mailer.accepted) == wanted,
        )
        yield Line("what the peer was answered", _counted(self.mailer.answers))
        subjects = Counter(row[0] for row in self.tickets)
        twice = sum(1 for n in subjects.values() if n > 1)
        missing = sum(1 for mail in self.mailer.mails if mail.subject not in subjects)
        yield Line(
            "tickets (twice / missing by subject)",
            f"{len(self.tickets):,} ({twice} / {missing})",
            len(self.tickets) == wanted and not twice and not missing,
        )
        done = Counter(row[1] for row in self.ledger if row[0] == "done")
        distinct = len({row[2] for row in self.ledger if row[0] == "done"})
        yield Line(
            "Message-IDs filed once, each a ticket",
            f"{len(done):,}, {distinct:,} tickets",
            set(done) == sent and set(done.values()) == {1} and distinct == wanted,
        )
        yield self._balance()

    def _balance(self) -> Line:
        states = Counter(row[0] for row in self.ledger)
        first = {row[4]: row[1] for row in self.ledger if row[0] == "done"}
        copies = [row for row in self.ledger if row[0] == "duplicate"]
        known = all(first.get(row[3]) == row[1] for row in copies)
        per_mail = Counter(row[1] for row in copies)
        cut_off = all(n <= self.mailer.unanswered[mail] for mail, n in per_mail.items())
        lost_answers = sum(self.mailer.unanswered.values())
        rows = len(self.ledger)
        balanced = rows == len(self.mailer.accepted) + len(copies) == states["done"] + len(copies)
        return Line(
            "ledger rows (hand-overs cut off)",
            f"{rows:,} = {_counted(states)} ({lost_answers})",
            balanced and known and cut_off and set(states) <= {"done", "duplicate"},
        )

    def other_lines(self) -> Iterable[Line]:
        """Quarantine, dead letters, and how quick it was."""
        aside = sum(1 for row in self.ledger if row[0] not in {"done", "duplicate"})
        yield Line("quarantined or open", str(aside), aside == 0)
        yield Line("dead letters", str(self.dead), self.dead == 0)
        if self.waited is not None and self.waited[0] is not None:
            half, most, longest, seconds, best = self.waited
            yield Line(
                "accepted until filed, p50 p95 max",
                f"{half.total_seconds():.2f} s  {most.total_seconds():.1f} s"
                f"  {longest.total_seconds():.1f} s",
            )
            yield Line(
                "mails/s filed, whole run / best 5 s",
                f"{len(self.ledger) / float(seconds):.1f} / {best / 5:.1f}",
            )
        if self.failures:
            yield Line("failed runs of jobs", ", ".join(f"{n}: {c}" for n, c in self.failures))

    def reply_lines(self, killer: Killer) -> Iterable[Line]:
        """Replies out."""
        replies = list(self.office.replies.values())
        posted = [reply for reply in replies if reply.posted]
        yield Line(
            "replies wanted / posted / stored",
            f"{self.office.wanted} / {len(posted)} / {self.messages}",
            len(posted) == self.office.wanted == self.messages == len(self.texts),
        )
        yield Line("what the agents were answered", _counted(self.office.statuses))
        states = {row[0]: row[1] for row in self.outbound}
        taken = {reply.token: len(self.sink.by_token.get(reply.token, ())) for reply in posted}
        flagged = {t for t in taken if states.get(self.texts.get(t)) == "unsure"}
        once = sum(1 for token, n in taken.items() if n == 1 and token not in flagged)
        twice = sum(1 for n in self.sink.by_message_id.values() if n > 1)
        twice += sum(1 for n in taken.values() if n > 1)
        lost = sum(1 for token, n in taken.items() if n == 0 and token not in flagged)
        in_flight = sum(kill.in_flight for kill in killer.done)
        yield Line(
            "delivered exactly once, or flagged",
            f"{once} + {len(flagged)}",
            once + len(flagged) == len(posted),
        )
        yield Line(
            "flagged unsure (in flight at kills)",
            f"{len(flagged)} ({in_flight})",
            len(flagged) <= in_flight,
        )
        yield Line("delivered twice / lost", f"{twice} / {lost}", not twice and not lost)
        yield Line("outgoing by state", _counted(Counter(row[1] for row in self.outbound)))


def kill_lines(killer: Killer, wanted: dict[str, int]) -> Iterable[Line]:
    """What was killed, and how soon a new process was there."""
    for kind, count in wanted.items():
        kills = [kill for kill in killer.done if kill.kind == kind]
        moments = " ".join(f"{kill.at:.0f}s(+{kill.back_seconds:.1f})" for kill in kills)
        emptied = all(kill.emptied for kill in kills) if kind == "valkey" else True
        extra = ", emptied" if kind == "valkey" and emptied else ""
        yield Line(
            f"kill -9 of {kind}",
            f"{len(kills)} at {moments}{extra}",
            len(kills) >= count and emptied,
        )


def _counted(counts: "Counter[str]") -> str:
    return ", ".join(f"{name} {n:,}" for name, n in sorted(counts.items())) or "none"


def _count(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0
