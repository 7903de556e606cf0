"""Where a mail belongs, and why: the one place that decides.

Order: a reply address that we signed; a message id that we know; else a new ticket. What is
forged counts for nothing, and the reason says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from onque.modules.mail.rules.addresses import ReplyToken
from onque.modules.mail.rules.parsed import AutoKind, ParsedMail


class Why(StrEnum):
    """Reasons for where a mail landed; the words for people are in ``WORDS``."""

    REPLY_ADDRESS = "reply_address"
    REPLIED_TO = "replied_to"
    REFERENCED = "referenced"
    MENTIONED = "mentioned"
    REPORTED = "reported"
    FORGED = "forged_reply_address"
    FOREIGN = "foreign_reply_address"
    UNKNOWN_TICKET = "unknown_ticket"
    NOTHING_KNOWN = "nothing_known"


WORDS: Mapping[Why, str] = {
    Why.REPLY_ADDRESS: "It came to this ticket's signed reply address.",
    Why.REPLIED_TO: "It answers a message of this ticket.",
    Why.REFERENCED: "It refers to a message of this ticket.",
    Why.MENTIONED: "It refers to a message that this ticket's messages referred to.",
    Why.REPORTED: "It reports on the delivery of a message of this ticket.",
    Why.FORGED: "New ticket: forged reply address.",
    Why.FOREIGN: "New ticket: the reply address belongs to another workspace.",
    Why.UNKNOWN_TICKET: "New ticket: its reply address names a ticket that is not here.",
    Why.NOTHING_KNOWN: "New ticket: it refers to nothing we know.",
}


@dataclass(frozen=True)
class KnownId:
    """A message id on record."""

    ticket_id: UUID
    mentioned: bool = False
    """The id was only referred to by a message of the ticket; nobody saw that mail here."""


@dataclass(frozen=True)
class Known:
    """What the records say about the things a mail refers to, all of one tenant."""

    tenant_id: UUID
    tokens: Sequence[ReplyToken] = ()
    tickets_by_number: Mapping[int, UUID] | None = None
    ids: Mapping[str, KnownId] | None = None


@dataclass(frozen=True)
class Landing:
    """Where a mail belongs: an existing ticket, or a new one when ``ticket_id`` is None."""

    ticket_id: UUID | None
    why: Why

    @property
    def words(self) -> str:
        """The reason for people, in English; the catalogue has the translations."""
        return WORDS[self.why]


def decide(mail: ParsedMail, known: Known) -> Landing:
    """Where the mail belongs. Pure: the same mail and records give the same answer."""
    refused: Why | None = None
    for token in known.tokens:
        landing = _by_token(token, known)
        if landing.ticket_id is not None:
            return landing
        refused = refused or landing.why
    by_id = _by_ids(mail, known)
    if by_id is not None:
        return by_id
    return Landing(None, refused or Why.NOTHING_KNOWN)


def referred_ids(mail: ParsedMail) -> tuple[str, ...]:
    """Every id the mail refers to, the nearest first: the answered, then references backwards."""
    reported = (mail.automatic.bounce.message_id,) if mail.automatic.bounce else ()
    ordered = dict.fromkeys((*reported, *mail.in_reply_to, *reversed(mail.references)))
    ordered.pop("", None)
    return tuple(ordered)


def _by_token(token: ReplyToken, known: Known) -> Landing:
    if not token.genuine:
        return Landing(None, Why.FORGED)
    if token.tenant_id != known.tenant_id:
        return Landing(None, Why.FOREIGN)
    ticket_id = (known.tickets_by_number or {}).get(token.ticket_number)
    if ticket_id is None:
        return Landing(None, Why.UNKNOWN_TICKET)
    return Landing(ticket_id, Why.REPLY_ADDRESS)


def _by_ids(mail: ParsedMail, known: Known) -> Landing | None:
    ids = known.ids or {}
    bounce = mail.automatic.kind is AutoKind.BOUNCE
    hits = [(item, ids[item]) for item in referred_ids(mail) if item in ids]
    for item, hit in sorted(hits, key=lambda pair: pair[1].mentioned):
        if hit.mentioned:
            return Landing(hit.ticket_id, Why.MENTIONED)
        if bounce:
            return Landing(hit.ticket_id, Why.REPORTED)
        answered = item in mail.in_reply_to
        return Landing(hit.ticket_id, Why.REPLIED_TO if answered else Why.REFERENCED)
    return None
