"""From bytes to text: the names mailers use for character sets, and what to do when they are wrong.

A byte is never replaced silently: text that cannot be read keeps the byte's number in sight and
a note says so. Source: WHATWG Encoding Standard (label table); RFC 2046, 4.1.2.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_ALIASES = {
    **dict.fromkeys(
        (
            "ks_c_5601-1987",
            "ks_c_5601-1989",
            "ks_c_5601",
            "ksc5601",
            "ksc_5601",
            "ks_x_1001",
            "ksx1001",
            "euc-kr",
            "euckr",
            "korean",
            "x-windows-949",
            "windows-949",
            "ms949",
            "uhc",
            "cseuckr",
        ),
        "cp949",
    ),
    **dict.fromkeys(
        ("gb2312", "gbk", "gb_2312-80", "x-gbk", "euc-cn", "csgb2312", "cp936"), "gb18030"
    ),
    **dict.fromkeys(
        ("shift_jis", "shift-jis", "x-sjis", "sjis", "windows-31j", "ms_kanji"), "cp932"
    ),
    **dict.fromkeys(("big5", "x-x-big5", "big5-hkscs"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "ansi_x3.4-1968", "iso8859-1"), "cp1252"),
    **dict.fromkeys(("iso-2022-jp", "csiso2022jp", "iso-2022-jp-2"), "iso2022_jp_ext"),
    **dict.fromkeys(("utf8", "utf-8mb4", "unicode-1-1-utf-8", "x-utf-8", "cp65001"), "utf-8"),
    "iso-2022-kr": "iso2022_kr",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "unicode": "utf-16",
}
_SAYS_NOTHING = frozenset(
    {
        "",
        "us-ascii",
        "ascii",
        "unknown",
        "unknown-8bit",
        "x-unknown",
        "default",
        "binary",
        "8bit",
        "none",
        "null",
    }
)
_BINARY_CODECS = frozenset(
    {"base64", "hex", "zlib", "bz2", "quopri", "uu", "rot13", "idna", "punycode", "undefined"}
)
_SAMPLE_BYTES = 65_536
_SHORT_BYTES = 200
_STRAY_BYTES = 3
_HANGUL = re.compile(r"[\x00-\x7f가-힣ㄱ-ㆎ\u3000-\u303f\uff00-\uffef·…‘’“”※★☆○●]+")
_KANA = re.compile(r"[ぁ-ヿ]")


def codec_name(label: str) -> str | None:
    """Python's codec for a character set label of a mail, or None when the label says nothing."""
    cleaned = label.strip().strip("\"'").lower().partition("*")[0]
    if cleaned in _SAYS_NOTHING:
        return None
    try:
        name = codecs.lookup(_ALIASES.get(cleaned, cleaned)).name
    except (LookupError, ValueError):
        return None
    return None if name.partition("_")[0].partition("-")[0] in _BINARY_CODECS else name


def decode(raw: bytes, label: str = "") -> tuple[str, str]:
    """Text of some bytes and a note for people, empty when the label was true.

    Order: ASCII, the label, UTF-8, the label but for a few stray bytes, what the bytes look like,
    Windows Latin. The same bytes always give the same text.
    """
    text, note = _decode(raw, label)
    try:
        text.encode()
    except UnicodeEncodeError:  # halves of letters, which no store takes
        text = text.encode("utf-8", "backslashreplace").decode()
    return text, note


def _decode(raw: bytes, label: str) -> tuple[str, str]:
    codec = codec_name(label)
    if raw.isascii() and (codec is None or not _is_stateful(codec)):
        return raw.decode("ascii"), ""
    if codec and (text := _strict(raw, codec)) is not None:
        return text, ""
    if (text := _strict(raw, "utf-8")) is not None:
        return text, f"not {label}, read as utf-8" if codec else ""
    if codec and (text := _nearly(raw, codec)) is not None:
        return text, f"bytes that are not {label} are shown as their numbers"
    text, found = _detect(raw)
    return text, f"character set not stated or wrong, read as {found}"


def _is_stateful(codec: str) -> bool:
    return codec.startswith(("iso2022", "utf-7", "utf-16", "utf-32", "hz"))


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, ValueError):
        if codec == "cp1252":
            return raw.decode("latin-1")
        return None


def _nearly(raw: bytes, codec: str) -> str | None:
    """The text when only a few bytes do not belong; those stand as their numbers."""
    try:
        text = raw.decode(codec, "backslashreplace")
    except (UnicodeError, ValueError):
        return None
    strays = len(re.findall(r"\\x[0-9a-f]{2}", text)) - raw.count(b"\\x")
    return text if strays <= max(_STRAY_BYTES, len(raw) // 200) else None


def _detect(raw: bytes) -> tuple[str, str]:
    """A guess that always yields text. Korean is tried first, where every letter must be Korean."""
    korean = _strict(raw, "cp949")
    if korean is not None and _HANGUL.fullmatch(korean):
        return korean, "cp949"
    japanese = _strict(raw, "cp932")
    if japanese is not None and _KANA.search(japanese):
        return japanese, "cp932"
    if len(raw) > _SHORT_BYTES:
        best = from_bytes(raw[:_SAMPLE_BYTES]).best()
        if best is not None and (text := _strict(raw, best.encoding)) is not None:
            return text, best.encoding
    return _strict(raw, "cp1252") or "", "cp1252"
