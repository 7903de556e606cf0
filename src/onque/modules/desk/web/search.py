"""The search page, and the same findings as the fragment of the palette."""

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from markupsafe import Markup, escape

from onque.modules.desk.services import counting, reading, searching
from onque.modules.desk.services.searching import Findings
from onque.modules.desk.web import screen, view_urls, words
from onque.modules.desk.web.requests import MemberRequest
from onque.ui import navigation

_MOST_PLACES = 6


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """Show what the words find; with `palette` the few best and the places of that name."""
    text, only = request.GET.get("q", "").strip(), request.GET.get("only", "")
    if "palette" in request.GET:
        found = searching.search(request.actor, text=text.lstrip("@"), few=searching.FEW)
        context = _context(request, found) | {"go_to": _go_to(request, text)}
        return render(request, "desk/_palette.html", context)
    after = request.GET.get("after", "")
    found = searching.search(request.actor, text=text, only=only, after=after)
    context = _context(request, found) | shell(request) | {"only": only}
    return render(request, "desk/search.html", context)


def _context(request: MemberRequest, found: Findings) -> screen.Context:
    place = screen.Place(request.workspace.slug)
    path = reverse("desk:search", kwargs={"slug": place.slug})

    def search_url(**more: str) -> str:
        return f"{path}?{urlencode({'q': found.text, **more})}"

    return {
        "found": found,
        "words": words.WORDS,
        "ticket_url": place.ticket_url,
        "search_url": search_url,
        "mark": lambda text: marked(text, found.words),
    }


def shell(request: MemberRequest) -> screen.Context:
    """Return what a page without a list of its own asks for beside it: the views, none current."""
    place = screen.Place(request.workspace.slug)
    live = screen.live(request.workspace)
    counts = counting.count_views(request.actor, as_of=live.cursor)
    views = screen.view_links(place, reading.views_for(request.actor), counts)
    return {
        "live": live,
        "views": [replace(view, is_current=False) for view in views],
        "saved_links": screen.saved_links(place, counts),
        "new_view_url": view_urls.new_url(place),
        "brand_links": screen.brand_links(place, counts),
    }


def _go_to(request: MemberRequest, text: str) -> list[tuple[str, str, str]]:
    """Return icon, label and address of the views and places whose name holds the text."""
    slug, wanted = request.workspace.slug, text.lower()
    views = [
        (screen.VIEW_ICONS[view], str(words.VIEW[view]), screen.Place(slug).list_url(view))
        for view in reading.views_for(request.actor)
    ]
    rest = [
        (place.icon, str(place.label), place.url(slug))
        for place in navigation.all_places(request.actor)
    ]
    return [one for one in [*views, *rest] if wanted in one[1].lower()][:_MOST_PLACES]


def marked(text: str, found: Iterable[str]) -> Markup:
    """Return the text with each of the words marked; everything is escaped."""
    sought = "|".join(re.escape(word) for word in sorted(found, key=len, reverse=True) if word)
    if not sought:
        return escape(text)
    pieces = re.split(f"({sought})", text, flags=re.IGNORECASE)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if at % 2 else escape(piece)
        for at, piece in enumerate(pieces)
    )
