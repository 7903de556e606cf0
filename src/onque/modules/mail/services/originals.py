"""The mail a message came by, as it came: for whoever may see the message's ticket."""

from uuid import UUID

from onque.kernel.access import Actor
from onque.kernel.errors import NotFound
from onque.kernel.storage import store
from onque.modules.desk import public as desk
from onque.modules.mail.contracts.ledger import Original
from onque.modules.mail.repositories import inbound
from onque.modules.mail.rules import source


def get_original(actor: Actor, *, message_id: UUID) -> Original:
    """Return the header and the source of a message's mail, as far as a page can hold them.

    Judging a mail is part of answering it: no permission is needed but the ticket's. Raises
    `Forbidden`, `NotFound` for a ticket out of sight and for what came by no mail.
    """
    ticket_id, raw = _read(actor, message_id)
    shown = source.show(raw)
    return Original(
        message_id=message_id,
        ticket_number=desk.get_card(ticket_id).number,
        headers=shown.headers,
        text=shown.text,
        is_cut=shown.is_cut,
        size_bytes=len(raw),
    )


def get_original_raw(actor: Actor, *, message_id: UUID) -> bytes:
    """Return the bytes as they came. Raises as `get_original`, and `Unavailable`."""
    return _read(actor, message_id)[1]


def _read(actor: Actor, message_id: UUID) -> tuple[UUID, bytes]:
    ticket_id = desk.get_message(actor, message_id=message_id).ticket_id
    row = next(iter(inbound.of_messages([message_id])), None)
    if row is None or not row.object_key:
        raise NotFound(kind="raw_mail", id=message_id)
    return ticket_id, store().get(row.object_key)
