"""Reading stored mail anew, after the parser has learned something, without anybody noticing.

The message on the desk is replaced in place: no new ticket, no status change, no notification, no
event to customers. What was set aside is filed in place. The raw bytes never change, so that this
can be repeated with any later version.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from onque.kernel.access import Actor
from onque.kernel.errors import NotFound
from onque.kernel.storage import store
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public as desk
from onque.modules.identity import public as identity
from onque.modules.mail.repositories import inbound
from onque.modules.mail.rules.parsed import AutoKind, ParsedMail
from onque.modules.mail.rules.states import InboundState
from onque.modules.mail.rules.versions import PARSER_VERSION
from onque.modules.mail.services import acting, filing
from onque.modules.mail.services.contents import Contents, store_contents
from onque.modules.mail.services.handing import LONGEST_ID
from onque.modules.mail.services.parsing_apart import TooCostly, read_mail
from onque.modules.mail.services.reading import MAY_SEE

if TYPE_CHECKING:
    from onque.modules.mail.models import InboundMail


def reparse(actor: Actor, *, mail_id: UUID) -> bool:
    """Read one stored mail anew and bring its message up to date; tells whether it could be.

    Call with no transaction open. Quarantined mail is read and filed as if it had just come. Safe
    to repeat. Raises `Forbidden`, `NotFound`, `Unavailable`.
    """
    actor.require(MAY_SEE)
    with tenant_scope(actor.tenant_id):
        row = inbound.get(mail_id)
        if not row.object_key or row.ticket_gone_at is not None:
            return False
        if row.state == InboundState.QUARANTINED:
            acting.retry(actor, mail_id=mail_id)
    if row.state == InboundState.QUARANTINED:
        filing.file_mail(actor.tenant_id, mail_id)
        return True
    if row.state in {InboundState.STORED, InboundState.PARSED, InboundState.ROUTED}:
        return False
    try:
        raw = store().get(row.object_key)
        mail = read_mail(raw, null_sender=row.has_envelope and row.envelope_from == "")
    except (NotFound, TooCostly):
        return False
    contents = store_contents(actor.tenant_id, mail)
    with tenant_scope(actor.tenant_id):
        return _bring_up_to_date(actor, mail_id, mail, contents)


def _bring_up_to_date(actor: Actor, mail_id: UUID, mail: ParsedMail, contents: Contents) -> bool:
    row = inbound.lock(mail_id)
    before = {"parser": row.parsed_with, "subject": row.subject}
    row.subject, row.rfc_id = mail.subject[:900], mail.message_id[:LONGEST_ID]
    row.sender = mail.sender.address[:320] if mail.sender else row.sender
    row.suppress_answer = mail.automatic.suppress_answer or mail.automatic.kind is not AutoKind.NONE
    row.parsed_with = PARSER_VERSION
    _claim(row, mail)
    changed = _revise(actor, row, mail, contents)
    inbound.save(
        row, "subject", "rfc_id", "sender", "suppress_answer", "parsed_with", "fingerprint"
    )
    if changed or before != {"parser": row.parsed_with, "subject": row.subject}:
        identity.record_audit(
            actor=actor,
            action="mail.reparsed",
            object_kind="mail",
            object_id=row.id,
            before=before,
            after={"parser": PARSER_VERSION, "subject": row.subject, "message": changed},
        )
    return True


def _revise(actor: Actor, row: "InboundMail", mail: ParsedMail, contents: Contents) -> bool:
    """Bring the message that the mail became up to date; what is not of its words stays."""
    if row.message_id is None or row.state != InboundState.DONE:
        return False
    return desk.revise_message(
        actor,
        message_id=row.message_id,
        request_key=row.id,
        words=desk.Revision(mail.reply, mail.quoted, contents.html, contents.files),
    )


def _claim(row: "InboundMail", mail: ParsedMail) -> None:
    """Let copies that come later be recognised by what is read now."""
    if row.fingerprint is None:
        return
    fingerprint = filing.fingerprint_of(mail, row.received_at)
    if fingerprint != row.fingerprint and inbound.lock_fingerprint(fingerprint) is None:
        row.fingerprint = fingerprint
