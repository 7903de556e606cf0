"""From bytes to text: the names mailers use for character sets, and what to do when they are wrong.

A byte is never replaced silently: text that cannot be read keeps the byte's number in sight and
a note says so. Source: WHATWG Encoding Standard (label table); RFC 2046, 4.1.2.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Final

from onque.modules.mail.rules import guessing


def _named(target: str, labels: str) -> dict[str, str]:
    return dict.fromkeys(labels.split(), target)


_ALIASES: Final = {
    **_named(
        "cp949",
        "ks_c_5601-1987 ks_c_5601-1989 ks_c_5601 ks_c-5601 ks_c-5601-1987 ksc5601 ksc_5601 "
        "ksc5601-1987 ksc5601.1987 ks_x_1001 ksx1001 ksc euc-kr euc_kr euckr euc-kr8bit 5601 "
        "korean x-windows-949 windows-949 ms949 cp-949 uhc x-uhc cseuckr csksc56011987 iso-ir-149",
    ),
    **_named(
        "gb18030",
        "gb2312 gb-2312 gb_2312 gbk gb_2312-80 gb2312-80 x-gbk euc-cn euccn euc-gb csgb2312 cp936 "
        "ms936 windows-936 cn-gb chinese csiso58gb231280 iso-ir-58 gb-18030 x-gb18030",
    ),
    **_named(
        "cp932",
        "shift_jis shift-jis x-sjis sjis x-ms-cp932 windows-31j windows-932 ms932 ms_kanji "
        "csshiftjis shift_jis-2004 shiftjis shift_jisx0213 cswindows31j",
    ),
    **_named("euc_jp", "euc-jp eucjp x-euc-jp x-euc cseucpkdfmtjapanese eucjp-ms cp51932"),
    **_named("big5hkscs", "big5 x-x-big5 big5-hkscs cn-big5 csbig5 big5hk big-5 cp950 windows-950"),
    **_named(
        "cp1252",
        "iso-8859-1 latin1 latin-1 l1 ansi_x3.4-1968 iso8859-1 iso_8859-1 iso8859_1 iso88591 "
        "8859-1 iso-8859-1-windows-3.1-latin-1 windows-1252 x-ansi ansi winlatin1 iso-latin-1 "
        "cp-1252 ibm819 cp819 windows1252 win-1252",
    ),
    **_named("cp1251", "windows-1251 x-cp1251 win-1251 win1251 cp-1251 ansi-1251 windows1251"),
    **_named("cp1250", "windows-1250 x-cp1250 win-1250 cp-1250 windows1250"),
    **_named("koi8_r", "koi8-r koi8r koi8 koi koi-8 cskoi8r koi8_r"),
    **_named("koi8_u", "koi8-u koi8-ru koi8u"),
    **_named(
        "iso2022_jp_ext",
        "iso-2022-jp csiso2022jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-ext "
        "iso-2022-jp-ms iso2022-jp iso2022jp iso_2022-jp jis cp50220 cp50221 cp50222 "
        "iso-2022-jp-2004 iso-2022-jp-compatible",
    ),
    **_named("iso2022_kr", "iso-2022-kr csiso2022kr iso2022-kr iso2022kr"),
    **_named(
        "utf-8",
        "utf8 utf-8mb4 utf8mb4 unicode-1-1-utf-8 x-utf-8 cp65001 utf_8 utf-8-sig utf8-sig utf-08 "
        "unicode-2-0-utf-8 x-unicode-2-0-utf-8 unicode11utf8 uft-8 utf-8n utf-8-strict",
    ),
    **_named("utf-7", "unicode-1-1-utf-7 x-unicode-2-0-utf-7 csunicode11utf7 utf7"),
    **_named("utf-16", "unicode unicodefffe iso-10646-ucs-2 ucs-2 ucs2 utf16 csunicode"),
    **_named("utf-16-be", "utf-16be utf16be unicodebig"),
    **_named("utf-16-le", "utf-16le utf16le unicodelittle"),
    **_named("iso8859_8", "iso-8859-8-i iso-8859-8-e logical visual hebrew"),
    **_named("cp1254", "iso-8859-9 latin5 windows-1254"),
    **_named("cp874", "iso-8859-11 tis-620 tis620 windows-874 dos-874 x-windows-874"),
    **_named("mac_roman", "x-mac-roman macintosh mac x-macintosh csmacintosh"),
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-japanese": "cp932",
    "x-mac-korean": "cp949",
    "x-mac-chinesesimp": "gb18030",
    "hz-gb-2312": "hz",
    "x-windows-1252": "cp1252",
    "iso-ir-100": "cp1252",
}
_SAYS_NOTHING: Final = frozenset(
    _named(
        "",
        "us-ascii ascii unknown unknown-8bit x-unknown default _autodetect x-user-defined "
        "autodetect binary 8bit 7bit none null undefined charset text plain us_ascii ascii-8bit "
        "iso-8859-0 x-roman8 _autodetect_all",
    )
)
_BINARY_CODECS: Final = frozenset(
    _named("", "base64 hex zlib bz2 quopri uu rot13 idna punycode undefined raw unicode")
)
_STRAY_BYTES: Final = 3
_STATEFUL = ("iso2022", "utf-7", "utf-16", "utf-32", "hz")
_ONE_BYTE = re.compile(r"cp\d{3,4}|iso8859|koi8|mac-|latin|ascii|kz|tis|ptcp|hp")
_BEYOND = re.compile(rb"[\x80-\xff]")
_IN_WORD = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")
_SAMPLE_BYTES: Final = 4_096
_WIDE_SHARE: Final = 3
_LONELY_SHARE: Final = 10
_ESCAPED: Final = b"\x1b"
_SURE_SEQUENCES: Final = 3
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
_LONG_SEQUENCE = re.compile(rb"[\xe1-\xef][\x80-\xbf]{2}")


@lru_cache(maxsize=1_024)
def codec_name(label: str) -> str | None:
    """Python's codec for a character set label of a mail, or None when the label says nothing."""
    cleaned = label[:120].strip().strip("\"'<>();:,= \t").lower()
    cleaned = re.split(r"[*\s;,\"'(]", cleaned, maxsplit=1)[0]
    cleaned = cleaned.removeprefix("charset=").strip("\"'")
    if not cleaned or cleaned in _SAYS_NOTHING:
        return None
    tried = (_ALIASES.get(cleaned, cleaned), cleaned.removeprefix("x-"), cleaned.removeprefix("cs"))
    unified = re.sub(r"^(?:x-)?(?:windows|win|ibm|cp|dos|oem)[-_]?(?=\d)", "cp", cleaned)
    for candidate in (*tried, unified):
        try:
            name = codecs.lookup(_ALIASES.get(candidate, candidate)).name
        except (LookupError, ValueError):
            continue
        return None if re.split(r"[_-]", name)[0] in _BINARY_CODECS else name
    return None


def decode(raw: bytes, label: str = "", *, hint: str = "") -> tuple[str, str]:
    """Text of some bytes and a note for people, empty when the label was true.

    Order: ASCII, UTF-8 where the bytes cannot be anything else, the label, the `hint` (a character
    set named elsewhere in the same mail), what the bytes look like. The same bytes always give the
    same text.
    """
    text, note = _decode(raw, label, hint)
    if text.isascii():
        return text, note
    try:
        text.encode()
    except UnicodeEncodeError:  # halves of letters, which no store takes
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "backslashreplace")
    return text, note


def _decode(raw: bytes, label: str, hint: str) -> tuple[str, str]:
    codec = codec_name(label)
    if raw.isascii() and (codec is None or not codec.startswith(_STATEFUL)):
        return _from_ascii(raw)
    if codec is not None and not (_surely_utf8(raw, codec)):
        text = strict(raw, codec)
        if text is not None:
            return text, ""
    if (text := strict(raw, "utf-8")) is not None:
        return text, f"not {label}, read as utf-8" if codec not in {None, "utf-8"} else ""
    if codec and (text := _nearly(raw, codec)) is not None:
        return text, f"bytes that are not {label} are shown as their numbers"
    return _from_looks(raw, hint)


def _from_ascii(raw: bytes) -> tuple[str, str]:
    """Bytes of seven bits, which may be Japanese or Korean of the old kind all the same."""
    if _ESCAPED in raw:
        codec = "iso2022_kr" if b"\x1b$)C" in raw else "iso2022_jp_ext"
        text = strict(raw, codec) if re.search(rb"\x1b(?:\$[@B(]|\$\)C|\([JI])", raw) else None
        if text is not None:
            return text, f"character set not stated, read as {codec}"
    if raw.count(0) * _WIDE_SHARE > len(raw):
        text, codec = guessing.guess(raw)
        return text, f"character set not stated, read as {codec}"
    return raw.decode("ascii"), ""


def _from_looks(raw: bytes, hint: str) -> tuple[str, str]:
    hinted = codec_name(hint) if hint else None
    if hinted and not hinted.startswith(_STATEFUL) and (text := strict(raw, hinted)) is not None:
        return text, f"character set not stated, read as {hinted}"
    text, found = guessing.guess(raw)
    return text, f"character set not stated or wrong, read as {found}"


def _surely_utf8(raw: bytes, codec: str) -> bool:
    """Whether bytes labelled as something else can only be UTF-8.

    Any bytes are letters of a one-byte set, but hardly ever do such letters form UTF-8. Two-byte
    sets need more of it, for a word of theirs may look like UTF-8 by chance.
    """
    if codec.startswith(("utf", "iso2022", "hz", "gb18030")) and codec != "gb18030":
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    if _ONE_BYTE.match(codec) and codec not in {"cp949", "cp932", "cp950"}:
        return bool(_UTF8_SEQUENCE.search(raw))
    sample = raw[:4_096]
    return bool(_LONG_SEQUENCE.search(sample)) and (
        len(_UTF8_SEQUENCE.findall(sample)) >= _SURE_SEQUENCES
    )


def strict(raw: bytes, codec: str) -> str | None:
    """The text when every byte belongs to the character set, else None."""
    try:
        return raw.decode(_with_order(raw, codec))
    except (UnicodeError, ValueError):
        if codec == "cp1252":
            return raw.decode("latin-1")
        if codec.startswith("iso2022_jp"):
            return _with_vendor_signs(raw)
        return None


def _with_order(raw: bytes, codec: str) -> str:
    """UTF-16 without a mark: the order in which ASCII makes sense."""
    if codec != "utf-16" or raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return codec
    sample = raw[:2_000]
    return "utf-16-be" if sample[::2].count(0) >= sample[1::2].count(0) else "utf-16-le"


def _with_vendor_signs(raw: bytes) -> str | None:
    """ISO-2022-JP with the signs that Windows and Macintosh added, such as (1) in a circle.

    Each pair is moved to where Shift_JIS of Windows has it. Source: JIS X 0208, row and cell.
    """
    out: list[bytes] = []
    double = False
    for piece in re.split(rb"(\x1b(?:\$[@B]|\$\([@BDO]|\([BJHI]))", raw):
        if piece.startswith(_ESCAPED):
            double = piece[1:2] == b"$"
        elif double:
            out.append(_moved(piece))
        else:
            out.append(piece)
    return strict(b"".join(out), "cp932") if len(out) > 1 else None


def _moved(piece: bytes) -> bytes:
    moved = bytearray()
    at = 0
    while at < len(piece):
        row, cell = piece[at], piece[at + 1] if at + 1 < len(piece) else 0
        if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):  # noqa: PLR2004 the standard's rows
            moved.append(row)
            at += 1
            continue
        lead = (row + 1) // 2 + (0x70 if row <= 0x5E else 0xB0)  # noqa: PLR2004
        odd = cell + (0x1F if cell <= 0x5F else 0x20)  # noqa: PLR2004
        trail = odd if row % 2 else cell + 0x7E
        moved += bytes((lead, trail))
        at += 2
    return bytes(moved)


def _nearly(raw: bytes, codec: str) -> str | None:
    """The text when only a few bytes do not belong; those stand as their numbers."""
    try:
        text = raw.decode(_with_order(raw, codec), "backslashreplace")
    except (UnicodeError, ValueError, LookupError):
        return None
    strays = len(re.findall(r"\\x[0-9a-f]{2}", text)) - raw.count(b"\\x")
    if strays > max(_STRAY_BYTES, len(raw) // 200):
        return None
    beyond = len(_BEYOND.findall(raw, 0, _SAMPLE_BYTES))
    lonely = beyond * _LONELY_SHARE < len(raw) and not _IN_WORD.search(raw)
    return text if strays * 3 <= beyond or lonely else None
