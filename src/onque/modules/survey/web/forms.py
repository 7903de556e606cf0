"""The answer as a form; what was typed is shown again when something is wrong."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from onque.modules.survey.contracts import Answer, Reason, SurveyPage
from onque.modules.survey.rules import answering


class AnswerForm(forms.Form):
    """Score, reasons, comment, and whether the ticket should be opened again."""

    score = forms.TypedChoiceField(
        choices=[(str(score), str(score)) for score in answering.SCORES],
        coerce=int,
        error_messages={
            "required": _("Choose a score from 1 to 5."),
            "invalid_choice": _("Choose a score from 1 to 5."),
        },
    )
    why = forms.TypedMultipleChoiceField(
        choices=[(reason.value, reason.value) for reason in Reason], coerce=Reason, required=False
    )
    comment = forms.CharField(
        max_length=answering.COMMENT_LENGTH,
        required=False,
        error_messages={"max_length": _("Shorten the comment to 1,000 characters.")},
    )
    reopen = forms.BooleanField(required=False)

    def sent_reasons(self) -> list[str]:
        """Return the ticks as they were sent."""
        return self.data.getlist("why") if isinstance(self.data, QueryDict) else []

    def answer(self) -> Answer:
        """Return the valid answer; reasons of the other side and a needless wish fall away."""
        given = self.cleaned_data
        score = int(given["score"])
        return Answer(
            score=score,
            reasons=answering.fitting_reasons(score, given["why"]),
            comment=given["comment"].replace("\r\n", "\n"),
            wants_reopening=given["reopen"] and score < answering.HIGH_FROM,
        )


def typed(form: AnswerForm) -> dict[str, Any]:
    """Return what was sent, to fill the page again."""
    return {
        "score": str(form.data.get("score", "")),
        "why": form.sent_reasons(),
        "comment": str(form.data.get("comment", "")),
        "reopen": bool(form.data.get("reopen")),
    }


def prefilled(page: SurveyPage, chosen: str) -> dict[str, Any]:
    """Return the answer given so far, with the score of the mail's link chosen."""
    given = page.answer
    known = {str(score) for score in answering.SCORES}
    score = chosen if chosen in known else (str(given.score) if given else "")
    return {
        "score": score,
        "why": [reason.value for reason in given.reasons] if given else [],
        "comment": given.comment if given else "",
        "reopen": given.wants_reopening if given else False,
    }
