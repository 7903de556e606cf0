"""The request of a page inside a workspace, as the identity middleware hands it over."""

from uuid import UUID

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from onque.kernel.access import Actor
from onque.modules.identity.contracts import Person, TenantCard

_DIGITS = 18  # more do not fit a ticket's number


def read_number(text: str) -> int | None:
    """Return the ticket's number that a person typed or an address holds; None if it is none."""
    digits = text.strip().lstrip("#")
    return int(digits) if digits.isdecimal() and len(digits) <= _DIGITS else None


def read_id(text: str) -> UUID | None:
    """Return the id that an address or a form names; None if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


class MemberRequest(HttpRequest):
    """A signed-in member's request; the tenant's scope is open around it."""

    actor: Actor
    workspace: TenantCard
    user: Person  # type: ignore[assignment]  # the desk knows people as contracts
    htmx: HtmxDetails
