"""Who gets copies of a reply, and by that who stays in copy of the ticket."""

from typing import TYPE_CHECKING
from uuid import UUID

from onque.kernel import clock
from onque.kernel.errors import Invalid
from onque.modules.desk import rules
from onque.modules.desk.contracts import Recipient
from onque.modules.desk.repositories import collaborators
from onque.modules.desk.services.collaborators import MOST

if TYPE_CHECKING:
    from onque.modules.desk.models import Ticket


def settle(ticket: "Ticket", wanted: tuple[Recipient, ...] | None) -> tuple[Recipient, ...]:
    """Return who gets copies, and make the ticket's people in copy the same.

    None means those the ticket has, without strangers that nobody has confirmed. Raises `Invalid`
    for more than `MOST`. The caller holds the ticket's lock.
    """
    known = [row for row in collaborators.of_ticket(ticket.id) if row.kind == "cc"]
    if wanted is None:
        return tuple(
            Recipient(kind="cc", address=row.address, name=row.name)
            for row in known
            if not row.is_marked
        )
    if len(wanted) > MOST:
        raise Invalid(field="cc", reason="too_many", limit=MOST)
    asked = {one.address: one for one in wanted if one.kind == "cc"}
    _keep(ticket.id, asked)
    gone = [row.address for row in known if row.address not in asked]
    if gone:
        collaborators.remove(ticket.id, gone)
    return wanted


def _keep(ticket_id: UUID, asked: dict[str, Recipient]) -> None:
    now = clock.now()
    for one in asked.values():
        fields = {"name": one.name[:200], "kind": "cc", "added_by": "agent", "added_at": now}
        collaborators.add_once(ticket_id=ticket_id, address=one.address, fields=fields)
    if asked:
        collaborators.unmark(ticket_id, list(asked))


def read(cc: str, bcc: str) -> tuple[Recipient, ...]:
    """Return the copies a person typed, each address once.

    Raises `Invalid` naming what is no address.
    """
    found: dict[str, Recipient] = {}
    for kind, text in (("cc", cc), ("bcc", bcc)):
        pairs, wrong = rules.named_addresses(text)
        if wrong:
            raise Invalid(field=kind, reason="not_an_address", value=wrong[0][:80])
        for name, address in pairs:
            found.setdefault(address, Recipient(kind=kind, address=address, name=name[:200]))
    return tuple(found.values())


def stored(found: tuple[Recipient, ...]) -> list[dict[str, str]]:
    """Return copies as a message keeps them."""
    return [{"kind": one.kind, "address": one.address, "name": one.name} for one in found]


def typed(recipients: list[dict[str, str]], kind: str) -> str:
    """Return stored copies of one kind as a person would type them."""
    return ", ".join(
        written(one["address"], one.get("name", "")) for one in recipients if one["kind"] == kind
    )


def written(address: str, name: str) -> str:
    """Return an address with its name as a mail's head has it."""
    plain = name.replace('"', "").strip()
    return f'"{plain}" <{address}>' if plain else address
