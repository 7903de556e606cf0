"""A new ticket towards a customer: the page, and whom it may go to."""

from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from onque.kernel.errors import AppError, Invalid, NotFound
from onque.modules.customers import public as customers
from onque.modules.customers.contracts import Segment
from onque.modules.desk.contracts import Status
from onque.modules.desk.contracts.starting import NewTicket
from onque.modules.desk.errors import AddressBounced
from onque.modules.desk.services import copies, starting
from onque.modules.desk.web import screen, words
from onque.modules.desk.web.forms import StatusField, new_request_key
from onque.modules.desk.web.requests import MemberRequest, read_id
from onque.modules.identity import public as identity

_FEW = 8
STATUSES = (Status.PENDING, Status.OPEN, Status.ON_HOLD, Status.SOLVED)
WHY: dict[tuple[str, str], str | Promise] = {
    ("to", "empty"): _("Enter whom it goes to."),
    ("to", "not_an_address"): _("Enter one e-mail address, such as name@example.com."),
    ("to", "ours"): _("This is an address of your own. Mail to it would come back to you."),
    ("to", "blocked"): _("This customer is blocked. Unblock them first, on their page."),
    ("subject", "empty"): _("Enter a subject."),
    ("body", "empty"): _("Write something first."),
    ("body", "too_long"): _("This is too long for one message. Shorten it or send it in two."),
}


class NewTicketForm(forms.Form):
    """A new ticket as the page sends it."""

    key = forms.UUIDField()
    brand_id = forms.UUIDField()
    to = forms.CharField(required=False)
    subject = forms.CharField(required=False)
    body = forms.CharField(required=False, strip=False)
    status = StatusField()
    act = forms.CharField(required=False)
    despite_bounce = forms.BooleanField(required=False)

    def ticket(self) -> NewTicket:
        """Return what is to be opened."""
        data = dict(self.cleaned_data)
        return NewTicket(sends=data.pop("act") != "open", **data)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: MemberRequest) -> HttpResponse:
    """Ask for a new ticket's first words; with POST open it. A refusal gives everything back."""
    if request.method != "POST":
        return _page(request, _first(request))
    form = NewTicketForm(request.POST)
    if not form.is_valid():
        fallback = {"": str(_("Reload the page, then send it again."))}
        return _page(request, request.POST.dict(), fallback, status=422)
    try:
        done = starting.start_ticket(request.actor, new=form.ticket())
    except (Invalid, AddressBounced) as error:
        return _page(request, request.POST.dict(), _errors(error), status=error.status)
    did = {"did": done.operation_id.hex} if done.operation_id else {}
    place = screen.Place(request.workspace.slug)
    return HttpResponseRedirect(place.ticket_url(done.number, **did))


@require_safe
def people(request: MemberRequest) -> HttpResponse:
    """Offer the customers in whom what was typed is found."""
    text = request.GET.get("to", "").strip()
    found = customers.list_customers(request.actor, segment=Segment.ALL, text=text, limit=_FEW)
    offers = [(copies.written(one.email, one.name), one) for one in found.rows if one.email]
    return render(request, "desk/_people.html", {"offers": offers if text else ()})


def _first(request: MemberRequest) -> dict[str, str]:
    customer_id = read_id(request.GET.get("to", ""))
    if customer_id is None:
        return {}
    try:
        card = customers.get_profile(request.actor, customer_id=customer_id).card
    except NotFound:
        return {}
    return {"to": copies.written(card.email, card.name) if card.email else ""}


def _errors(error: AppError) -> dict[str, str]:
    if isinstance(error, AddressBounced):
        why = _("Mail to %(address)s came back before: %(why)s. Correct it, or send anyway.")
        return {"to": str(why) % error.facts, "bounced": "1"}
    field, reason = str(error.facts.get("field", "")), str(error.facts.get("reason", ""))
    fallback = _("This does not fit here. Correct it, then save again.")
    return {field: str(WHY.get((field, reason), fallback))}


def _page(
    request: MemberRequest,
    given: dict[str, str],
    errors: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    request.actor.require(starting.CREATE)
    brands = identity.list_brands()
    known: UUID | None = read_id(given.get("key", ""))
    context = {
        "live": screen.live(request.workspace),
        "given": {"to": "", "subject": "", "body": "", "status": Status.PENDING.value} | given,
        "errors": errors or {},
        "key": known or new_request_key(),
        "brands": [(one.id, one.name) for one in brands],
        "brand_id": given.get("brand_id") or brands[0].id,
        "statuses": [(one.value, words.STATUS[one]) for one in STATUSES],
        "can_reply": request.actor.can("ticket.reply"),
    }
    return render(request, "desk/new.html", context, status=status)
