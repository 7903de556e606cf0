"""Browsers of the cast: signed-in test clients, and what a page cost."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from onque.modules.identity.tests.factories import PASSWORD

SLUG = "acme"
_FREE = re.compile(
    r"^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|SELECT set_config)", re.IGNORECASE
)


def browser(email: str, **headers: str) -> Client:
    """Return a client that has signed in by the form."""
    client = Client(headers={"accept-language": "en", **headers})
    answer = client.post("/desk/sign-in", {"email": email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content[:400]
    return client


def path(rest: str = "", slug: str = SLUG) -> str:
    return f"/desk/{slug}/{rest}"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SQL that counts: BEGIN, COMMIT, savepoints and set_config are free."""
    found: list[str] = []
    with CaptureQueriesContext(connections["default"]) as captured:
        yield found
    found += [q["sql"] for q in captured.captured_queries if not _FREE.match(q["sql"].strip())]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.ids: set[str] = set()
        self.inline: list[str] = []
        self.links: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "id" in given:
            self.ids.add(given["id"] or "")
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            self.inline.append(tag)
        if tag == "script" and not given.get("src"):
            self.inline.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def read(answer: HttpResponse) -> _Page:
    """Parse an answer; the content policy refuses inline script and style, so there is none."""
    page = _Page()
    page.feed(answer.content.decode())
    assert page.inline == []
    return page
