"""What the pages of customers send."""

from uuid import UUID

from django import forms

from onque.modules.customers.contracts import NewDetails


class DetailsForm(forms.Form):
    """A customer's details; what does not fit is said by the service, field by field."""

    version = forms.IntegerField(min_value=1)
    name = forms.CharField(required=False)
    email = forms.CharField(required=False)
    rating = forms.CharField(required=False)
    locale = forms.CharField(required=False)
    note = forms.CharField(required=False)

    def details(self) -> tuple[int, NewDetails]:
        """Return the version that was on the page, and what was typed."""
        data = dict(self.cleaned_data)
        return int(data.pop("version")), NewDetails(**data)


class NoteForm(forms.Form):
    """A note; the page names it, so that the same one twice is one."""

    key = forms.UUIDField()
    text = forms.CharField(required=False)

    def note(self) -> tuple[UUID, str]:
        """Return the note's id and its text."""
        return self.cleaned_data["key"], self.cleaned_data["text"]
