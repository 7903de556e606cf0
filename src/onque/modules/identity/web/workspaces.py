"""Choosing a workspace."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onque.modules.identity.services import entering
from onque.modules.identity.web.access import UserRequest, signed_in
from onque.modules.identity.web.words import role_name


@never_cache
@require_GET
@signed_in
def choose(request: UserRequest) -> HttpResponse:
    """List the person's workspaces; a single one opens at once."""
    found = entering.list_memberships(request.user.pk)
    if len(found) == 1 and "all" not in request.GET:
        return HttpResponseRedirect(f"/desk/{found[0].slug}/")
    shown = {"workspaces": found, "person": request.user, "role_name": role_name}
    return render(request, "identity/workspaces.html", shown)
