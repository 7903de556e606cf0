"""What the composer starts with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from onque.kernel.access import Actor
from onque.modules.desk.contracts import HeldItem, MessageItem, NewAttachment, TicketDetail
from onque.modules.desk.services import copies, macros, uploading
from onque.modules.desk.web import screen
from onque.modules.desk.web.forms import new_request_key


@dataclass(frozen=True)
class Draft:
    """What the composer starts with, or comes back with after a refusal or an undo.

    `kind` is reply, note or forward. `force` names the field by which a person may send all the
    same, `forced` those already given. `newer` is what was written meanwhile. `is_saved`: the
    server keeps the text as the member's draft.
    """

    kind: str = "reply"
    body: str = ""
    cc: str = ""
    bcc: str = ""
    to: str = ""
    message_id: str = ""
    macro_id: UUID | None = None
    send_at: str = ""
    files: tuple[NewAttachment, ...] = ()
    request_key: UUID | None = None
    seen: str = ""
    error: str = ""
    force: str = ""
    forced: tuple[str, ...] = ()
    newer: tuple[MessageItem, ...] = ()
    is_saved: bool = False


def refused(
    given: Mapping[str, str],
    kind: str,
    why: tuple[str, str],
    newer: tuple[MessageItem, ...] = (),
    files: tuple[NewAttachment, ...] = (),
) -> Draft:
    """Return what was typed, why it was not taken, and what was written meanwhile.

    `why` is the reason and the field by which it may be sent all the same, or "".
    """
    error, force = why
    return Draft(
        files=files,
        kind=kind,
        body=given.get("body", ""),
        cc=given.get("cc", ""),
        bcc=given.get("bcc", ""),
        to=given.get("to", ""),
        message_id=given.get("message_id", ""),
        macro_id=_uuid(given.get("macro_id", "")),
        send_at=given.get("send_at", ""),
        error=error,
        force=force,
        newer=newer,
        forced=tuple(name for name in ("send_anyway", "despite_bounce") if given.get(name)),
    )


def composer_context(
    actor: Actor, found: TicketDetail, draft: Draft | None, *, forward: str = ""
) -> screen.Context:
    """Return the composer's content: a fresh key, the newest message as seen, who gets copies."""
    kept = draft or _saved(actor, found) or _fresh(found, forward)
    newest = screen.newest_public(found.messages)
    chosen = kept.message_id or newest
    forwarded = next((one for one in found.messages if str(one.id) == chosen), None)
    form = replace(
        kept,
        request_key=kept.request_key or new_request_key(),
        seen=kept.seen or newest,
        message_id=str(forwarded.id) if forwarded else "",
    )
    return {
        "form": form,
        "forwarded": forwarded,
        "uploads": [(uploading.token(actor, one), one) for one in form.files],
        "carried": macros.find_offer(actor, form.macro_id),
        "strangers": [one for one in found.collaborators if one.is_marked],
        "waiting": [one for one in found.held if one.state != "draft"],
        "drafts": [one for one in found.held if _is_colleagues(one, actor)],
        "me": actor.id,
    }


def _fresh(found: TicketDetail, forward: str) -> Draft:
    cc = ", ".join(copies.written(one.address, one.name) for one in found.collaborators)
    if not forward:
        return Draft(cc=cc)
    chosen = next((one for one in found.messages if one.id.hex == forward), None)
    to = _other_side(chosen) if chosen else ""
    return Draft(kind="forward", cc=cc, to=to, message_id=str(chosen.id) if chosen else "")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _other_side(message: MessageItem) -> str:
    """Whom an answer in a side thread goes to."""
    return message.side_address and (message.author_address or message.side_address)


def _saved(actor: Actor, found: TicketDetail) -> Draft | None:
    mine = [one for one in found.held if one.state == "draft" and one.author_id == actor.id]
    return _of(mine[-1]) if mine else None


def _is_colleagues(held: HeldItem, actor: Actor) -> bool:
    return held.state == "draft" and held.author_id != actor.id


def _of(held: HeldItem) -> Draft:
    return Draft(
        kind=held.kind,
        body=held.text,
        cc=held.cc,
        bcc=held.bcc,
        to=held.forward_to,
        message_id=str(held.forwarded_id) if held.forwarded_id else "",
        seen=str(held.seen_message_id) if held.seen_message_id else "",
        macro_id=held.macro_id,
        files=held.files,
        is_saved=True,
    )
