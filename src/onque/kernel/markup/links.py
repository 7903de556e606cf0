"""Links whose words name another place than they lead to."""

import re
from contextlib import suppress
from html import escape, unescape
from urllib.parse import urlsplit

from onque.kernel.markup.styles import words

_LINK = re.compile(r'<a((?: [a-z-]+="[^"]*")*)>(.*?)</a>', re.DOTALL)
_OLD_MARK = re.compile(r'<span(?: title="[^"]*")? class="mh-trap"[^>]*></span>')
_TAG = re.compile(r"<[^>]*>")
_HREF = re.compile(r' href="([^"]*)"')
_NAMES_HOST = re.compile(
    r"\s*(?:https?://)?(?:[^\s/@]*@)?((?:[\w-]+\.)+[^\W\d_]{2,24})(?::\d+)?(?:[/?#]\S*)?\s*",
    re.IGNORECASE,
)
_FILES = words("pdf doc docx xls xlsx ppt pptx zip txt png jpg jpeg gif hwp hwpx csv")
_LONGEST = 2000


def mark_traps(html: str) -> tuple[str, int]:
    """Return sanitised HTML with a mark behind each link that deceives, and their number.

    A link deceives when its whole text reads as an address on another host, or when its own
    address hides a host behind a log-in name. Source: RFC 3986, 7.6 (semantic attacks).
    """
    count = 0

    def mark(match: re.Match[str]) -> str:
        nonlocal count
        href = _HREF.search(match[1])
        host = _trap(unescape(href[1]), unescape(_TAG.sub("", match[2]))) if href else ""
        if not host:
            return match[0]
        count += 1
        return f'{match[0]}<span title="{escape(host)}" class="mh-trap"></span>'

    return _LINK.sub(mark, _OLD_MARK.sub("", html)), count


def _trap(address: str, shown: str) -> str:
    """Return the host a link leads to when its words name another one, else ""."""
    try:
        parts = urlsplit(address)
        real = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not real:
        return ""
    if parts.username is not None and "." in parts.username:
        return real
    named = _NAMES_HOST.fullmatch(shown) if len(shown) <= _LONGEST else None
    if named is None or named[1].rpartition(".")[2].lower() in _FILES:
        return ""
    return "" if _related(_plain(named[1]), _plain(real)) else real


def _plain(host: str) -> str:
    with suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    return host.lower().removeprefix("www.")


def _related(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
