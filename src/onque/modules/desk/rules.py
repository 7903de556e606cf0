"""Pure decisions of the desk: the state machine, deadlines, what is folded where.

Source: docs/domain/ticket-states.md.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from onque.modules.desk.contracts import DueGroup, Status

ACTIVE = frozenset({Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD})
OURS = frozenset({Status.NEW, Status.OPEN})
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
RISK_SECONDS = 3600
PREVIEW_LENGTH = 200
SHORTEST_SCHEDULE = timedelta(minutes=1)
_LONGEST_ADDRESS = 320
_PROGRAMS = re.compile(
    r"\.(?:bat|cmd|com|cpl|dll|exe|hta|jar|jse?|lnk|ms[ip]|pif|ps1|reg|scr|vb[es]?|wsf)[\s.]*$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;.]+(?:\.[^\s@<>,;.]+)*")

_CHANGES: Mapping[Status, frozenset[Status]] = {
    Status.NEW: frozenset(Status) - {Status.CLOSED},
    Status.OPEN: frozenset(Status) - {Status.NEW, Status.CLOSED},
    Status.PENDING: frozenset(Status) - {Status.NEW, Status.CLOSED},
    Status.ON_HOLD: frozenset(Status) - {Status.NEW, Status.CLOSED},
    Status.SOLVED: frozenset(Status) - {Status.NEW},
    Status.CLOSED: frozenset({Status.CLOSED, Status.TRASH}),
    Status.SPAM: frozenset({Status.SPAM, Status.OPEN, Status.TRASH}),
    Status.TRASH: frozenset({Status.TRASH, Status.OPEN, Status.SPAM}),
}


def may_change(before: Status, after: Status) -> bool:
    """Tell whether a member may set this status; staying as it is is always allowed."""
    return after == before or after in _CHANGES[before]


def choices_from(status: Status) -> tuple[Status, ...]:
    """Return the statuses a member may choose, in the order menus show them."""
    return tuple(s for s in Status if s != status and s in _CHANGES[status])


def shelf_of(status: Status, *, is_merged: bool = False, is_snoozed: bool = False) -> str:
    """Return the shelf a ticket lies on: active, snoozed, done, merged, spam or trash.

    A merged ticket is in no list: it leads to the one it was merged into.
    """
    if is_merged and status == Status.CLOSED:
        return "merged"
    if status in ACTIVE:
        return "snoozed" if is_snoozed else "active"
    if status in {Status.SOLVED, Status.CLOSED}:
        return "done"
    return str(status)


def accepts_reply(status: Status) -> bool:
    """Tell whether an agent may answer on the ticket."""
    return status not in {Status.CLOSED, Status.TRASH}


def stops_release(
    status: Status, *, is_forward: bool, seen: UUID | None, newest: UUID | None
) -> str:
    """Return why a held reply must not be sent by itself: "newer", "closed", or "" when it may.

    What goes to an outsider does not depend on what the customer wrote meanwhile.
    """
    if is_forward:
        return ""
    if not accepts_reply(status):
        return "closed"
    return "newer" if seen != newest else ""


def is_scheduled(held_at: datetime, release_at: datetime) -> bool:
    """Tell whether a reply waits for a chosen time, not for the few seconds of undo."""
    return release_at - held_at >= SHORTEST_SCHEDULE


def after_agent_reply(before: Status, chosen: Status | None) -> Status:
    """Return the status after a reply: the chosen one, else the ticket waits for the customer."""
    if chosen is not None:
        return chosen
    return Status.PENDING if before in ACTIVE else before


def after_customer_message(before: Status) -> Status | None:
    """Return the status after the customer wrote; None asks for a follow-up ticket.

    Spam stays spam; what lies in the trash stays there and the message starts a new ticket.
    """
    match before:
        case Status.NEW | Status.SPAM:
            return before
        case Status.CLOSED | Status.TRASH:
            return None
        case _:
            return Status.OPEN


def after_merge(survivor: Status, *, is_waiting: bool) -> Status:
    """Return the survivor's status: a customer who still waits on the other ticket opens it."""
    if is_waiting and survivor in {Status.PENDING, Status.ON_HOLD, Status.SOLVED}:
        return Status.OPEN
    return survivor


def may_survive(status: Status) -> bool:
    """Tell whether others may be merged into the ticket, or messages be put on it."""
    return status in ACTIVE or status == Status.SOLVED


def due(*, status: Status, waiting_since: datetime | None, reply_minutes: int) -> datetime | None:
    """Return when an answer is due: only while the ball is with us and somebody waits."""
    if status not in OURS or waiting_since is None:
        return None
    return waiting_since + timedelta(minutes=reply_minutes)


def sort_at(due_at: datetime | None) -> datetime:
    """Return the list's sorting moment: the deadline, or the far future without one."""
    return due_at or NEVER


def due_group(due_at: datetime | None, now: datetime, zone: ZoneInfo) -> DueGroup:
    """Return the heading under which a row stands; today ends at midnight in `zone`."""
    if due_at is None:
        return DueGroup.NONE
    if due_at <= now:
        return DueGroup.OVERDUE
    if due_at <= now + timedelta(seconds=RISK_SECONDS):
        return DueGroup.HOUR
    if due_at < end_of_day(now, zone):
        return DueGroup.TODAY
    return DueGroup.LATER


def end_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the next midnight in `zone`, in UTC."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone).astimezone(UTC)


def preview(text: str) -> str:
    """Return one line of a message for lists, at most `PREVIEW_LENGTH` characters."""
    return " ".join(text.split())[:PREVIEW_LENGTH]


def subject_of(subject: str, text: str) -> str:
    """Return the subject in one line, else the beginning of the text."""
    line = " ".join(unicodedata.normalize("NFC", subject).split())
    return (line or preview(text)[:80])[:500]


def tag_name(name: str) -> str:
    """Return a tag as it is compared: NFC, one line, lower case, at most 60 characters."""
    return " ".join(unicodedata.normalize("NFC", name).split()).lower()[:60]


def mailbox_of(address: str) -> str:
    """Return the mailbox behind an address: lower case, without the "+tag" of its owner's.

    Dots are kept: only some providers ignore them. Source: RFC 5233, 4.
    """
    local, at, domain = unicodedata.normalize("NFC", address).strip().lower().rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def language_of(text: str) -> str:
    """Guess ko, ja, zh or en by script; "" when there is nothing to go by."""
    if re.search(r"[\uac00-\ud7a3\u3131-\u318e]", text):
        return "ko"
    if re.search(r"[\u3040-\u30ff]", text):
        return "ja"
    if re.search(r"[\u4e00-\u9fff]", text):
        return "zh"
    return "en" if re.search(r"[A-Za-z]{2}", text) else ""


def mentioned(text: str, names: Iterable[tuple[UUID, str]]) -> frozenset[UUID]:
    """Return the members whose "@name" stands in a note; the longest name wins."""
    found: set[UUID] = set()
    rest = text
    for member_id, name in sorted(names, key=lambda pair: -len(pair[1])):
        if name and f"@{name}" in rest:
            found.add(member_id)
            rest = rest.replace(f"@{name}", " ")
    return frozenset(found)


def may_see(
    *,
    sees_all: bool,
    actor_id: UUID | None,
    group_ids: frozenset[UUID],
    assignee_id: UUID | None,
    group_id: UUID | None,
) -> bool:
    """Tell whether a member may see a ticket: their own, their groups', or nobody's."""
    if sees_all or (assignee_id is not None and assignee_id == actor_id):
        return True
    if group_id is not None:
        return group_id in group_ids
    return assignee_id is None


def comparable(address: str) -> str:
    """Return an e-mail address as it is compared: NFC, trimmed, lower case."""
    return unicodedata.normalize("NFC", address).strip().lower()


def is_address(address: str) -> bool:
    """Tell whether something can be an e-mail address: one @, names on both sides, no blanks."""
    return len(address) <= _LONGEST_ADDRESS and bool(_ADDRESS.fullmatch(address))


def named_addresses(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Read what a person typed into a field of addresses: (name, address) pairs, and the rest.

    Commas, semicolons, line ends part them; "Name <address>" is understood; each address once.
    """
    found: dict[str, str] = {}
    wrong = []
    for part in re.findall(r'(?:"[^"\n]*"|[^,;\n])+', text):
        name, _, rest = part.rpartition("<")
        address = comparable(rest.rstrip().removesuffix(">"))
        if is_address(address):
            found.setdefault(address, name.strip().strip('"'))
        elif part.strip():
            wrong.append(part.strip())
    return [(name, address) for address, name in found.items()], wrong


def is_program(name: str) -> bool:
    """Tell whether a file would run on its reader's machine: no mail provider lets it through."""
    return _PROGRAMS.search(name) is not None


def file_name(name: str) -> str:
    """Return a file's name as it may be offered: no control characters, none that turn the reading
    direction (so that "gpj.exe" cannot read as "exe.jpg"), no path.
    """
    kept = "".join(one for one in name if unicodedata.category(one) not in {"Cc", "Cf", "Zl", "Zp"})
    return kept.replace("\\", "/").rpartition("/")[2].strip() or "file"
