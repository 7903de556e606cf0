"""One visit to a mailbox: lease it, fetch, say how it went, give it back or stay for the news."""

import logging
import random
from dataclasses import dataclass
from uuid import UUID, uuid4

from onque.kernel import clock
from onque.kernel.errors import Unavailable
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.repositories import mailboxes
from onque.modules.mail.rules.polling import INTERVAL, LONGEST_PAUSE, Fault, pause
from onque.modules.mail.services import balancing, fetching, imap_session
from onque.modules.mail.services.imap_session import Session
from onque.modules.mail.services.turns import LEASE, LeaseLostError, Turn, is_crowded, lease

__all__ = ["INTERVAL", "LEASE", "LONGEST_PAUSE", "Held", "due_mailboxes", "pause", "poll", "visit"]

log = logging.getLogger(__name__)

_FAULTS = (*imap_session.ERRORS, ValueError, Unavailable)


@dataclass(frozen=True)
class Held:
    """A mailbox that a poller keeps, idling at its server."""

    tenant_id: UUID
    mailbox_id: UUID
    key: UUID
    session: Session
    folders: int
    has_news: bool = False


@dataclass(frozen=True)
class Visited:
    """How many mails a visit fetched, and what it keeps."""

    count: int = 0
    held: Held | None = None


def due_mailboxes(limit: int = 200) -> list[tuple[UUID, UUID]]:
    """Return (tenant, mailbox) of all tenants' mailboxes to poll now."""
    return mailboxes.due(now=clock.now(), limit=limit)


def poll(tenant_id: UUID, mailbox_id: UUID) -> int:
    """Fetch what is new in one mailbox and give it back; return how many.

    A fault is recorded, not raised. Does nothing when another poller has the mailbox. Safe to be
    killed at any moment.
    """
    return visit(tenant_id, mailbox_id, stay=False).count


def visit(tenant_id: UUID, mailbox_id: UUID, *, stay: bool, held: Held | None = None) -> Visited:
    """Fetch as `poll` does, on the connection that is `held`; with `stay` keep the mailbox idling.

    The caller owns what is kept, and gives it back with `let_go`.
    """
    key = held.key if held else uuid4()
    box = lease(tenant_id, mailbox_id, key)
    if box is None:
        if held:
            held.session.leave()
        return Visited()
    turn = Turn(tenant_id, box, key, held.session if held else None)
    kept = False
    try:
        turn.resume()
        visited = _fetch(turn, stay=stay)
        kept = visited.held is not None
    except LeaseLostError:
        return Visited()
    except _FAULTS as error:
        _give_back_failed(turn, error)
        return Visited()
    else:
        return visited
    finally:
        if not kept:
            turn.drop()


def let_go(held: Held) -> None:
    """Give a mailbox back at once, for whoever is free."""
    held.session.leave()
    now = clock.now()
    with tenant_scope(held.tenant_id):
        mailboxes.let_go(held.mailbox_id, held.key, now=now)


def _fetch(turn: Turn, *, stay: bool) -> Visited:
    count = fetching.fetch_all(turn)
    stays = stay and turn.connected().can_idle and not is_crowded(turn)
    held = _stay(turn) if stays else None
    now = clock.now()
    with tenant_scope(turn.tenant_id):
        mailboxes.succeed(
            turn.box,
            turn.key,
            now=now,
            next_poll_at=now + INTERVAL,
            leased_until=now + LEASE if held else None,
            has_mail=count > 0,
        )
    return Visited(count, held)


def _stay(turn: Turn) -> Held:
    """Idle in the watched folder, unless there is more to fetch already."""
    session, watched = turn.connected(), turn.folders()[-1]
    session.open(watched.name, to_change=False)
    has_news = bool(balancing.wanted(session, watched, above=watched.last_uid))
    has_news = session.idle() or has_news
    names = len(turn.box.chosen_folders)
    return Held(turn.tenant_id, turn.box.id, turn.key, session, names, has_news)


def _give_back_failed(turn: Turn, error: Exception) -> None:
    reason, words = _reason(error)
    log.warning(
        "mailbox_failing",
        extra={"mailbox": turn.box.id.hex, "reason": str(reason), "said": words},
    )
    now = clock.now()
    wait = pause(turn.box.failures + 1, reason, spread=random.random())  # noqa: S311 - no secret
    with tenant_scope(turn.tenant_id):
        mailboxes.fail(
            turn.box, turn.key, reason=reason, error=words, now=now, next_poll_at=now + wait
        )


def _reason(error: Exception) -> tuple[Fault, str]:
    """What is wrong: a code, and the technical words."""
    if isinstance(error, Unavailable):
        return Fault.STORE_DOWN, str(dict(error.facts))[:500]
    if isinstance(error, ValueError):  # a secret that no key opens any more
        return Fault.AUTH_REFUSED, type(error).__name__
    found = imap_session.fault_of(error)
    return found.fault, found.words
