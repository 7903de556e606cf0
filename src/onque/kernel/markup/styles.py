"""Style attributes: which declarations a layout keeps, and which of our classes stand for them.

Our pages refuse inline style, so what carries meaning (bold, struck, a colour somebody answers in)
becomes a class; the rest is kept for the sandboxed document alone. No value may name an address.
"""

import re


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


_KEPT = words(
    "background background-color border border-bottom border-bottom-color border-bottom-style"
    " border-bottom-width border-collapse border-color border-left border-radius border-right"
    " border-spacing border-style border-top border-width color direction display font-family"
    " font-size font-style font-weight height letter-spacing line-height list-style-type margin"
    " margin-bottom margin-left margin-right margin-top max-width min-width padding padding-bottom"
    " padding-left padding-right padding-top table-layout text-align text-decoration text-indent"
    " text-transform vertical-align white-space width word-break"
)
_VALUE = re.compile(r"(?:(?:rgb|rgba|hsl|hsla)\([\d.,%\s/deg]{1,40}\)|[\w.,%#'\s]|(?<=\w)-){1,200}")
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})$")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")
_NAMED = {
    "red": (255, 0, 0),
    "crimson": (220, 20, 60),
    "darkred": (139, 0, 0),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "royalblue": (65, 105, 225),
    "green": (0, 128, 0),
    "darkgreen": (0, 100, 0),
    "yellow": (255, 255, 0),
    "orange": (255, 165, 0),
    "purple": (128, 0, 128),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
}
_STRONG = 70  # how far a channel must stand out for a colour to mean something
_BOLD = 600

CLASSES = words(
    "mh-bold mh-normal mh-italic mh-under mh-struck mh-center mh-right mh-pre mh-hide mh-red"
    " mh-blue mh-green mh-mark"
)
"""All classes that stand for a style; a sender may use them as well."""


def declarations(style: str) -> dict[str, str]:
    """Return the declarations that are known and harmless, in lower case and in order."""
    found: dict[str, str] = {}
    for part in style[:4000].split(";"):
        name, _, value = part.partition(":")
        name = name.strip().lower()
        value = " ".join(value.lower().replace("!important", "").split())
        if name in _KEPT and _VALUE.fullmatch(value):
            found[name] = value
        elif name in {"visibility", "mso-hide"} and value in {"hidden", "all"}:
            found["display"] = "none"
    return found


def write(found: dict[str, str]) -> str:
    """Return a style attribute's value."""
    return ";".join(f"{name}:{value}" for name, value in found.items())


def classes(found: dict[str, str]) -> list[str]:
    """Return the classes that say what the declarations mean."""
    value, weight = found, found.get("font-weight", "")
    decoration = value.get("text-decoration", "")
    meant = {
        "mh-hide": value.get("display") == "none",
        "mh-bold": weight in {"bold", "bolder"} or (weight.isdigit() and int(weight) >= _BOLD),
        "mh-normal": weight in {"normal", "400"},
        "mh-italic": value.get("font-style") in {"italic", "oblique"},
        "mh-under": "underline" in decoration,
        "mh-struck": "line-through" in decoration,
        "mh-center": value.get("text-align") == "center",
        "mh-right": value.get("text-align") in {"right", "end"},
        "mh-pre": value.get("white-space", "").startswith("pre"),
        "mh-mark": _is_marker(value.get("background-color", value.get("background", ""))),
    }
    hue = color_class(value.get("color", ""))
    return [name for name, holds in meant.items() if holds] + ([hue] if hue else [])


def color_class(color: str) -> str:
    """Return the class of a colour that somebody chose to stand out; "" for ink and greys."""
    rgb = _rgb(color)
    if rgb is None:
        return ""
    red, green, blue = rgb
    if red - max(green, blue) >= _STRONG:
        return "mh-red"
    if blue - max(red, green) >= _STRONG or (blue - red >= _STRONG and blue >= green):
        return "mh-blue"
    return "mh-green" if green - max(red, blue) >= _STRONG else ""


def is_paper(color: str) -> bool:
    """Tell whether a background is none or white, so that nothing is lost without it."""
    plain = color.lower().strip()
    if plain in {"", "white", "transparent", "none", "inherit", "initial"}:
        return True
    rgb = _rgb(plain)
    return rgb is not None and min(rgb) >= 250  # noqa: PLR2004 - as good as white


def _is_marker(color: str) -> bool:
    """Tell whether a background is the yellow of a text marker."""
    rgb = _rgb(color)
    return rgb is not None and min(rgb[0], rgb[1]) - rgb[2] >= _STRONG


def _rgb(color: str) -> tuple[int, int, int] | None:
    text = color.strip().lower()
    if text in _NAMED:
        return _NAMED[text]
    if match := _HEX.match(text):
        digits = match[1] if len(match[1]) == 6 else "".join(2 * one for one in match[1])  # noqa: PLR2004
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if match := _RGB.match(text):
        return int(match[1]), int(match[2]), int(match[3])
    return None
