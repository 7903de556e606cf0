"""The desk's words as people read them, by code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from onque.modules.desk.contracts import Activity, DueGroup, Priority, Status, View
from onque.ui import times

Label = str | Promise

STATUS: Mapping[str, Label] = {
    Status.NEW: pgettext_lazy("status", "New"),
    Status.OPEN: pgettext_lazy("status", "Open"),
    Status.PENDING: pgettext_lazy("status", "Waiting on customer"),
    Status.ON_HOLD: pgettext_lazy("status", "On hold"),
    Status.SOLVED: pgettext_lazy("status", "Solved"),
    Status.CLOSED: pgettext_lazy("status", "Closed"),
    Status.SPAM: pgettext_lazy("status", "Spam"),
    Status.TRASH: pgettext_lazy("status", "Trash"),
}
PRIORITY: Mapping[str, Label] = {
    Priority.URGENT: pgettext_lazy("priority", "Urgent"),
    Priority.HIGH: pgettext_lazy("priority", "High"),
    Priority.NORMAL: pgettext_lazy("priority", "Normal"),
    Priority.LOW: pgettext_lazy("priority", "Low"),
}
VIEW: Mapping[str, Label] = {
    View.MINE: _("My tickets"),
    View.UNASSIGNED: _("Unassigned"),
    View.ALL: _("All open"),
    View.AT_RISK: _("At risk"),
    View.MENTIONS: _("Mentions of me"),
    View.FOLLOWED: _("Followed by me"),
    View.SNOOZED: pgettext_lazy("view", "Later"),
    View.SOLVED: _("Recently solved"),
    View.SPAM: _("Spam"),
    View.TRASH: _("Trash"),
}
GROUP: Mapping[str, Label] = {
    DueGroup.OVERDUE: _("Overdue"),
    DueGroup.HOUR: _("Within the hour"),
    DueGroup.TODAY: _("Today"),
    DueGroup.LATER: _("Later"),
    DueGroup.NONE: _("Nothing due"),
}
CHANNEL: Mapping[str, Label] = {
    "email": _("Email"),
    "mail": _("Email"),
    "portal": _("Help centre"),
    "talk": _("Talk"),
    "api": _("API"),
    "app": _("In-app"),
    "desk": _("Desk"),
}
RATING: Mapping[str, Label] = {"general": "", "vip": "VIP", "vvip": "VVIP", "red": _("Red")}
LANGUAGE: Mapping[str, Label] = {
    "ko": _("Korean"),
    "en": _("English"),
    "ja": _("Japanese"),
    "zh": _("Chinese"),
}
EMPTY: Mapping[str, tuple[Label, Label]] = {
    View.UNASSIGNED: (_("Somebody looks after everything"), _("New tickets appear here.")),
    View.ALL: (_("No open tickets"), _("New mail from customers appears here by itself.")),
    View.AT_RISK: (_("Every answer is in time"), _("Tickets due within the hour appear here.")),
    View.MENTIONS: (_("Nobody is asking for you"), _("Notes that name you with @ appear here.")),
    View.FOLLOWED: (
        _("You follow no open ticket"),
        _("Tickets you follow from their menu appear here."),
    ),
    View.SNOOZED: (_("Nothing is put off"), _("Tickets you put off wait here until their time.")),
    View.SOLVED: (_("Nothing was solved yet"), _("Solved tickets appear here, newest first.")),
    View.SPAM: (_("No spam"), _("What you mark as spam is kept here.")),
    View.TRASH: (_("The trash is empty"), _("What you throw away is kept here.")),
}
FIELD: Mapping[str, Label] = {
    "status": _("Status"),
    "priority": _("Priority"),
    "assignee": _("Assignee"),
    "tags": _("Tag"),
    "brand": _("Brand"),
}
_BETWEEN: Mapping[str, Label] = {
    "ticket.linked": _("%(name)s linked %(before)s and %(after)s"),
    "ticket.unlinked": _("%(name)s took the link between %(before)s and %(after)s off"),
    "ticket.split": _("%(name)s split a message off %(before)s as %(after)s"),
    "ticket.follow_up": _("%(name)s followed %(before)s up with %(after)s"),
    "ticket.merged": _("%(name)s merged %(before)s into %(after)s"),
    "ticket.joined": _("%(name)s moved a message from %(before)s to %(after)s"),
    "ticket.join_undone": _("%(name)s moved a message back from %(before)s to %(after)s"),
}
_ACTS: Mapping[str, Label] = {
    "ticket.status": _("Status"),
    "ticket.priority": _("Priority"),
    "ticket.assignee": _("Assignee"),
    "ticket.tags": _("Tag"),
    "ticket.brand": _("Brand"),
    "ticket.snoozed": _("Putting off"),
    "ticket.unread": _("Marking unread"),
    "ticket.split": _("Splitting"),
    "ticket.linked": _("Linking"),
    "ticket.unlinked": _("Taking a link off"),
    "ticket.follow_up": _("Follow-up"),
    "ticket.merged": _("Merging"),
    "ticket.joined": _("Moving a message"),
}
PICTURES: Mapping[str, Label] = {
    "shown": _("%(name)s always shows images from %(sender)s"),
    "hidden": _("%(name)s no longer shows images from %(sender)s"),
}
_VALUES: Mapping[str, Mapping[str, Label]] = {"status": STATUS, "priority": PRIORITY}


@dataclass(frozen=True)
class Words:
    """All labels under one name for templates."""

    status: Mapping[str, Label]
    priority: Mapping[str, Label]
    group: Mapping[str, Label]
    channel: Mapping[str, Label]
    rating: Mapping[str, Label]
    language: Mapping[str, Label]


class _Known(dict[str, Label]):
    """Labels by code; a code without a label reads as itself."""

    def __missing__(self, key: str) -> str:
        return key


WORDS = Words(
    status=STATUS,
    priority=PRIORITY,
    group=GROUP,
    channel=_Known(CHANNEL),
    rating=_Known(RATING),
    language=LANGUAGE,
)


def activity(line: Activity) -> str:
    """Return one line of the activity log: who did what."""
    told = _TOLD.get(line.action)
    if told is not None:
        return told(line)
    for field, label in FIELD.items():
        if field in line.after or field in line.before:
            before, after = _value(field, line.before), _value(field, line.after)
            return _change(field, str(label), before, after, line.actor_name)
    return str(_("%(name)s: %(act)s")) % {"name": line.actor_name, "act": line.action}


def _created(line: Activity) -> str:
    channel = CHANNEL.get(str(line.after.get("channel")), "")
    return str(_("Received by %(channel)s")) % {"channel": channel}


def _between(line: Activity) -> str:
    facts = {"before": line.before.get("from"), "after": line.after.get("to")}
    return str(_BETWEEN[line.action]) % {"name": line.actor_name, **facts}


def _undone(line: Activity) -> str:
    act = str(line.before.get("act"))
    return str(_("%(name)s undid: %(act)s")) % {"name": line.actor_name, "act": _ACTS.get(act, act)}


def _pictures(line: Activity) -> str:
    facts = {"name": line.actor_name, "sender": line.after.get("sender")}
    return str(PICTURES[str(line.after.get("pictures"))]) % facts


def _followers(line: Activity) -> str:
    who = {"name": line.actor_name, "member": line.after.get("follower")}
    if who["member"]:
        return str(_("%(name)s: %(member)s follows the ticket")) % who
    who["member"] = line.before.get("follower")
    return str(_("%(name)s: %(member)s follows the ticket no longer")) % who


def _custom(line: Activity) -> str:
    """Tell of a workspace's own fields by their names."""
    named = dict.fromkeys([*line.before, *line.after])
    parts = [
        f"{name}: {line.before.get(name) or '–'} → {line.after.get(name) or '–'}" for name in named
    ]
    return str(_("%(name)s: %(act)s")) % {"name": line.actor_name, "act": ", ".join(parts)}


def _started(line: Activity) -> str:
    facts = {"name": line.actor_name, "to": line.after.get("to")}
    return str(_("%(name)s started it towards %(to)s")) % facts


def _unread(line: Activity) -> str:
    return str(_("%(name)s marked it unread")) % {"name": line.actor_name}


def _later(line: Activity) -> str:
    if line.action == "ticket.woke":
        return str(_("Back in the queue: its time has come"))
    until = line.after.get("until")
    if not until:
        return str(_("%(name)s brought it back into the queue")) % {"name": line.actor_name}
    at = times.minute(datetime.fromisoformat(until))
    return str(_("%(name)s put it off until %(at)s")) % {"name": line.actor_name, "at": at}


def _value(field: str, values: Mapping[str, str | None]) -> str:
    value = values.get(field) or ""
    return str(_VALUES.get(field, {}).get(value, value))


def _change(field: str, label: str, before: str, after: str, name: str) -> str:
    facts = {"name": name, "label": label, "before": before, "after": after}
    if field == "tags":
        words = (
            _("%(name)s added the tag %(after)s")
            if after
            else _("%(name)s removed the tag %(before)s")
        )
        return str(words) % facts
    facts["before"] = before or str(_("nobody"))
    facts["after"] = after or str(_("nobody"))
    return str(_("%(name)s: %(label)s %(before)s → %(after)s")) % facts


_TOLD: Mapping[str, Callable[[Activity], str]] = {
    "ticket.created": _created,
    "ticket.pictures": _pictures,
    "ticket.undone": _undone,
    "ticket.followers": _followers,
    "ticket.unread": _unread,
    "ticket.started": _started,
    "ticket.custom": _custom,
    "ticket.snoozed": _later,
    "ticket.woke": _later,
    **dict.fromkeys(_BETWEEN, _between),
}
"""Acts that are told in words of their own; all others by the field they changed."""
