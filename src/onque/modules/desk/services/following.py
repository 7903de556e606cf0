"""What a member's open pages may hear of live."""

import re
from uuid import UUID

from onque.kernel.access import Actor
from onque.modules.desk.services import access

LIST = "desk.list"
_OF_ONE = re.compile(r"desk\.(ticket|member|bulk)\.([0-9a-f]{32})")


def may_follow(actor: Actor, topic: str) -> bool:
    """Tell whether the actor may hear a topic's hints; never for a topic that is not the desk's.

    Call inside a scope of the actor's tenant.
    """
    if topic == LIST:
        return actor.can("ticket.view")
    found = _OF_ONE.fullmatch(topic)
    if found is None:
        return False
    kind, name = found.groups()
    if kind in {"member", "bulk"}:
        return actor.id is not None and actor.id.hex == name
    return access.may_watch(actor, UUID(name))
