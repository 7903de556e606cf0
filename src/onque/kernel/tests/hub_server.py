"""A hub process for tests: everybody named by a cookie may come in, nobody may follow "*.secret*".

`python -m onque.kernel.tests.hub_server PORT REDIS_URL [fast] [http://ORIGIN]`; "fast" shortens
the times that presence is kept. A hint with data {"revoked": "<id>"} takes a visitor's rights.
"""

import sys
from collections.abc import Mapping, Sequence
from uuid import UUID

import uvicorn
from django.conf import settings

TENANTS = {"acme": UUID(int=1), "globex": UUID(int=2)}
ORIGIN = "http://desk.test"


def serve(port: int, redis_url: str, *, fast: bool, origins: frozenset[str]) -> None:
    from onque.kernel.hub import app, presence
    from onque.kernel.hub.door import Visitor

    revoked: set[str] = set()

    class NamedDoor:
        route = "/ws/desk/{workspace}"
        place_field = "ticket"
        place_prefix = "desk.ticket."

        def admit(self, workspace: str, cookies: Mapping[str, str]) -> Visitor | None:
            name = cookies.get("name")
            if name is None or workspace not in TENANTS:
                return None
            return Visitor(TENANTS[workspace], name.lower(), name)

        def allowed(self, visitor: Visitor, topics: Sequence[str]) -> frozenset[str]:
            if "broken" in visitor.id:
                raise RuntimeError("The database is away.")
            if visitor.id in revoked:
                return frozenset()
            return frozenset(topic for topic in topics if "secret" not in topic)

        def narrows(self, data: Mapping[str, object]) -> bool:
            revoked.add(str(data.get("revoked")))
            return "revoked" in data

    if fast:
        presence.BEAT_SECONDS, presence.LIFE_SECONDS = 0.5, 2
        app.PING_SECONDS = 0.5
    pages = app.Pages(origins | {ORIGIN}, "http")
    served = app.make_app(redis_url, [NamedDoor()], pages=pages)
    uvicorn.Server(app.config(served, host="127.0.0.1", port=port)).run()


if __name__ == "__main__":
    settings.configure(CHANNELS_REDIS_URL=sys.argv[2], DATABASES={})
    given = frozenset(word for word in sys.argv[3:] if word.startswith("http"))
    serve(int(sys.argv[1]), sys.argv[2], fast="fast" in sys.argv, origins=given)
