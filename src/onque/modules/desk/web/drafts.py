"""What the composer starts with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from onque.kernel.access import Actor
from onque.modules.desk.contracts import HeldItem, MessageItem, Recipient, TicketDetail
from onque.modules.desk.web import screen
from onque.modules.desk.web.forms import new_request_key


@dataclass(frozen=True)
class Draft:
    """What the composer starts with, or comes back with after a refusal or an undo.

    `kind` is reply, note or forward. `force` names the field by which a person may send all the
    same, `forced` those already given. `is_taken_back`: the text is a reply that was not sent.
    """

    kind: str = "reply"
    body: str = ""
    cc: str = ""
    bcc: str = ""
    to: str = ""
    message_id: str = ""
    request_key: UUID | None = None
    seen: str = ""
    error: str = ""
    force: str = ""
    forced: tuple[str, ...] = ()
    is_taken_back: bool = False


def refused(given: Mapping[str, str], kind: str, error: str, force: str) -> Draft:
    """Return what was typed, with the reason why it was not taken."""
    return Draft(
        kind=kind,
        body=given.get("body", ""),
        cc=given.get("cc", ""),
        bcc=given.get("bcc", ""),
        to=given.get("to", ""),
        message_id=given.get("message_id", ""),
        error=error,
        force=force,
        forced=tuple(name for name in ("send_anyway", "despite_bounce") if given.get(name)),
    )


def composer_context(
    actor: Actor, found: TicketDetail, draft: Draft | None, *, forward: str = ""
) -> screen.Context:
    """Return the composer's content: a fresh key, the newest message as seen, who gets copies."""
    kept = draft or _taken_back(actor, found) or _fresh(found, forward)
    newest = screen.newest_public(found.messages)
    chosen = kept.message_id or newest
    forwarded = next((one for one in found.messages if str(one.id) == chosen), None)
    form = replace(
        kept,
        request_key=kept.request_key or new_request_key(),
        seen=newest,
        message_id=str(forwarded.id) if forwarded else "",
    )
    return {
        "form": form,
        "forwarded": forwarded,
        "strangers": [one for one in found.collaborators if one.is_marked],
        "waiting": [one for one in found.held if one.state != "draft"],
        "me": actor.id,
    }


def _fresh(found: TicketDetail, forward: str) -> Draft:
    cc = ", ".join(_written(one.address, one.name) for one in found.collaborators)
    if not forward:
        return Draft(cc=cc)
    chosen = next((one for one in found.messages if one.id.hex == forward), None)
    to = _other_side(chosen) if chosen else ""
    return Draft(kind="forward", cc=cc, to=to, message_id=str(chosen.id) if chosen else "")


def _other_side(message: MessageItem) -> str:
    """Whom an answer in a side thread goes to."""
    return message.side_address and (message.author_address or message.side_address)


def _taken_back(actor: Actor, found: TicketDetail) -> Draft | None:
    mine = [one for one in found.held if one.state == "draft" and one.author_id == actor.id]
    return _of(mine[-1]) if mine else None


def _of(held: HeldItem) -> Draft:
    return Draft(
        kind="forward" if held.forward_to else "reply",
        body=held.text,
        cc=_line(held.recipients, "cc"),
        bcc=_line(held.recipients, "bcc"),
        to=held.forward_to,
        message_id=str(held.forwarded_id) if held.forwarded_id else "",
        is_taken_back=True,
    )


def _line(recipients: tuple[Recipient, ...], kind: str) -> str:
    return ", ".join(_written(one.address, one.name) for one in recipients if one.kind == kind)


def _written(address: str, name: str) -> str:
    plain = name.replace('"', "").strip()
    return f'"{plain}" <{address}>' if plain else address
