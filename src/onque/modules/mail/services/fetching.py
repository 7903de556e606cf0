"""Fetching the mail of a mailbox's folders: in order, exactly once on record.

The position is UIDVALIDITY with the last stored UID, never a flag: somebody else may read and move
mail meanwhile. It moves on in the transaction that writes the ledger's rows, after the raw bytes
are safe. When UIDVALIDITY changes everything is fetched anew and copies are recognised. Source:
RFC 3501, 2.3.1.1.
"""

import imaplib
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from onque.kernel import clock
from onque.modules.mail.rules import polling as rules
from onque.modules.mail.rules.reasons import Reason
from onque.modules.mail.services import after_import, balancing, receiving
from onque.modules.mail.services.imap_session import Opened, Session, SessionFault
from onque.modules.mail.services.receiving import Arrival, Spot
from onque.modules.mail.services.turns import Turn

if TYPE_CHECKING:
    from onque.modules.mail.models import MailboxFolder

log = logging.getLogger(__name__)

LOOK = 500
"""How many sizes are asked for at once."""
BATCH = 100
BATCH_BYTES = 8 * 1024 * 1024
"""How much is held in memory at once; a larger mail comes alone."""
TRIES = 3
"""A mail that was not handed out this often, each time on a new connection, is passed over."""
_SOURCE = "imap"
_EVERYTHING = 0
"""How mailboxes that have no `import_from` yet ask for all of it."""
_EARLIER = timedelta(days=1)
_Sizes = Sequence[tuple[int, int]]


class NotHandedOutError(RuntimeError):
    """The server would not hand out these mails."""

    def __init__(self, uids: list[int]) -> None:
        super().__init__(f"UIDs {uids[0]} to {uids[-1]}")
        self.uids = uids


@dataclass
class Progress:
    """How far a turn has come, through all its connections."""

    count: int = 0
    failed: Counter[tuple[str, int]] = field(default_factory=Counter)
    alone: dict[str, int] = field(default_factory=dict)
    """Up to this UID of a folder mails are fetched one by one: among them is a bad one."""


def fetch_all(turn: Turn) -> int:
    """Fetch what is new, do what is to be done at the server, count; return how many were fetched.

    A mail the server will not hand out is tried anew on new connections, then passed over. Raises
    `LeaseLostError`, `SessionFault`, imaplib's errors, `Unavailable`.
    """
    progress = Progress()
    while True:
        try:
            _fetch_folders(turn, progress)
        except NotHandedOutError as error:
            log.warning(
                "mailbox_mail_failing", extra={"mailbox": turn.box.id.hex, "said": str(error)}
            )
            turn.drop()
            turn.renew()
        else:
            return progress.count


def _fetch_folders(turn: Turn, progress: Progress) -> None:
    """A folder that cannot be fetched stops no other; its fault is told in the end."""
    fault: SessionFault | None = None
    for row in turn.folders():
        try:
            _fetch_folder(turn, row, progress)
        except SessionFault as error:
            if error.fault not in {rules.Fault.FOLDER_MISSING, rules.Fault.AFTER_IMPORT_FAILED}:
                raise
            fault = error
    if fault is not None:
        raise fault


def _fetch_folder(turn: Turn, row: "MailboxFolder", progress: Progress) -> None:
    session = turn.connected()
    opened = session.open(row.name, to_change=turn.changes)
    if row.uid_validity != opened.uid_validity:
        _begin(turn, row, opened)
    before = progress.count
    while found := balancing.wanted(session, row, above=row.last_uid):
        for start in range(0, len(found), LOOK):
            if start:
                turn.renew()
            _fetch_some(turn, row, found[start : start + LOOK], progress)
    after_import.act(turn, row)
    if balancing.is_due(row, fetched=progress.count > before):
        missing = balancing.count(turn, row)
        if missing:
            progress.count += _fetch_missing(turn, row, missing, progress)


def _begin(turn: Turn, row: "MailboxFolder", opened: Opened) -> None:
    """Start at a folder, or anew after its UIDs lost their meaning."""
    behind = opened.uid_next - 1
    is_first = row.uid_validity is None
    if turn.box.import_from == "all" or turn.box.uid_validity == _EVERYTHING:
        start, since, last = 0, None, 0
    elif is_first and turn.box.import_from == "new":
        start, since, last = behind, None, behind
    else:
        day = rules.first_day(turn.box.import_from, clock.now())
        start, since, last = behind, row.since or day or row.created_at - _EARLIER, 0
    turn.move_position(
        row,
        uid_validity=opened.uid_validity,
        start_uid=start,
        since=since,
        last_uid=last,
        acted_uid=last,
    )


def _fetch_some(turn: Turn, row: "MailboxFolder", uids: Sequence[int], progress: Progress) -> None:
    """Store some mails, moving the position over them and over what is gone meanwhile."""
    for group in _groups(turn.connected(), row, uids, progress):
        arrivals = _arrivals(turn, row, group, progress)
        last = group[-1][0]
        receiving.store_fetched(
            turn.route,
            arrivals,
            and_then=lambda: turn.move_position(row, last_uid=last),  # noqa: B023 - called at once
        )
        progress.count += len(group)
    if row.last_uid < uids[-1]:
        turn.move_position(row, last_uid=uids[-1])


def _fetch_missing(
    turn: Turn, row: "MailboxFolder", uids: Sequence[int], progress: Progress
) -> int:
    """Store mails that the position has passed and the ledger does not know; then count again."""
    log.warning("mailbox_missing", extra={"mailbox": turn.box.id.hex, "mails": len(uids)})
    stored = 0
    for start in range(0, len(uids), LOOK):
        for group in _groups(turn.connected(), row, uids[start : start + LOOK], progress):
            arrivals = _arrivals(turn, row, group, progress)
            stored += receiving.store_fetched(turn.route, arrivals, and_then=turn.renew)
    turn.move_position(row, acted_uid=min(row.acted_uid, uids[0] - 1))
    after_import.act(turn, row)
    balancing.count(turn, row)
    return stored


def _groups(
    session: Session, row: "MailboxFolder", uids: Sequence[int], progress: Progress
) -> list[list[tuple[int, int]]]:
    sizes = session.sizes(uids)
    alone_to = progress.alone.get(row.name, 0)
    single = [[item] for item in sizes.items() if item[0] <= alone_to]
    rest = [item for item in sizes.items() if item[0] > alone_to]
    return [*single, *rules.batches(rest, most=BATCH, most_bytes=BATCH_BYTES)]


def _arrivals(turn: Turn, row: "MailboxFolder", group: _Sizes, progress: Progress) -> list[Arrival]:
    """Return the mails of a group in order; what is gone meanwhile is left out."""
    limit = settings.MAIL_LIMIT_BYTES
    given_up = {uid for uid, _size in group if progress.failed[row.name, uid] >= TRIES}
    fetched = [uid for uid, size in group if size <= limit and uid not in given_up]
    raws = _raws(turn, row, fetched, progress) if fetched else {}
    arrivals = []
    for uid, size in group:
        if uid in raws:
            arrivals.append(_arrival(turn, row, uid, raws[uid]))
        elif uid in given_up:
            arrivals.append(_left(turn, row, uid, Reason.NOT_HANDED_OUT, 0))
        elif size > limit:
            arrivals.append(_left(turn, row, uid, Reason.TOO_LARGE, size))
    return arrivals


def _raws(
    turn: Turn, row: "MailboxFolder", uids: list[int], progress: Progress
) -> dict[int, bytes]:
    try:
        return turn.connected().raws(uids)
    except (imaplib.IMAP4.error, OSError) as error:
        if len(uids) > 1:
            progress.alone[row.name] = uids[-1]
        else:
            progress.failed[row.name, uids[0]] += 1
        raise NotHandedOutError(uids) from error


def _arrival(turn: Turn, row: "MailboxFolder", uid: int, raw: bytes) -> Arrival:
    validity = row.uid_validity or 0
    return Arrival(
        raw=raw,
        source=_SOURCE,
        position=f"{row.id.hex}:{validity}:{uid}",
        peer=turn.box.host,
        spot=Spot(row.id, validity, uid),
    )


def _left(turn: Turn, row: "MailboxFolder", uid: int, reason: Reason, size: int) -> Arrival:
    """A mail that stays at the server, on record: too large, or not handed out."""
    validity = row.uid_validity or 0
    return Arrival(
        raw=b"",
        source=_SOURCE,
        position=f"{row.id.hex}:{validity}:{uid}",
        peer=turn.box.host,
        spot=Spot(row.id, validity, uid),
        reason=reason,
        detail=f"{turn.box.host} {row.name} UID {uid}",
        size_bytes=size,
    )
