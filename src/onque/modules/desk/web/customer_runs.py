"""Files of customers: chosen, mapped, followed, and handed out."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from django import forms
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onque.kernel.errors import Invalid
from onque.kernel.spreadsheets import CONTENT_TYPE
from onque.modules.customers import public as customers
from onque.modules.desk.web import screen
from onque.modules.desk.web.requests import MemberRequest

FIELD: Mapping[str, str | Promise] = {
    "": _("Leave it out"),
    "name": _("Name"),
    "email": _("E-mail address"),
    "external": _("Your own id"),
    "rating": _("Rating"),
    "locale": _("Language"),
    "note": _("Short note"),
}
WHY: Mapping[str, str | Promise] = {
    "empty": _("There are no customers in this file. Choose one with a heading and rows below it."),
    "too_large": _("The file is larger than 50 MB. Split it."),
    "charset": _("Its letters cannot be read. Save it as CSV UTF-8, then choose it again."),
    "columns": _("It has more than 60 columns. Leave some out."),
    "rows": _("It has more than 200,000 rows. Split it."),
    "cell": _("A cell is too long, or a quotation mark is not closed. Correct it."),
    "unknown": _("The columns do not fit the file. Choose them again."),
    "twice": _("Two columns are the same field. Leave one of them out."),
    "nothing_to_know_by": _("Say which column has the e-mail address or your own id."),
}
FAULT: Mapping[str, str | Promise] = {
    "nothing_to_know_by": _("neither an address nor an id"),
    "not_an_address": _("no e-mail address"),
    "unknown": _("an unknown value"),
    "too_long": _("too long"),
    "two_customers": _("its address and its id are two customers’"),
    "twice": _("the same customer as in a row above"),
    "just_met": _("wrote to you just now; import it again"),
}
STOPPED: Mapping[str, str | Promise] = {
    "": "",
    "cancelled": _("Cancelled. What was done stays."),
    "member_left": _("Stopped: whoever started it is no member any more."),
}


class FileForm(forms.Form):
    """A file to be imported."""

    key = forms.UUIDField()
    file = forms.FileField(allow_empty_file=True)


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: MemberRequest) -> HttpResponse:
    """Ask for a file; with POST take it and lead to its columns."""
    if request.method != "POST":
        return _first(request)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _first(request, str(_("Choose a file first.")))
    file, key = form.cleaned_data["file"], form.cleaned_data["key"]
    try:
        run_id = customers.take_file(
            request.actor, name=file.name, content=file.read(), request_key=key
        )
    except Invalid as error:
        return _first(request, str(WHY[str(error.facts["reason"])]))
    return _to(request, run_id)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: MemberRequest, run_id: UUID) -> HttpResponse:
    """Show a file's columns, or how far it is; with POST start it."""
    if request.method != "POST":
        return _one(request, run_id)
    try:
        customers.start_import(
            request.actor,
            run_id=run_id,
            mapping=request.POST.getlist("column"),
            updates="updates" in request.POST,
        )
    except Invalid as error:
        return _one(request, run_id, str(WHY[str(error.facts["reason"])]), status=422)
    return _to(request, run_id)


@require_POST
def export(request: MemberRequest) -> HttpResponse:
    """Begin to write all customers into a file."""
    form = FileForm(request.POST)
    key = form.cleaned_data["key"] if form.is_valid() or "key" in form.cleaned_data else uuid4()
    return _to(request, customers.start_export(request.actor, request_key=key))


@require_POST
def cancel(request: MemberRequest, run_id: UUID) -> HttpResponse:
    """Stop it after the rows in hand."""
    customers.cancel_run(request.actor, run_id=run_id)
    return _to(request, run_id)


@require_safe
def faults(request: MemberRequest, run_id: UUID) -> HttpResponseBase:
    """Give the rows that made no customer, to be corrected and imported again."""
    lines = list(customers.faults_file(request.actor, run_id=run_id))
    return _file("".join(lines).encode(), "customers-to-correct.csv")


@require_safe
def file(request: MemberRequest, run_id: UUID) -> HttpResponseBase:
    """Give a file that was made."""
    name, pieces = customers.export_file(request.actor, run_id=run_id)
    response = StreamingHttpResponse(pieces, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _to(request: MemberRequest, run_id: UUID) -> HttpResponse:
    return redirect("desk:customer-run", slug=request.workspace.slug, run_id=run_id)


def _first(request: MemberRequest, error: str = "") -> HttpResponse:
    context = {
        "live": screen.live(request.workspace),
        "runs": customers.list_runs(request.actor),
        "key": uuid4(),
        "export_key": uuid4(),
        "can_export": request.actor.can("tenant.settings"),
        "error": error,
        "stopped": STOPPED,
    }
    return render(request, "desk/customers/import.html", context, status=422 if error else 200)


def _one(
    request: MemberRequest, run_id: UUID, error: str = "", *, status: int = 200
) -> HttpResponse:
    run = customers.get_run(request.actor, run_id=run_id)
    typed = request.POST.getlist("column")
    context = {
        "live": screen.live(request.workspace),
        "run": run,
        "mapping": typed if len(typed) == len(run.header) else run.mapping,
        "updates": "updates" in request.POST if typed else True,
        "fields": list(FIELD.items()),
        "words": FIELD,
        "why": FAULT,
        "stopped": STOPPED.get(run.stopped, ""),
        "error": error,
    }
    template = "desk/customers/_run.html" if request.htmx else "desk/customers/run.html"
    return render(request, template, context, status=status)
