"""The ledger of received mail: the list, one mail, and what to do with them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from onque.kernel.errors import Invalid, NotFound
from onque.modules.desk import public as desk
from onque.modules.mail.services import acting, balance, reading, running
from onque.modules.mail.web.forms import BulkForm, as_query, read_filter, read_ids
from onque.modules.mail.web.requests import MemberRequest, shell

UNDO = "mail_rejected"
LONGEST_NUMBER = 9


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List the ledger, newest first, with what was just done and how to take it back."""
    wanted = read_filter(request.GET)
    page = reading.list_inbound(request.actor, wanted, after=request.GET.get("after", ""))
    context = {
        "alarms": balance.list_alarms(request.actor),
        "wanted": wanted,
        "page": page,
        "query": as_query(wanted),
        "runs": [run for run in running.list_runs(request.actor) if run.ended_at is None],
        "undo": len(request.session.get(UNDO, ())) if "closed" in request.GET else 0,
        "acted": request.GET.get("acted", ""),
    }
    return render(request, "mail/quarantine.html", {**shell(request), **context})


@require_safe
def detail(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Show one mail: facts, history, text, and what can be done."""
    found = reading.get_inbound(request.actor, mail_id=mail_id)
    return render(request, "mail/detail.html", {**shell(request), "mail": found})


@require_POST
def retry(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Read it again."""
    acting.retry(request.actor, mail_id=mail_id)
    return redirect("mail:mail", slug=request.workspace.slug, mail_id=mail_id)


@require_POST
def let_in(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """File it whatever was held against it, on the ticket of the given number or where it fits."""
    acting.let_in(request.actor, mail_id=mail_id, ticket_id=_chosen_ticket(request))
    return redirect("mail:mail", slug=request.workspace.slug, mail_id=mail_id)


@require_POST
def reject(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Close it without a ticket; the list offers to take that back."""
    acting.reject(request.actor, mail_id=mail_id)
    return _closed(request, [mail_id])


@require_POST
def restore(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Take back that it was closed."""
    acting.restore(request.actor, mail_id=mail_id)
    return redirect("mail:mail", slug=request.workspace.slug, mail_id=mail_id)


@require_POST
def reparse(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Have it read anew by a worker."""
    running.start_reparse(request.actor, mail_id=mail_id)
    return redirect("mail:mail", slug=request.workspace.slug, mail_id=mail_id)


@require_POST
def bulk(request: MemberRequest) -> HttpResponse:
    """Do an act on the chosen mails at once, or on all that the filter matches by workers."""
    form = BulkForm(request.POST)
    if not form.is_valid():
        raise Invalid(field="act", reason="missing")
    act, wanted = form.cleaned_data["act"], read_filter(request.POST)
    chosen = read_ids(request.POST.getlist("mail"))
    if form.cleaned_data["everything"]:
        running.start_run(request.actor, act=act, wanted=wanted)
        return _list(request)
    done = running.act_on(request.actor, act=act, mail_ids=chosen)
    return _closed(request, done) if act == "reject" else _list(request, acted=str(len(done)))


@require_POST
def undo(request: MemberRequest) -> HttpResponse:
    """Put back what this person closed last."""
    closed = read_ids(request.session.pop(UNDO, []))
    done = running.act_on(request.actor, act="restore", mail_ids=closed)
    return _list(request, acted=str(len(done)))


def _chosen_ticket(request: MemberRequest) -> UUID | None:
    number = request.POST.get("number", "").strip().removeprefix("#")
    if not number:
        return None
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        raise Invalid(field="number", reason="not_a_number")
    found = desk.find_numbers({int(number)})
    if not found:
        raise NotFound(kind="ticket", number=number)
    return next(iter(found.values()))


def _closed(request: MemberRequest, mail_ids: list[UUID]) -> HttpResponse:
    request.session[UNDO] = [str(mail_id) for mail_id in mail_ids]
    return _list(request, closed="1")


def _list(request: MemberRequest, **more: str) -> HttpResponse:
    query = as_query(read_filter(request.POST), **more)
    return redirect(
        f"{reverse('mail:quarantine', kwargs={'slug': request.workspace.slug})}?{query}"
    )
