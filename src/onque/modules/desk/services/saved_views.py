"""Views that members save: who may see and change them, and how they are kept."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, realtime
from onque.kernel.access import Actor
from onque.kernel.errors import Conflict, Invalid, NotFound
from onque.modules.desk.contracts.views import (
    HOWS,
    Audience,
    Column,
    Narrowing,
    Order,
    SavedView,
    Test,
    ViewDraft,
    kind_of,
)
from onque.modules.desk.repositories import saved_views
from onque.modules.desk.services import filtering
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk import models

MAY_SHARE = "tenant.settings"
MOST_OWN = 50
MOST_TESTS = 30
MOST_VALUES = 100
LONGEST_NAME = 60


def get_view(actor: Actor, *, view_id: UUID) -> SavedView:
    """Return a saved view. Raises `Forbidden`, `NotFound` for one the actor does not see."""
    return _read(actor, _row_as_dict(_seen(actor, view_id)))


def audiences(actor: Actor) -> list[tuple[Audience, UUID | None, str]]:
    """Return with whom the actor may share a view: an audience, a group and the group's name."""
    found: list[tuple[Audience, UUID | None, str]] = [(Audience.OWN, None, "")]
    found += [
        (Audience.GROUP, group.id, group.name)
        for group in identity.list_groups()
        if group.id in actor.group_ids or actor.can(MAY_SHARE)
    ]
    if actor.can(MAY_SHARE):
        found.append((Audience.ALL, None, ""))
    return found


@transaction.atomic
def save_view(actor: Actor, *, draft: ViewDraft) -> SavedView:
    """Save a new view. Raises `Forbidden`, `Invalid`."""
    actor.require("ticket.view")
    if actor.id is None:
        raise Invalid(field="owner", reason="nobody")
    if saved_views.count_of(actor.id) >= MOST_OWN:
        raise Invalid(field="name", reason="too_many")
    kept = _checked(actor, draft)
    row = saved_views.add(owner_id=actor.id, updated_at=clock.now(), **_fields(kept))
    _tell(actor, "view.saved", row, {}, _fields(kept))
    return _read(actor, _row_as_dict(row))


@transaction.atomic
def change_view(actor: Actor, *, view_id: UUID, draft: ViewDraft, expected: int) -> SavedView:
    """Change a view that is one's own, or a shared one with the right to share.

    `expected` is the version the page showed: another one raises `Conflict`. Raises `Forbidden`,
    `NotFound`, `Invalid`. Locks the view.
    """
    row = _locked(actor, view_id)
    if row.version != expected:
        raise Conflict(kind="view", current=row.version)
    kept = _checked(actor, draft, before=row)
    before, after = _fields(_draft(_row_as_dict(row))), _fields(kept)
    if before != after:
        for name, value in after.items():
            setattr(row, name, value)
        _write(row, *after)
        changed = [name for name in after if after[name] != before[name]]
        _tell(
            actor,
            "view.changed",
            row,
            {name: before[name] for name in changed},
            {name: after[name] for name in changed},
        )
    return _read(actor, _row_as_dict(row))


@transaction.atomic
def delete_view(actor: Actor, *, view_id: UUID) -> None:
    """Take a view out of everybody's lists; the same twice is one. Raises as `change_view`."""
    row = _locked(actor, view_id, deleted=None)
    if row.deleted_at is None:
        row.deleted_at = clock.now()
        _write(row, "deleted_at")
        _tell(actor, "view.deleted", row, {"name": row.name}, {})


@transaction.atomic
def restore_view(actor: Actor, *, view_id: UUID) -> None:
    """Undo the deletion; the same twice is one. Raises as `change_view`."""
    row = _locked(actor, view_id, deleted=None)
    if row.deleted_at is not None:
        row.deleted_at = None
        _write(row, "deleted_at")
        _tell(actor, "view.restored", row, {}, {"name": row.name})


def read_views(actor: Actor, rows: Iterable[Mapping[str, Any]]) -> list[SavedView]:
    """Return the views that stand in the rows of another statement."""
    return [_read(actor, row) for row in rows]


def _seen(actor: Actor, view_id: UUID) -> "models.SavedView":
    actor.require("ticket.view")
    row = saved_views.find_seen(view_id, member_id=actor.id, group_ids=actor.group_ids)
    if row is None or row.deleted_at is not None:
        raise NotFound(kind="view", id=view_id)
    return row


def _locked(actor: Actor, view_id: UUID, *, deleted: bool | None = False) -> "models.SavedView":
    actor.require("ticket.view")
    if saved_views.find_seen(view_id, member_id=actor.id, group_ids=actor.group_ids) is None:
        raise NotFound(kind="view", id=view_id)
    row = saved_views.lock(view_id)
    if deleted is False and row.deleted_at is not None:
        raise NotFound(kind="view", id=view_id)
    if row.owner_id != actor.id:
        actor.require(MAY_SHARE)
    return row


def _checked(
    actor: Actor, draft: ViewDraft, *, before: "models.SavedView | None" = None
) -> ViewDraft:
    """Return the draft as it is kept. Raises `Invalid` naming the field."""
    name = " ".join(draft.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(field="name", reason="too_long" if name else "empty")
    as_before = before and (before.audience, before.group_id) == (draft.audience, draft.group_id)
    allowed = {(audience, group) for audience, group, _name in audiences(actor)}
    if not as_before and (draft.audience, draft.group_id) not in allowed:
        raise Invalid(field="audience", reason="not_allowed")
    tests = (*draft.narrowing.all_of, *draft.narrowing.any_of)
    if len(tests) > MOST_TESTS:
        raise Invalid(field="tests", reason="too_many")
    for test in tests:
        if test.how not in HOWS.get(kind_of(test.field), ()):
            raise Invalid(field="tests", reason="unknown")
        if len(test.values) > MOST_VALUES or any(len(value) > 100 for value in test.values):  # noqa: PLR2004 - characters
            raise Invalid(field="tests", reason="too_many")
        if not filtering.is_complete(test):
            raise Invalid(field="tests", reason="incomplete", test=test.field)
    return ViewDraft(
        name, draft.narrowing, draft.order, draft.columns, draft.audience, draft.group_id
    )


def _fields(draft: ViewDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "audience": str(draft.audience),
        "group_id": draft.group_id,
        "narrowing": {
            "all": [_plain(test) for test in draft.narrowing.all_of],
            "any": [_plain(test) for test in draft.narrowing.any_of],
        },
        "order": str(draft.order),
        "columns": [str(column) for column in draft.columns],
    }


def _plain(test: Test) -> list[object]:
    return [test.field, test.how, list(test.values)]


def _tests(rows: Iterable[Any]) -> tuple[Test, ...]:
    return tuple(Test(field, how, tuple(values)) for field, how, values in rows)


def _row_as_dict(row: "models.SavedView") -> dict[str, Any]:
    return {name: getattr(row, name) for name in saved_views.FIELDS}


def _draft(row: Mapping[str, Any]) -> ViewDraft:
    narrowing = row["narrowing"]
    columns = tuple(Column(one) for one in row["columns"] if one in set(Column))
    return ViewDraft(
        row["name"],
        Narrowing(_tests(narrowing.get("all", ())), _tests(narrowing.get("any", ()))),
        Order(row["order"]) if row["order"] in set(Order) else Order.DUE,
        columns,
        Audience(row["audience"]),
        _uuid(row["group_id"]),
    )


def _read(actor: Actor, row: Mapping[str, Any]) -> SavedView:
    owner_id = _uuid(row["owner_id"]) or UUID(int=0)
    may_change = owner_id == actor.id or actor.can(MAY_SHARE)
    view_id = _uuid(row["id"]) or UUID(int=0)
    return SavedView(view_id, _draft(row), owner_id, int(row["version"]), may_change)


def _uuid(value: object) -> UUID | None:
    return value if isinstance(value, UUID) or value is None else UUID(str(value))


def _write(row: "models.SavedView", *fields: str) -> None:
    row.version += 1
    row.updated_at = clock.now()
    saved_views.save(row, *fields, "version", "updated_at")


def _tell(
    actor: Actor,
    action: str,
    row: "models.SavedView",
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    identity.record_audit(
        actor=actor,
        action=action,
        object_kind="view",
        object_id=row.id,
        before=_json(before),
        after=_json(after),
    )
    realtime.hint("desk.list", kind="views")


def _json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: str(v) if isinstance(v, UUID) else v for k, v in values.items()}
