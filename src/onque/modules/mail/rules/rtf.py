"""Rich text, as Outlook packs it: its words, and the HTML it may carry inside.

Source: [MS-OXRTFCP] (the packing); [MS-OXRTFEX] (HTML inside); Rich Text Format 1.9.1.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field, replace
from typing import Final

from onque.modules.mail.rules import charsets

_MOST_BYTES: Final = 8_000_000
_WINDOW: Final = 4_096
_PACKED, _UNPACKED = b"LZFu", b"MELA"
_DICTIONARY: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|"
    rb"([^\\{}\r\n]+)|[\r\n]+|\\"
)
_SKIPPED: Final = frozenset(
    b"fonttbl colortbl stylesheet info pict header footer headerl headerr footerl footerr object "
    b"themedata colorschememapping latentstyles datastore generator listtable "
    b"listoverridetable rsidtbl xmlnstbl mmathPr fldinst bkmkstart bkmkend".split()
)
_SIGNS: Final = {
    b"par": "\n",
    b"line": "\n",
    b"row": "\n",
    b"sect": "\n",
    b"page": "\n",
    b"tab": "\t",
    b"cell": "\t",
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
}
_CHARSETS: Final = {129: "cp949", 128: "cp932", 134: "gb18030", 136: "big5hkscs", 204: "cp1251"}
_DEEPEST: Final = 500


def unpacked(raw: bytes) -> bytes:
    """The rich text of a packed body; nothing where it cannot be unpacked."""
    if len(raw) < 16:  # noqa: PLR2004 its header
        return b""
    size = min(struct.unpack_from("<I", raw, 4)[0], _MOST_BYTES)
    if raw[8:12] == _UNPACKED:
        return raw[16 : 16 + size]
    return _unpack(raw[16:], size) if raw[8:12] == _PACKED else b""


def _unpack(raw: bytes, size: int) -> bytes:
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b"\x00"))
    write, at = len(_DICTIONARY), 0
    out = bytearray()
    while at < len(raw) and len(out) < size:
        control = raw[at]
        at += 1
        for bit in range(8):
            if not control >> bit & 1:
                letters = raw[at : at + 1]
                at += 1
            else:
                if at + 2 > len(raw):
                    return bytes(out)
                token = raw[at] << 8 | raw[at + 1]
                at += 2
                offset, count = token >> 4, (token & 15) + 2
                if offset == write % _WINDOW:
                    return bytes(out[:size])
                letters = _copied(window, offset, write, count)
            for letter in letters:
                window[write % _WINDOW] = letter
                write += 1
            out += letters
    return bytes(out[:size])


def _copied(window: bytearray, offset: int, write: int, count: int) -> bytes:
    """Letters out of the window, which grows while it is copied from."""
    ahead = bytearray()
    for step in range(count):
        at = (offset + step) % _WINDOW
        behind = (at - write) % _WINDOW
        ahead.append(ahead[behind] if behind < len(ahead) else window[at])
    return bytes(ahead)


@dataclass
class _Group:
    """What holds inside a pair of braces."""

    skipped: bool = False
    no_html: bool = False
    tag: bool = False
    codec: str = "cp1252"
    fallback: int = 1


@dataclass
class _State:
    """What was read so far."""

    from_html: bool = False
    words: list[str] = field(default_factory=list)
    markup: list[str] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    codec: str = "cp1252"
    group: _Group = field(default_factory=_Group)
    outer: list[_Group] = field(default_factory=list)
    starred: bool = False
    to_skip: int = 0

    def put(self, text: str) -> None:
        """Add letters to the words, and to the HTML where they belong to it."""
        if self.from_html and not self.group.no_html and (self.group.tag or not self.group.skipped):
            self.markup.append(text)
        if not self.group.skipped and not self.group.tag and not self.group.no_html:
            self.words.append(text)

    def flush(self) -> None:
        """Read the bytes that were written as codes."""
        if self.pending:
            raw, self.pending = bytes(self.pending), bytearray()
            self.put(charsets.decode(raw, self.group.codec)[0])


def read(raw: bytes) -> tuple[str, str]:
    """The words of rich text, and the HTML it was made from, where it was."""
    state = _State()
    for token in _TOKEN.finditer(raw[:_MOST_BYTES]):
        word, number, code, sign, brace, plain = token.groups()
        if code is not None:
            if state.to_skip:
                state.to_skip -= 1
            else:
                state.pending.append(int(code, 16))
            continue
        if plain is not None:
            _plain(state, plain)
            continue
        state.flush()
        if word is not None:
            _word(state, word, int(number) if number is not None else None)
        elif brace is not None:
            _brace(state, brace)
        elif sign is not None:
            _sign(state, sign)
    state.flush()
    return _whole(state.words), _whole(state.markup) if state.from_html else ""


def _whole(pieces: list[str]) -> str:
    """The letters together; halves of one that were written apart become one."""
    joined = "".join(pieces).strip()
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "backslashreplace")


def _plain(state: _State, plain: bytes) -> None:
    if state.to_skip:
        cut = min(state.to_skip, len(plain))
        state.to_skip -= cut
        plain = plain[cut:]
    if plain:
        state.pending += plain


def _brace(state: _State, brace: bytes) -> None:
    state.to_skip = 0
    if brace == b"{":
        if len(state.outer) < _DEEPEST:
            state.outer.append(state.group)
            state.group = replace(state.group)
    elif state.outer:
        state.group = state.outer.pop()
    state.starred = False


def _sign(state: _State, sign: bytes) -> None:
    if sign == b"*":
        state.starred = True
    elif sign in b"{}\\":
        state.put(sign.decode("ascii"))
    elif sign == b"~":
        state.put("\u00a0")
    elif sign in b"\r\n":
        state.put("\n")


def _word(state: _State, word: bytes, number: int | None) -> None:
    if word == b"htmltag":
        state.group.tag, state.group.skipped, state.starred = True, False, False
        return
    if state.starred or word in _SKIPPED:
        state.group.skipped, state.starred = True, False
    if word == b"fromhtml":
        state.from_html = True
    elif word == b"htmlrtf":
        state.group.no_html = number != 0
    elif word == b"u" and number is not None:
        _unicode(state, number)
    elif word in _SIGNS:
        state.put(_SIGNS[word])
    elif number is not None:
        _number(state, word, number)


def _unicode(state: _State, number: int) -> None:
    state.put(chr(number % 65_536))
    state.to_skip = state.group.fallback


def _number(state: _State, word: bytes, number: int) -> None:
    if word == b"uc":
        state.group.fallback = max(0, min(number, 10))
    elif word == b"ansicpg":
        codec = charsets.codec_name(f"cp{number}" if number != 65_001 else "utf-8")  # noqa: PLR2004
        state.codec = state.group.codec = codec or state.codec
    elif word == b"f":
        state.font = number
        state.group.codec = state.fonts.get(number, state.codec)
    elif word == b"fcharset" and number in _CHARSETS:
        state.fonts[state.font] = _CHARSETS[number]
