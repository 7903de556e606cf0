"""Tickets that one may be merged with: its customer's others, and one asked for by number."""

from onque.kernel.access import Actor
from onque.kernel.errors import NotFound
from onque.modules.desk import rules
from onque.modules.desk.contracts import BrandMark, Status
from onque.modules.desk.contracts.operations import MergeCandidate
from onque.modules.desk.repositories import listing, tickets
from onque.modules.desk.repositories.listing import Listed
from onque.modules.desk.services import access, operations

MOST = 20


def list_candidates(actor: Actor, *, number: int, wanted: int | None) -> list[MergeCandidate]:
    """Return what a ticket may be merged with, the one asked for first.

    `wanted` is a number that a person typed. Only what the actor sees is among them. Raises
    `Forbidden`, `NotFound`, `TicketMergedAway`.
    """
    actor.require(operations.CHANGE)
    ticket = tickets.get_by_number(number)
    access.require_sight(actor, ticket)
    access.refuse_merged(ticket)
    ids = [found for found, _subject in tickets.latest_of_customer(ticket.customer_id, limit=MOST)]
    if wanted is not None:
        ids += tickets.ids_of_numbers([wanted]).values()
    rows = {row.id: row for row in listing.some(set(ids) - {ticket.id}) if _fits(actor, row)}
    order = sorted(rows.values(), key=lambda row: (row.number != wanted, -row.number))
    return [_candidate(row) for row in order]


def get_subject(actor: Actor, *, number: int) -> MergeCandidate:
    """Return the ticket itself as its candidates are shown. Raises `Forbidden`, `NotFound`."""
    actor.require("ticket.view")
    row = listing.one(tickets.get_by_number(number).id)
    if not _sees(actor, row):
        raise NotFound(kind="ticket", number=number)
    return _candidate(row)


def _fits(actor: Actor, row: Listed) -> bool:
    return _sees(actor, row) and rules.may_survive(Status(row.status))


def _sees(actor: Actor, row: Listed) -> bool:
    return rules.may_see(
        sees_all=actor.can("ticket.view_all"),
        actor_id=actor.id,
        group_ids=actor.group_ids,
        assignee_id=row.assignee_id,
        group_id=row.group_id,
    )


def _candidate(row: Listed) -> MergeCandidate:
    return MergeCandidate(
        number=row.number,
        subject=row.subject,
        status=Status(row.status),
        customer=row.customer_name,
        brand=BrandMark(row.brand_id, row.brand_name, row.brand_slug, row.brand_color),
        preview=row.preview,
    )
