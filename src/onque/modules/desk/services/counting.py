"""The counts beside the views, the brands and the due groups."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.keeping import Kept
from onque.kernel.tenancy import current_alias, current_tenant
from onque.modules.desk import rules
from onque.modules.desk.contracts import BrandMark, View, ViewCounts
from onque.modules.desk.contracts.views import SavedView, Tally
from onque.modules.desk.repositories import conditions, counts
from onque.modules.desk.repositories.conditions import Condition
from onque.modules.desk.services import access, lists, saved_views
from onque.modules.identity import public as identity

OWN = (View.MINE, View.MENTIONS)
SHARED_SECONDS = 10  # what falls due meanwhile shows that much later
SPANS = ("overdue", "hour", "today")

_counted: Kept[Tally] = Kept(seconds=SHARED_SECONDS, entries=16_384)
_shared: Kept[dict[str, int]] = Kept(seconds=SHARED_SECONDS, entries=4096)


def count_views(actor: Actor, *, as_of: str = "") -> ViewCounts:
    """Return the capped counts of views, brands and due groups, in one statement.

    `as_of` is the live log's cursor, taken before: every change of a ticket moves it, so what one
    member counted holds for the next one until then, for `SHARED_SECONDS` at most. One's own
    tickets and mentions are always counted; without a cursor, everything is.
    """
    actor.require("ticket.view")
    reach = access.reach_of(actor)
    soon = clock.now() + timedelta(seconds=rules.RISK_SECONDS)
    brands = identity.list_brands()
    marks = tuple(BrandMark(b.id, b.name, b.slug, b.color) for b in brands)
    whose = None if reach.sees_all else reach
    key = (current_tenant(), current_alias(), as_of, whose, actor.time_zone, marks)
    known = _shared.get(key) if as_of else None
    wanted = {str(view): conditions.in_view(view, reach, soon=soon) for view in OWN}
    if known is None:
        wanted |= _shared_conditions(actor, reach, marks)
    cap = ViewCounts.CAP + 1
    counted, rows = counts.capped(wanted, cap=cap, member_id=actor.id, group_ids=actor.group_ids)
    found = (known or {}) | counted
    if as_of and known is None:
        _shared.put(key, {name: count for name, count in found.items() if name not in OWN})
    return ViewCounts(
        by_view={
            **{str(view): found[view] for view in (*OWN, View.UNASSIGNED)},
            str(View.AT_RISK): min(found["overdue"] + found["hour"], cap),
            str(View.ALL): min(sum(found[mark.id.hex] for mark in marks), cap),
        },
        by_brand={mark.id: found[mark.id.hex] for mark in marks},
        by_group={name: found[name] for name in SPANS},
        brands=marks,
        saved=_saved(actor, rows, as_of=as_of),
    )


def _saved(
    actor: Actor, rows: Sequence[Mapping[str, Any]], *, as_of: str
) -> tuple[tuple[SavedView, Tally], ...]:
    """Return the saved views with their counts: one more statement for those not yet counted."""
    views = saved_views.read_views(actor, rows)
    shared = (current_tenant(), current_alias(), as_of, actor.time_zone)
    keys = {view.id: (*shared, *_reader(actor, view), view.id, view.version) for view in views}
    known = {view_id: _counted.get(key) for view_id, key in keys.items()} if as_of else {}
    missing = [view for view in views if known.get(view.id) is None]
    walks = {str(view.id): lists.walk_of(actor, view.draft.narrowing) for view in missing}
    fresh = lists.count(walks) if walks else {}
    for view in missing:
        _counted.put(keys[view.id], fresh[str(view.id)])
    return tuple((view, known.get(view.id) or fresh[str(view.id)]) for view in views)


def _reader(actor: Actor, view: SavedView) -> tuple[object, ...]:
    """Return what of the reader the count depends on."""
    if view.draft.narrowing.is_personal or not actor.can("ticket.view_all"):
        return (actor.id, actor.group_ids, actor.can("ticket.trash"))
    return (actor.can("ticket.trash"),)


def _shared_conditions(
    actor: Actor, reach: conditions.Reach, marks: Sequence[BrandMark]
) -> dict[str, Condition]:
    now = clock.now()
    soon = now + timedelta(seconds=rules.RISK_SECONDS)
    midnight = max(rules.end_of_day(now, ZoneInfo(actor.time_zone)), soon)
    wanted = {str(View.UNASSIGNED): conditions.in_view(View.UNASSIGNED, reach, soon=soon)}
    for name, span in zip(SPANS, ((None, now), (now, soon), (soon, midnight)), strict=True):
        wanted[name] = conditions.due_between(*span) & reach.condition()
    for mark in marks:
        active = conditions.in_view(View.ALL, reach, soon=soon)
        wanted[mark.id.hex] = conditions.of_brand(mark.id) & active
    return wanted
