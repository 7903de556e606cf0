"""Saved views: made and changed on a screen that counts as one chooses, deleted with undo."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onque.kernel.errors import Conflict, Invalid
from onque.modules.desk.contracts import View
from onque.modules.desk.contracts.views import (
    DEFAULT,
    Column,
    Narrowing,
    Order,
    SavedView,
    Test,
    ViewDraft,
)
from onque.modules.desk.services import counting, lists, reading, saved_views
from onque.modules.desk.web import screen, tickets, view_forms, view_urls, view_words, words
from onque.modules.desk.web.requests import MemberRequest
from onque.modules.identity import public as identity

FEW = 6


@require_http_methods(["GET", "POST"])
def create(request: MemberRequest) -> HttpResponse:
    """Make a view, starting from the list that one comes from."""
    if request.method != "POST":
        return _screen(request, _start(request), None)
    draft = view_forms.read_draft(request.POST)
    if request.POST.get("act"):
        return _screen(request, draft, None)
    try:
        view = saved_views.save_view(request.actor, draft=draft)
    except Invalid as refusal:
        return _screen(request, draft, None, refusal=refusal)
    return _to_list(request, view.id)


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, view_id: UUID) -> HttpResponse:
    """Change a view."""
    view = saved_views.get_view(request.actor, view_id=view_id)
    if request.method != "POST":
        return _screen(request, view.draft, view)
    draft, version = view_forms.read_draft(request.POST), request.POST.get("version", "")
    if request.POST.get("act"):
        return _screen(request, draft, view)
    expected = int(version) if version.isdecimal() else 0
    try:
        saved_views.change_view(request.actor, view_id=view_id, draft=draft, expected=expected)
    except (Invalid, Conflict) as refusal:
        return _screen(request, draft, view, refusal=refusal)
    return _to_list(request, view_id)


@require_POST
def delete(request: MemberRequest, view_id: UUID) -> HttpResponse:
    """Delete a view and offer to undo it."""
    saved_views.delete_view(request.actor, view_id=view_id)
    url = screen.Place(request.workspace.slug).list_url(deleted=view_id.hex)
    return HttpResponseRedirect(url)


@require_POST
def restore(request: MemberRequest, view_id: UUID) -> HttpResponse:
    """Undo the deletion and show the view."""
    saved_views.restore_view(request.actor, view_id=view_id)
    return _to_list(request, view_id)


@require_safe
def preview(request: MemberRequest) -> HttpResponse:
    """Count what the form would find, and show the first few."""
    draft = view_forms.read_draft(request.GET)
    return render(request, "desk/views/_preview.html", _preview(request, draft))


def _to_list(request: MemberRequest, view_id: UUID) -> HttpResponse:
    url = screen.Place(request.workspace.slug, saved_id=view_id).list_url()
    return HttpResponseRedirect(url)


def _start(request: MemberRequest) -> ViewDraft:
    """Return what a new view starts from: the saved or standard view one comes from."""
    source = request.GET.get("from", "")
    place = screen.Place(request.workspace.slug)
    if source and source not in set(View):
        place = tickets.place_named(request.workspace.slug, source)
    if place.saved_id is not None:
        view = saved_views.get_view(request.actor, view_id=place.saved_id)
        return replace(view.draft, name="")
    tests = [*STARTS.get(source, DEFAULT.all_of)]
    slug = request.GET.get("brand", "")
    brands = [one for one in identity.list_brands() if one.slug == slug]
    tests += [Test("brand", "in", (str(one.id),)) for one in brands]
    order = Order.NEWEST_UPDATED if source in screen.FINISHED else Order.DUE
    return ViewDraft("", Narrowing(tuple(tests)), order)


STARTS: Mapping[str, tuple[Test, ...]] = {
    View.MINE: (*DEFAULT.all_of, Test("assignee", "in", ("me",))),
    View.UNASSIGNED: (*DEFAULT.all_of, Test("assignee", "in", ("none",))),
    View.AT_RISK: (*DEFAULT.all_of, Test("due", "within", ("1h",))),
    View.SOLVED: (Test("status", "in", ("solved", "closed")),),
    View.SPAM: (Test("status", "in", ("spam",)),),
    View.TRASH: (Test("status", "in", ("trash",)),),
}


def _screen(
    request: MemberRequest,
    draft: ViewDraft,
    view: SavedView | None,
    *,
    refusal: Invalid | Conflict | None = None,
) -> HttpResponse:
    place = screen.Place(request.workspace.slug, saved_id=view.id if view else uuid4())
    live = screen.live(request.workspace)
    counts = counting.count_views(request.actor, as_of=live.cursor)
    reason = str(refusal.facts.get("reason", "stale")) if refusal else ""
    context = {
        "live": live,
        "views": screen.view_links(place, reading.views_for(request.actor), counts),
        "saved_links": screen.saved_links(place, counts),
        "brand_links": screen.brand_links(place, counts),
        "new_view_url": view_urls.new_url(screen.Place(place.slug)),
        "view": view,
        "version": refusal.facts["current"]
        if isinstance(refusal, Conflict)
        else view and view.version,
        "back_url": place.list_url() if view else screen.Place(place.slug).list_url(),
        "fault": view_words.fault([reason]) if reason else "",
        "fault_at": refusal.facts.get("field", "name") if refusal else "",
        **_form(request, draft),
        **_preview(request, draft),
    }
    return render(
        request, "desk/views/edit.html", context, status=refusal.status if refusal else 200
    )


def _form(request: MemberRequest, draft: ViewDraft) -> screen.Context:
    """Return what the form offers, and what is chosen."""
    shared = saved_views.audiences(request.actor)
    chosen = (draft.audience, draft.group_id)
    options = [
        (view_words.audience_value(audience, group_id), view_words.audience_label(audience, name))
        for audience, group_id, name in shared
    ]
    value = view_words.audience_value(*chosen)
    if value not in {one for one, _label in options}:
        options.append((value, view_words.audience_label(draft.audience, "…")))
    return {
        "draft": draft,
        "blocks": [
            (view_forms.ALL, view_forms.rows(draft.narrowing.all_of, view_forms.ALL)),
            (view_forms.ANY, view_forms.rows(draft.narrowing.any_of, view_forms.ANY)),
        ],
        "fields": view_words.fields_there(),
        "how_words": view_words.HOW,
        "choices": {
            test.field: list(view_words.choices(test.field).items())
            for test in (*draft.narrowing.all_of, *draft.narrowing.any_of)
        },
        "units": list(view_words.UNITS.items()),
        "orders": list(view_words.ORDER.items()),
        "all_columns": [(column, view_words.COLUMN[column]) for column in Column],
        "audiences": options,
        "audience": value,
        "tag_names": reading.list_tag_names(request.actor),
    }


def _preview(request: MemberRequest, draft: ViewDraft) -> screen.Context:
    found, page = lists.preview(request.actor, draft=draft, limit=FEW)
    place = screen.Place(request.workspace.slug)
    return {
        "found": screen.saved_tally(found) or "0",
        "found_count": found.count,
        "few": page.rows,
        "order_word": view_words.ORDER[draft.order],
        "ticket_url": place.ticket_url,
        "words": words.WORDS,
    }
