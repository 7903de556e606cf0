"""Pictures: which bytes are proven ones, what is ours to show, what is remote, what only tracks."""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_PICTURE = re.compile(r'<img((?: [a-z-]+="[^"]*")*)>')
ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_TRACKER = re.compile(
    r"/(?:wf|track|tracking|trk|e|t|o|ls)/o(?:pen)?[/?.]|track/open|/open\.(?:aspx|gif|php|png)"
    r"|/(?:pixel|beacon|spacer|blank|1x1|clear|transparent)[\w-]*\.(?:gif|png)|[/.]pixel[/.?]"
    r"|mailtrack\.io|awstrack\.me/I0|list-manage\.com/track|mandrillapp\.com/track|sendgrid\.net/wf"
    r"|readnotify\.com|getnotify\.com|yesware\.com/t|hubspotemail\.net/e\dt/o|google-analytics\.com"
    r"|\.g\.double[c]lick\.net|facebook\.com/tr[/?]|[?&](?:open_?id|pixel_?id|trackingid)=",
    re.IGNORECASE,
)
"""Addresses that well-known senders put behind pictures nobody sees."""
_TINY = re.compile(r"^\s*[01](?:\.\d+)?\s*(?:px)?\s*$", re.IGNORECASE)


def proven_image(content: bytes) -> str:
    """Return the media type of bytes that begin as a picture we show, else "".

    Only PNG, JPEG, GIF and WebP: SVG is a document with scripts. Source: WHATWG MIME Sniffing, 6.1.
    """
    if content[:4] == b"RIFF" and content[8:14] == b"WEBPVP":
        return "image/webp"
    return next((kind for magic, kind in MAGIC if content.startswith(magic)), "")


def is_tracker(address: str, attributes: Mapping[str, str], style: Mapping[str, str]) -> bool:
    """Tell whether a remote picture is there to be loaded, not to be seen."""
    sizes = [attributes.get(name, "") for name in ("width", "height")]
    sizes += [style.get(name, "") for name in ("width", "height", "max-width")]
    hidden = style.get("display") == "none"
    return (
        hidden or any(_TINY.match(size) for size in sizes if size) or bool(_TRACKER.search(address))
    )


def place_pictures(html: str, address_of: Callable[[str], str | None]) -> str:
    """Return sanitised HTML with its own pictures in place.

    `address_of` takes a Content-ID without brackets and returns our address of that picture, ""
    to leave the picture out, or None when there is none: its description stands in its place.
    """
    if "<img" not in html:
        return html

    def place(match: re.Match[str]) -> str:
        found = dict(ATTRIBUTE.findall(match[1]))
        source = found.get("src", "")
        if not source.startswith("cid:"):
            return match[0] if source else described(found)
        address = address_of(unescape(source[4:]))
        if address is None:
            return described(found)
        if not address:
            return ""
        kept = {name: value for name, value in found.items() if name not in {"src", "loading"}}
        kept.setdefault("alt", "")
        rest = "".join(f' {name}="{value}"' for name, value in kept.items())
        return f'<img src="{escape(address)}" loading="lazy"{rest}>'

    return _PICTURE.sub(place, html)


def show_remote(html: str) -> str:
    """Return a layout whose remote pictures load; for a document whose policy allows them."""
    return html.replace(" data-src=", " src=") if "<img" in html else html


def described(attributes: Mapping[str, str]) -> str:
    """Return what stands in a picture's place: its description, if the sender gave one."""
    words = attributes.get("alt", "").strip()
    return f'<span class="mh-pic">{words}</span>' if words else ""
