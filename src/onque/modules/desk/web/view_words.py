"""Saved views as people read them: fields, comparisons, columns, orders, refusals."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from onque.modules.desk.contracts.views import (
    CUSTOM,
    Audience,
    Column,
    Narrowing,
    Order,
    Test,
    kind_of,
)
from onque.modules.desk.web.words import (
    CHANNEL,
    LANGUAGE,
    PRIORITY,
    RATING,
    STATUS,
    Label,
)
from onque.modules.fields import public as fields
from onque.modules.fields.contracts import Field, FieldType, Subject
from onque.modules.identity import public as identity

Own = Mapping[str, Field]
"""A workspace's own fields by how tests call them."""
FIELD: Mapping[str, Label] = {
    "status": _("Status"),
    "priority": _("Priority"),
    "assignee": _("Assignee"),
    "group": _("Group"),
    "brand": _("Brand"),
    "channel": _("Via"),
    "language": _("Language"),
    "rating": _("Customer's rating"),
    "tag": _("Tag"),
    "subject": _("Subject"),
    "from": _("Customer"),
    "unanswered": _("Waits for us"),
    "files": _("Has files"),
    "created": _("Received"),
    "updated": _("Updated"),
    "due": _("Next due"),
}
"""What can be chosen, in the order of the menu."""
HOW: Mapping[str, Label] = {
    "in": pgettext_lazy("test", "is one of"),
    "out": pgettext_lazy("test", "is none of"),
    "has": pgettext_lazy("test", "contains"),
    "lacks": pgettext_lazy("test", "does not contain"),
    "is": pgettext_lazy("test", "is"),
    "within": pgettext_lazy("test", "within"),
    "beyond": pgettext_lazy("test", "longer ago than"),
    "on": pgettext_lazy("test", "on"),
    "off": pgettext_lazy("test", "not on"),
    ">=": pgettext_lazy("test", "on or after"),
    "<": pgettext_lazy("test", "before"),
    ">": pgettext_lazy("test", "after"),
    "<=": pgettext_lazy("test", "on or before"),
    "past": pgettext_lazy("test", "is past"),
    "none": pgettext_lazy("test", "is not set"),
    "equals": pgettext_lazy("test", "is"),
    "least": pgettext_lazy("test", "is at least"),
    "most": pgettext_lazy("test", "is at most"),
}
ORDER: Mapping[str, Label] = {
    Order.DUE: _("Next due first"),
    Order.NEWEST_UPDATED: _("Last updated first"),
    Order.OLDEST_UPDATED: _("Longest untouched first"),
    Order.NEWEST_CREATED: _("Newest first"),
    Order.OLDEST_CREATED: _("Oldest first"),
}
COLUMN: Mapping[str, Label] = {
    Column.STATUS: _("Status"),
    Column.NUMBER: _("Number"),
    Column.CUSTOMER: _("Customer"),
    Column.CHANNEL: _("Via"),
    Column.LANGUAGE: _("Language"),
    Column.GROUP: _("Group"),
    Column.ASSIGNEE: _("Assignee"),
    Column.DUE: _("Next due"),
    Column.CREATED: _("Received"),
    Column.UPDATED: _("Updated"),
}
AUDIENCE: Mapping[str, Label] = {
    Audience.OWN: _("Only I"),
    Audience.GROUP: _("Group"),
    Audience.ALL: _("Everybody"),
}
FLAGS: Mapping[str, Label] = {"yes": _("Yes"), "no": _("No")}
UNITS: Mapping[str, Label] = {"h": _("hours"), "d": _("days")}
EMPTY: tuple[Label, Label] = (
    _("No ticket meets these conditions"),
    _("New ones appear here by themselves. Or change what the view asks for."),
)
FAULTS: Mapping[str, Label] = {
    "empty": _("Give the view a name."),
    "too_long": _("Shorten the name to 60 characters."),
    "too_many": _("This is too much for one view. Take something out, or delete a view first."),
    "not_allowed": _("You may not share with them. Choose somebody else."),
    "incomplete": _("Fill in every condition, or take the empty one out."),
    "unknown": _("One condition cannot be read. Take it out and add it again."),
    "stale": _("A colleague changed this view meanwhile. Look at theirs, then save yours again."),
}
_CODES: Mapping[str, Mapping[str, Label]] = {
    "status": STATUS,
    "priority": PRIORITY,
    "channel": {k: v for k, v in CHANNEL.items() if k != "email"},
    "language": LANGUAGE,
    "rating": {**RATING, "general": _("General")},
    "unanswered": FLAGS,
    "files": FLAGS,
}
_PEOPLE: Mapping[str, Mapping[str, Label]] = {
    "assignee": {"me": _("The reader"), "none": _("Nobody")},
    "group": {"mine": _("The reader's groups"), "none": _("No group")},
}
_SPAN = re.compile(r"(\d+)([hd])")


@dataclass(frozen=True)
class Said:
    """A test in words: of what, how, with what."""

    field: str
    how: str
    values: str


def fields_there() -> list[tuple[str, Label]]:
    """Return what can be asked of a ticket, the workspace's own fields last."""
    own = [(name_of(one), one.label(get_language() or "")) for one in _own()]
    return [*FIELD.items(), *own]


def name_of(field: Field) -> str:
    """Return how a test calls a workspace's own field."""
    kinds = {FieldType.CHOICE: "choices", FieldType.CHOICES: "choices", FieldType.DATE: "day"}
    same = {FieldType.FLAG: "flag", FieldType.NUMBER: "number"}
    return f"custom-{(kinds | same).get(field.type, 'text')}-{field.id.hex}"


def label_of(field: str, own: Own | None = None) -> str:
    """Return what a field is called; one that is no more reads as "…"."""
    if CUSTOM.fullmatch(field):
        custom = _found(field, own)
        return custom.label(get_language() or "") if custom else "…"
    return str(FIELD.get(field, field))


def _own() -> list[Field]:
    return fields.list_fields(Subject.TICKET, with_archived=True)


def _found(field: str, own: Own | None) -> Field | None:
    if not CUSTOM.fullmatch(field):
        return None
    return (own if own is not None else {name_of(one): one for one in _own()}).get(field)


def choices(field: str, own: Own | None = None) -> Mapping[str, Label]:
    """Return the values that a field of choices offers, by code or id."""
    if field in _CODES:
        return _CODES[field]
    if custom := _found(field, own):
        return FLAGS if custom.type == FieldType.FLAG else {one: one for one in custom.options}
    known = dict(_PEOPLE.get(field, {}))
    if field == "assignee":
        return known | {str(one.id): one.name for one in identity.list_members()}
    if field == "group":
        return known | {str(one.id): one.name for one in identity.list_groups()}
    if field == "brand":
        return {str(one.id): one.name for one in identity.list_brands()}
    return {}


def sentences(narrowing: Narrowing) -> list[Said]:
    """Return the tests in words, those of which any is enough after the others."""
    tests = (*narrowing.all_of, *narrowing.any_of)
    asks_own = any(CUSTOM.fullmatch(test.field) for test in tests)
    own = {name_of(one): one for one in _own()} if asks_own else {}
    return [said(test, own) for test in tests]


def said(test: Test, own: Own | None = None) -> Said:
    """Return one test in words; what is no choice any more reads as "…"."""
    label = label_of(test.field, own)
    how = str(HOW.get(test.how, test.how))
    if test.how in {"past", "none"}:
        return Said(label, how, "")
    if test.how in {"within", "beyond"}:
        return Said(label, how, _length(test.values[0]))
    if kind_of(test.field) in {"choices", "flag"}:
        names = choices(test.field, own)
        return Said(label, how, " · ".join(str(names.get(v, "…")) for v in test.values))
    return Said(label, how, " · ".join(test.values))


def _length(value: str) -> str:
    found = _SPAN.fullmatch(value)
    if found is None:
        return value
    number = int(found[1])
    if found[2] == "h":
        return ngettext("%(count)s hour", "%(count)s hours", number) % {"count": number}
    return ngettext("%(count)s day", "%(count)s days", number) % {"count": number}


def audience_label(audience: Audience, group_name: str) -> str:
    """Return with whom a view is shared."""
    if audience == Audience.GROUP:
        return str(_("Group %(name)s")) % {"name": group_name}
    return str(AUDIENCE[audience])


def audience_value(audience: Audience, group_id: UUID | None) -> str:
    """Return the audience as the form sends it."""
    return f"group:{group_id}" if group_id else str(audience)


def fault(reasons: Sequence[str]) -> str:
    """Return what is wrong and how to put it right."""
    return " ".join(str(FAULTS.get(one, one)) for one in reasons)
