"""Prepared answers: the page under settings, and what the composer offers."""

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from onque.kernel.errors import Invalid
from onque.modules.desk.contracts import Priority, Status
from onque.modules.desk.contracts.macros import NewMacro
from onque.modules.desk.services import macros, placeholders
from onque.modules.desk.web import screen, words
from onque.modules.desk.web.forms import new_request_key
from onque.modules.desk.web.requests import MemberRequest
from onque.modules.identity import public as identity

STATUSES = (Status.PENDING, Status.OPEN, Status.ON_HOLD, Status.SOLVED)
AUDIENCE: Mapping[str, str | Promise] = {
    "mine": _("Only me"),
    "group": _("A group"),
    "all": _("Everybody"),
}
WHY: Mapping[tuple[str, str], str | Promise] = {
    ("name", "empty"): _("Give it a name."),
    ("text_en", "empty"): _("Write a text in one language, or choose what it changes."),
    ("group_id", "empty"): _("Choose the group that it is for."),
    ("tags", "too_many"): _("These are too many tags. Leave some out."),
}


class MacroForm(forms.Form):
    """A prepared answer as the page sends it."""

    name = forms.CharField(required=False, max_length=120)
    folder = forms.CharField(required=False, max_length=80)
    code = forms.CharField(required=False, max_length=40)
    text_ko = forms.CharField(required=False)
    text_en = forms.CharField(required=False)
    audience = forms.ChoiceField(choices=list(AUDIENCE.items()))
    group_id = forms.UUIDField(required=False)
    status = forms.ChoiceField(choices=[(one.value, one) for one in STATUSES], required=False)
    priority = forms.ChoiceField(choices=[(one.value, one) for one in Priority], required=False)
    tags = forms.CharField(required=False, max_length=500)
    assign_to_me = forms.BooleanField(required=False)

    def macro(self) -> NewMacro:
        """Return what is to be kept."""
        data = dict(self.cleaned_data)
        return NewMacro(tags=tuple(data.pop("tags").split(",")), **data)


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List the prepared answers beside the one that is written."""
    found = macros.list_macros(request.actor)
    asked = request.GET.get("macro", "")
    chosen = next((one for one in found if one.id.hex == asked), None)
    given = chosen.written if chosen else NewMacro(name="")
    key = chosen.id if chosen else new_request_key()
    context = _context(request, given, key) | {"macros": found, "chosen": chosen}
    return render(request, "desk/macros.html", context)


@require_POST
def save(request: MemberRequest, macro_id: UUID) -> HttpResponse:
    """Keep a prepared answer; a refusal gives everything back."""
    form = MacroForm(request.POST)
    if not form.is_valid():
        return _refused(request, macro_id, Invalid(field=next(iter(form.errors))))
    try:
        macros.save_macro(request.actor, macro_id=macro_id, new=form.macro())
    except Invalid as error:
        return _refused(request, macro_id, error)
    return redirect("desk:macros", slug=request.workspace.slug)


@require_POST
def remove(request: MemberRequest, macro_id: UUID) -> HttpResponse:
    """End a prepared answer."""
    macros.remove_macro(request.actor, macro_id=macro_id)
    return redirect("desk:macros", slug=request.workspace.slug)


@require_safe
def offers(request: MemberRequest, number: int) -> HttpResponse:
    """Show what the composer of a ticket offers after "/"."""
    found = macros.offer_all(request.actor, number=number)
    context = {"offers": found, "words": words.WORDS}
    return render(request, "desk/_macros.html", context)


def _refused(request: MemberRequest, macro_id: UUID, error: Invalid) -> HttpResponse:
    found = macros.list_macros(request.actor)
    chosen = next((one for one in found if one.id == macro_id), None)
    given = asdict(NewMacro(name="")) | request.POST.dict()
    context = _context(request, given, macro_id)
    context |= {"macros": found, "chosen": chosen, "errors": _errors(error)}
    return render(request, "desk/macros.html", context, status=error.status)


def _errors(error: Invalid) -> dict[str, str]:
    field, reason = str(error.facts.get("field", "")), str(error.facts.get("reason", ""))
    if reason == "unknown":
        name = str(error.facts["value"])
        return {
            field: str(_("Nothing is called “%(name)s”. Choose one of the placeholders below."))
            % {"name": name}
        }
    fallback = _("This does not fit here. Shorten or correct it.")
    return {field: str(WHY.get((field, reason), fallback))}


def _context(request: MemberRequest, given: object, key: UUID) -> screen.Context:
    actor, groups = request.actor, identity.list_groups()
    return {
        "live": screen.live(request.workspace),
        "given": given,
        "key": key,
        "errors": {},
        "words": words.WORDS,
        "statuses": [("", _("Leave as it is")), *((one, words.STATUS[one]) for one in STATUSES)],
        "priorities": [("", _("Leave as it is")), *words.PRIORITY.items()],
        "audiences": list(AUDIENCE.items()) if actor.can(macros.SHARE) else [],
        "audiences_said": AUDIENCE,
        "groups": [("", _("Choose a group")), *((one.id, one.name) for one in groups)],
        "group_names": {one.id: one.name for one in groups},
        "placeholders": placeholders.KOREAN,
    }
