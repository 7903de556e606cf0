"""What customers can write about: offered to them, and set up by the staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel.access import Actor
from onque.kernel.errors import Invalid, NotFound
from onque.modules.identity import public as identity
from onque.modules.portal.contracts import TypeItem, TypeName
from onque.modules.portal.repositories import types
from onque.modules.portal.rules import forms

if TYPE_CHECKING:
    from onque.modules.portal.models import InquiryType

MAY_SET_UP = "tenant.settings"
LONGEST_NAME = 100
LONGEST_TEMPLATE = 5000


@dataclass(frozen=True)
class TypeChange:
    """What an inquiry type is to be; texts by locale."""

    names: Mapping[str, str]
    templates: Mapping[str, str]
    fields: Sequence[forms.FormField]
    is_open: bool = True
    position: int = 0


@dataclass(frozen=True)
class OfferedType:
    """An inquiry type with its form, in one language."""

    id: UUID
    name: str
    template: str
    fields: tuple[forms.FormField, ...]


def list_offered(brand_id: UUID, *, locale: str) -> list[TypeName]:
    """Return what a brand's customers can choose, in its order; for the public page."""
    rows = types.of_brand(brand_id, only_open=True)
    return [TypeName(row.id, forms.in_language(row.names, locale)) for row in rows]


def get_offered(type_id: UUID, *, brand_id: UUID, locale: str) -> OfferedType:
    """Return one type with its form, for the public page. Raises `NotFound`."""
    row = types.find(type_id)
    if row is None or row.brand_id != brand_id or not row.is_open:
        raise NotFound(kind="inquiry_type", id=type_id)
    return OfferedType(
        row.id,
        forms.in_language(row.names, locale),
        forms.in_language(row.templates, locale),
        forms.load(row.fields),
    )


def list_types(actor: Actor, *, brand_id: UUID) -> list[TypeItem]:
    """Return all types of a brand, closed ones too. Raises `Forbidden`."""
    actor.require(MAY_SET_UP)
    return [_item(row) for row in types.of_brand(brand_id, only_open=False)]


def get_type(actor: Actor, *, type_id: UUID) -> TypeItem:
    """Return one type. Raises `Forbidden`, `NotFound`."""
    actor.require(MAY_SET_UP)
    return _item(types.get(type_id))


@transaction.atomic
def add_type(actor: Actor, *, brand_id: UUID, change: TypeChange) -> UUID:
    """Offer something new to write about. Raises `Forbidden`, `NotFound`, `Invalid`."""
    actor.require(MAY_SET_UP)
    _check(change)
    identity.get_brand(brand_id)
    row = types.add(brand_id=brand_id, **_columns(change))
    _audit(actor, "inquiry_type.added", row.id, {}, change)
    return row.id


@transaction.atomic
def change_type(actor: Actor, *, type_id: UUID, change: TypeChange) -> None:
    """Change what a type is called and asks. Raises `Forbidden`, `NotFound`, `Invalid`."""
    actor.require(MAY_SET_UP)
    _check(change)
    row = types.lock(type_id)
    before = dict(row.names)
    for name, value in _columns(change).items():
        setattr(row, name, value)
    row.version += 1
    types.save(row, *_columns(change), "version")
    _audit(actor, "inquiry_type.changed", row.id, before, change)


def _check(change: TypeChange) -> None:
    if not any(change.names.values()):
        raise Invalid(field="names", reason="empty")
    if any(len(name) > LONGEST_NAME for name in change.names.values()):
        raise Invalid(field="names", reason="too_long")
    if any(len(text) > LONGEST_TEMPLATE for text in change.templates.values()):
        raise Invalid(field="templates", reason="too_long")
    if found := forms.faults(change.fields):
        raise Invalid(field="fields", reason=found[0])


def _columns(change: TypeChange) -> dict[str, object]:
    return {
        "names": dict(change.names),
        "templates": dict(change.templates),
        "fields": [one.dump() for one in change.fields],
        "is_open": change.is_open,
        "position": change.position,
    }


def _audit(
    actor: Actor, action: str, type_id: UUID, before: Mapping[str, str], change: TypeChange
) -> None:
    identity.record_audit(
        actor=actor,
        action=action,
        object_kind="inquiry_type",
        object_id=type_id,
        before=dict(before),
        after={**change.names, "is_open": str(change.is_open)},
    )


def _item(row: "InquiryType") -> TypeItem:
    return TypeItem(
        id=row.id,
        brand_id=row.brand_id,
        names=row.names,
        templates=row.templates,
        fields=tuple(row.fields),
        position=row.position,
        is_open=row.is_open,
        version=row.version,
    )


def as_change(item: TypeItem) -> TypeChange:
    """Return a type as the change that would leave it as it is, to fill its form."""
    return TypeChange(
        names=item.names,
        templates=item.templates,
        fields=forms.load(item.fields),
        is_open=item.is_open,
        position=item.position,
    )
