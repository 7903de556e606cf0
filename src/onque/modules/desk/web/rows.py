"""Rows of lists, drawn once and kept: most rows of a list are as the last reader saw them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.template import engines
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from markupsafe import Markup

from onque.kernel import clock
from onque.modules.desk.contracts import TicketRow
from onque.modules.desk.contracts.views import COLUMNS
from onque.modules.desk.web import words
from onque.ui import times

if TYPE_CHECKING:
    from onque.kernel.access import Actor
    from onque.modules.desk.web.screen import Place

KEPT = 8192  # about 2 kB each
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Drawing:
    """All that a drawn row depends on: the same value is the same markup."""

    template: str
    columns: tuple[str, ...]
    group: str
    language: str
    time_zone: str
    place: "Place"
    content: tuple[object, ...]
    is_current: bool
    age: int
    left: int
    row: TicketRow = field(compare=False)  # `content` stands for it: a short key hashes fast


class RowDrawer:
    """Draws rows for one request: its template, language, time zone and place."""

    def __init__(
        self,
        template: str,
        place: "Place",
        columns: tuple[str, ...] = COLUMNS,
        groups: Mapping[UUID, str] | None = None,
    ) -> None:
        self.template, self.place, self.columns = template, place, columns
        self.groups = groups or {}
        self.language = get_language() or ""
        self.time_zone = timezone.get_current_timezone_name()
        self.now = clock.now()
        self.today = timezone.localdate(self.now).toordinal()  # older rows change at midnight

    def __call__(self, row: TicketRow, is_current: bool = False) -> Markup:  # noqa: FBT001, FBT002 - called by templates
        """Return the row's markup; its times are right to the minute."""
        age = int((self.now - row.updated_at).total_seconds()) // 60
        left = int((row.due_at - self.now).total_seconds()) // 60 if row.due_at else 0
        return _draw(
            Drawing(
                self.template,
                self.columns,
                self.groups.get(row.group_id, "") if row.group_id else "",
                self.language,
                self.time_zone,
                self.place,
                _content(row),
                is_current,
                age if age < DAY_MINUTES else -self.today,
                left,
                row,
            )
        )


def _content(row: TicketRow) -> tuple[object, ...]:
    """Return what changes when the row does: its version, and the names that others own."""
    assignee = row.assignee.name if row.assignee else None
    brand, customer = row.brand, row.customer
    return (
        row.id.int,
        row.version,
        row.tags,
        assignee,
        (customer.name, row.customer_rating),
        (brand.name, brand.color),
    )


@lru_cache(maxsize=KEPT)
def _draw(drawing: Drawing) -> Markup:
    row = drawing.row
    template = engines["jinja2"].env.get_template(drawing.template)  # type: ignore[attr-defined] # the stubs know no Jinja2 engine
    return Markup(  # noqa: S704 - the template has escaped it
        template.render(
            row=row,
            due=times.deadline(row.due_at, since=row.due_started_at) if row.due_at else None,
            updated=times.ago(row.updated_at),
            created=times.ago(row.created_at),
            columns=drawing.columns,
            group=drawing.group,
            is_current=drawing.is_current,
            ticket_url=drawing.place.ticket_url,
            words=words.WORDS,
        )
    )


def draw_bulk_acts(actor: "Actor", slug: str) -> Markup:
    """Return the acts of the selection bar, drawn once for each member and set of rights."""
    rights = tuple(
        code for code in ("ticket.assign", "ticket.reply", "ticket.trash") if actor.can(code)
    )
    return _draw_bulk_acts(get_language() or "", rights, actor.id, slug)


@lru_cache(maxsize=1024)
def _draw_bulk_acts(
    language: str, rights: tuple[str, ...], actor_id: UUID | None, slug: str
) -> Markup:
    del language  # part of the key: the words differ
    template = engines["jinja2"].env.get_template("desk/_bulk_acts.html")  # type: ignore[attr-defined] # the stubs know no Jinja2 engine
    drawn = template.render(
        rights=rights,
        actor_id=actor_id,
        answerable_url=reverse("desk:answerable", kwargs={"slug": slug}),
        words=words.WORDS,
        example="{{customer.name}}",
    )
    return Markup(drawn)  # noqa: S704 - the template has escaped it
