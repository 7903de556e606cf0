"""What people choose on the pages of mail."""

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from django import forms

from onque.modules.mail.contracts.ledger import LedgerFilter
from onque.modules.mail.services.reading import TABS

DEFAULT_TAB = "quarantined"


class FilterForm(forms.Form):
    """Which mails of the ledger are meant; what cannot be understood does not narrow."""

    tab = forms.ChoiceField(choices=[(tab, tab) for tab in TABS], required=False)
    source = forms.CharField(max_length=36, required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    words = forms.CharField(max_length=200, required=False)


class BulkForm(forms.Form):
    """An act on the chosen mails, or with `everything` on all that the filter matches."""

    act = forms.CharField(max_length=12)
    everything = forms.BooleanField(required=False)


def read_filter(data: Mapping[str, str]) -> LedgerFilter:
    """Return the filter that a query or a form asks for."""
    form = FilterForm(data)
    form.is_valid()
    chosen = form.cleaned_data
    return LedgerFilter(
        tab=chosen.get("tab") or DEFAULT_TAB,
        source=chosen.get("source") or "",
        since=chosen.get("since"),
        until=chosen.get("until"),
        words=chosen.get("words") or "",
    )


def as_query(wanted: LedgerFilter, **more: str) -> str:
    """Return the query that asks for a filter, the tab always, the rest where it narrows."""
    parts = {
        "tab": wanted.tab,
        "source": wanted.source,
        "since": wanted.since.isoformat() if wanted.since else "",
        "until": wanted.until.isoformat() if wanted.until else "",
        "words": wanted.words,
        **more,
    }
    return urlencode({name: value for name, value in parts.items() if value})


def read_ids(values: list[str]) -> list[UUID]:
    """Return the ids among some values, the rest left out."""
    field = forms.UUIDField(required=False)
    found = []
    for value in values[:1000]:
        try:
            found.append(field.clean(value))
        except forms.ValidationError:
            continue
    return [item for item in found if item is not None]
