"""What the shell links to: modules register their places, so that nothing dead is drawn.

A place names a URL that takes the workspace's slug; it shows only to members with its permission.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.functional import Promise

from onque.kernel.access import Actor

Section = Literal["rail", "foot", "menu", "search", "notices"]
"""Rail: the main parts. Foot: the rail's lower end. Menu: behind one's own face. Search: the page
that answers the search box, at most one. Notices: fragments that tell on every page what is wrong;
each is asked for once the page stands, and once a minute."""


@dataclass(frozen=True)
class Place:
    """One destination inside a workspace; `label` is translated when it is drawn.

    `count_url_name` names what answers a number to show beside it, as text; the page asks when it
    stands, and again whenever something happens that concerns the reader. `shortcut` is one
    letter that leads there from every page.
    """

    key: str
    section: Section
    label: str | Promise
    icon: str
    url_name: str
    permission: str = ""
    order: int = 100
    count_url_name: str = ""
    shortcut: str = ""

    def url(self, slug: str) -> str:
        """Return the path of the place in the workspace with this slug."""
        return reverse(self.url_name, kwargs={"slug": slug})

    def count_url(self, slug: str) -> str:
        """Return where the number beside it is asked for, "" where there is none."""
        name = self.count_url_name
        return reverse(name, kwargs={"slug": slug}) if name else ""


_places: dict[str, Place] = {}


def register(place: Place) -> None:
    """Add a place; the same key again replaces it."""
    _places[place.key] = place


def places(section: Section, actor: Actor) -> Sequence[Place]:
    """Return the places of a section that the actor may open, in their order."""
    shown = (
        place
        for place in _places.values()
        if place.section == section and (not place.permission or actor.can(place.permission))
    )
    return sorted(shown, key=lambda place: (place.order, place.key))


def all_places(actor: Actor) -> Sequence[Place]:
    """Return every place that the actor may open, for "go to"."""
    sections: tuple[Section, ...] = ("rail", "foot", "menu")
    return [place for section in sections for place in places(section, actor)]
