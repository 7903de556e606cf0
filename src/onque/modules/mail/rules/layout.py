"""How a mail of ours looks: a text part and HTML that every client shows alike.

Plain tables, styles on the elements, no colour on the ground, so that dark themes can turn it
round. Source: RFC 2046, 5.1.4 (alternatives); the "color-scheme" names of CSS Color Adjustment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape

from onque.modules.mail.rules.headers import clean
from onque.modules.mail.rules.replies import MARKER_SIGN

_MARKERS = {
    "ko": f"{MARKER_SIGN} 이 줄 위에 답장을 적어 주세요 -##",
    "en": f"{MARKER_SIGN} Please write your answer above this line -##",
}
_WROTE = {"ko": "{when} {who}님이 작성:", "en": "On {when}, {who} wrote:"}
_FILES = {
    "ko": "첨부 파일은 아래 주소에서 내려받을 수 있어요.",
    "en": "The files can be downloaded here:",
}
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_NEUTRAL = "#8a8a8a"


@dataclass(frozen=True)
class Exchange:
    """The last thing said before, to be quoted below."""

    author: str
    written_at: datetime
    """In the time zone to show."""
    text: str


@dataclass(frozen=True)
class Words:
    """What stands in a mail, in the order in which it is read."""

    locale: str
    text: str
    with_marker: bool = False
    signature: str = ""
    links: tuple[tuple[str, str], ...] = ()
    quoted: Exchange | None = None
    color: str = ""

    @property
    def language(self) -> str:
        """The locale, if it is one of ours."""
        return self.locale if self.locale in _MARKERS else "en"


def plain(words: Words) -> str:
    """The text part."""
    parts = [_MARKERS[words.language]] if words.with_marker else []
    parts.append(words.text.strip())
    if words.signature:
        parts.append(f"-- \n{words.signature.strip()}")
    if words.links:
        lines = [f"{name}: {address}" for name, address in words.links]
        parts.append("\n".join([_FILES[words.language], *lines]))
    if words.quoted:
        quoted = "\n".join(f"> {line}".rstrip() for line in words.quoted.text.strip().split("\n"))
        parts.append(f"{_introduction(words, words.quoted)}\n{quoted}")
    return "\n\n".join(parts) + "\n"


def markup(words: Words, html: str) -> str:
    """The HTML part; `html` is sanitised, or empty when it is to be made from the text."""
    inside = [html or paragraphs(words.text)]
    if words.signature:
        inside.append(
            f'<p style="color:{_NEUTRAL};font-size:13px">'
            f"{escape(words.signature.strip()).replace(chr(10), '<br>')}</p>"
        )
    inside.extend(_link_list(words))
    color = words.color if _COLOR.fullmatch(words.color) else ""
    line = f"border-top:3px solid {color};padding:12px 0 0" if color else "padding:0"
    return (
        f'<!DOCTYPE html>\n<html lang="{words.language}"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="supported-color-schemes" content="light dark"></head>\n'
        '<body style="margin:0;font-family:sans-serif;font-size:15px;line-height:1.6">\n'
        f"{_marker(words)}"
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"'
        f' style="max-width:640px"><tr><td style="{line}">\n'
        f"{chr(10).join(inside)}\n</td></tr></table>\n{_quotation(words)}</body></html>\n"
    )


def paragraphs(text: str) -> str:
    """Text as HTML: blank lines part paragraphs."""
    blocks = [block.strip("\n") for block in text.strip().split("\n\n") if block.strip()]
    return "\n".join("<p>" + escape(block).replace("\n", "<br>\n") + "</p>" for block in blocks)


def _marker(words: Words) -> str:
    if not words.with_marker:
        return ""
    marker = escape(_MARKERS[words.language])
    return f'<p style="color:{_NEUTRAL};font-size:12px">{marker}</p>\n'


def _link_list(words: Words) -> list[str]:
    if not words.links:
        return []
    items = "".join(
        f'<li><a href="{escape(address)}">{escape(name)}</a></li>' for name, address in words.links
    )
    return [f"<p>{escape(_FILES[words.language])}</p><ul>{items}</ul>"]


def _quotation(words: Words) -> str:
    if not words.quoted:
        return ""
    return (
        f'<div class="gmail_quote"><p style="color:{_NEUTRAL}">'
        f"{escape(_introduction(words, words.quoted))}</p>\n"
        '<blockquote type="cite" style="margin:0 0 0 8px;padding-left:12px;'
        f'border-left:2px solid {_NEUTRAL}">{paragraphs(words.quoted.text)}</blockquote></div>\n'
    )


def _introduction(words: Words, exchange: Exchange) -> str:
    when = exchange.written_at.strftime("%Y-%m-%d %H:%M")
    return _WROTE[words.language].format(when=when, who=clean(exchange.author))
