"""The list of tickets and the ticket page, whole or only the parts that change live."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from onque.kernel.errors import NotFound
from onque.modules.desk import rules
from onque.modules.desk.contracts import (
    TicketDetail,
    TicketMergedAway,
    TicketPage,
    TicketRow,
    View,
    ViewCounts,
)
from onque.modules.desk.contracts.nearby import Nearby, Step
from onque.modules.desk.contracts.operations import UndoItem
from onque.modules.desk.contracts.views import COLUMNS
from onque.modules.desk.services import (
    counting,
    custom,
    letters,
    lists,
    operations,
    reading,
    walking,
)
from onque.modules.desk.web import later, screen, view_urls, view_words, words
from onque.modules.desk.web.drafts import Draft, composer_context
from onque.modules.desk.web.letters import LetterDrawer
from onque.modules.desk.web.requests import MemberRequest, read_id, read_number
from onque.modules.desk.web.rows import RowDrawer, draw_bulk_acts
from onque.modules.identity import public as identity
from onque.modules.identity.contracts import GroupCard
from onque.ui import slots, times

if TYPE_CHECKING:
    from onque.kernel.access import Actor


MOST_ROWS = 300
"""A list grows by itself up to so many rows; what comes after is a page of its own."""


@dataclass(frozen=True)
class LogLine:
    """One line of the activity log, and how its act can be taken back."""

    at: datetime
    when: str
    words: str
    act: str
    undo: UndoItem | None

    @property
    def operation(self) -> str:
        """The id, in hex, that takes the act back; "" where nothing does."""
        return self.undo.id.hex if self.undo else ""

    @property
    def may_undo(self) -> bool:
        """Whether the reader may take it back now."""
        return self.undo is not None and self.undo.may_undo


@require_safe
def home(request: MemberRequest) -> HttpResponse:
    """Go to one's own tickets."""
    return redirect(screen.Place(request.workspace.slug, View.MINE).list_url())


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """Show a view of the tickets; with `parts` only what changes live."""
    template = "desk/_list.html" if "parts" in request.GET else "desk/list.html"
    return render(request, template, list_context(request, place_of(request)))


@require_safe
def ticket(request: MemberRequest, number: int) -> HttpResponse:
    """Show a ticket; with `parts` only what changes live."""
    parts, place = "parts" in request.GET, place_of(request)
    try:
        context = ticket_context(request, place, number)
    except TicketMergedAway as away:
        into = int(str(away.facts["into"]))
        if not parts:
            return redirect(place.ticket_url(into, merged=str(number)))
        context = ticket_context(request, place, into)  # an open page follows; its text stays
    return render(request, "desk/_parts.html" if parts else "desk/ticket.html", context)


def place_of(request: MemberRequest) -> screen.Place:
    """Read the view and the brand from the address; raise `NotFound` for an unknown view."""
    query = query_of(request)
    name = query.get("view") or View.ALL
    return place_named(request.workspace.slug, name, query.get("brand", ""))


def query_of(request: MemberRequest) -> QueryDict:
    """Return where the reader stands: forms of a ticket send it along, or come from its page."""
    if request.method != "POST" or "view" in request.GET:
        return request.GET
    if "place" in request.POST:
        return QueryDict(request.POST["place"])
    origin = urlsplit(request.headers.get("Referer", ""))
    is_ours = origin.netloc == request.get_host() and "/tickets/" in origin.path
    return QueryDict(origin.query) if is_ours else request.GET


def place_named(slug: str, name: str, brand: str = "") -> screen.Place:
    """Return the place of a standard view, or of a saved one by its id; raise `NotFound`."""
    if name in set(View):
        return screen.Place(slug, View(name), brand)
    if not re.fullmatch(r"[0-9a-f]{32}", name):
        raise NotFound(kind="view", view=name)
    return screen.Place(slug, saved_id=UUID(name))


def page_of(actor: "Actor", place: screen.Place, **more: Any) -> TicketPage:
    """Read a page of the list that a place stands for."""
    if place.saved_id is not None:
        return lists.list_saved(actor, view_id=place.saved_id, **more)
    return reading.list_tickets(actor, view=place.view, brand_slug=place.brand_slug, **more)


def nearby_of(actor: "Actor", place: screen.Place, around: TicketRow, at: str) -> Nearby:
    """Read the list around a ticket that was opened at `at`."""
    if place.saved_id is not None:
        return walking.list_saved_nearby(actor, around=around, at=at, view_id=place.saved_id)
    return walking.list_nearby(
        actor, around=around, at=at, view=place.view, brand_slug=place.brand_slug
    )


def label_of(place: screen.Place, page: TicketPage) -> words.Label:
    """Return the heading of a list."""
    return page.saved.name if page.saved else words.VIEW[place.view]


def drawer_of(place: screen.Place, page: TicketPage) -> RowDrawer:
    """Return what draws the rows with the view's columns; groups are asked for when shown."""
    columns = tuple(page.saved.draft.columns) if page.saved else COLUMNS
    groups = {one.id: one.name for one in identity.list_groups()} if "group" in columns else {}
    return RowDrawer("desk/_row.html", place, columns, groups)


def list_context(request: MemberRequest, place: screen.Place) -> screen.Context:
    """Read a page of a view with its counts."""
    actor: Actor = request.actor
    live = screen.live(request.workspace)
    after = request.GET.get("after", "")
    page = page_of(actor, place, after=after, limit=_extent(request))
    counts = counting.count_views(actor, as_of=live.cursor)
    return {
        "live": live,
        "words": words.WORDS,
        "page": page,
        "groups": screen.grouped(page),
        "counts": counts,
        "total": total_of(place, page, counts),
        "newest": page.rows[0].number if page.rows else "",
        "view_label": label_of(place, page),
        "columns": tuple(page.saved.draft.columns) if page.saved else COLUMNS,
        "empty_words": view_words.EMPTY if page.saved else words.EMPTY.get(place.view, ("", "")),
        **saved_context(request, place, page, counts),
        "brand": page.brand,
        "views": screen.view_links(place, reading.views_for(actor), counts),
        "brand_links": screen.brand_links(place, counts),
        "unassigned_count": counts.by_view.get(View.UNASSIGNED, 0),
        "unassigned_url": place.list_url(View.UNASSIGNED, brand=""),
        "all_brands_url": place.list_url(brand=""),
        "is_later_page": bool(after),
        "is_ended": "ended" in request.GET,
        "first_url": place.list_url(),
        "next_url": place.list_url(after=page.next_cursor),
        "ticket_url": place.ticket_url,
        "draw_row": drawer_of(place, page),
        "bulk_acts": draw_bulk_acts(actor, place.slug),
        "can_change": actor.can("ticket.change"),
    }


def _extent(request: MemberRequest) -> int:
    """Return how many rows are asked for: a list that grew at its end is read anew as a whole."""
    asked = request.GET.get("rows", "")
    wanted = read_number(asked) or 0
    return min(max(wanted, reading.PAGE), MOST_ROWS)


def saved_context(
    request: MemberRequest, place: screen.Place, page: TicketPage, counts: ViewCounts
) -> screen.Context:
    """Return the saved views beside a list, and what the shown one asks for."""
    gone = request.GET.get("deleted", "")
    return {
        "saved_links": screen.saved_links(place, counts),
        "order": page.order,
        "order_word": view_words.ORDER[page.order],
        "saved_said": view_words.sentences(page.saved.draft.narrowing) if page.saved else (),
        "new_view_url": view_urls.new_url(place),
        "edit_view_url": view_urls.edit_url(place.slug, page.saved.id) if page.saved else "",
        "restore_url": view_urls.restore_url(place.slug, gone),
    }


def total_of(place: screen.Place, page: TicketPage, counts: ViewCounts) -> str:
    """Return the count beside the heading; "" where none is counted."""
    if page.saved is not None:
        found = {view.id: tally for view, tally in counts.saved}.get(page.saved.id)
        return screen.saved_tally(found) if found else ""
    if page.brand is not None:
        count = counts.by_brand.get(page.brand.id, 0) if place.view == View.ALL else 0
    else:
        count = counts.by_view.get(place.view, 0)
    return times.tally(count) if count else ""


def ticket_context(
    request: MemberRequest, place: screen.Place, number: int, draft: Draft | None = None
) -> screen.Context:
    """Read a ticket, the list beside it and what other modules know of it."""
    actor: Actor = request.actor
    live = screen.live(request.workspace)
    asked = query_of(request)
    before, around = asked.get("before", ""), read_id(asked.get("m", ""))
    found = reading.get_ticket(actor, number=number, before=before, around=around)
    nearby = nearby_of(actor, place, found.row, asked.get("at", ""))
    log = _log(actor, found)
    return {
        "live": live,
        "words": words.WORDS,
        "ticket": found,
        "number": number,
        "merged": read_number(request.GET.get("merged", "")),
        "log": log,
        "kept": custom.list_kept(actor, ticket_id=found.row.id),
        "done": done_of(log, request.GET.get("did", "")),
        "days": screen.by_day(found.messages),
        "groups": screen.grouped(nearby.page),
        "total": 0,
        "view_label": label_of(place, nearby.page),
        "list_url": place.list_url(),
        "earlier_url": place.ticket_url(number, at=nearby.at, before=found.earlier_cursor),
        "newest_url": place.ticket_url(number, at=nearby.at),
        "parts_url": place.ticket_url(
            number,
            parts="1",
            at=nearby.at,
            before=before,
            m="" if found.has_newest else asked.get("m", ""),
        ),
        "query": place.query(at=nearby.at),
        "ticket_url": place.ticket_url,
        "draw_row": RowDrawer("desk/_pane_row.html", place),
        "letter": LetterDrawer(place.slug, letters.trusted_among(found.messages)),
        "onward": "",
        "previous_url": step_url(place, nearby.previous),
        "next_url": step_url(place, nearby.next),
        **composer_context(actor, found, draft, forward=request.GET.get("forward", "")),
        **_rights(actor, found),
        **_panels(actor, found),
    }


def step_url(place: screen.Place, step: Step | None) -> str:
    """Return the address of a neighbour in the list, with its place there; "" for none."""
    return place.ticket_url(step.number, at=step.at) if step else ""


def onward_of(place: screen.Place, context: screen.Context) -> str:
    """Return where the reader goes after a send, "" to stay; past the last ticket, to the list."""
    match context["ticket"].after_send:
        case "next":
            return str(context["next_url"]) or place.list_url(ended="1")
        case "list":
            return place.list_url()
        case _:
            return ""


def _rights(actor: "Actor", found: TicketDetail) -> screen.Context:
    accepts = rules.accepts_reply(found.row.status) and found.has_newest
    can_change = actor.can("ticket.change")
    hidden = set() if actor.can("ticket.trash") else {"spam", "trash"}
    choices = [s for s in rules.choices_from(found.row.status) if s not in hidden]
    return {
        "can_change": can_change,
        "can_split": len(found.messages) > 1,
        "brands": identity.list_brands() if can_change else (),
        "later_choices": later.choices(),
        "can_assign": actor.can("ticket.assign"),
        "can_reply": accepts and actor.can("ticket.reply"),
        "can_note": found.has_newest and actor.can("ticket.note"),
        "status_choices": choices,
        "members": identity.list_members() if actor.can("ticket.assign") else (),
        "groups_there": _groups(actor),
    }


def _groups(actor: "Actor") -> list[GroupCard]:
    found = identity.list_groups(with_members=False) if actor.can("ticket.assign") else []
    return [one for one in found if not one.is_archived]


def _log(actor: "Actor", found: TicketDetail) -> list[LogLine]:
    undos = operations.list_undos(actor, found.row.id)
    return [
        LogLine(line.at, times.ago(line.at), words.activity(line), line.action, undos.get(line.id))
        for line in found.activities
    ]


def done_of(log: list[LogLine], did: str) -> LogLine | None:
    """Return the line of an act just done (its id in hex), if the reader can take it back."""
    return next((line for line in log if line.may_undo and line.operation == did), None)


def _panels(actor: "Actor", found: TicketDetail) -> screen.Context:
    message_ids = [message.id for message in found.messages]
    return {
        "panels": slots.collect(slots.TICKET_PANELS, actor, [found.row.id])[found.row.id],
        "message_panels": slots.collect(slots.MESSAGE_FOOT, actor, message_ids),
    }
