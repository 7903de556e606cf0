"""What the portal tells others, and what its services return to its doors."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from typing_extensions import override

from onque.kernel.contract import Contract, Event


@dataclass(frozen=True)
class InquirySubmitted(Event):
    """A customer's inquiry is stored; nothing was made of it yet."""

    name: ClassVar[str] = "portal.inquiry_submitted"
    inquiry_id: UUID

    @property
    @override
    def stream(self) -> str:
        """The one inquiry, so that a bad one holds up no other."""
        return f"inquiry:{self.inquiry_id.hex}"


@dataclass(frozen=True)
class BrandPage(Contract):
    """A brand's page; `color` is "#rrggbb", `support_address` "" until one is set.

    `has_form` tells that there is something to write about by the form.
    """

    tenant_id: UUID
    tenant_slug: str
    workspace_name: str
    brand_id: UUID
    brand_name: str
    brand_slug: str
    color: str
    language: str
    support_address: str
    has_form: bool


@dataclass(frozen=True)
class TypeName(Contract):
    """An inquiry type as it is offered to a customer."""

    id: UUID
    name: str


@dataclass(frozen=True)
class GivenAnswer(Contract):
    """A question of the form as it stood, and what was answered."""

    label: str
    value: str


@dataclass(frozen=True)
class InquiryFacts(Contract):
    """What the form told about a ticket, for the panel beside it."""

    type_name: str
    answers: tuple[GivenAnswer, ...]


@dataclass(frozen=True)
class TypeItem(Contract):
    """An inquiry type for those who set it up; texts by locale, fields as JSON keeps them."""

    id: UUID
    brand_id: UUID
    names: dict[str, str]
    templates: dict[str, str]
    fields: tuple[dict[str, object], ...]
    position: int
    is_open: bool
    version: int
