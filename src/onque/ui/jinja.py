"""The Jinja2 environment of all our pages, for Django's Jinja2 template backend.

Everything escapes; an unknown name is an error, not an empty string. Translation follows the
active Django language, so one Babel catalogue serves templates, Python and third-party pages.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.template import engines
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, empty
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from onque.kernel import clock
from onque.ui import navigation, people, refusals, times
from onque.ui.quiet import QuietTemplate


def url(name: str, /, *args: object, **kwargs: object) -> str:
    """Return the path of a named URL."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@lru_cache(maxsize=512)
def _icon(name: str, size: int, label: str) -> Markup:
    css = "i" if size == 16 else f"i i--{size}"  # noqa: PLR2004 - 16 px is the base size
    href = f"{static('ui/sprite.svg')}#i-{name}"
    if label:
        return Markup('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>').format(
            css, label, href
        )
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>').format(css, href)


def icon(name: str, size: int = 16, label: str = "") -> Markup:
    """Return an icon of the sprite; without a label it is decoration, hidden from readers."""
    return _icon(name, size, label)


def _choice(context: Context, name: str) -> str:
    user = getattr(context.get("request"), "user", None)
    if isinstance(user, SimpleLazyObject) and user._wrapped is empty:  # noqa: SLF001
        return ""  # nobody asked who it is: a refusal must not ask the database either
    return str(getattr(user, name, "") or "")


@pass_context
def theme(context: Context) -> str:
    """Return the reader's theme: "light", "dark", or "" to follow the system."""
    chosen = _choice(context, "theme")
    return chosen if chosen in {"light", "dark"} else ""


@pass_context
def density(context: Context) -> str:
    """Return the reader's row height: "calm" or "dense"."""
    return "dense" if _choice(context, "density") == "dense" else "calm"


@lru_cache(maxsize=64)
def _fixed(template: str, language: str) -> Markup:
    del language  # part of the key: the words differ
    env = engines["jinja2"].env  # type: ignore[attr-defined] # the stubs know no Jinja2 engine
    return Markup(env.get_template(template).render())  # noqa: S704 - the template has escaped it


def fixed(template: str) -> Markup:
    """Return a part that depends on the language alone, drawn once for each."""
    return _fixed(template, locale())


def locale() -> str:
    """Return the active language, "ko" or "en"."""
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]


_GLOBALS: dict[str, Callable[..., Any]] = {
    "static": static,
    "url": url,
    "icon": icon,
    "theme": theme,
    "density": density,
    "locale": locale,
    "fixed": fixed,
    "now": clock.now,
    "ago": times.ago,
    "clock_time": times.clock_time,
    "day": times.day,
    "full_time": times.full,
    "short_time": times.ahead,
    "minute": times.minute,
    "local_input": times.local_input,
    "deadline": times.deadline,
    "tally": times.tally,
    "hue": people.hue,
    "initials": people.initials,
    "language": people.language,
    "seconds_left": times.seconds_left,
    "places": navigation.places,
    "refusal": refusals.words,
}


def template_folders() -> list[Path]:
    """Return the template folders of our own apps; third-party pages are Django's business."""
    ours = (Path(app.path) for app in apps.get_app_configs() if app.name.startswith("onque."))
    return [folder for path in ours if (folder := path / "templates").is_dir()]


def environment(**options: Any) -> Environment:
    """Build the environment; `options` come from Django's backend (loader, autoescape)."""
    options |= {"undefined": StrictUndefined, "loader": FileSystemLoader(template_folders())}
    env = Environment(  # noqa: S701 - autoescape is among the options
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined] # added by the i18n extension
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.globals.update(_GLOBALS)
    if settings.REFUSE_QUERIES_WHILE_RENDERING:
        env.template_class = QuietTemplate
    return env
