"""One colour becomes a palette: the style sheet of customers' pages, in both themes.

It moves lightness until text reaches 4.5:1 and refuses no colour. The sheet depends on the colour
alone, so it is addressed by it and may be cached for ever. Source: WCAG 2.2, 1.4.3 and "relative
luminance".
"""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

Rgb = tuple[int, int, int]

WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)
LIGHT_SURFACE: Rgb = (255, 255, 255)
DARK_SURFACE: Rgb = (25, 26, 29)
TEXT_CONTRAST = 4.5
SHAPE_CONTRAST = 3.0
STEPS = 50


def parse(color: str) -> Rgb:
    """Read "#rrggbb" or "rrggbb"."""
    digits = color.removeprefix("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=256)
def palette_css(color: str) -> str:
    """Return the style sheet for one colour, "rrggbb"."""
    light, dark = _declare(_light(parse(color))), _declare(_dark(parse(color)))
    return (
        f":root{{{light}}}\n"
        f'@media (prefers-color-scheme: dark){{:root:not([data-theme="light"]){{{dark}}}}}\n'
        f':root[data-theme="dark"]{{{dark}}}\n'
    )


@require_safe
def stylesheet(request: HttpRequest, color: str) -> HttpResponse:  # noqa: ARG001 - a view
    """Serve the palette of the colour in the address."""
    answer = HttpResponse(palette_css(color), content_type="text/css; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def _light(color: Rgb) -> dict[str, Rgb]:
    soft = _mix(color, LIGHT_SURFACE, 0.1)
    text = _toward(color, BLACK, against=soft, ratio=TEXT_CONTRAST)
    fill = _toward(color, BLACK, against=WHITE, ratio=TEXT_CONTRAST)
    line = _mix(color, LIGHT_SURFACE, 0.33)
    return {"brand": color, "fill": fill, "text": text, "soft": soft, "line": line}


def _dark(color: Rgb) -> dict[str, Rgb]:
    soft = _mix(color, DARK_SURFACE, 0.18)
    lighter = max(soft, DARK_SURFACE, key=_luminance)
    text = _toward(color, WHITE, against=lighter, ratio=TEXT_CONTRAST)
    fill = _toward(color, BLACK, against=WHITE, ratio=TEXT_CONTRAST)
    fill = _visible(fill)
    line = _mix(color, DARK_SURFACE, 0.5)
    return {"brand": color, "fill": fill, "text": text, "soft": soft, "line": line}


def _visible(fill: Rgb) -> Rgb:
    """Lighten a fill until it stands off the dark surface, while white on it stays readable."""
    for step in range(STEPS):
        lighter = _mix(WHITE, fill, step / STEPS)
        if contrast(lighter, WHITE) < TEXT_CONTRAST:
            break
        if contrast(lighter, DARK_SURFACE) >= SHAPE_CONTRAST:
            return lighter
    return fill


def _toward(color: Rgb, end: Rgb, *, against: Rgb, ratio: float) -> Rgb:
    for step in range(STEPS + 1):
        moved = _mix(end, color, step / STEPS)
        if contrast(moved, against) >= ratio:
            return moved
    return end


def _mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Return `share` of one colour in the other."""
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _luminance(color: Rgb) -> float:
    linear = [
        part / 12.92 if (part := value / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - WCAG's own
        for value in color
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _declare(colors: dict[str, Rgb]) -> str:
    parts = [
        f"--brand{'' if name == 'brand' else '-' + name}:#{red:02x}{green:02x}{blue:02x}"
        for name, (red, green, blue) in colors.items()
    ]
    return ";".join([*parts, "--on-brand:#fff", "--brand-hero:var(--brand-soft)"])
