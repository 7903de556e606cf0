"""Typed readers of the environment, the only source of settings.

Each reader takes `X`, or the path of a file holding it in `X_FILE` (for mounted secrets). A value
that is required and missing refuses to start, naming itself.
"""

import os
from pathlib import Path


class SettingMissing(RuntimeError):
    """A required setting has neither a value nor a file."""


def text(name: str, default: str | None = None) -> str:
    """Return the setting as text.

    Raises `SettingMissing` when it is unset and no default is given.
    """
    if (value := os.environ.get(name)) is not None:
        return value
    if (path := os.environ.get(f"{name}_FILE")) is not None:
        return Path(path).read_text(encoding="utf-8").strip()
    if default is None:
        raise SettingMissing(f"Set {name} (or {name}_FILE); see docs/reference/settings.md.")
    return default


def flag(name: str, *, default: bool = False) -> bool:
    """Return true for 1, true, yes or on, in any case."""
    return text(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int | None = None) -> int:
    """Return the setting as a whole number; `ValueError` names what cannot be read."""
    value = text(name, None if default is None else str(default))
    try:
        return int(value)
    except ValueError:
        raise ValueError(f"{name} must be a whole number, not {value!r}.") from None


def secret(name: str, default: str | None = None) -> str:
    """Return a secret; read like `text`, named apart so that it is never logged or shown."""
    return text(name, default)
