"""What fields are called and what they take. No Django."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from onque.modules.fields.contracts import FieldType

LABEL_LENGTH, KEY_LENGTH = 80, 40
OPTION_LENGTH, MOST_OPTIONS = 80, 200
TEXT_LENGTH, LONG_LENGTH = 500, 5000
CHOOSING = frozenset({FieldType.CHOICE, FieldType.CHOICES})
YES = "yes"
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_LARGEST = Decimal(10) ** 18


def is_key(text: str) -> bool:
    """Tell whether programs may call a field so: 1-40 of A-Z, a-z, 0-9 and _, a letter first."""
    return _KEY.fullmatch(text) is not None


def plain(text: str) -> str:
    """Return one line: NFC, without spaces around or twice."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def options_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Return options as they are kept: plain, none empty, each once."""
    return tuple(dict.fromkeys(one for text in texts if (one := plain(text))))


def checked(
    kind: FieldType, options: Sequence[str], given: Sequence[str]
) -> tuple[tuple[str, ...], str]:
    """Return what is kept of what was given, and "" or the reason why it cannot be.

    An option that was taken out since may stay. Reasons: too_long, not_a_number, not_a_day,
    no_option.
    """
    texts = [unicodedata.normalize("NFC", one).strip() for one in given]
    texts = [one for one in texts if one]
    if not texts:
        return (), ""
    if kind in CHOOSING:
        chosen = tuple(dict.fromkeys(texts if kind is FieldType.CHOICES else texts[:1]))
        return chosen, "" if set(chosen) <= set(options) else "no_option"
    return _single(kind, texts[0])


def _single(kind: FieldType, text: str) -> tuple[tuple[str, ...], str]:
    match kind:
        case FieldType.FLAG:
            return (YES,), ""
        case FieldType.NUMBER:
            found = _number(text)
            return ((found,), "") if found else ((text,), "not_a_number")
        case FieldType.DATE:
            found = _day(text)
            return ((found,), "") if found else ((text,), "not_a_day")
        case FieldType.LONG_TEXT:
            return (text,), "too_long" if len(text) > LONG_LENGTH else ""
        case _:
            return (plain(text),), "too_long" if len(text) > TEXT_LENGTH else ""


def _number(text: str) -> str:
    try:
        found = Decimal(text.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        return ""
    if not found.is_finite() or abs(found) >= _LARGEST:
        return ""
    return f"{found.quantize(Decimal('0.000001')).normalize():f}"


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
