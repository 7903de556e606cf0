"""What a module tells the hub: who may come in, and what they may follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class Visitor:
    """Whoever is behind a socket; the last two let the door ask again who that is."""

    tenant_id: UUID
    id: str
    name: str
    workspace: str = ""
    credential: str = field(default="", repr=False)


class Door(Protocol):
    """One kind of socket; its methods may block and are called in threads."""

    route: str
    """URL path with one `{workspace}` in it."""
    place_field: str
    """Name of the message field that says where somebody is ("ticket")."""
    place_prefix: str
    """Topic of a place without its name ("desk.ticket.")."""

    def admit(self, workspace: str, cookies: Mapping[str, str]) -> Visitor | None:
        """Return who asks to come in, or None to refuse."""
        ...

    def allowed(self, visitor: Visitor, topics: Sequence[str]) -> frozenset[str]:
        """Return those of `topics` that the visitor may follow now."""
        ...

    def narrows(self, data: Mapping[str, object]) -> bool:
        """Tell whether a hint with this data may end somebody's right to follow its topic.

        Called on the event loop; must not block.
        """
        ...
