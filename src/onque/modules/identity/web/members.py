"""The members' page of a workspace."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from onque.kernel.access import Actor
from onque.modules.identity import rules
from onque.modules.identity.contracts import AlreadyMember, LastOwner, RoleCard, TenantCard
from onque.modules.identity.services import invitations, members, second_factors
from onque.modules.identity.web import words
from onque.modules.identity.web.forms import InviteForm, first_errors
from onque.ui.live import live

PAGE = "identity/members.html"


class MemberRequest(HttpRequest):
    """The request of a member inside a workspace."""

    actor: Actor
    workspace: TenantCard


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List members and open invitations."""
    request.actor.require("member.view")
    return _page(request)


def _page(request: MemberRequest, errors: dict[str, str] | None = None) -> HttpResponse:
    actor, slug = request.actor, request.workspace.slug
    shown: dict[str, Any] = {
        "live": live(request.workspace.id, slug),
        "errors": errors or {},
        "email": request.POST.get("email", "") if errors else "",
        "members": members.list_members(with_deactivated=True),
        "invitations": invitations.list_invitations(actor),
        "roles": _grantable(actor),
        "role_name": words.role_name,
        "can_manage": actor.can("member.manage"),
        "can_invite": actor.can("member.invite"),
    }
    return render(request, PAGE, shown, status=422 if errors else 200)


def _grantable(actor: Actor) -> list[RoleCard]:
    found = members.list_roles()
    return [role for role in found if not rules.grants_more(role.permissions, actor.permissions)]


def _back(request: MemberRequest) -> HttpResponse:
    return HttpResponseRedirect(
        reverse("identity:members", kwargs={"slug": request.workspace.slug})
    )


@require_POST
def invite(request: MemberRequest) -> HttpResponse:
    """Invite an address."""
    request.actor.require("member.invite")
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, first_errors(form))
    chosen = form.cleaned_data
    try:
        invitations.invite_member(request.actor, email=chosen["email"], role_key=chosen["role"])
    except AlreadyMember:
        return _page(request, {"email": _("This person is a member already.")})
    return _back(request)


@require_POST
def revoke(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Close an invitation."""
    invitations.revoke_invitation(request.actor, invitation_id=invitation_id)
    return _back(request)


@require_POST
def change(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Change a role, let somebody in or out, or take lost second factors away."""
    actor, act = request.actor, request.POST.get("act", "role")
    try:
        if act == "deactivate":
            members.deactivate(actor, member_id=member_id)
        elif act == "reactivate":
            members.reactivate(actor, member_id=member_id)
        elif act == "reset":
            second_factors.reset_for(actor, member_id=member_id)
        else:
            members.change_role(actor, member_id=member_id, role_key=request.POST.get("role", ""))
    except LastOwner:
        return _page(request, {"": _("A workspace needs at least one owner.")})
    return _back(request)
