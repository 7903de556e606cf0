"""A person's taste: theme, language, row height."""

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from onque.kernel.errors import Invalid
from onque.modules.desk.web.forms import PreferencesForm
from onque.modules.desk.web.properties import next_page
from onque.modules.desk.web.requests import MemberRequest
from onque.modules.desk.web.tickets import place_of
from onque.modules.identity import public as identity


@require_POST
def update(request: MemberRequest) -> HttpResponse:
    """Keep what was chosen for the person, in every workspace."""
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        raise Invalid(field=next(iter(form.errors)))
    identity.set_preferences(request.actor, **form.sent())
    if request.htmx:
        return HttpResponse(status=204)
    return HttpResponseRedirect(next_page(request, place_of(request).list_url()))
