"""The audit trail of a workspace: read, narrowed, taken along."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from onque.kernel import clock
from onque.kernel.spreadsheets import CONTENT_TYPE
from onque.modules.identity.contracts import AuditCard
from onque.modules.identity.services import audit_log, members
from onque.modules.identity.services.audit_log import Asked
from onque.modules.identity.web.members import MemberRequest
from onque.ui.live import live

KIND: dict[str, str | Promise] = {
    "ticket": _("Tickets"),
    "customer": _("Customers"),
    "member": _("Members"),
    "invitation": _("Invitations"),
    "group": _("Groups"),
    "macro": _("Macros"),
    "brand": _("Brands"),
    "bulk": _("Many tickets at once"),
    "tenant": _("Workspace"),
}


class AskedForm(forms.Form):
    """What somebody looks for."""

    who = forms.UUIDField(required=False)
    kind = forms.ChoiceField(choices=[(one, one) for one in audit_log.KINDS], required=False)
    first = forms.DateField(required=False)
    last = forms.DateField(required=False)

    def asked(self) -> Asked:
        """Return it; what cannot be read is left out."""
        data = self.cleaned_data
        return Asked(data.get("who"), data.get("kind", ""), data.get("first"), data.get("last"))


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """Show what happened, the newest first."""
    form = AskedForm(request.GET)
    wrong = [] if form.is_valid() else [name for name in ("first", "last") if name in form.errors]
    after = request.GET.get("after", "")
    found, cursor = audit_log.list_entries(request.actor, asked=form.asked(), after=after)
    shown = _choices(request) | {
        "lines": [(one, _change(one)) for one in found],
        "is_later_page": bool(after),
        "wrong": wrong,
    }
    shown["next_query"] = urlencode({**shown["kept"], "after": cursor}) if cursor else ""
    return render(request, "identity/audit_log.html", shown, status=422 if wrong else 200)


def _choices(request: MemberRequest) -> dict[str, Any]:
    """Return what the log can be narrowed by, and what was chosen."""
    people = members.list_members(with_deactivated=True)
    return {
        "live": live(request.workspace.id, request.workspace.slug),
        "kept": {name: request.GET[name] for name in AskedForm.base_fields if name in request.GET},
        "members": [("", _("Everybody")), *((one.id, one.name) for one in people)],
        "kinds": [("", _("Everything")), *KIND.items()],
    }


@require_POST
def export(request: MemberRequest) -> HttpResponseBase:
    """Give the entries as a file."""
    form = AskedForm(request.POST)
    form.is_valid()
    lines = audit_log.export_entries(request.actor, asked=form.asked())
    name = f"audit-{request.workspace.slug}-{clock.now():%Y-%m-%d}.csv"
    response = StreamingHttpResponse(lines, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _change(entry: AuditCard) -> list[tuple[str, str, str]]:
    """Return field, value before and value after of each changed field."""
    names = dict.fromkeys([*entry.before, *entry.after])
    return [(name, _short(entry.before.get(name)), _short(entry.after.get(name))) for name in names]


def _short(value: object) -> str:
    if value is None or value == "":
        return ""
    text = ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
    return text if len(text) <= 120 else f"{text[:119]}…"  # noqa: PLR2004 - a line's worth
