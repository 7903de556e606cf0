"""The roles' page of a workspace: what each may do, and roles of its own."""

from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from onque.kernel.errors import AppError, Invalid
from onque.modules.identity.contracts import RoleCard, RoleChanged, RoleInUse
from onque.modules.identity.services import members, roles
from onque.modules.identity.web import words
from onque.modules.identity.web.members import MemberRequest
from onque.modules.identity.web.permission_words import AREAS
from onque.ui.live import live

WHY: dict[str, str | Promise] = {
    "empty": _("Give it a name."),
    "too_long": _("A name has at most 80 letters. Shorten it."),
    "taken": _("Another role is called so. Choose another name."),
    "too_many": _("A workspace has at most 100 roles. Change one that is there."),
    "unknown": _("Choose what it allows."),
    RoleChanged.code: _("A colleague changed this role meanwhile. Look at it, then save again."),
    RoleInUse.code: _("Members have this role, or are invited to it. Give them another one first."),
}
DID: dict[str, str | Promise] = {
    "saved": _("The role is saved. It applies at once."),
    "archived": _("The role is given to nobody any more."),
    "restored": _("The role can be given again."),
}


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List the roles beside the one that is looked at; "from" copies one into a new one."""
    request.actor.require("member.view")
    return _page(request, _find(request.GET.get("role", "")))


@require_POST
def save(request: MemberRequest, role_id: UUID) -> HttpResponse:
    """Write a role; a refusal gives everything back."""
    version = request.POST.get("version", "")
    try:
        saved = roles.save_role(
            request.actor,
            role_id=role_id,
            version=int(version) if version.isdecimal() else 0,
            name=request.POST.get("name", ""),
            permissions=request.POST.getlist("permission"),
        )
    except (Invalid, RoleChanged) as error:
        return _page(request, _find(role_id.hex), _typed(request, role_id), error)
    return _to(request, saved.id, "saved")


@require_POST
def archive(request: MemberRequest, role_id: UUID) -> HttpResponse:
    """Take a role out of use, or with archived=0 back into it."""
    archived = request.POST.get("archived") != "0"
    try:
        roles.set_archived(request.actor, role_id=role_id, archived=archived)
    except RoleInUse as error:
        return _page(request, _find(role_id.hex), None, error)
    return _to(request, role_id, "archived" if archived else "restored")


def _to(request: MemberRequest, role_id: UUID, did: str) -> HttpResponse:
    path = reverse("identity:roles", kwargs={"slug": request.workspace.slug})
    return HttpResponseRedirect(f"{path}?role={role_id.hex}&did={did}")


def _find(name: str) -> RoleCard | None:
    return next((one for one in members.list_roles() if one.id.hex == name), None)


def _typed(request: MemberRequest, role_id: UUID) -> RoleCard:
    chosen = frozenset(request.POST.getlist("permission"))
    return RoleCard(role_id, "", request.POST.get("name", ""), chosen, built_in=False)


def _first(request: MemberRequest) -> RoleCard:
    like = _find(request.GET.get("from", ""))
    granted = like.permissions & request.actor.permissions if like else frozenset()
    return RoleCard(uuid4(), "", "", granted - {"tenant.own"}, built_in=False)


def _page(
    request: MemberRequest,
    chosen: RoleCard | None,
    given: RoleCard | None = None,
    error: AppError | None = None,
) -> HttpResponse:
    found = members.list_roles()
    counts: dict[str, int] = {}
    for one in members.list_members():
        counts[one.role_key] = counts.get(one.role_key, 0) + 1
    reason = str(error.facts.get("reason") or error.code) if error else ""
    shown = {
        "live": live(request.workspace.id, request.workspace.slug),
        "roles": [one for one in found if not one.is_archived],
        "archived": [one for one in found if one.is_archived],
        "chosen": chosen,
        "given": given or chosen or _first(request),
        "version": chosen.version if chosen else 0,
        "counts": counts,
        "areas": list(AREAS.items()),
        "held": request.actor.permissions,
        "role_name": words.role_name,
        "can_manage": request.actor.can(roles.MANAGE),
        "error": WHY.get(reason, "") if error else "",
        "error_at": "permission" if error and error.facts.get("field") == "permission" else "name",
        "did": "" if error else DID.get(request.GET.get("did", ""), ""),
        "undo": request.GET.get("did") == "archived",
    }
    return render(request, "identity/roles.html", shown, status=error.status if error else 200)
