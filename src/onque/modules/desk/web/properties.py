"""Status, assignee, priority and tags: of one ticket, or of a selection."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from onque.kernel.errors import Invalid
from onque.modules.desk.services import changes, purging
from onque.modules.desk.web import answers, bulk, tickets
from onque.modules.desk.web.forms import BulkForm, PropertiesForm
from onque.modules.desk.web.requests import MemberRequest


@require_POST
def update(request: MemberRequest, number: int) -> HttpResponse:
    """Change what was sent of one ticket."""
    form = PropertiesForm(request.POST)
    if not form.is_valid():
        raise Invalid(field=next(iter(form.errors)))
    done = changes.change(request.actor, number=number, changes=form.changes())
    return answers.done(request, number, did=done)


@require_POST
def purge(request: MemberRequest, number: int) -> HttpResponse:
    """Delete a ticket in the trash for good and show the trash again."""
    purging.purge_ticket(request.actor, number=number)
    trash = reverse("desk:tickets", kwargs={"slug": request.workspace.slug})
    return HttpResponseRedirect(f"{trash}?view=trash")


@require_POST
def update_many(request: MemberRequest) -> HttpResponse:
    """Change the selected tickets, all or none, and show the list again.

    All that a view holds, and replies, are work for later.
    """
    form = BulkForm(request.POST)
    if not form.is_valid():
        raise Invalid(field=next(iter(form.errors)))
    if form.is_job():
        return bulk.start(request, form)
    numbers = form.cleaned_data["t"]
    changes.change_many(request.actor, numbers=numbers, changes=form.changes())
    if request.htmx:
        return HttpResponse(status=204)
    return HttpResponseRedirect(next_page(request, tickets.place_of(request).list_url()))


def next_page(request: MemberRequest, otherwise: str) -> str:
    """Return where the form wants to go, if that is on this host."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe else otherwise
