"""What is done on a customer's page: blocking, addresses, notes, merging."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onque.kernel.errors import AppError, Invalid
from onque.modules.customers import public as customers
from onque.modules.customers.contracts import CannotMergeCustomers, CustomerChanged, Segment
from onque.modules.desk.web import custom, customer_words, screen, words
from onque.modules.desk.web.customer_forms import NoteForm
from onque.modules.desk.web.customers import back, show
from onque.modules.desk.web.requests import MemberRequest, read_id

_FEW = 20


@require_POST
def block(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Block or unblock."""
    blocked = request.POST.get("blocked") == "1"
    customers.block(request.actor, customer_id=customer_id, blocked=blocked)
    return back(request, customer_id, did="blocked" if blocked else "unblocked")


@require_POST
def add_identity(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Let one more address or id lead to the customer."""
    typed = {"kind": request.POST.get("kind", ""), "value": request.POST.get("value", "")}
    try:
        customers.add_identity(request.actor, customer_id=customer_id, **typed)
    except AppError as error:
        errors = customer_words.errors(error, "value")
        if not errors:
            raise
        return show(request, customer_id, errors=errors, status=error.status, identity=typed)
    return back(request, customer_id, did="added")


@require_POST
def remove_identity(request: MemberRequest, customer_id: UUID, identity_id: UUID) -> HttpResponse:
    """Let an address or id lead there no longer; the answer offers to put it back."""
    try:
        gone = customers.remove_identity(
            request.actor, customer_id=customer_id, identity_id=identity_id
        )
    except AppError as error:
        errors = customer_words.errors(error, "")
        if not errors:
            raise
        return show(request, customer_id, errors=errors, status=error.status)
    return show(request, customer_id, removed=gone)


@require_POST
def write_fields(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Keep what was written in the workspace's own fields."""
    kept = customers.list_kept(request.actor, customer_id=customer_id)
    given, shown = custom.given_of(request.POST, kept), request.POST.get("shown", "")
    try:
        customers.write_fields(request.actor, customer_id=customer_id, given=given, shown=shown)
    except (Invalid, CustomerChanged) as error:
        errors, typed = custom.errors_of(error), custom.typed_of(request.POST, kept)
        return show(request, customer_id, status=error.status, custom_errors=errors, kept=typed)
    return back(request, customer_id, did="saved")


@require_POST
def add_note(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Write a note down."""
    form = NoteForm(request.POST)
    typed = request.POST.get("text", "")
    if not form.is_valid():
        errors = {"text": _("Reload the page, then save again.")}
        return show(request, customer_id, errors=errors, note_text=typed)
    note_id, text = form.note()
    try:
        customers.add_note(request.actor, customer_id=customer_id, note_id=note_id, text=text)
    except AppError as error:
        errors = customer_words.errors(error, "text")
        if not errors:
            raise
        return show(request, customer_id, errors=errors, status=error.status, note_text=typed)
    return back(request, customer_id, did="noted")


@require_POST
def remove_note(request: MemberRequest, customer_id: UUID, note_id: UUID) -> HttpResponse:
    """Take a note away, or with removed=0 bring it back."""
    removed = request.POST.get("removed") != "0"
    customers.set_note_removed(
        request.actor, customer_id=customer_id, note_id=note_id, removed=removed
    )
    did = {"did": "note-removed", "id": note_id.hex} if removed else {}
    return back(request, customer_id, **did)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Choose who is merged into the customer; with POST do it."""
    if request.method != "POST":
        return _choose(request, customer_id)
    other = read_id(request.POST.get("merged", ""))
    if other is None:
        return _choose(request, customer_id, _("Choose the other customer first."), status=422)
    pair = (other, customer_id) if request.POST.get("stays") == "other" else (customer_id, other)
    try:
        merge_id = customers.merge(request.actor, survivor_id=pair[0], merged_id=pair[1])
    except CannotMergeCustomers as error:
        why = customer_words.CANNOT_MERGE[str(error.facts["reason"])]
        return _choose(request, customer_id, str(why), status=error.status)
    return back(request, pair[0], did="merged", id=merge_id.hex)


@require_http_methods(["GET", "HEAD", "POST"])
def anonymise(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Ask once more, for it cannot be undone; with POST forget who the customer is."""
    request.actor.require("tenant.settings")
    profile = customers.get_profile(request.actor, customer_id=customer_id)
    if request.method == "POST":
        customers.anonymise(request.actor, customer_id=customer_id)
        return back(request, profile.card.id, did="anonymised")
    context = {"live": screen.live(request.workspace), "card": profile.card}
    return render(request, "desk/customers/anonymise.html", context)


@require_POST
def part(request: MemberRequest, merge_id: UUID) -> HttpResponse:
    """Take a merge back, and show the customer who is there again."""
    parted = customers.part(request.actor, merge_id=merge_id)
    return back(request, parted, did="parted")


def _choose(
    request: MemberRequest, customer_id: UUID, why: str = "", *, status: int = 200
) -> HttpResponse:
    request.actor.require("customer.change")
    profile = customers.get_profile(request.actor, customer_id=customer_id)
    if profile.card.id != customer_id:
        return back(request, profile.card.id)
    text = (request.GET.get("q") or request.POST.get("q") or "").strip()
    wanted = text or profile.card.name
    found = customers.list_customers(request.actor, segment=Segment.ALL, text=wanted, limit=_FEW)
    context = {
        "live": screen.live(request.workspace),
        "card": profile.card,
        "candidates": [one for one in found.rows if one.id != customer_id],
        "wanted": text,
        "why": why,
        "words": words.WORDS,
    }
    return render(request, "desk/customers/merge.html", context, status=status)
