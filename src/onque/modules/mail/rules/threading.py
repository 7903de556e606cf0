"""Where a mail belongs, and why: the one place that decides.

Order: a reply or return address that we signed; a message id that we signed or know; an id that a
ticket's mails merely referred to, and the ticket's number in the subject, both only for who takes
part in that ticket; else a new ticket, with the ticket it may belong to as an offer. What is
forged or of another workspace counts for nothing, and the reason says so.

Source: docs/domain/threading.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from onque.modules.mail.rules.addresses import ReplyToken
from onque.modules.mail.rules.messageids import SignedId
from onque.modules.mail.rules.parsed import AutoKind, ParsedMail


class Why(StrEnum):
    """Reasons for where a mail landed; the words for people are in ``WORDS``."""

    REPLY_ADDRESS = "reply_address"
    REPLIED_TO = "replied_to"
    REFERENCED = "referenced"
    SIGNED_ID = "signed_id"
    MENTIONED = "mentioned"
    ANSWERED_BEFORE = "answered_before"
    SUBJECT_NUMBER = "subject_number"
    REPORTED = "reported"
    BOUNCE_ADDRESS = "bounce_address"
    SIDE_THREAD = "side_thread"
    BY_HAND = "by_hand"
    FORGED = "forged_reply_address"
    FORGED_ID = "forged_message_id"
    FOREIGN = "foreign_reply_address"
    UNKNOWN_TICKET = "unknown_ticket"
    NOTHING_KNOWN = "nothing_known"


class Mark(StrEnum):
    """What else is to be known of where a mail landed."""

    STRANGER = "stranger"
    OTHER_BRAND = "other_brand"
    MERGED = "merged"
    CLOSED = "closed"
    TRASHED = "trashed"
    SPAM = "spam"
    BLOCKED = "blocked"
    BY_MEMBER = "by_member"


WORDS: Mapping[Why, str] = {
    Why.REPLY_ADDRESS: "It came to this ticket's signed reply address.",
    Why.REPLIED_TO: "It answers a message of this ticket.",
    Why.REFERENCED: "It refers to a message of this ticket.",
    Why.SIGNED_ID: "It refers to a mail that we sent on this ticket, by its signed id.",
    Why.MENTIONED: "It refers to a message that this ticket's messages referred to.",
    Why.ANSWERED_BEFORE: "An answer to it was on this ticket already.",
    Why.SUBJECT_NUMBER: "Its subject has this ticket's number, and the sender takes part in it.",
    Why.REPORTED: "It reports on the delivery of a message of this ticket.",
    Why.BOUNCE_ADDRESS: "It came to the return address of a mail of this ticket.",
    Why.SIDE_THREAD: "It answers a message that was forwarded to its sender.",
    Why.BY_HAND: "Somebody put it here.",
    Why.FORGED: "New ticket: forged reply address.",
    Why.FORGED_ID: "New ticket: it refers to a message id that this workspace did not sign.",
    Why.FOREIGN: "New ticket: the reply address belongs to another workspace.",
    Why.UNKNOWN_TICKET: "New ticket: the ticket that it answers is not here any more.",
    Why.NOTHING_KNOWN: "New ticket: it refers to nothing we know.",
}


@dataclass(frozen=True)
class KnownId:
    """A message id on record."""

    ticket_id: UUID
    mentioned: bool = False
    """The id was only referred to by a message of the ticket; nobody saw that mail here."""
    message_id: UUID | None = None


@dataclass(frozen=True)
class Known:
    """What the records say about the things a mail refers to, all of one tenant."""

    tenant_id: UUID
    tokens: Sequence[ReplyToken] = ()
    tickets_by_number: Mapping[int, UUID] | None = None
    ids: Mapping[str, KnownId] | None = None
    signed: Mapping[str, SignedId] = field(default_factory=dict)
    """Ids in our form that the mail refers to, whether or not they are on record."""
    returned_to: UUID | None = None
    """The ticket of the mail whose signed return address this one came to."""
    subject_numbers: Sequence[int] = ()
    gone: frozenset[UUID] = frozenset()
    """Tickets that something leads to but that are not there any more."""
    takes_part: frozenset[UUID] = frozenset()
    """Tickets in which the sender takes part."""


@dataclass(frozen=True)
class Landing:
    """Where a mail belongs: an existing ticket, or a new one when ``ticket_id`` is None."""

    ticket_id: UUID | None
    why: Why
    suggested_id: UUID | None = None
    """For a new ticket: the one it may belong to, which a person may confirm."""

    @property
    def words(self) -> str:
        """The reason for people, in English; the catalogue has the translations."""
        return WORDS[self.why]


def decide(mail: ParsedMail, known: Known) -> Landing:
    """Where the mail belongs. Pure: the same mail and records give the same answer."""
    refused = Why.NOTHING_KNOWN
    suggested: UUID | None = None
    for landing in _candidates(mail, known):
        why, offered = landing.why, landing.suggested_id
        if landing.ticket_id is not None:
            if landing.ticket_id not in known.gone:
                return landing
            why = Why.UNKNOWN_TICKET
        refused = why if refused is Why.NOTHING_KNOWN else refused
        suggested = suggested or (None if offered in known.gone else offered)
    return Landing(None, refused, suggested)


def referred_ids(mail: ParsedMail) -> tuple[str, ...]:
    """Every id the mail refers to, the nearest first: the answered, then references backwards."""
    automatic = mail.automatic
    reported = [said.message_id for said in (automatic.bounce, automatic.feedback) if said]
    ordered = dict.fromkeys((*reported, *mail.in_reply_to, *reversed(mail.references)))
    ordered.pop("", None)
    return tuple(ordered)


def looked_up_ids(mail: ParsedMail) -> tuple[str, ...]:
    """The ids to look for in the records: the referred ones, as written and in small letters.

    Some servers write ids in small letters. The mail's own id is one too, since an answer to it may
    have come before it.
    """
    own = (mail.message_id,) if mail.message_id else ()
    referred = referred_ids(mail)
    return tuple(dict.fromkeys((*referred, *(item.lower() for item in referred), *own)))


def _candidates(mail: ParsedMail, known: Known) -> Iterator[Landing]:
    """Yield what the mail leads to, the best first; one without a ticket only says why not."""
    for token in known.tokens:
        yield _by_token(token, known)
    if known.returned_to is not None:
        yield Landing(known.returned_to, Why.BOUNCE_ADDRESS)
    mentioned: list[Landing] = []
    for item in referred_ids(mail):
        yield from _by_id(item, mail, known, mentioned)
    yield from mentioned
    yield from _by_own_id(mail, known)
    for number in known.subject_numbers:
        ticket_id = (known.tickets_by_number or {}).get(number)
        if ticket_id is not None:
            yield _if_taking_part(ticket_id, Why.SUBJECT_NUMBER, known)


def _by_token(token: ReplyToken, known: Known) -> Landing:
    if not token.genuine:
        return Landing(None, Why.FORGED)
    if token.tenant_id != known.tenant_id:
        return Landing(None, Why.FOREIGN)
    ticket_id = (known.tickets_by_number or {}).get(token.ticket_number)
    if ticket_id is None:
        return Landing(None, Why.UNKNOWN_TICKET)
    return Landing(ticket_id, Why.REPLY_ADDRESS)


def _by_id(
    item: str, mail: ParsedMail, known: Known, mentioned: list[Landing]
) -> Iterator[Landing]:
    ids = known.ids or {}
    hit = ids.get(item) or ids.get(item.lower())
    signed = known.signed.get(item)
    if hit is not None and not hit.mentioned:
        answered = item in mail.in_reply_to
        bounce = mail.automatic.kind is AutoKind.BOUNCE
        why = Why.REPLIED_TO if answered else Why.REFERENCED
        yield Landing(hit.ticket_id, Why.REPORTED if bounce else why)
    elif signed is not None:
        if not signed.genuine:
            yield Landing(None, Why.FORGED_ID)
        elif signed.ticket_number:
            ticket_id = (known.tickets_by_number or {}).get(signed.ticket_number)
            yield Landing(ticket_id, Why.SIGNED_ID if ticket_id else Why.UNKNOWN_TICKET)
    elif hit is not None:
        mentioned.append(_if_taking_part(hit.ticket_id, Why.MENTIONED, known))


def _by_own_id(mail: ParsedMail, known: Known) -> Iterator[Landing]:
    """An answer to this mail came before it."""
    hit = (known.ids or {}).get(mail.message_id)
    if hit is not None and hit.mentioned:
        yield _if_taking_part(hit.ticket_id, Why.ANSWERED_BEFORE, known)


def _if_taking_part(ticket_id: UUID, why: Why, known: Known) -> Landing:
    """Two strangers who name the same id or number have nothing to do with each other."""
    if ticket_id in known.takes_part:
        return Landing(ticket_id, why)
    return Landing(None, Why.NOTHING_KNOWN, suggested_id=ticket_id)
