"""Pages of one filled database: time, statements, the ratio to bare SQL and to a blank page.

Runs in a process whose environment points to that database: prints one JSON line of what the pages
are, then one of times for each name of a page it reads.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import django

from bench.words import COMMON, RARE

BLOCK = 20
WARM = 3
SEARCHES = {
    "0.1 % word": RARE,
    "5 % word": COMMON,
    "2 letters": "환불",
    "three words": f"{RARE} 확인 영수증",
    "filtered": f"{COMMON} status:solved tag:환불",
}
BOOKKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SELECT set_config")

Statement = tuple[str, Any]


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Collect the statements that run inside, without the transaction's own."""
    from django.db import connections

    found: list[Statement] = []

    def note(execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        if not statement.startswith(BOOKKEEPING):
            found.append((statement, parameters))
        return execute(statement, parameters, many, context)

    with connections["default"].execute_wrapper(note):
        yield found


def timed(act: Callable[[], object]) -> list[float]:
    """Return the milliseconds of each run of one block after a warm-up."""
    for _ in range(WARM):
        act()
    taken = []
    for _ in range(BLOCK):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def figures(taken: list[float]) -> dict[str, float]:
    """Return p50 and p95 in milliseconds."""
    ordered = sorted(taken)
    return {
        "p50": round(statistics.median(ordered), 3),
        "p95": round(ordered[int(len(ordered) * 0.95)], 3),
    }


def signed_in() -> Any:
    """Return a client with the owner's session."""
    from django.conf import settings
    from django.test import Client

    from bench.stack import EMAIL
    from onque.modules.identity.models import User
    from onque.modules.identity.sessions import USER_KEY, SessionStore

    store = SessionStore()
    user = User.objects.get(email=EMAIL)
    store[USER_KEY] = str(user.pk)
    store["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    store["_auth_user_hash"] = user.get_session_auth_hash()
    store.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    return client


def replay(statements: list[Statement], slug: str) -> Callable[[], None]:
    """Return what runs a page's statements alone, on the same connection and role."""
    from django.db import connections, transaction

    from onque.modules.identity import public as identity

    card = identity.tenant_by_slug(slug)
    if card is None:
        raise RuntimeError("The workspace is missing.")
    connection = connections["default"]

    def run() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(card.id)])
            for statement, parameters in statements:
                cursor.execute(statement, parameters)
                cursor.fetchall()

    return run


class Page:
    """One page that was asked for twice, with the statements of its third answer."""

    def __init__(self, client: Any, url: str, slug: str) -> None:
        """Warm the page's caches and keep its statements; raise RuntimeError unless it is there."""
        response = client.get(url)
        if response.status_code != 200:
            raise RuntimeError(f"{url} answered {response.status_code}.")
        client.get(url)
        with recorded() as statements:
            client.get(url)
        self.facts = {"statements": len(statements), "bytes": len(response.content)}
        self.ask = lambda: client.get(url)
        self.bare = replay(statements, slug)

    def times(self) -> dict[str, list[float]]:
        """Return one block of milliseconds: the page, and its bare SQL."""
        return {"page": timed(self.ask), "sql": timed(self.bare)}


def main() -> None:
    """Measure list, ticket and blank page as often as asked."""
    django.setup()
    from bench.stack import SLUG

    client = signed_in()
    count = int(sys.argv[1])
    urls = {
        "blank page": f"/desk/{SLUG}/blank/",
        "ticket list": f"/desk/{SLUG}/tickets/?view=all",
        "ticket list, mine": f"/desk/{SLUG}/tickets/?view=mine",
        "ticket page": f"/desk/{SLUG}/tickets/{count // 2}/",
    }
    for name, words in SEARCHES.items():
        query = urlencode({"palette": "1", "q": words})
        urls[f"search, {name}"] = f"/desk/{SLUG}/search/?{query}"
    asked = {name: Page(client, url, SLUG) for name, url in urls.items()}
    print(json.dumps({name: page.facts for name, page in asked.items()}), flush=True)
    for line in sys.stdin:
        print(json.dumps(asked[line.strip()].times()), flush=True)


if __name__ == "__main__":
    main()
