"""What a form of the ticket page is answered with: the fresh parts, or the text and a reason."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onque.kernel.errors import AppError, Invalid, NotFound
from onque.modules.desk.contracts import (
    MessageItem,
    NewAttachment,
    TicketClosed,
    TicketMergedAway,
    TicketStale,
    TicketVersionConflict,
)
from onque.modules.desk.errors import AddressBounced
from onque.modules.desk.services import uploading
from onque.modules.desk.web import drafts, tickets, words
from onque.modules.desk.web.requests import MemberRequest

FORCES: Mapping[type[AppError], str] = {
    TicketStale: "send_anyway",
    AddressBounced: "despite_bounce",
}
"""What a person may do all the same, by pressing "send anyway"."""


def done(request: MemberRequest, number: int, did: UUID | None = None) -> HttpResponse:
    """Answer an act that worked: the parts for script, the page again for a plain form.

    `did` is the operation that takes it back. Who sees the ticket no longer goes to the list.
    """
    place = tickets.place_of(request)
    known = {"did": did.hex} if did is not None else {}
    if not request.htmx:
        return HttpResponseRedirect(place.ticket_url(number, **known))
    try:
        context = tickets.ticket_context(request, place, number)
    except NotFound:
        return HttpResponse(headers={"HX-Redirect": place.list_url()})
    context["done"] = tickets.done_of(context["log"], known.get("did", ""))
    return render(request, "desk/_parts.html", context)


def sent(request: MemberRequest, number: int) -> HttpResponse:
    """Answer a reply that is on its way: the parts, with where the member goes from here."""
    place = tickets.place_of(request)
    try:
        context = tickets.ticket_context(request, place, number)
    except NotFound:
        return HttpResponse(headers={"HX-Redirect": place.list_url()})
    onward = tickets.onward_of(place, context)
    if not request.htmx:
        return HttpResponseRedirect(onward or place.ticket_url(number))
    return render(request, "desk/_parts.html", context | {"onward": onward})


def refused(request: MemberRequest, number: int, kind: str, error: AppError) -> HttpResponse:
    """Answer a refused message: nothing was written, the text comes back with the reason."""
    newer = _newer(error)
    force = FORCES.get(type(error), "")
    files = _files(request)
    draft = drafts.refused(request.POST, kind, (reason(error), force), newer, files)
    place = tickets.place_of(request)
    if isinstance(error, TicketMergedAway):  # the text goes along to where the messages are
        number = int(str(error.facts["into"]))
    context = tickets.ticket_context(request, place, number, draft)
    template = "desk/_parts.html" if request.htmx else "desk/ticket.html"
    return render(request, template, context, status=error.status)


def _files(request: MemberRequest) -> tuple[NewAttachment, ...]:
    """Return the files that were sent along; those that are no more are left out."""
    try:
        return uploading.opened(request.actor, request.POST.getlist("files"))
    except Invalid:
        return ()


def _newer(error: AppError) -> tuple[MessageItem, ...]:
    """Return the messages that a stale reply had not seen."""
    given = error.facts.get("newer") if isinstance(error, TicketStale) else None
    if not isinstance(given, tuple):
        return ()
    return tuple(one for one in given if isinstance(one, MessageItem))


def reason(error: AppError) -> str:
    """Return why a message was not taken and what to do."""
    facts = {name: value or "…" for name, value in error.facts.items()}
    if isinstance(error, TicketVersionConflict):
        facts["current"] = words.STATUS.get(str(facts["current"]), facts["current"])
    if isinstance(error, TicketStale):
        count = len(_newer(error)) or 1
        return ngettext(
            "A newer message arrived while you were writing. Read it, then send again.",
            "%(count)s newer messages arrived while you were writing. Read them, then send again.",
            count,
        ) % {"count": count}
    known = WHY.get(str(facts.get("reason")), WHY.get(error.code))
    return str(known) % facts if known else _("Reload the page, then send it again.")


WHY: Mapping[str, Promise] = {
    "empty": gettext_lazy("Write something first."),
    "too_long": gettext_lazy("This is too long for one message. Shorten it or send it in two."),
    "not_from_here": gettext_lazy("The ticket cannot have this status now. Choose another one."),
    "not_an_address": gettext_lazy("%(value)s is no e-mail address. Correct it, then send again."),
    "is_the_customer": gettext_lazy("This is the customer's own address. Answer with a reply."),
    "too_many": gettext_lazy("These are too many people in copy. Leave some out."),
    "file_empty": gettext_lazy("%(name)s is empty. Choose another file."),
    "file_too_large": gettext_lazy(
        "%(name)s is larger than 20 MB. Make it smaller, or send a link."
    ),
    "file_program": gettext_lazy(
        "%(name)s is a program; no mailbox takes it. Put it into an archive."
    ),
    "file_gone": gettext_lazy("A file is not here any more. Add it again."),
    "too_many_files": gettext_lazy("These are too many files. Leave some out."),
    "not_ahead": gettext_lazy("Choose a time to send it that is to come, within a year."),
    TicketClosed.code: gettext_lazy("This ticket is closed. Reopen it to answer."),
    TicketMergedAway.code: gettext_lazy(
        "The ticket was merged into #%(into)s. Read on here, then send again."
    ),
    TicketVersionConflict.code: gettext_lazy(
        "A colleague set the status to “%(current)s” meanwhile. Send again to set yours."
    ),
    AddressBounced.code: gettext_lazy(
        "Mail to %(address)s came back before: %(why)s. Correct it, or send anyway."
    ),
}
"""Words for reasons, else for codes."""
