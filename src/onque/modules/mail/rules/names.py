"""Names of attachments: as sent where that is safe, sensible ones where there are none."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from typing import Final

from onque.modules.mail.rules import words
from onque.modules.mail.rules.mailboxes import clean
from onque.modules.mail.rules.mime import Part

_TYPES: Final = mimetypes.MimeTypes()
_EXTENSIONS: Final = {
    "text/calendar": ".ics",
    "application/ics": ".ics",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/x-amp-html": ".amp.html",
    "text/enriched": ".txt",
    "text/richtext": ".txt",
    "text/markdown": ".md",
    "text/rtf": ".rtf",
    "text/x-vcard": ".vcf",
    "text/vcard": ".vcf",
    "text/xml": ".xml",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/pjpeg": ".jpg",
    "image/x-png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "audio/mpeg": ".mp3",
    "application/x-zip-compressed": ".zip",
    "application/rtf": ".rtf",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/ms-tnef": ".dat",
    "application/vnd.ms-tnef": ".dat",
    "application/mac-binhex40": ".hqx",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/news": ".eml",
    "message/partial": ".eml",
    "message/external-body": ".txt",
    "message/delivery-status": ".txt",
    "message/global-delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
    "text/rfc822-headers": ".txt",
    "message/rfc822-headers": ".txt",
    "application/octet-stream": ".bin",
}
_STEMS: Final = {
    "text/calendar": "invite",
    "message/rfc822": "message",
    "message/global": "message",
    "message/news": "message",
    "message/partial": "message",
    "text/rfc822-headers": "rfc822-headers",
    "application/pgp-signature": "signature",
    "application/pkcs7-signature": "smime",
    "application/x-pkcs7-signature": "smime",
    "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime",
    "application/ms-tnef": "winmail",
    "application/vnd.ms-tnef": "winmail",
}
_LONGEST: Final = 200
_LONGEST_EXTENSION: Final = 12
_STEM_LETTERS: Final = 80
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS: Final = "\u200d\u200c"
_FORBIDDEN = re.compile(r"[\\/:*?\"<>|]+")


def given(part: Part) -> str:
    """The name the sender gave a part, made safe; empty where there is none."""
    for header, parameter in (
        ("Content-Disposition", "filename"),
        ("Content-Type", "name"),
        ("Content-Disposition", "name"),
        ("Content-Type", "filename"),
    ):
        said = part.parameters(header).get(parameter, "")
        name = safe(said)
        if name:
            return name
    return ""


def of(part: Part, kind: str, stem: str = "") -> str:
    """The name a part goes by: its own, the end of its location, or one made from its type."""
    return given(part) or _from_location(part) or made(kind, stem)


def made(kind: str, stem: str = "") -> str:
    """A name for a part of a type; `stem` is a subject or the like."""
    base = " ".join(_FORBIDDEN.sub(" ", clean(stem)).split())[:_STEM_LETTERS].strip(". ")
    usual = kind.partition("/")[2] if kind.startswith("message/") else "attachment"
    return (base or _STEMS.get(kind, usual)) + extension(kind)


def extension(kind: str) -> str:
    """What the name of a file of a type ends with; nothing where nobody knows."""
    return _EXTENSIONS.get(kind) or _TYPES.guess_extension(kind, strict=False) or ""


def type_of(name: str) -> str:
    """The type a name speaks of."""
    return _TYPES.guess_type(name, strict=False)[0] or "application/octet-stream"


def safe(name: str) -> str:
    """A bare file name: no folders, nothing invisible, not too long, its extension kept."""
    visible = "".join(
        letter
        for letter in clean(name)[:4_000]
        if letter in _JOINERS or unicodedata.category(letter) not in _INVISIBLE
    )
    base = unicodedata.normalize("NFC", visible.replace("\\", "/").rstrip("/")).rpartition("/")[2]
    base = base.strip().strip("\"'<>") if base.strip("\"'<>. ") else ""
    if base.startswith("..") or not base.strip(". "):
        base = base.lstrip(". ")
    if len(base) <= _LONGEST:
        return base
    stem, dot, end = base.rpartition(".")
    if not dot or len(end) > _LONGEST_EXTENSION:
        return base[:_LONGEST]
    return f"{stem[: _LONGEST - len(end) - 1]}.{end}"


def unlike(name: str, taken: set[str]) -> str:
    """The name, or with a number where another file of the mail goes by it."""
    stem, dot, end = name.rpartition(".")
    number = 2
    found = name
    while found in taken:
        found = f"{stem}-{number}.{end}" if dot and stem else f"{name}-{number}"
        number += 1
    return found


def _from_location(part: Part) -> str:
    said = next(iter(part.raw_values("Content-Location")), "")
    name = safe(words.decode(said.partition("?")[0].strip().strip('"')))
    return name if re.search(r"\.\w{1,8}$", name) and "@" not in name else ""
