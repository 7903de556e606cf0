"""Base classes of what modules say to each other; no Django.

`Contract` is the base of every frozen dataclass that crosses a module's door; `Event` of every
domain event. Fields are UUID, str, int, bool, datetime, enum members or tuples of these, so that
each can be written to and read from JSON by `dump` and `load`.
"""

import types
import typing
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from typing_extensions import override  # typing.override of Python 3.12


@dataclass(frozen=True)
class Contract:
    """A value that crosses a module's door: frozen, serialisable, free of Django."""


@dataclass(frozen=True)
class Event:
    """A fact of the past. Add fields with defaults; never change what a field means.

    `name` is "module.noun_verbed"; `stream` orders delivery: events of one stream reach each
    subscriber in the order they were published.
    """

    name: ClassVar[str]
    registry: ClassVar[dict[str, type["Event"]]] = {}

    @override
    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            Event.registry[cls.name] = cls

    @property
    def stream(self) -> str:
        """The aggregate whose order must be kept, such as `ticket:<hex>`."""
        raise NotImplementedError

    def dump(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def load(cls, payload: dict[str, Any]) -> Self:
        """Rebuild from `dump`; unknown keys (of a newer version) are ignored."""
        hints = typing.get_type_hints(cls)
        known = {f.name for f in fields(cls)}
        return cls(**{k: _typed(hints[k], v) for k, v in payload.items() if k in known})


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _typed(hint: Any, value: Any) -> Any:  # noqa: PLR0911 - one return for each kind of field
    if value is None:
        return None
    origin = typing.get_origin(hint)
    if origin in {types.UnionType, typing.Union}:
        inner = [arg for arg in typing.get_args(hint) if arg is not type(None)]
        return _typed(inner[0], value)
    if origin is tuple:
        item = typing.get_args(hint)[0]
        return tuple(_typed(item, v) for v in value)
    if hint is UUID:
        return UUID(value)
    if hint is datetime:
        return datetime.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    return value
