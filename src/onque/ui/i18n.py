"""The one catalogue: extract words from Python and templates, update, compile.

Source words are English. `messages.po` is kept in the repository; `django.mo` beside it is made by
`make messages` and at start, because Django looks for that name.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1]
LOCALES = ("ko", "en")
WIDTH = 100

_METHODS = [
    ("**/tests/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]
_OPTIONS = {
    path: {
        "trimmed": "true",
        "silent": "false",
        "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols",
    }
    for path, method in _METHODS
    if method == "jinja2"
}
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def catalogue_path(locale: str) -> Path:
    """Return the file that translators edit."""
    return SOURCE / "locale" / locale / "LC_MESSAGES" / "messages.po"


def _read(locale: str) -> Catalog:
    path = catalogue_path(locale)
    if not path.exists():
        return Catalog(locale, project="Onque", header_comment="# Words of Onque.", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _found() -> Catalog:
    catalogue = Catalog(project="Onque")
    rows = extract_from_dir(
        str(SOURCE), method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS
    )
    for name, _line, message, comments, context in rows:
        catalogue.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalogue


def update() -> dict[str, int]:
    """Extract every word into both catalogues; return how many still lack words, by locale."""
    found = _found()
    missing: dict[str, int] = {}
    for locale in LOCALES:
        catalogue = _read(locale)
        catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        path = catalogue_path(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(
                file, catalogue, width=WIDTH, sort_by_file=True, no_location=True, omit_header=False
            )
        missing[locale] = len(untranslated(locale)) if locale != "en" else 0
    return missing


def untranslated(locale: str) -> list[str]:
    """Return the English words that this catalogue does not translate yet."""
    return [
        str(message.id if isinstance(message.id, str) else message.id[0])
        for message in _read(locale)
        if message.id and (message.fuzzy or not all(_forms(message.string)))
    ]


def _forms(string: object) -> tuple[object, ...]:
    return string if isinstance(string, tuple) else (string,)


def compile_all() -> list[Path]:
    """Write `django.mo` for each locale where it is older than its catalogue; return those made."""
    made = []
    for locale in LOCALES:
        source = catalogue_path(locale)
        target = source.with_name("django.mo")
        if not source.exists() or (
            target.exists() and target.stat().st_mtime >= source.stat().st_mtime
        ):
            continue
        compiled = BytesIO()
        write_mo(compiled, _read(locale))
        fresh = target.with_suffix(".new")
        fresh.write_bytes(compiled.getvalue())
        fresh.replace(target)
        made.append(target)
    return made
