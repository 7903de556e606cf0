"""Senders that are always let in or kept out."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from onque.kernel.errors import Invalid
from onque.modules.mail.services import lists, silence
from onque.modules.mail.web.requests import MemberRequest, shell


class SenderForm(forms.Form):
    """A new rule."""

    pattern = forms.CharField(max_length=320)
    verdict = forms.ChoiceField(choices=[(verdict, verdict) for verdict in lists.VERDICTS])


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List the rules."""
    return _page(request)


@require_POST
def add(request: MemberRequest) -> HttpResponse:
    """Add a rule, or replace the one for the same sender."""
    form = SenderForm(request.POST)
    error = _("Enter an address such as name@example.com, or a domain such as example.com.")
    if not form.is_valid():
        return _page(request, error)
    try:
        lists.add_rule(request.actor, **form.cleaned_data)
    except Invalid:
        return _page(request, error)
    return redirect("mail:senders", slug=request.workspace.slug)


@require_POST
def remove(request: MemberRequest, rule_id: UUID) -> HttpResponse:
    """Take a rule away."""
    lists.remove_rule(request.actor, rule_id=rule_id)
    return redirect("mail:senders", slug=request.workspace.slug)


@require_POST
def lift(request: MemberRequest, silence_id: UUID) -> HttpResponse:
    """Let automatic mail go to an address again."""
    silence.lift(request.actor, silence_id=silence_id)
    return redirect("mail:senders", slug=request.workspace.slug)


def _page(request: MemberRequest, error: str = "") -> HttpResponse:
    context = {
        **shell(request),
        "rules": lists.list_rules(request.actor),
        "silences": silence.list_silences(request.actor),
        "error": error,
        "pattern": request.POST.get("pattern", "") if error else "",
        "verdict": request.POST.get("verdict", lists.BLOCK),
        "verdicts": [
            (lists.BLOCK, _("Suspend")),
            (lists.PROVEN, _("Let in only when the sender is proven (SPF, DKIM or DMARC)")),
            (lists.ALLOW, _("Let in")),
        ],
    }
    return render(request, "mail/senders.html", context, status=422 if error else 200)
