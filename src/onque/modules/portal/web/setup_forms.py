"""The set-up of an inquiry type as it is sent: names, templates and one row for each question."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from onque.modules.portal.rules.forms import LOCALES, FormField, Kind
from onque.modules.portal.services.inquiry_types import TypeChange

EMPTY_ROWS = 2
_NOT_KEY = re.compile(r"[^a-z0-9_]+")


def read_change(data: QueryDict) -> TypeChange:
    """Return what the form asks for; rows without any label, and deleted ones, fall away."""
    rows = [_read_row(data, number) for number in range(int(data.get("rows") or 0) + EMPTY_ROWS)]
    kept = [row for row in rows if row and any(row["labels"].values())]
    kept.sort(key=lambda row: row["order"])
    taken: set[str] = set()
    fields = [_field(row, taken) for row in kept]
    return TypeChange(
        names=_texts(data, "name"),
        templates=_texts(data, "template"),
        fields=fields,
        is_open=bool(data.get("is_open")),
        position=_number(data.get("position"), 0),
    )


def _read_row(data: QueryDict, number: int) -> dict[str, Any] | None:
    if data.get(f"delete_{number}"):
        return None
    return {
        "key": data.get(f"key_{number}", ""),
        "kind": data.get(f"kind_{number}", Kind.LINE.value),
        "labels": _texts(data, f"label_{number}"),
        "helps": _texts(data, f"help_{number}"),
        "is_required": bool(data.get(f"required_{number}")),
        "choices": [line.strip() for line in data.get(f"choices_{number}", "").splitlines()],
        "when_key": data.get(f"when_key_{number}", ""),
        "when_value": data.get(f"when_value_{number}", "").strip(),
        "order": _number(data.get(f"order_{number}"), 10 * (number + 1)),
    }


def _field(row: Mapping[str, Any], taken: set[str]) -> FormField:
    kind = Kind(row["kind"]) if row["kind"] in set(Kind) else Kind.LINE
    key = row["key"] or _new_key(row["labels"], taken)
    taken.add(key)
    return FormField(
        key=key,
        kind=kind,
        labels=row["labels"],
        helps=row["helps"],
        is_required=row["is_required"],
        choices=tuple(dict.fromkeys(line for line in row["choices"] if line)),
        when_key=row["when_key"],
        when_value=row["when_value"],
    )


def _new_key(labels: Mapping[str, str], taken: set[str]) -> str:
    """Return a key that stays with the question when its words change."""
    stem = _NOT_KEY.sub("_", labels.get("en", "").lower()).strip("_")[:30]
    stem = stem if stem[:1].isalpha() else "question"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}_{number}", number + 1
    return key


def _texts(data: QueryDict, name: str) -> dict[str, str]:
    found = {one: data.get(f"{name}_{one}", "").replace("\r\n", "\n").strip() for one in LOCALES}
    return {one: text for one, text in found.items() if text}


def _number(text: str | None, fallback: int) -> int:
    try:
        return max(0, min(int(text or ""), 9999))
    except ValueError:
        return fallback
