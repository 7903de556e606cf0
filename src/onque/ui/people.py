"""Faces without pictures: initials and a tint that follow a person everywhere.

The same two rules live in `static/ui/people.js`, because presence arrives as data.
"""

import re
from uuid import UUID

HUES = 8

_HANGUL_NAME = re.compile(r"[가-힣]{2,4}")
_KOREAN = re.compile(r"[가-힣ㄱ-ㆎ]")
_JAPANESE = re.compile(r"[぀-ヿ]")
_HAN = re.compile(r"[一-鿿]")
_LATIN = re.compile(r"[A-Za-z]")


def hue(person_id: UUID | str) -> int:
    """Return the tint 1..8 of a person; it depends on the random tail of the id only."""
    digits = person_id.hex if isinstance(person_id, UUID) else person_id.replace("-", "")
    return int(digits[-4:] or "0", 16) % HUES + 1


def initials(name: str) -> str:
    """Return one or two letters for a name.

    A Korean name gives the first letter of the given name (강하준 gives 하, 남궁민수 gives 민), two
    Latin words give two capitals, anything else its first letter; no name gives a question mark.
    """
    words = name.split()
    if not words:
        return "?"
    if len(words) == 1 and _HANGUL_NAME.fullmatch(words[0]):
        return words[0][max(1, len(words[0]) - 2)]
    if len(words) > 1 and _LATIN.match(words[0]) and _LATIN.match(words[-1]):
        return (words[0][0] + words[-1][0]).upper()
    return words[0][0].upper()


def language(text: str) -> str:
    """Return the `lang` of a piece of text by its letters: ko, ja, zh, en, or "" when unsure."""
    if _KOREAN.search(text):
        return "ko"
    if _JAPANESE.search(text):
        return "ja"
    if _HAN.search(text):
        return "zh"
    return "en" if _LATIN.search(text) else ""
