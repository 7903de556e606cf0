"""Addresses of saved views."""

import re
from functools import lru_cache
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from onque.modules.desk.contracts import View
from onque.modules.desk.web.screen import Place


@lru_cache(maxsize=1024)
def _new_path(slug: str) -> str:
    return reverse("desk:view-new", kwargs={"slug": slug})


def new_url(place: Place) -> str:
    """Return where a new view is made, starting from the list that is shown."""
    query = {"from": place.saved_id.hex if place.saved_id else str(place.view)}
    if place.brand_slug:
        query["brand"] = place.brand_slug
    is_plain = query == {"from": str(View.ALL)}
    return _new_path(place.slug) + ("" if is_plain else f"?{urlencode(query)}")


def edit_url(slug: str, view_id: UUID) -> str:
    """Return where a view is changed."""
    return reverse("desk:view", kwargs={"slug": slug, "view_id": view_id})


def restore_url(slug: str, view_hex: str) -> str:
    """Return what undoes the deletion of a view; "" for what is no id."""
    if not re.fullmatch(r"[0-9a-f]{32}", view_hex):
        return ""
    return reverse("desk:view-restore", kwargs={"slug": slug, "view_id": UUID(view_hex)})
