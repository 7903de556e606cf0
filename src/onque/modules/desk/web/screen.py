"""What the desk's pages are drawn from: contracts of the services, words and addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from onque.modules.desk.contracts import (
    BrandMark,
    DueGroup,
    MessageItem,
    TicketPage,
    TicketRow,
    View,
    ViewCounts,
)
from onque.modules.desk.contracts.views import Order, SavedView, Tally
from onque.modules.desk.web.words import VIEW, Label
from onque.modules.identity.contracts import TenantCard
from onque.ui import times
from onque.ui.live import Live
from onque.ui.live import live as live_of

VIEW_ICONS = {
    View.MINE: "user",
    View.UNASSIGNED: "inbox",
    View.ALL: "layers",
    View.AT_RISK: "clock",
    View.MENTIONS: "at",
    View.FOLLOWED: "eye",
    View.SNOOZED: "snooze",
    View.SOLVED: "check",
    View.SPAM: "ban",
    View.TRASH: "trash",
}
VIEW_KEYS = {View.MINE: "G I", View.UNASSIGNED: "G U", View.ALL: "G A", View.AT_RISK: "G S"}
Context = dict[str, Any]
FINISHED = frozenset({View.SNOOZED, View.SOLVED, View.SPAM, View.TRASH})


@dataclass(frozen=True)
class ViewLink:
    """One line of the side pane."""

    view: View
    label: Label
    icon: str
    url: str
    count: int
    keys: str
    is_current: bool
    is_urgent: bool


@dataclass(frozen=True)
class SavedLink:
    """One saved view of the side pane."""

    view: SavedView
    url: str
    count: str
    is_current: bool


@dataclass(frozen=True)
class BrandLink:
    """One brand of the side pane."""

    brand: BrandMark
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class Place:
    """Where in the workspace a page stands: its slug, the view and the brand that filters it."""

    slug: str
    view: View = View.ALL
    brand_slug: str = ""
    saved_id: UUID | None = None

    def _name(self, view: View | None = None) -> str:
        return self.saved_id.hex if view is None and self.saved_id else str(view or self.view)

    def list_url(self, view: View | None = None, brand: str | None = None, **more: str) -> str:
        """Return the list's address; the same place unless told otherwise."""
        query = {
            "view": self._name(view),
            "brand": self.brand_slug if brand is None else brand,
            **more,
        }
        path = _tickets_path(self.slug)
        return f"{path}?{urlencode({k: v for k, v in query.items() if v})}"

    def query(self, **more: str) -> str:
        """Return the place as an address's query, to be kept by links and forms."""
        kept = {"view": self._name(), "brand": self.brand_slug, **more}
        return urlencode({k: v for k, v in kept.items() if v})

    def ticket_url(self, number: int, **more: str) -> str:
        """Return a ticket's address that remembers the place it is opened from."""
        query = {"view": self._name(), "brand": self.brand_slug, **more}
        path = f"{_tickets_path(self.slug)}{number}/"
        return f"{path}?{urlencode({k: v for k, v in query.items() if v})}"


@lru_cache(maxsize=1024)
def _tickets_path(slug: str) -> str:
    return reverse("desk:tickets", kwargs={"slug": slug})


def live(workspace: TenantCard) -> Live:
    """Return where the page connects; take it before reading what the page shows."""
    return live_of(workspace.id, workspace.slug)


def view_links(place: Place, views: Iterable[View], counts: ViewCounts) -> list[ViewLink]:
    """Return the standard views with their counts."""
    return [
        ViewLink(
            view=view,
            label=VIEW[view],
            icon=VIEW_ICONS[view],
            url=place.list_url(view, brand=""),
            count=counts.by_view.get(view, 0),
            keys=VIEW_KEYS.get(view, ""),
            is_current=view == place.view and not place.brand_slug and place.saved_id is None,
            is_urgent=view == View.AT_RISK,
        )
        for view in views
    ]


def saved_links(place: Place, counts: ViewCounts) -> list[SavedLink]:
    """Return the saved views with their counts; a "+" says that not every ticket was looked at."""
    return [
        SavedLink(
            view=view,
            url=Place(place.slug, saved_id=view.id).list_url(),
            count=saved_tally(tally),
            is_current=view.id == place.saved_id,
        )
        for view, tally in counts.saved
    ]


def saved_tally(tally: Tally) -> str:
    """Return the count as it is shown; "" for none."""
    shown = times.tally(tally.count)
    if tally.is_more and not shown.endswith("+"):
        return f"{shown}+"
    return shown if tally.count else ""


def brand_links(place: Place, counts: ViewCounts) -> list[BrandLink]:
    """Return the brands with their counts of open tickets."""
    return [
        BrandLink(
            brand=brand,
            url=place.list_url(View.ALL, brand=brand.slug),
            count=counts.by_brand.get(brand.id, 0),
            is_current=brand.slug == place.brand_slug,
        )
        for brand in counts.brands
    ]


def grouped(page: TicketPage) -> list[tuple[str, list[TicketRow]]]:
    """Return the rows under their due headings; lists in another order have no headings."""
    if page.order != Order.DUE:
        return [("", list(page.rows))] if page.rows else []
    order = {group: index for index, group in enumerate(DueGroup)}
    rows = sorted(page.rows, key=lambda row: order[row.due_group])
    return [(str(key), list(found)) for key, found in groupby(rows, lambda row: row.due_group)]


def by_day(messages: Iterable[MessageItem]) -> list[tuple[str, list[MessageItem]]]:
    """Return the messages under the days they were written, in the reader's time zone.

    The order is that of their arrival and each day comes once: what was written on an earlier day
    than what stands above it stays under the later day, and its own day is said at the message.
    """
    parts: list[tuple[str, list[MessageItem]]] = []
    latest: date | None = None
    for message in messages:
        written = timezone.localtime(message.written_at).date()
        if latest is None or written > latest:
            latest = written
            parts.append((times.day(message.written_at), []))
        parts[-1][1].append(message)
    return parts


def newest_public(messages: Sequence[MessageItem]) -> str:
    """Return the id of the newest message the customer can see, "" without any."""
    for message in reversed(messages):
        if not message.is_note:
            return str(message.id)
    return ""
