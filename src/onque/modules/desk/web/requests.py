"""The request of a page inside a workspace, as the identity middleware hands it over."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from onque.kernel.access import Actor
from onque.modules.identity.contracts import Person, TenantCard


class MemberRequest(HttpRequest):
    """A signed-in member's request; the tenant's scope is open around it."""

    actor: Actor
    workspace: TenantCard
    user: Person  # type: ignore[assignment]  # the desk knows people as contracts
    htmx: HtmxDetails
