"""The generated pages of docs/reference."""

import dataclasses
import inspect
import re
import typing
from collections.abc import Callable, Iterator
from pathlib import Path

from onque.config.ports import PREFERRED
from onque.kernel import events
from onque.kernel.contract import Event
from onque.kernel.errors import AppError
from onque.modules.identity import rules as identity_rules
from tools.docs.words import INTERNAL, PERMISSIONS, SETTINGS

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Written by `make docs`; do not edit. -->\n"
NAME = re.compile(r"\b(?:ONQUE_[A-Z0-9_]+[A-Z0-9]|PG_BIN|VALKEY_BIN)\b")


def write() -> list[Path]:
    """Write all pages; return their paths."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    made = []
    for name, page in PAGES.items():
        path = REFERENCE / name
        path.write_text(page(), encoding="utf-8")
        made.append(path)
    return made


def setting_names() -> set[str]:
    """Every setting that the product reads."""
    found: set[str] = set()
    for path in (ROOT / "src" / "onque").rglob("*.py"):
        if "tests" not in path.parts and path.name != "testing.py":
            found |= set(NAME.findall(path.read_text(encoding="utf-8")))
    return (found | {f"ONQUE_{name.upper()}_PORT" for name in PREFERRED}) - INTERNAL


def settings_page() -> str:
    """Every setting with its default and meaning."""
    rows = [
        "# Settings",
        "",
        "All come from the environment. Each `X` may be given as `X_FILE`, the path of a file that"
        " holds the value. `onque doctor` says in words what is set, reachable and missing.",
        "",
        "| setting | default | meaning |",
        "| --- | --- | --- |",
    ]
    rows += [
        f"| `{name}` | {SETTINGS[name][0]} | {SETTINGS[name][1]} |"
        for name in sorted(setting_names())
    ]
    return _page(rows)


def events_page() -> str:
    """Every domain event with its fields and subscribers."""
    rows = [
        "# Events",
        "",
        "Facts of the past, published in the transaction of the change and heard at least once,"
        " in effect once, in the order of their stream. A field is added, never changed.",
    ]
    for name, kind in sorted(_events().items()):
        heard = [f"`{s.key}`" + (" (io)" if s.io else "") for s in events.subscribers_of(name)]
        rows += ["", f"## `{name}`", "", _flat(kind), "", "| field | type |", "| --- | --- |"]
        rows += [
            f"| `{field.name}` | `{_type(field.type)}` |" for field in dataclasses.fields(kind)
        ]
        rows += ["", f"Heard by: {', '.join(heard) or 'nobody yet'}."]
    return _page(rows)


def errors_page() -> str:
    """Every error code with its status and meaning."""
    rows = [
        "# Error codes",
        "",
        "What a use case says when it will not do what was asked. Nothing was written; the code"
        " stays the same for ever.",
        "",
        "| code | status | meaning |",
        "| --- | --- | --- |",
    ]
    rows += [
        f"| `{kind.code}` | {kind.status} | {_flat(kind)} |"
        for kind in sorted(errors(), key=lambda kind: (kind.code, kind.__name__))
    ]
    return _page(rows)


def permissions_page() -> str:
    """Every permission, and which built-in role has it."""
    roles = identity_rules.BUILT_IN_ROLES
    titles = [name for name, _permissions in roles.values()]
    rows = [
        "# Permissions",
        "",
        "A role is a set of these codes. Services ask for them; a changed role applies at the next"
        " request. The built-in roles hold:",
        "",
        f"| permission | allows | {' | '.join(titles)} |",
        f"| --- | --- | {' | '.join('---' for _title in titles)} |",
    ]
    for code in identity_rules.PERMISSIONS:
        marks = ["yes" if code in granted else "" for _name, granted in roles.values()]
        rows.append(f"| `{code}` | {PERMISSIONS[code]} | {' | '.join(marks)} |")
    return _page(rows)


def errors() -> set[type[AppError]]:
    """Every refusal of the product."""
    return {kind for kind in _below(AppError) if kind.__module__.startswith("onque.")} - {
        kind for kind in _below(AppError) if ".tests." in kind.__module__
    }


def _events() -> dict[str, type[Event]]:
    return {
        name: kind
        for name, kind in Event.registry.items()
        if kind.__module__.startswith("onque.") and ".tests." not in kind.__module__
    }


def _below(kind: type[AppError]) -> Iterator[type[AppError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def _flat(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split()).replace("|", "\\|")


def _type(hint: object) -> str:
    text = hint if isinstance(hint, str) else getattr(hint, "__name__", str(hint))
    return typing.cast("str", text).replace("|", "or")


def _page(rows: list[str]) -> str:
    return NOTE + "\n".join(rows) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "events.md": events_page,
    "errors.md": errors_page,
    "permissions.md": permissions_page,
}
