"""The members' page of a workspace."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onque.kernel.access import Actor
from onque.kernel.errors import Invalid, NotFound
from onque.modules.identity import rules
from onque.modules.identity.contracts import HandOver, LastOwner, RoleCard, TenantCard
from onque.modules.identity.services import invitations, members, ownership, second_factors
from onque.modules.identity.services.invitations import Invited
from onque.modules.identity.web import words
from onque.modules.identity.web.access import confirmed_here
from onque.ui.live import live

PAGE = "identity/members.html"
WHY = {
    "empty": _("Enter an e-mail address."),
    "too_many": _("These are more than 100 addresses. Invite the rest afterwards."),
    "not_an_address": _("%(email)s is no whole e-mail address, such as name@company.com."),
    "member": _("%(email)s is a member already."),
}


class MemberRequest(HttpRequest):
    """The request of a member inside a workspace."""

    actor: Actor
    workspace: TenantCard


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List members and open invitations."""
    request.actor.require("member.view")
    return _page(request)


def _page(
    request: MemberRequest,
    errors: dict[str, str] | None = None,
    *,
    left: Sequence[str] | None = None,
    told: Sequence[Invited] = (),
) -> HttpResponse:
    """Draw the page; `left` are the addresses that stay in the form, `told` what became of each."""
    actor, slug = request.actor, request.workspace.slug
    shown: dict[str, Any] = {
        "live": live(request.workspace.id, slug),
        "errors": errors or {},
        "email": _typed(request, left) if errors else "",
        "told": [one for one in told if one.outcome == "invited"],
        "groups": [one for one in members.list_groups() if not one.is_archived],
        "can_own": actor.can(ownership.OWN),
        "members": members.list_members(with_deactivated=True),
        "invitations": invitations.list_invitations(actor),
        "roles": _grantable(actor),
        "role_name": words.role_name,
        "can_manage": actor.can("member.manage"),
        "can_invite": actor.can("member.invite"),
    }
    # what was invited stays so, although others were refused
    return render(request, PAGE, shown, status=422 if errors and not shown["told"] else 200)


def _typed(request: MemberRequest, left: Sequence[str] | None) -> str:
    return request.POST.get("email", "") if left is None else "\n".join(left)


def _heir(request: MemberRequest) -> HandOver | None:
    """Return whom the tickets go to: "m" or "g" with an id, "" for nobody; "keep" lets them be."""
    chosen = request.POST.get("to", "keep")
    if chosen == "keep":
        return None
    kind, _colon, name = chosen.partition(":")
    try:
        found = UUID(name) if name else None
    except ValueError:
        raise NotFound(kind="member", id=name) from None
    return HandOver(group_id=found) if kind == "g" else HandOver(member_id=found)


def _grantable(actor: Actor) -> list[RoleCard]:
    found = members.list_roles()
    return [
        role
        for role in found
        if not role.is_archived and not rules.grants_more(role.permissions, actor.permissions)
    ]


def _back(request: MemberRequest) -> HttpResponse:
    return HttpResponseRedirect(
        reverse("identity:members", kwargs={"slug": request.workspace.slug})
    )


@require_POST
def invite(request: MemberRequest) -> HttpResponse:
    """Invite an address."""
    request.actor.require("member.invite")
    text, role = request.POST.get("email", ""), request.POST.get("role", "")
    try:
        told = invitations.invite_many(request.actor, text=text, role_key=role)
    except Invalid as error:
        return _page(request, {"email": str(WHY[str(error.facts["reason"])])})
    refused = [one for one in told if one.outcome != "invited"]
    if not refused:
        return _back(request)
    errors = {"email": "\n".join(str(WHY[one.outcome]) % {"email": one.email} for one in refused)}
    return _page(request, errors, left=[one.email for one in refused], told=told)


@require_POST
def resend(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Send an invitation again, with a new link."""
    invitations.resend_invitation(request.actor, invitation_id=invitation_id)
    return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Ask once more, then make a member the owner; the password was entered lately."""
    request.actor.require(ownership.OWN)
    heir = members.get_members([member_id]).get(member_id)
    if heir is None:
        raise NotFound(kind="member", id=member_id)
    if not confirmed_here(request):
        return HttpResponseRedirect(f"/desk/account/confirm?next={quote(request.path)}")
    if request.method == "POST":
        ownership.transfer(request.actor, member_id=member_id)
        return _back(request)
    shown = {"live": live(request.workspace.id, request.workspace.slug), "heir": heir}
    return render(request, "identity/ownership.html", shown)


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
            members.deactivate(actor, member_id=member_id, to=_heir(request))
        elif act == "reactivate":
            members.reactivate(actor, member_id=member_id)
        elif act == "reset":
            second_factors.reset_for(actor, member_id=member_id)
        else:
            members.change_role(actor, member_id=member_id, role_key=request.POST.get("role", ""))
    except LastOwner:
        return _page(request, {"": _now("A workspace needs at least one owner.")})
    return _back(request)
