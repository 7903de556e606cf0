"""Who may open a desk socket, and which of the desk's topics it may follow."""

from collections.abc import Mapping, Sequence

from django.conf import settings

from onque.kernel.hub.door import Visitor
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.services import following
from onque.modules.identity import public as identity


class DeskDoor:
    """The members' door: the desk's session cookie, asked again whenever topics are followed."""

    route = "/ws/desk/{workspace}"
    place_field = "ticket"
    place_prefix = "desk.ticket."

    def admit(self, workspace: str, cookies: Mapping[str, str]) -> Visitor | None:
        """Return the member of the workspace whose session it is, or None."""
        session_key = cookies.get(settings.SESSION_COOKIE_NAME, "")
        actor = identity.member_of_session(session_key, workspace)
        if actor is None or actor.id is None:
            return None
        return Visitor(actor.tenant_id, actor.id.hex, actor.name, workspace, session_key)

    def allowed(self, visitor: Visitor, topics: Sequence[str]) -> frozenset[str]:
        """Return the topics that the member's permissions of this moment cover.

        Asks the primary: a ticket made a moment ago may be missing on the replica.
        """
        actor = identity.member_of_session(visitor.credential, visitor.workspace)
        if actor is None:
            return frozenset()
        with tenant_scope(actor.tenant_id):
            return frozenset(topic for topic in topics if following.may_follow(actor, topic))

    def narrows(self, data: Mapping[str, object]) -> bool:
        """Tell whether the ticket went to somebody else: not everybody sees others' tickets."""
        return data.get("field") == "assignee"
