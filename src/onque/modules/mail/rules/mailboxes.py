"""The mailboxes of an address field, as people and programs really write them.

Source: RFC 5322, 3.4 and 4.4 (routes, comments); RFC 6854 (groups). Read although broken: names
with commas, dots and @ without quotes, brackets and quotes never closed, whole mailboxes inside an
encoded word, two mailboxes without a comma.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from onque.modules.mail.rules import words
from onque.modules.mail.rules.parsed import MailAddress

MAX_MAILBOXES: Final = 500
_MAX_LETTERS: Final = 262_144
_MAX_NAME: Final = 200
_MAX_ADDRESS: Final = 900
_TOKEN = re.compile(
    r"""(?P<blank>\s+)|(?P<sign>[<>(),;:"])|(?P<word>=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,8192}\?=)|"""
    r"""(?P<text>[^\s<>(),;:"=]+|=)"""
)
_ADDRESS = re.compile(
    r"(?:\"[^\"\r\n]{1,200}\"|[^\s<>(),;:\"\[\]@]{1,200}(?:\.\"[^\"]{1,100}\")?)"
    r"@(?:[^\s<>(),;:\"\[\]@]{1,255}|\[[^\]\s]{1,80}\])"
)
_BREAK = re.compile(r"[\t\n\r\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSEEN = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_DEEPEST_COMMENT: Final = 20
_LONGEST_QUOTED: Final = 2_000
_LONGEST_TIGHT: Final = 1_000
_ANGLE_END = re.compile(r"[<>]")
_LOOSE_END = re.compile(r"[,;\s]|$")
_NAME_GOES_ON = re.compile(r"[^<>,;\"@]{0,120}(?:,[^<>,;\"@]{0,120})?<")


def clean(value: str) -> str:
    """One line without control or direction-changing characters."""
    return _CONTROL.sub("", _BREAK.sub(" ", value)).strip()


def read(value: str) -> list[MailAddress]:
    """The mailboxes in order; groups are opened, what is no address is left out.

    `value` is unfolded, with encoded words still in place: a comma inside one parts nothing.
    """
    return _Reader(value[:_MAX_LETTERS]).run()


def display_name(value: str) -> str:
    """The words of a field that names no address."""
    return clean(words.decode(value).strip().strip("\"'<>"))[:_MAX_NAME]


@dataclass
class _Item:
    """One mailbox being read."""

    phrase: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None
    has_at: bool = False


class _Reader:
    def __init__(self, value: str) -> None:
        self._text = value
        self._at = 0
        self._found: list[MailAddress] = []
        self._item = _Item()
        self._last_semicolon = value.rfind(";")

    def run(self) -> list[MailAddress]:
        """Read to the end, or up to the limit."""
        while self._at < len(self._text) and len(self._found) < MAX_MAILBOXES:
            token = _TOKEN.match(self._text, self._at)
            if token is None:
                self._at += 1
                continue
            self._at = token.end()
            if token["sign"]:
                self._sign(token["sign"])
            else:
                self._word(token)
        self._finish()
        return self._found

    def _word(self, token: re.Match[str]) -> None:
        if self._item.angle is not None and not token["blank"]:
            self._finish()
        self._item.phrase.append(" " if token["blank"] else token[0])
        self._item.has_at |= "@" in token[0]

    def _sign(self, sign: str) -> None:
        if sign == '"':
            self._quoted()
        elif sign == "(":
            self._comment()
        elif sign == "<":
            self._angle()
        elif sign == ":":
            self._colon()
        elif sign in ",;":
            self._comma(sign)

    def _quoted(self) -> None:
        end = self._at
        limit = end + _LONGEST_QUOTED
        while (end := self._text.find('"', end, limit)) > 0 and self._text[end - 1] == "\\":
            end += 1
        if end < 0:
            return
        said = re.sub(r"\\(.)", r"\1", self._text[self._at : end])
        if self._item.angle is not None:
            self._finish()
        follows = self._text[end + 1 : end + 2]
        before = self._item.phrase[-1:] or [" "]
        local = follows == "@" or (follows == "." and "@" in self._text[end : end + 200])
        keep_quotes = local and before[-1].isspace()
        self._item.phrase.append(f'"{said}"' if keep_quotes else said)
        self._item.has_at |= "@" in said
        self._at = end + 1

    def _comment(self) -> None:
        depth, end = 1, self._at
        while depth and end < len(self._text) and end - self._at < _MAX_ADDRESS:
            letter = self._text[end]
            end += 2 if letter == "\\" else 1
            depth += (letter == "(") - (letter == ")")
            if depth > _DEEPEST_COMMENT:
                break
        if depth:
            self._item.phrase.append("(")
            return
        self._item.comments.append(re.sub(r"\\(.)", r"\1", self._text[self._at : end - 1]))
        self._at = end

    def _angle(self) -> None:
        if self._item.angle is not None:
            self._finish()
        stop = _ANGLE_END.search(self._text, self._at, self._at + _MAX_ADDRESS)
        if stop and stop[0] == ">":
            inside, self._at = self._text[self._at : stop.start()], stop.end()
        elif stop and not self._text[self._at : stop.start()].strip():
            return  # "<<": the second one counts
        else:
            limit = stop.start() if stop else len(self._text)
            end = _LOOSE_END.search(self._text, self._at, limit)
            until = end.start() if end else limit
            inside, self._at = self._text[self._at : until], until
        self._item.angle = inside

    def _colon(self) -> None:
        """A group's name ends here, if a group it is; else the colon belongs to the name."""
        if self._item.has_at or self._item.angle is not None or self._last_semicolon < self._at:
            self._item.phrase.append(":")
            return
        self._item = _Item()

    def _comma(self, sign: str) -> None:
        bare = self._item.angle is None and not self._item.has_at and self._item.phrase
        if sign == "," and bare and _NAME_GOES_ON.match(self._text, self._at):
            self._item.phrase.append(",")
            return
        self._finish()

    def _finish(self) -> None:
        item, self._item = self._item, _Item()
        phrase = "".join(item.phrase).strip()
        comment = " ".join(item.comments)
        if item.angle is not None:
            address = _address_in(item.angle)
            if address:
                self._add(phrase or comment, address)
                return
            phrase = f"{phrase} {item.angle}"
        if not item.has_at and "@" not in phrase and "=?" not in phrase:
            return
        if "=?" in phrase and "@" not in phrase:
            decoded = words.decode(phrase)
            if decoded != phrase and "=?" not in decoded:
                self._found.extend(_Reader(decoded).run())
            return
        tight = re.sub(r"\s*([@.])\s*", r"\1", phrase[:_LONGEST_TIGHT])
        for candidate in (phrase, tight):
            whole = _ADDRESS.fullmatch(candidate.strip("'<> "))
            if whole:
                self._add(comment, whole[0])
                return
        for found in list(_ADDRESS.finditer(words.decode(phrase)))[:MAX_MAILBOXES]:
            self._add(comment, found[0].strip("'"))

    def _add(self, name: str, address: str) -> None:
        said = clean(words.decode(name, in_name=False))
        if len(said) > 1 and said[0] == said[-1] and said[0] in "'\"":
            said = said[1:-1].strip()
        bare = _UNSEEN.sub("", clean(address))[:_MAX_ADDRESS]
        if bare and not (self._found and not said and self._found[-1].address == bare):
            self._found.append(MailAddress(said[:_MAX_NAME], bare))


def _address_in(inside: str) -> str:
    """The address in angle brackets, without route, comments, blanks and `mailto:`."""
    bare = re.sub(r"\([^()]{0,200}\)", "", words.decode(inside)).strip().strip("'\"")
    if bare.startswith("@") and ":" in bare:
        bare = bare.rpartition(":")[2]
    bare = re.sub(r"^(?:mailto|smtp):", "", bare, flags=re.IGNORECASE)
    if re.fullmatch(r'"[^"]+"@\S+', inside.strip()):
        return inside.strip()
    tight = "".join(bare.split())
    if _ADDRESS.fullmatch(tight):
        return tight
    found = _ADDRESS.search(bare)
    return found[0] if found else ""
