"""Where the header of a message or part ends, and the fields in it.

Source: RFC 5322, 2.2 and 4.5. What is read although it breaks the rules: lines above the header
(blank ones, an mbox line, a byte order mark), blanks before a colon, a line that broke off without
indenting the next one, a blank line forgotten or filled with blanks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from onque.modules.mail.rules import limits

_NAME = re.compile(rb"([!-9;-~]{1,120})[ \t]*:")
_MBOX = re.compile(rb">?From [^\r\n:]*(?:[ \t]\d\d?:\d\d[^\r\n]*)?$|>From ")
_KNOWN: Final = re.compile(
    rb"(?:content-|mime-version|x-|from|to|cc|bcc|sender|subject|date|reply-to|return-path|"
    rb"received|message-id|in-reply-to|references|resent-|list-|dkim-|domainkey|authentication-|"
    rb"delivered-to|envelope-|errors-to|precedence|auto-submitted|importance|priority|thread-|"
    rb"user-agent|organi[sz]ation|disposition-|arc-|status|lines|encoding|comments|keywords|"
    rb"final-recipient|original-recipient|reporting-|action|diagnostic-|remote-mta|arrival-date|"
    rb"last-attempt|feedback-type|version|original-|followup-to|newsgroups|path|apparently-to)",
    re.IGNORECASE,
)
_BOMS = (b"\xef\xbb\xbf",)
_LEADING_LINES = 50
_ODD_LINES = 20


@dataclass
class Block:
    """A header as read."""

    end: int
    """Where the body begins."""
    items: list[tuple[str, str]] = field(default_factory=list)
    broken: bool = False
    """Its end was not marked by a blank line, or lines in it were no fields."""
    overfull: bool = False


def read_block(raw: bytes, start: int, end: int, *, root: bool) -> Block:
    """The fields that begin at `start`; `root` for a whole message, which may have lines above."""
    at = _skip_leading(raw, start, end) if root else start
    block = Block(end=at)
    reader = _Reader(raw, end, block)
    reader.run(at)
    if not any(_KNOWN.match(key.encode("utf-8", "surrogateescape")) for key, _ in block.items):
        if block.items and not (root and start):
            block.broken = True
        if not root or block.items:
            block.end = at if block.items else block.end
    return block


def _skip_leading(raw: bytes, start: int, end: int) -> int:
    at = start
    for bom in _BOMS:
        if raw.startswith(bom, at, end):
            at += len(bom)
    for _line in range(_LEADING_LINES):
        following = _next_line(raw, at, end)
        line = raw[at : min(following, at + limits.MAX_FIELD_BYTES)].strip()
        if (line and not _MBOX.match(line)) or following <= at:
            break
        at = following
    return at


def _next_line(raw: bytes, at: int, end: int) -> int:
    found = raw.find(b"\n", at, end)
    return end if found < 0 else found + 1


class _Reader:
    """Reads lines until the header ends; holds the field that may still go on."""

    def __init__(self, raw: bytes, end: int, block: Block) -> None:
        self._raw = raw
        self._end = end
        self._block = block
        self._name = ""
        self._lines: list[bytes] = []
        self._size = 0
        self._odd = 0

    def run(self, start: int) -> None:
        """Read until the body begins."""
        at = start
        while at < self._end:
            following = _next_line(self._raw, at, self._end)
            line = self._raw[at : min(following, at + limits.MAX_FIELD_BYTES)]
            self._block.overfull |= following - at > limits.MAX_FIELD_BYTES
            if following - start > limits.MAX_HEADER_BYTES:
                self._block.overfull = True
                following = self._far_end(at)
                at = following
                break
            if self._is_end(line, following):
                at = following if not line.strip() else at
                break
            self._take(line)
            at = following
        self._store()
        self._block.end = at

    def _is_end(self, line: bytes, following: int) -> bool:
        """Whether the header is over before or with this line."""
        bare = line.strip(b"\r\n")
        if not bare:
            return True
        if not bare.strip():  # a blank line filled with blanks, or a fold that holds nothing
            ahead = self._peek(following)
            return not (_NAME.match(ahead) or (ahead[:1] in b" \t" and ahead.strip()))
        if bare[:1] in b" \t":
            return not self._name
        if _NAME.match(bare):
            return False
        return bare.startswith(b"--") or not self._goes_on(following)

    def _goes_on(self, following: int) -> bool:
        """Whether a line that is no field stands inside the header all the same."""
        self._block.broken = True
        self._odd += 1
        ahead = self._peek(following)
        return self._odd < _ODD_LINES and bool(_NAME.match(ahead) and _KNOWN.match(ahead))

    def _peek(self, at: int) -> bytes:
        return self._raw[at : min(_next_line(self._raw, at, self._end), at + 1_000)]

    def _take(self, line: bytes) -> None:
        if line[:1] in b" \t":
            self._keep(line)
            return
        found = _NAME.match(line)
        if found is None:
            self._keep(b" " + line)
            return
        self._store()
        self._name = found[1].decode("ascii")
        self._lines = []
        self._size = 0
        self._keep(line[found.end() :])

    def _keep(self, line: bytes) -> None:
        self._size += len(line)
        if self._size <= limits.MAX_FIELD_BYTES:
            self._lines.append(line)
        else:
            self._block.overfull = True

    def _store(self) -> None:
        if not self._name:
            return
        if len(self._block.items) >= limits.MAX_FIELDS:
            self._block.overfull = True
            return
        value = b"".join(self._lines).strip(b" \t\r\n").replace(b"\x00", b"")
        self._block.items.append((self._name, value.decode("ascii", "surrogateescape")))

    def _far_end(self, at: int) -> int:
        """The end of a header too large to read: its first blank line."""
        found = re.compile(rb"\n\r*\n").search(self._raw, max(0, at - 2), self._end)
        return found.end() if found else self._end
