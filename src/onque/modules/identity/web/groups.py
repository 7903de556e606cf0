"""The groups' page of a workspace."""

from uuid import UUID, uuid4

from django import forms
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from onque.kernel.errors import AppError, Invalid
from onque.modules.identity.contracts import GroupCard, GroupChanged, GroupNameTaken
from onque.modules.identity.services import groups, members
from onque.modules.identity.web.members import MemberRequest
from onque.ui.live import live

PAGE = "identity/groups.html"
WHY: dict[str, str | Promise] = {
    "empty": _("Give it a name."),
    "too_long": _("A name has at most 80 letters. Shorten it."),
    "too_many": _("A workspace has at most 200 groups. Change one that is there."),
    GroupNameTaken.code: _("Another group is called so. Choose another name."),
    GroupChanged.code: _(
        "A colleague changed this group meanwhile. Look at what is saved there, then save again."
    ),
}


class GroupForm(forms.Form):
    """A group as the page sends it."""

    version = forms.IntegerField(min_value=0)
    name = forms.CharField(required=False)
    member = forms.TypedMultipleChoiceField(coerce=UUID, required=False)
    auto_assign = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict, members_there: list[UUID]) -> None:
        super().__init__(data)
        self.fields["member"].choices = [(str(one), str(one)) for one in members_there]  # type: ignore[attr-defined] # of this field


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List the groups beside the one that is written."""
    request.actor.require("member.view")
    found = members.list_groups()
    asked = request.GET.get("group", "")
    chosen = next((one for one in found if one.id.hex == asked), None)
    return _page(request, chosen)


@require_POST
def save(request: MemberRequest, group_id: UUID) -> HttpResponse:
    """Write a group; a refusal gives everything back."""
    there = members.list_members(with_deactivated=True)
    form = GroupForm(request.POST, [one.id for one in there])
    chosen = next((one for one in members.list_groups() if one.id == group_id), None)
    given = _given(request, group_id)
    if not form.is_valid():
        return _page(request, chosen, given, str(WHY[GroupChanged.code]), status=422)
    data = form.cleaned_data
    data["member_ids"] = data.pop("member")
    try:
        saved = groups.save_group(request.actor, group_id=group_id, **data)
    except (Invalid, GroupNameTaken, GroupChanged) as error:
        return _page(request, chosen, given, _reason(error), status=error.status)
    return _to(request, group=saved.id.hex, did="saved")


@require_POST
def archive(request: MemberRequest, group_id: UUID) -> HttpResponse:
    """Take a group out of use, or with archived=0 back into it."""
    archived = request.POST.get("archived") != "0"
    groups.set_archived(request.actor, group_id=group_id, archived=archived)
    return _to(request, group=group_id.hex, did="archived" if archived else "restored")


def _to(request: MemberRequest, **query: str) -> HttpResponse:
    path = reverse("identity:groups", kwargs={"slug": request.workspace.slug})
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return HttpResponseRedirect(f"{path}?{asked}")


def _reason(error: AppError) -> str:
    return str(WHY[str(error.facts.get("reason") or error.code)])


def _given(request: MemberRequest, group_id: UUID) -> GroupCard:
    chosen = [UUID(one) for one in request.POST.getlist("member") if _is_id(one)]
    return GroupCard(
        id=group_id,
        name=request.POST.get("name", ""),
        auto_assign="auto_assign" in request.POST,
        member_ids=tuple(chosen),
    )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _page(
    request: MemberRequest,
    chosen: GroupCard | None,
    given: GroupCard | None = None,
    error: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    found = members.list_groups()
    shown = {
        "live": live(request.workspace.id, request.workspace.slug),
        "groups": [one for one in found if not one.is_archived],
        "archived": [one for one in found if one.is_archived],
        "chosen": chosen,
        "given": given or chosen or GroupCard(uuid4(), "", auto_assign=False, member_ids=()),
        "version": chosen.version if chosen else 0,
        "members": members.list_members(),
        "names": {one.id: one.name for one in members.list_members(with_deactivated=True)},
        "can_manage": request.actor.can(groups.MANAGE),
        "error": error,
        "did": "" if error else request.GET.get("did", ""),
    }
    return render(request, PAGE, shown, status=status)
