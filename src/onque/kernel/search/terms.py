"""From text to lexemes, and from words to the conditions of a search.

Languages written without blanks, or with endings on every word, are cut into bigrams: 환불 is found
in 환불을 and in 환불해주세요 without any dictionary. Everything else is words, found by their
beginning. Bigrams find too much (the halves of a word in two places), so each hit is checked once
more against the text itself. Source: Unicode Standard Annex 15 (normalisation form C).
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_TEXT = 20_000
"""Characters of a document that are indexed."""
_LONGEST_LEXEME = 60
_CJK = "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_RUN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_ENDINGS = tuple(
    sorted(
        {
            *("을", "를", "이", "가", "은", "는", "에", "의", "도", "만", "와", "과", "로", "께"),
            *("에서", "에게", "한테", "께서", "으로", "까지", "부터", "보다", "처럼", "마다"),
            *("조차", "밖에", "이나", "이라", "라고", "이라고", "하고", "이랑", "에는", "에도"),
            *("에서는", "에서도", "으로는", "으로도", "해요", "했어요", "하는", "해서", "해도"),
            *("하면", "하기", "한다", "합니다", "했습니다", "됩니다", "됐어요", "되나요", "하나요"),
            *("할까요", "인가요", "해주세요", "부탁드려요", "부탁드립니다", "해줘", "해주실"),
            *("하려면", "하려고", "입니다", "이에요", "예요", "인데"),
        },
        key=len,
        reverse=True,
    )
)
_SHORTEST_STEM = 2


@dataclass(frozen=True)
class Terms:
    """What a document must hold: lexemes (with ":*" those that may go on), and patterns for LIKE.

    Both are empty when the words hold nothing that can be searched for.
    """

    wanted: tuple[str, ...]
    patterns: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.wanted)

    def tsquery(self, kind: str) -> str:
        """Return the query for documents of one kind, in PostgreSQL's notation."""
        parts = []
        for one in self.wanted:
            lexeme, going_on = (one[:-2], ":*") if one.endswith(":*") else (one, "")
            quoted = f"{mark_of(kind)}{lexeme}".replace("\\", "\\\\").replace("'", "''")
            parts.append(f"'{quoted}'{going_on}")
        return " & ".join(parts)


def mark_of(kind: str) -> str:
    """Return what stands before each lexeme of a kind.

    It keeps the kinds apart within the index: a word that is in every other message and in no
    ticket costs a search for tickets nothing.
    """
    return kind[:1]


def normalise(text: str) -> str:
    """Return the text as it is compared: composed, in lower case, blanks folded to one."""
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def lexemes(text: str, kind: str = "") -> list[str]:
    """Return the lexemes of a kind's normalised text, each once, in order of appearance."""
    found: dict[str, None] = {}
    for run in _RUN.findall(text[:LONGEST_TEXT]):
        if run.isascii() or not _IS_CJK.match(run):
            found[run[:_LONGEST_LEXEME]] = None
            continue
        found.update(dict.fromkeys(_bigrams(run)))
        found[run[-1]] = None  # the last letter begins no bigram, and must be found too
    mark = mark_of(kind)
    return [f"{mark}{lexeme}" for lexeme in found]


def _of_run(run: str) -> list[str]:
    return _bigrams(run) if _IS_CJK.match(run) else [run[:_LONGEST_LEXEME]]


def _bigrams(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(max(1, len(run) - 1))]


def stem(word: str) -> str:
    """Return a normalised Korean word without its particle or ending; others as they are."""
    if not _IS_CJK.fullmatch(word[-1:]):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def conditions(words: list[str], phrases: list[str] | None = None) -> Terms:
    """Return what a document must hold to have every word, and every phrase to the letter."""
    parts: dict[str, None] = {}
    patterns: dict[str, None] = {}
    for text in [*(stem(normalise(word)) for word in words), *map(normalise, phrases or [])]:
        runs = _RUN.findall(text)
        for run in runs:
            parts.update(dict.fromkeys(_wanted(run)))
        if runs:
            patterns[f"%{_escaped(text)}%"] = None
    return Terms(tuple(parts), tuple(patterns))


def _wanted(run: str) -> list[str]:
    """The lexemes of one run as a query; what may go on is looked for by its beginning."""
    whole = _of_run(run)
    open_ended = not _IS_CJK.match(run) or len(run) == 1
    return [f"{one}:*" if open_ended else one for one in whole]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
