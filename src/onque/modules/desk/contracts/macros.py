"""Prepared answers as services and doors know them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onque.kernel.contract import Contract


@dataclass(frozen=True)
class NewMacro(Contract):
    """A prepared answer as it is written.

    `audience` is "mine", "group" (`group_id`) or "all"; `code` is typed after "/"; `status` and
    `priority` are values of `Status` and `Priority`, "" to leave them.
    """

    name: str
    text_ko: str = ""
    text_en: str = ""
    folder: str = ""
    code: str = ""
    audience: str = "mine"
    group_id: UUID | None = None
    status: str = ""
    priority: str = ""
    tags: tuple[str, ...] = ()
    assign_to_me: bool = False


@dataclass(frozen=True)
class MacroItem(Contract):
    """A prepared answer on the settings page; `uses` counts messages sent with it."""

    id: UUID
    written: NewMacro
    uses: int
    updated_at: datetime
    updated_by: str
    may_change: bool


@dataclass(frozen=True)
class MacroOffer(Contract):
    """A prepared answer for one ticket: `text` in the customer's language, filled in."""

    id: UUID
    name: str
    folder: str
    code: str
    text: str
    status: str
    priority: str
    tags: tuple[str, ...]
    assign_to_me: bool

    @property
    def changes_ticket(self) -> bool:
        """Whether sending it changes the ticket too."""
        return bool(self.status or self.priority or self.tags or self.assign_to_me)
