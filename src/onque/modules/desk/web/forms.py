"""What the desk's forms send, parsed; rules are the services' business."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from typing_extensions import override

from onque.kernel.errors import Invalid
from onque.modules.desk.contracts import (
    Composed,
    NewAttachment,
    NewDraft,
    NewReply,
    Priority,
    Status,
)
from onque.modules.desk.contracts.bulk import Selection
from onque.modules.desk.services import copies
from onque.modules.desk.services.changes import Changes, Shown

_STATUSES = [(value.value, value.value) for value in Status]
_PRIORITIES = [(value.value, value.value) for value in Priority]
AT_ONCE = 50
"""So many selected tickets are changed while one waits; more are work for later."""
BULK_LIMIT = 1000


class StatusField(forms.TypedChoiceField):
    """A status, or None when the field is not sent."""

    def __init__(self) -> None:
        super().__init__(choices=_STATUSES, coerce=Status, required=False, empty_value=None)


class PriorityField(forms.TypedChoiceField):
    """A priority, or None when the field is not sent."""

    def __init__(self) -> None:
        super().__init__(choices=_PRIORITIES, coerce=Priority, required=False, empty_value=None)


class ReplyForm(forms.Form):
    """A reply with the status to set; `seen` is the newest public message on the page."""

    body = forms.CharField(required=False, strip=False)
    request_key = forms.UUIDField()
    status = StatusField()
    seen = forms.UUIDField(required=False)
    shown_status = StatusField()
    send_anyway = forms.BooleanField(required=False)
    despite_bounce = forms.BooleanField(required=False)
    cc = forms.CharField(required=False, max_length=5000)
    bcc = forms.CharField(required=False, max_length=5000)
    macro_id = forms.UUIDField(required=False)
    send_at = forms.CharField(required=False, max_length=40)

    def reply(self, files: tuple[NewAttachment, ...] = ()) -> NewReply:
        """Return what is to be sent; a form without the field leaves the ticket's copies.

        Raises `Invalid` naming what is no address or no moment.
        """
        data = self.cleaned_data
        return NewReply(
            body=data["body"],
            request_key=data["request_key"],
            status=data["status"],
            seen_message_id=data["seen"],
            shown_status=data["shown_status"],
            send_anyway=data["send_anyway"],
            despite_bounce=data["despite_bounce"],
            macro_id=data["macro_id"],
            files=files,
            send_at=_moment(data["send_at"], Invalid(field="send_at", reason="not_ahead")),
            recipients=copies.read(data["cc"], data["bcc"]) if "cc" in self.data else None,
        )


class ForwardForm(forms.Form):
    """A message passed on to somebody outside."""

    body = forms.CharField(required=False, strip=False)
    request_key = forms.UUIDField()
    to = forms.CharField(required=False, max_length=400)
    message_id = forms.UUIDField()


class NoteForm(forms.Form):
    """An internal note."""

    body = forms.CharField(required=False, strip=False)
    request_key = forms.UUIDField()
    macro_id = forms.UUIDField(required=False)

    def note(self, files: tuple[NewAttachment, ...] = ()) -> dict[str, Any]:
        """Return the arguments of `add_note`."""
        data = dict(self.cleaned_data)
        return data | {"composed": Composed(macro_id=data.pop("macro_id"), files=files)}


class DraftForm(forms.Form):
    """What stands in the composer, as it was typed."""

    kind = forms.ChoiceField(choices=[(v, v) for v in ("reply", "note", "forward")])
    body = forms.CharField(required=False, strip=False)
    request_key = forms.UUIDField()
    seen = forms.UUIDField(required=False)
    cc = forms.CharField(required=False)
    bcc = forms.CharField(required=False)
    to = forms.CharField(required=False)
    message_id = forms.UUIDField(required=False)
    macro_id = forms.UUIDField(required=False)

    def draft(self, files: tuple[NewAttachment, ...] = ()) -> NewDraft:
        """Return what is to be kept."""
        data = dict(self.cleaned_data)
        return NewDraft(seen_message_id=data.pop("seen"), files=files, **data)


class PropertiesForm(forms.Form):
    """Changes to a ticket: only the fields that were sent; an empty assignee means nobody.

    A group that is sent without an assignee takes the ticket from whoever had it.
    """

    status = StatusField()
    priority = PriorityField()
    assignee = forms.UUIDField(required=False)
    group = forms.UUIDField(required=False)
    brand = forms.UUIDField(required=False)
    add_tag = forms.CharField(required=False, max_length=60)
    remove_tag = forms.CharField(required=False, max_length=60)

    shown_status = StatusField()
    shown_priority = PriorityField()
    shown_brand = forms.UUIDField(required=False)
    shown_assignee = forms.UUIDField(required=False)
    shown_group = forms.UUIDField(required=False)

    def changes(self) -> Changes:
        """Return what the person asked for, and what their page showed."""
        data = self.cleaned_data
        return Changes(
            status=data["status"],
            priority=data["priority"],
            assignee=(data["assignee"] or "") if self.data.keys() & {"assignee", "group"} else None,
            group=(data["group"] or "") if "group" in self.data else None,
            brand=data["brand"],
            add_tag=data["add_tag"],
            remove_tag=data["remove_tag"],
            shown=self._shown(),
        )

    def _shown(self) -> Shown:
        data = self.cleaned_data
        pair = (data["shown_assignee"], data["shown_group"])
        return Shown(
            status=data["shown_status"],
            priority=data["shown_priority"],
            brand=data["shown_brand"],
            answerable=pair if "shown_assignee" in self.data else None,
        )


class MergeForm(forms.Form):
    """Two tickets and which of them stays; `status` is what the page showed of this one."""

    other = forms.IntegerField(min_value=1, max_value=2**62)
    stays = forms.ChoiceField(choices=[("other", "other"), ("this", "this")])
    status = StatusField()

    def act(self, number: int) -> dict[str, Any]:
        """Return the arguments of `merge_tickets` on the page of ticket `number`."""
        data = self.cleaned_data
        if data["stays"] == "this":
            return {"number": data["other"], "into": number}
        return {"number": number, "into": data["other"], "expected": data["status"]}


class SnoozeForm(forms.Form):
    """Until when a ticket is put off: a moment with its zone, the reader's own, or none."""

    until = forms.CharField(required=False, max_length=40)
    shown = forms.CharField(required=False, max_length=40)

    def act(self) -> dict[str, Any]:
        """Return the arguments of `snooze`. Raises `Invalid` for what is no moment."""
        known = {"expected": self._moment("shown")} if "shown" in self.data else {}
        return {"until": self._moment("until"), **known}

    def _moment(self, name: str) -> datetime | None:
        refusal = Invalid(field="until", reason="not_later")
        return _moment(self.cleaned_data[name], refusal)


def _moment(text: str, refusal: Invalid) -> datetime | None:
    """Read a moment as browsers and our own buttons send it; without a zone it is the reader's."""
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise refusal
    return timezone.make_aware(found) if timezone.is_naive(found) else found


class LinkForm(forms.Form):
    """The number of another ticket, as people write it: 12 or #12."""

    other = forms.RegexField(r"^\s*#?\s*[0-9]{1,18}\s*$", strip=True)

    def number(self) -> int:
        """Return the number."""
        return int(str(self.cleaned_data["other"]).strip(" #"))


class FollowForm(forms.Form):
    """Who follows, and whether."""

    member = forms.UUIDField()
    follows = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class NumbersField(forms.Field):
    """The numbers of the selected tickets, at most `BULK_LIMIT`; none where all are meant."""

    widget = forms.SelectMultiple

    @override
    def clean(self, value: Any) -> list[int]:
        """Return the numbers; refuse too many and what is no number."""
        texts = list(value or [])
        if len(texts) > BULK_LIMIT or not all(t.isdecimal() for t in texts):
            raise forms.ValidationError("numbers", code="invalid")
        return [int(text) for text in texts]


class BulkForm(PropertiesForm):
    """The same changes for several tickets."""

    t = NumbersField(required=False)
    all = forms.BooleanField(required=False)
    view = forms.RegexField(r"^[a-z0-9-]{1,40}$", required=False)
    of_brand = forms.SlugField(required=False)
    act = forms.CharField(required=False, max_length=8)
    tag = forms.CharField(required=False, max_length=60)
    body = forms.CharField(required=False, strip=False)
    then = StatusField()
    request_key = forms.UUIDField(required=False)

    @override
    def clean(self) -> dict[str, Any]:
        """Refuse a form that selects nothing."""
        data = super().clean() or self.cleaned_data
        if not (data.get("t") or (data.get("all") and data.get("view"))):
            self.add_error("t", "numbers")
        return data

    def is_job(self) -> bool:
        """Tell whether this is work for later."""
        data = self.cleaned_data
        return bool(data["all"]) or data["act"] == "reply" or len(data["t"]) > AT_ONCE

    def selection(self) -> Selection:
        """Return which tickets it is."""
        data = self.cleaned_data
        if data["all"]:
            return Selection(view=data["view"], brand=data["of_brand"])
        return Selection(numbers=tuple(sorted(set(data["t"]))))

    @override
    def changes(self) -> Changes:
        """Return what the person asked for; a tag is put on or taken off by the button pressed."""
        tag = self.cleaned_data["tag"]
        field = {"tag": "add_tag", "untag": "remove_tag"}.get(self.cleaned_data["act"])
        return replace(super().changes(), **{field: tag}) if field else super().changes()


class PreferencesForm(forms.Form):
    """A person's taste: only what was sent changes."""

    theme = forms.ChoiceField(choices=[(v, v) for v in ("system", "light", "dark")], required=False)
    density = forms.ChoiceField(choices=[(v, v) for v in ("calm", "dense")], required=False)
    locale = forms.ChoiceField(choices=[(v, v) for v in ("ko", "en")], required=False)
    after_send = forms.ChoiceField(
        choices=[(v, v) for v in ("stay", "next", "list")], required=False
    )

    def sent(self) -> dict[str, str]:
        """Return the choices that were made."""
        return {name: value for name, value in self.cleaned_data.items() if value}


def new_request_key() -> uuid.UUID:
    """Return a key under which one press of a button is one message."""
    return uuid.uuid4()
