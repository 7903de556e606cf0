"""What the desk shows: lists, counts, a ticket."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.cursors import read_cursor, write_cursor
from onque.kernel.errors import NotFound
from onque.modules.customers import public as customers
from onque.modules.desk import rules
from onque.modules.desk.contracts import (
    Activity,
    AttachmentItem,
    BrandMark,
    DueGroup,
    MessageItem,
    Person,
    Priority,
    Status,
    TicketCard,
    TicketDetail,
    TicketPage,
    TicketRow,
    View,
)
from onque.modules.desk.repositories import (
    conditions,
    held,
    listing,
    messages,
    tags,
    tickets,
)
from onque.modules.desk.services import access, operations
from onque.modules.desk.services.collaborators import list_collaborators
from onque.modules.desk.services.conversations import find_stretch
from onque.modules.desk.services.relating import linked_tickets
from onque.modules.desk.services.threads import attachment_item, held_item, items
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import Ticket
    from onque.modules.desk.repositories.listing import Listed
    from onque.modules.desk.repositories.tickets import Opened

PAGE = 30  # two screens; the next page is one key away
THREAD = 200
FINISHED = frozenset({View.SNOOZED, View.SOLVED, View.SPAM, View.TRASH})


def views_for(actor: Actor) -> tuple[View, ...]:
    """Return the standard views this member has."""
    hidden = set() if actor.can("ticket.trash") else {View.SPAM, View.TRASH}
    return tuple(view for view in View if view not in hidden)


def list_tickets(
    actor: Actor, *, view: View, brand_slug: str = "", after: str = "", limit: int = PAGE
) -> TicketPage:
    """Return a page of a view, limited to what the member may see.

    `after` is the `next_cursor` of the page before. Raises `Forbidden`, `Invalid` for a cursor
    that is not ours, `NotFound` for an unknown brand or a view the member does not have.
    """
    now = clock.now()
    brand, condition = condition_of(actor, view=view, brand_slug=brand_slug)
    found = listing.page(view, condition, after=read_cursor(after), limit=limit + 1)
    more, found = len(found) > limit, found[:limit]
    cursor = ""
    if more:
        last = found[-1]
        cursor = write_cursor(last.updated_at if view in FINISHED else last.sort_at, last.id)
    return TicketPage(view, brand, tuple(rows(actor, found, now)), cursor)


def condition_of(
    actor: Actor, *, view: View, brand_slug: str
) -> tuple[BrandMark | None, conditions.Condition]:
    """Return a view's brand, and which of its tickets the member may see.

    Raises `Forbidden`, `NotFound` for an unknown brand or a view the member does not have.
    """
    actor.require("ticket.view")
    if view not in views_for(actor):
        raise NotFound(kind="view", view=view)
    brand = _brand(brand_slug)
    soon = clock.now() + timedelta(seconds=rules.RISK_SECONDS)
    condition = conditions.in_view(view, access.reach_of(actor), soon=soon)
    return brand, conditions.of_brand(brand.id) & condition if brand else condition


def get_ticket(
    actor: Actor, *, number: int, before: str = "", around: UUID | None = None
) -> TicketDetail:
    """Return all that the ticket page shows.

    Of a long conversation the newest messages, or those before a cursor or around one. Raises
    `Forbidden`, `NotFound`, `Invalid` for a cursor that is not ours, and `TicketMergedAway` where
    another ticket has it all now.
    """
    actor.require("ticket.view")
    opened = tickets.open_page(number, reader_id=actor.id)
    ticket = opened.ticket
    access.require_sight(actor, ticket)
    access.refuse_merged(ticket)
    stretch = find_stretch(ticket.id, before=before, around=around)
    near = {one.id: one for one in tickets.get_many(_near(opened))}
    follow_up_of = near.pop(ticket.follow_up_of_id, None) if ticket.follow_up_of_id else None
    return TicketDetail(
        row=rows(actor, [listing.one(ticket.id)], clock.now())[0],
        customer_email=ticket.customer.email,
        customer_note=ticket.customer.note,
        customer_is_blocked=ticket.customer.is_blocked,
        customer_locale=ticket.customer.locale or ticket.language,
        customer_ticket_count=opened.customer_tickets,
        created_at=ticket.created_at,
        solved_at=ticket.solved_at,
        follow_up_of_number=follow_up_of.number if follow_up_of else None,
        snoozed_until=ticket.snoozed_until,
        messages=stretch.messages,
        activities=tuple(_activities(ticket.id)),
        earlier_cursor=stretch.earlier_cursor,
        has_newest=stretch.is_newest,
        collaborators=tuple(list_collaborators(ticket.id)),
        held=tuple(held_item(row, ticket) for row in held.of_ticket(ticket.id)),
        bounced=_bounced(ticket.customer.email),
        linked=linked_tickets(actor, near.values()),
        followers=_people(opened.follower_ids),
        after_send=opened.after_send or "stay",
    )


def _near(opened: "Opened") -> list[UUID]:
    first = opened.ticket.follow_up_of_id
    return [*opened.linked_ids, *([first] if first else [])]


def _people(member_ids: Collection[UUID]) -> tuple[Person, ...]:
    cards = identity.get_members(member_ids)
    return tuple(Person(one, cards[one].name) for one in member_ids if one in cards)


def _bounced(address: str) -> str:
    return next(iter(customers.find_bounced([address]).values()), "") if address else ""


def get_message(actor: Actor, *, message_id: UUID) -> MessageItem:
    """Return one message the actor may see. Raises `Forbidden`, `NotFound`."""
    actor.require("ticket.view")
    message = messages.get(message_id)
    access.require_sight(actor, tickets.get(message.ticket_id))
    return items([message])[0]


def get_attachment(actor: Actor, *, attachment_id: UUID) -> AttachmentItem:
    """Return a file the actor may see. Raises `Forbidden`, `NotFound`."""
    actor.require("ticket.view")
    found = messages.find_attachment(attachment_id)
    if found is None:
        raise NotFound(kind="attachment", id=attachment_id)
    access.require_sight(actor, tickets.get(found.message.ticket_id))
    return attachment_item(found)


def get_card(ticket_id: UUID) -> TicketCard:
    """Return a ticket for another module. Raises `NotFound`."""
    return _card(tickets.get(ticket_id))


def list_cards(actor: Actor, ticket_ids: Collection[UUID]) -> dict[UUID, TicketCard]:
    """Return those among some tickets that the actor may see, for another module."""
    if not actor.can("ticket.view"):
        return {}
    found = tickets.get_many(ticket_ids)
    return {one.id: _card(one) for one in found if operations.is_seen(actor, one)}


def _card(ticket: "Ticket") -> TicketCard:
    return TicketCard(
        id=ticket.id,
        number=ticket.number,
        subject=ticket.subject,
        status=Status(ticket.status),
        brand_id=ticket.brand_id,
        customer_id=ticket.customer_id,
        channel=ticket.channel,
        language=ticket.language,
        assignee_id=ticket.assignee_id,
        group_id=ticket.group_id,
        resolution=ticket.resolution,
    )


def find_numbers(numbers: Collection[int]) -> dict[int, UUID]:
    """Return the ids of the tickets that exist among some numbers, for another module."""
    return tickets.ids_of_numbers(numbers)


def get_thread(ticket_id: UUID, *, limit: int = THREAD) -> list[MessageItem]:
    """Return the last messages of a ticket for another module, oldest first."""
    return items(messages.latest(ticket_id, limit=limit))


def list_tag_names(actor: Actor) -> list[str]:
    """Return the tenant's tags for type-ahead."""
    actor.require("ticket.view")
    return tags.names(limit=200)


def _brand(slug: str) -> BrandMark | None:
    if not slug:
        return None
    for brand in identity.list_brands():
        if brand.slug == slug:
            return BrandMark(brand.id, brand.name, brand.slug, brand.color)
    raise NotFound(kind="brand", slug=slug)


def rows(actor: Actor, found: "Sequence[Listed]", now: datetime) -> list[TicketRow]:
    """Return what a list shows of some tickets, in the reader's time zone."""
    zone = ZoneInfo(actor.time_zone)
    return [_row(row, now, zone) for row in found]


def _row(row: "Listed", now: datetime, zone: ZoneInfo) -> TicketRow:
    status = Status(row.status)
    finished = rules.shelf_of(status) != "active"
    assignee = Person(row.assignee_id, row.assignee_name or "") if row.assignee_id else None
    return TicketRow(
        id=row.id,
        number=row.number,
        subject=row.subject,
        preview=row.preview,
        preview_by=row.preview_by,
        preview_name=row.preview_name,
        status=status,
        priority=Priority(row.priority),
        channel=row.channel,
        customer=Person(row.customer_id, row.customer_name),
        customer_rating=row.customer_rating,
        brand=BrandMark(row.brand_id, row.brand_name, row.brand_slug, row.brand_color),
        assignee=assignee,
        group_id=row.group_id,
        tags=tuple(row.tags),
        due_at=row.due_at,
        due_started_at=row.due_started_at,
        due_group=DueGroup.NONE if finished else rules.due_group(row.due_at, now, zone),
        unread=row.is_unanswered,
        language=row.language,
        updated_at=row.updated_at,
        created_at=row.created_at,
        sort_at=row.sort_at,
        version=row.version,
    )


def _words(values: Mapping[str, object]) -> dict[str, str | None]:
    return {key: None if value is None else str(value) for key, value in values.items()}


def _activities(ticket_id: UUID) -> list[Activity]:
    return [
        Activity(
            id=entry.id,
            at=entry.at,
            actor_name=entry.actor_name,
            action=entry.action,
            before=_words(entry.before),
            after=_words(entry.after),
            source=entry.source,
        )
        for entry in identity.list_audit(object_kind="ticket", object_id=ticket_id)
    ]
