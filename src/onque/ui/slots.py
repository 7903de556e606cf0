"""Places on a page that other modules fill, each with one query for the whole page.

A module registers a provider in `apps.ready()`: it takes the actor and the ids on the page and
returns what it knows about each, as contracts. The page that owns the slot renders every panel with
the template that was registered with it; the template finds its contract as `panel.data`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from onque.kernel.access import Actor

TICKET_PANELS = "desk.ticket.panels"
"""Sections of the inspector beside a ticket; ids are tickets."""

MESSAGE_FOOT = "desk.message.foot"
"""The foot of a message in the conversation; ids are messages."""

Provider = Callable[[Actor, Sequence[UUID]], Mapping[UUID, object]]


@dataclass(frozen=True)
class Panel:
    """One filled place: the template to include and the contract it draws."""

    template: str
    data: object


@dataclass(frozen=True)
class _Registration:
    key: str
    template: str
    provider: Provider
    order: int


_slots: dict[str, dict[str, _Registration]] = {}


def register(slot: str, key: str, *, template: str, provider: Provider, order: int = 100) -> None:
    """Fill a slot; the same key again replaces, so that a reload registers once."""
    _slots.setdefault(slot, {})[key] = _Registration(key, template, provider, order)


def collect(slot: str, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, list[Panel]]:
    """Return the panels of each id in their order; every provider is asked once."""
    found: dict[UUID, list[Panel]] = {one: [] for one in ids}
    if not ids:
        return found
    for entry in sorted(_slots.get(slot, {}).values(), key=lambda entry: (entry.order, entry.key)):
        for one, data in entry.provider(actor, ids).items():
            if one in found:
                found[one].append(Panel(entry.template, data))
    return found
