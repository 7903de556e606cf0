"""Tickets that belong together, and who follows a ticket."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from onque.kernel.errors import Invalid
from onque.modules.desk.errors import CannotLink
from onque.modules.desk.services import relating
from onque.modules.desk.web import answers
from onque.modules.desk.web.forms import FollowForm, LinkForm
from onque.modules.desk.web.requests import MemberRequest


@require_POST
def link(request: MemberRequest, number: int) -> HttpResponse:
    """Link the ticket with another one."""
    done = relating.link(request.actor, number=number, other=_other(request))
    return answers.done(request, number, did=done)


@require_POST
def unlink(request: MemberRequest, number: int) -> HttpResponse:
    """Take a link off."""
    done = relating.unlink(request.actor, number=number, other=_other(request))
    return answers.done(request, number, did=done)


@require_POST
def follow(request: MemberRequest, number: int) -> HttpResponse:
    """Let somebody follow the ticket, or no longer."""
    form = FollowForm(request.POST)
    if not form.is_valid():
        raise Invalid(field=next(iter(form.errors)))
    wanted = form.cleaned_data["follows"] == "yes"
    relating.follow(
        request.actor, number=number, member_id=form.cleaned_data["member"], wanted=wanted
    )
    return answers.done(request, number)


def _other(request: MemberRequest) -> int:
    form = LinkForm(request.POST)
    if not form.is_valid():
        raise CannotLink(reason="no_number")
    return form.number()
