"""Customers: the list, and one customer's page."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from onque.kernel.errors import AppError, NotFound
from onque.modules.customers import public as customers
from onque.modules.customers.contracts import CustomerProfile, NewDetails, Rating, Segment
from onque.modules.desk.services import histories
from onque.modules.desk.web import custom, customer_words, screen, words
from onque.modules.desk.web.customer_forms import DetailsForm
from onque.modules.desk.web.forms import new_request_key
from onque.modules.desk.web.requests import MemberRequest, read_id
from onque.modules.fields import public as fields

PAGE = "desk/customers/one.html"


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List the customers of a segment, or those whom the words find."""
    page = customers.list_customers(
        request.actor,
        segment=_read_segment(request.GET.get("segment", Segment.ALL)),
        text=request.GET.get("q", "").strip(),
        after=request.GET.get("after", ""),
    )
    context = {
        "live": screen.live(request.workspace),
        "page": page,
        "segments": list(customer_words.SEGMENT.items()),
        "words": words.WORDS,
        "is_later_page": "after" in request.GET,
    }
    return render(request, "desk/customers/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Show a customer; with POST write their details. A refusal gives everything back."""
    if request.method != "POST":
        return show(request, customer_id)
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return show(request, customer_id, errors={"": _("Reload the page, then save again.")})
    version, new = form.details()
    try:
        customers.change_details(request.actor, customer_id=customer_id, version=version, new=new)
    except AppError as error:
        errors = customer_words.errors(error, "email")
        if not errors:
            raise
        return show(request, customer_id, errors=errors, given=new, status=error.status)
    return back(request, customer_id, did="saved")


def back(request: MemberRequest, customer_id: UUID, **did: str) -> HttpResponse:
    """Lead on to a customer's page, where `did` says what was done and offers to undo it."""
    path = redirect("desk:customer", slug=request.workspace.slug, customer_id=customer_id).headers[
        "Location"
    ]
    return redirect(f"{path}?{urlencode(did)}" if did else path)


def show(
    request: MemberRequest,
    customer_id: UUID,
    *,
    errors: dict[str, str] | None = None,
    given: NewDetails | None = None,
    status: int = 0,
    **more: object,
) -> HttpResponse:
    """Draw a customer's page; with `errors`, and `given` details as they were typed."""
    profile = customers.get_profile(request.actor, customer_id=customer_id)
    if profile.card.id != customer_id and not errors:
        return back(request, profile.card.id)
    context = _context(request, profile) | {"errors": errors or {}, **more}
    if given is not None:
        context["given"] = given
    return render(request, PAGE, context, status=status or (422 if errors else 200))


def _read_segment(text: str) -> Segment:
    if text not in set(Segment):
        raise NotFound(kind="segment", segment=text)
    return Segment(text)


def _context(request: MemberRequest, profile: CustomerProfile) -> screen.Context:
    card, actor = profile.card, request.actor
    written = NewDetails(profile.written_name, card.email, card.rating, card.locale, card.note)
    sees_tickets = actor.can("ticket.view")
    tickets, cursor = (
        histories.list_history(actor, customer_id=card.id, after=request.GET.get("after", ""))
        if sees_tickets
        else ([], "")
    )
    kept = customers.list_kept(actor, customer_id=card.id)
    return {
        "live": screen.live(request.workspace),
        "kept": kept,
        "custom_shown": fields.state_of(kept),
        "custom_errors": {},
        "prefix": custom.PREFIX,
        "profile": profile,
        "card": card,
        "given": written,
        "written": written,
        "can_change": actor.can("customer.change"),
        "tickets": tickets,
        "tickets_cursor": cursor,
        "is_later_page": "after" in request.GET,
        "sees_tickets": sees_tickets,
        "ratings": [(one.value, customer_words.RATING[one]) for one in Rating],
        "languages": customer_words.languages(card.locale),
        "note_key": new_request_key(),
        "said": customer_words.SAID.get(request.GET.get("did", ""), ""),
        "did": request.GET.get("did", ""),
        "undo_id": read_id(request.GET.get("id", "")),
        "note_text": "",
        "identity": {"kind": "email", "value": ""},
        "removed": None,
        "words": words.WORDS,
        "ticket_url": screen.Place(request.workspace.slug).ticket_url,
        "kinds": customer_words.KIND,
    }
