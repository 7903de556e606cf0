"""The words of an acknowledgement: a brand's own text, with what it may name filled in."""

from __future__ import annotations

import re

_VARIABLE = re.compile(r"\{(number|brand|subject)\}")


def fill(text: str, *, number: int, brand: str, subject: str) -> str:
    """Return the text with {number}, {brand} and {subject} filled in; other braces stay.

    What is filled in is not looked through again, so that a subject cannot name a variable.
    """
    values = {"number": str(number), "brand": brand, "subject": subject}
    return _VARIABLE.sub(lambda found: values[found[1]], text)
