"""What somebody typed into the search box: words, "exact phrases" and operators.

`status:open from:kim tag:환불 created>2026-01-01 "exact words" #123`. What is no known operator is
a word, so that an address or a time of day is looked for as it stands.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

LONGEST = 500
MOST_PARTS = 20
Comparison = Literal[":", ">", ">=", "<", "<="]
_PART = re.compile(
    r"""(?P<minus>-?)(?P<key>[A-Za-z]+)(?P<how>:|>=|<=|>|<)(?:"(?P<quoted>[^"]*)"|(?P<value>\S*))"""
    r"""|"(?P<phrase>[^"]*)"?|\#(?P<number>\d{1,12})(?=\s|$)|(?P<word>\S+)"""
)


@dataclass(frozen=True)
class Operator:
    """One `key:value`; `how` compares, `excluded` turns it around."""

    key: str
    how: Comparison
    value: str
    excluded: bool = False


@dataclass(frozen=True)
class Query:
    """The parts of a search as typed; `number` is a ticket's, from #123 or a bare number."""

    words: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    number: int | None = None

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases or self.operators or self.number is not None)


def parse(text: str, *, keys: Collection[str]) -> Query:
    """Read the text; `keys` are the operators that the caller knows, in lower case."""
    words: list[str] = []
    phrases: list[str] = []
    operators: list[Operator] = []
    number: int | None = None
    for match in list(_PART.finditer(text[:LONGEST]))[:MOST_PARTS]:
        part = match.groupdict()
        if part["number"] is not None:
            number = int(part["number"])
        elif part["phrase"] is not None:
            phrases += [part["phrase"]] if part["phrase"].strip() else []
        elif part["key"] is not None and part["key"].lower() in keys:
            operators += _operator(part)
        else:
            words.append(match.group())
    if number is None and len(words) == 1 and not phrases and words[0].isdecimal():
        number = int(words[0][:12])
    return Query(words, phrases, operators, number)


def _operator(part: dict[str, str | None]) -> list[Operator]:
    value = part["quoted"] if part["quoted"] is not None else part["value"]
    if not value:
        return []
    how: Comparison = part["how"]  # type: ignore[assignment]  # the pattern allows no other
    return [Operator(str(part["key"]).lower(), how, value, excluded=part["minus"] == "-")]
