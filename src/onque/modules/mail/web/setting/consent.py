"""Signing in with a provider: to its authority and back, for a mailbox new or connected.

The authority knows one address of ours, outside any workspace. It leads on into the workspace,
where a page asks to go on: what is kept is kept by that form, never by following a link.
"""

import re
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from onque.kernel.errors import Invalid, NotFound
from onque.modules.mail.contracts import ConsentRefused
from onque.modules.mail.services import checking, consenting
from onque.modules.mail.web.requests import MemberRequest, shell
from onque.modules.mail.web.setting import troubles, words

_SLUG = re.compile(r"[a-z0-9-]{1,40}")
_PASSED_ON = ("state", "code", "error", "error_description")


@require_GET
def ask(request: MemberRequest, subject_id: UUID) -> HttpResponse:
    """Lead to the authority; nothing is kept here."""
    try:
        place = consenting.begin(
            request.actor,
            subject_id=subject_id,
            redirect_url=settings.PUBLIC_URL + reverse("mail:consent-back"),
            label=request.workspace.slug,
        )
    except Invalid:
        raise NotFound(kind="authority") from None
    return HttpResponseRedirect(place)


@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Lead what an authority answered into the workspace that asked."""
    slug, _dot, state = request.GET.get("state", "").partition(".")
    if not _SLUG.fullmatch(slug):
        raise NotFound(kind="consent")
    passed = {name: request.GET[name] for name in _PASSED_ON if name in request.GET}
    place = reverse("mail:consent-answer", kwargs={"slug": slug})
    return HttpResponseRedirect(f"{place}?{urlencode({**passed, 'state': state})}")


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: MemberRequest) -> HttpResponse:
    """Show what came back; take it."""
    given = request.POST if request.method == "POST" else request.GET
    state, code = given.get("state", ""), given.get("code", "")
    try:
        if request.method != "POST" or not code:
            subject_id, _answer = consenting.read_answer(request.actor, state=state, code=code)
            return _page(request, subject_id, "" if code else "not_allowed")
        subject_id, connected = consenting.take_answer(request.actor, state=state, code=code)
    except ConsentRefused as refusal:
        return _page(request, None, str(refusal.facts["reason"]))
    slug = request.workspace.slug
    if connected:
        return redirect("mail:mailbox-sign-in", slug=slug, mailbox_id=subject_id)
    return redirect("mail:setup-folder", slug=slug, setup_id=subject_id)


@require_GET
def sign_in(request: MemberRequest, mailbox_id: UUID) -> HttpResponse:
    """Show how a connected mailbox signs in, and the way to consent again."""
    card = consenting.get_consent(request.actor, mailbox_id=mailbox_id)
    run = checking.find_latest(request.actor, kind="reconsent", subject_id=mailbox_id)
    context = {
        **shell(request),
        "says": words,
        "troubles": troubles,
        "card": card,
        "check": run,
        "again": "",
    }
    return render(request, "mail/setup/sign_in.html", context)


def _page(request: MemberRequest, subject_id: UUID | None, refusal: str) -> HttpResponse:
    context = {
        **shell(request),
        "subject_id": subject_id,
        "refused": troubles.ANSWERS.get(refusal, troubles.ANSWERS["state_unknown"])
        if refusal
        else None,
        "said": request.GET.get("error_description", "")[:300],
        "state": request.GET.get("state", ""),
        "code": request.GET.get("code", ""),
    }
    return render(request, "mail/setup/answer.html", context, status=409 if refusal else 200)
