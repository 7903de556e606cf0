"""The sanitiser: nh3 decides what stays; what it wrote is then turned into our two forms.

nh3 parses as browsers do and writes every tag and attribute in one canonical way: attribute values
quoted, with `<`, `>`, `"` and `&` escaped. So patterns over its output see each tag whole.
"""

import re
from dataclasses import dataclass
from html import unescape

import nh3

from onque.kernel.markup import links, pictures, styles
from onque.kernel.markup.styles import words

VERSION = 1
"""Raised whenever the sanitiser becomes stricter."""

LONGEST = 1_500_000
DEEPEST = 400
_VOID = words("area base br col embed hr img input link meta param source track wbr")
_TAGS = words(
    "a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt"
    " em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong"
    " sub sup table tbody td tfoot th thead tr tt u ul var wbr"
)
_STYLED = _TAGS - {"br", "wbr", "bdi", "bdo"}
_DROPPED = words(
    "style script title noscript template xml object iframe svg math textarea select head noembed"
    " noframes xmp plaintext applet audio video canvas dialog button frameset"
)
_CELL = words("colspan rowspan align valign bgcolor width height")
_ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset({"dir", "lang", "title"}),
    "a": frozenset({"href"}),
    "img": frozenset({"src", "data-src", "alt", "width", "height"}),
    "td": _CELL,
    "th": _CELL,
    "tr": frozenset({"align", "valign", "bgcolor"}),
    "table": words("border cellpadding cellspacing align bgcolor width"),
    "ol": frozenset({"start", "type"}),
    "font": frozenset({"color"}),
    **{name: frozenset({"align"}) for name in ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6")},
}
_MEASURES = frozenset({"width", "height", "colspan", "rowspan", "border", "start"})
_MEASURE = re.compile(r"\s*\d{1,4}\s*(?:px|%)?\s*")
_WORD = re.compile(r"[\w#-]{1,30}")
_REMOTE = re.compile(r"https?://[^\s]{1,4000}", re.IGNORECASE)
_DATA_PICTURE = re.compile(
    r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE
)
_OPENING = re.compile(r'<([a-z0-9]+)((?: [a-z-]+="[^"]*")+)>')
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NAMED_PICTURE = re.compile(r'<img[^>]* src="cid:([^"]*)"')


_CLASSES = {tag: set(styles.CLASSES) for tag in _TAGS} | {
    "span": {*styles.CLASSES, "mh-pic", "mh-trap"}
}


@dataclass(frozen=True)
class SafeHtml:
    """HTML of others that may be shown.

    `html` is for our pages: classes of ours, pictures by Content-ID only (`place_pictures`).
    `layout` is for a sandboxed document: style attributes too, remote pictures named in
    `data-src` (`show_remote`); "" where it would add nothing. `traps` counts links whose words
    name another host, `trackers` pictures that only tell the sender; those are gone for good.
    """

    html: str = ""
    layout: str = ""
    remote_images: int = 0
    trackers: int = 0
    traps: int = 0
    content_ids: frozenset[str] = frozenset()
    version: int = VERSION


def sanitise(html: str) -> SafeHtml:
    """Return safe HTML; nothing where it is too long or too deep to be shown at all.

    Sanitising what it returned changes nothing. Never raises, whatever the text.
    """
    html = html.replace("\x00", "")
    if not html.strip() or len(html) > LONGEST or _is_too_deep(html):
        return SafeHtml()
    cleaned = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes={tag: set(names) for tag, names in _attributes().items()},
        attribute_filter=_choose,
        allowed_classes=_CLASSES,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    marked, traps = links.mark_traps(cleaned.replace("<img>", ""))
    forms = _Forms()
    layout = _OPENING.sub(forms.for_layout, marked)
    plain = _OPENING.sub(_for_pages, layout)
    return SafeHtml(
        html=plain if _says_something(plain) else "",
        layout=layout if forms.is_rich else "",
        remote_images=forms.remote,
        trackers=forms.trackers,
        traps=traps,
        content_ids=frozenset(unescape(one) for one in _NAMED_PICTURE.findall(plain)),
    )


def sanitise_for_preview(html: str) -> str:
    """Return safe HTML without any picture, for mail that is not on a ticket."""
    return pictures.place_pictures(sanitise(html).html, lambda _content_id: None)


def _attributes() -> dict[str, frozenset[str]]:
    return {
        **_ATTRIBUTES,
        **{tag: _ATTRIBUTES.get(tag, frozenset()) | {"style"} for tag in _STYLED},
    }


def _choose(tag: str, name: str, value: str) -> str | None:
    """Return the attribute's value as it may stay, None to drop it."""
    if name == "style":
        return styles.write(styles.declarations(value)) or None
    if tag == "img" and name in {"src", "data-src"}:
        return _picture_source(value.strip())
    if name == "href":
        return None if value.strip().lower().startswith(("data:", "cid:")) else value
    if name in _MEASURES:
        return value.strip() if _MEASURE.fullmatch(value) else None
    if name in {"bgcolor", "color", "align", "valign", "type", "cellpadding", "cellspacing"}:
        return value if _WORD.fullmatch(value) else None
    return value


def _picture_source(value: str) -> str | None:
    scheme, _, rest = value.partition(":")
    if scheme.lower() == "cid":
        return "cid:" + rest.strip().strip("<>")
    if _REMOTE.fullmatch(value) or _DATA_PICTURE.fullmatch(value):
        return value
    return None


class _Forms:
    """Writes the layout form and counts what it meets on the way."""

    def __init__(self) -> None:
        self.remote = 0
        self.trackers = 0
        self.is_rich = False

    def for_layout(self, match: re.Match[str]) -> str:
        tag, found = match[1], dict(pictures.ATTRIBUTE.findall(match[2]))
        style = styles.declarations(unescape(found.get("style", "")))
        grounds = (
            style.get("background-color", ""),
            style.get("background", ""),
            found.get("bgcolor", ""),
        )
        self.is_rich = self.is_rich or not all(styles.is_paper(ground) for ground in grounds)
        if tag == "a":  # nh3 adds its two at either end
            found |= {name: found.pop(name) for name in ("target", "rel") if name in found}
            return _opening(tag, found)
        return self._picture(found, style) if tag == "img" else match[0]

    def _picture(self, found: dict[str, str], style: dict[str, str]) -> str:
        source = found.pop("src", "")
        address = unescape(source or found.get("data-src", ""))
        if _REMOTE.match(address):
            if pictures.is_tracker(address, found, style):
                self.trackers += 1
                return ""
            self.remote += 1
            self.is_rich = True
            found["data-src"] = source or found["data-src"]
        elif source:
            found["src"] = source
        else:
            return ""
        return _opening("img", found)


def _for_pages(match: re.Match[str]) -> str:
    """Turn one tag of a layout into one without style, its meaning in classes of ours."""
    tag, found = match[1], dict(pictures.ATTRIBUTE.findall(match[2]))
    if tag == "span" and found.get("class") == "mh-trap":
        return match[0]
    if tag == "img" and "src" not in found:
        return pictures.described(found)
    names = [
        *found.pop("class", "").split(),
        *styles.classes(styles.declarations(unescape(found.pop("style", "")))),
    ]
    align = found.pop("align", "").lower()
    names += [f"mh-{align}"] if align in {"center", "right"} and tag != "table" else []
    if tag == "font":
        names.append(styles.color_class(found.pop("color", "")))
    for name in ("bgcolor", "valign", "cellpadding", "cellspacing"):
        found.pop(name, None)
    if tag != "img":
        found.pop("width", None)
        found.pop("height", None)
    if kept := " ".join(dict.fromkeys(name for name in names if name)):
        found["class"] = kept
    return _opening(tag, found)


def _opening(tag: str, found: dict[str, str]) -> str:
    return f"<{tag}" + "".join(f' {name}="{value}"' for name, value in found.items()) + ">"


def _says_something(html: str) -> bool:
    return "<img" in html or bool(unescape(re.sub(r"<[^>]*>", "", html)).strip())


def _is_too_deep(html: str) -> bool:
    """Tell whether elements are nested so deeply that parsing would take a time squared."""
    if html.count("<") < DEEPEST:
        return False
    depth = 0
    for match in _ANY_TAG.finditer(html):
        if match[2].lower() in _VOID:
            continue
        depth += -1 if match[1] else 1
        if depth > DEEPEST:
            return True
    return False
