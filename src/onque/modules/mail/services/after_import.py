"""What happens at the server to mails that are stored here: marked as read, moved or deleted.

Only mails whose raw bytes the ledger has are touched. `acted_uid` is written after the server said
"done", so a crash before repeats an act that changes nothing the second time.
"""

import imaplib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.repositories import inbound
from onque.modules.mail.rules.polling import AfterImport, Fault
from onque.modules.mail.services.imap_session import Session, SessionFault
from onque.modules.mail.services.turns import Turn

if TYPE_CHECKING:
    from onque.modules.mail.models import Mailbox, MailboxFolder

_MOST = 500


def act(turn: Turn, row: "MailboxFolder") -> None:
    """Do what is to be done up to the position. Raises `SessionFault`, `LeaseLostError`."""
    while row.acted_uid < row.last_uid:
        if not turn.changes:
            turn.move_position(row, acted_uid=row.last_uid)
            return
        uids = _stored(turn, row)
        if uids:
            _act_on(turn.connected(), turn.box, uids)
        done = uids[-1] if len(uids) == _MOST else row.last_uid
        turn.move_position(row, acted_uid=done)


def _stored(turn: Turn, row: "MailboxFolder") -> list[int]:
    with tenant_scope(turn.tenant_id):
        return inbound.stored_uids(
            row.id, row.uid_validity or 0, above=row.acted_uid, upto=row.last_uid, limit=_MOST
        )


def _act_on(session: Session, box: "Mailbox", uids: Sequence[int]) -> None:
    try:
        if box.after_import == AfterImport.SEEN:
            session.mark_seen(uids)
        elif box.after_import == AfterImport.DELETE:
            session.delete(uids)
        elif box.after_import == AfterImport.MOVE and box.move_folder:
            session.move(uids, box.move_folder)
    except imaplib.IMAP4.abort:  # the connection broke: nothing is known of the act itself
        raise
    except imaplib.IMAP4.error as error:
        raise SessionFault(Fault.AFTER_IMPORT_FAILED, str(error)) from error
