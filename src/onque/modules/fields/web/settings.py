"""The page of a workspace's own fields."""

from collections.abc import Iterable, Mapping
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from onque.kernel.access import Actor
from onque.kernel.errors import AppError, Invalid
from onque.modules.fields.contracts import (
    Field,
    FieldChanged,
    FieldKeyTaken,
    FieldType,
    NewField,
    Subject,
)
from onque.modules.fields.services import defining
from onque.modules.identity.contracts import TenantCard
from onque.ui.live import live

Label = str | Promise
SUBJECT: Mapping[str, Label] = {Subject.TICKET: _("Tickets"), Subject.CUSTOMER: _("Customers")}
TYPE: Mapping[str, Label] = {
    FieldType.TEXT: _("One line of text"),
    FieldType.LONG_TEXT: _("Text"),
    FieldType.NUMBER: _("Number"),
    FieldType.DATE: _("Day"),
    FieldType.CHOICE: _("One of several options"),
    FieldType.CHOICES: _("Several options"),
    FieldType.FLAG: _("Yes or no"),
}
WHY: Mapping[tuple[str, str], Label] = {
    ("label_ko", "empty"): _("Give it a label in one language at least."),
    ("label_ko", "too_long"): _("A label has at most 80 letters. Shorten it."),
    ("label_en", "too_long"): _("A label has at most 80 letters. Shorten it."),
    ("key", "no_key"): _(
        "Use Latin letters, digits and _ only, a letter first, such as userLevel."
    ),
    ("key", "too_many"): _("There are 100 fields already. Change one that is there."),
    ("options", "empty"): _("Write at least one option."),
    ("options", "too_long"): _("At most 200 options of 80 letters fit. Leave some out."),
    ("type", "fixed"): _("What a field takes stays as it was made. Make another field."),
}
CODES: Mapping[str, tuple[str, Label]] = {
    FieldKeyTaken.code: ("key", _("Another field has this name. Choose another one.")),
    FieldChanged.code: (
        "",
        _("A colleague changed this field meanwhile. Look at it, then save again."),
    ),
}
DID: Mapping[str, Label] = {
    "saved": _("The field is saved."),
    "archived": _("The field is asked for no more. What is kept in it stays."),
    "restored": _("The field is asked for again."),
}


class MemberRequest(HttpRequest):
    """The request of a member inside a workspace."""

    actor: Actor
    workspace: TenantCard


class FieldForm(forms.Form):
    """A field as the page sends it."""

    version = forms.IntegerField(min_value=0)
    subject = forms.CharField(required=False)
    type = forms.CharField(required=False)
    key = forms.CharField(required=False)
    label_ko = forms.CharField(required=False)
    label_en = forms.CharField(required=False)
    options = forms.CharField(required=False)

    def field(self) -> tuple[int, NewField]:
        """Return the version that was on the page, and the field; an option a line."""
        data = dict(self.cleaned_data)
        options = tuple(data.pop("options").splitlines())
        return data.pop("version"), NewField(options=options, **data)


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List the fields beside the one that is written."""
    request.actor.require(defining.MANAGE)
    return _page(request, _chosen(request.GET.get("field", "")))


@require_POST
def save(request: MemberRequest, field_id: UUID) -> HttpResponse:
    """Write a field; a refusal gives everything back."""
    form = FieldForm(request.POST)
    if not form.is_valid():
        return _page(
            request, _chosen(field_id.hex), field_id, {"": str(CODES[FieldChanged.code][1])}
        )
    version, new = form.field()
    try:
        saved = defining.save_field(request.actor, field_id=field_id, version=version, new=new)
    except (Invalid, FieldChanged, FieldKeyTaken) as error:
        return _page(request, _chosen(field_id.hex), field_id, _errors(error), error.status)
    return _to(request, saved.id, "saved")


@require_POST
def archive(request: MemberRequest, field_id: UUID) -> HttpResponse:
    """Ask for it no longer, or with archived=0 again."""
    archived = request.POST.get("archived") != "0"
    defining.set_archived(request.actor, field_id=field_id, archived=archived)
    return _to(request, field_id, "archived" if archived else "restored")


@require_POST
def move(request: MemberRequest, field_id: UUID) -> HttpResponse:
    """Let it change places with its neighbour."""
    defining.move(request.actor, field_id=field_id, up=request.POST.get("up") == "1")
    return _to(request, field_id, "")


def _all(about: Subject) -> list[Field]:
    return defining.list_fields(about, with_archived=True)


def _typed(
    request: MemberRequest, names: Iterable[str], errors: dict[str, str] | None
) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in names} if errors else {}


def _to(request: MemberRequest, field_id: UUID, did: str) -> HttpResponse:
    path = reverse("fields:index", kwargs={"slug": request.workspace.slug})
    return HttpResponseRedirect(f"{path}?field={field_id.hex}&did={did}")


def _chosen(name: str) -> Field | None:
    found = (one for about in Subject for one in _all(about))
    return next((one for one in found if one.id.hex == name), None)


def _errors(error: AppError) -> dict[str, str]:
    if error.code in CODES:
        field, words = CODES[error.code]
        return {field: str(words)}
    field, reason = str(error.facts["field"]), str(error.facts["reason"])
    return {field: str(WHY.get((field, reason), _("This does not fit here. Correct it.")))}


def _page(
    request: MemberRequest,
    chosen: Field | None,
    field_id: UUID | None = None,
    errors: dict[str, str] | None = None,
    status: int = 0,
) -> HttpResponse:
    first = {"subject": Subject.TICKET, "type": FieldType.TEXT, "key": "", "options": ""}
    written = first | {"label_ko": "", "label_en": ""}
    if chosen is not None:
        written = {name: getattr(chosen, name) for name in written}
        written["options"] = "\n".join(chosen.options)
    shown = {
        "live": live(request.workspace.id, request.workspace.slug),
        "groups": [
            (SUBJECT[one], defining.list_fields(one, with_archived=True)) for one in Subject
        ],
        "chosen": chosen,
        "key": field_id or (chosen.id if chosen else uuid4()),
        "version": chosen.version if chosen else 0,
        "given": written
        | ({name: request.POST.get(name, "") for name in written} if errors else {}),
        "subjects": list(SUBJECT.items()),
        "types": list(TYPE.items()),
        "type_words": TYPE,
        "errors": errors or {},
        "did": "" if errors else DID.get(request.GET.get("did", ""), ""),
        "undo": request.GET.get("did") == "archived",
    }
    status = status or (422 if errors else 200)
    return render(request, "fields/settings.html", shown, status=status)
