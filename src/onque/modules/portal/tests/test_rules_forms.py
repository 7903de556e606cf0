"""The form's rules: what is asked, what is taken, what is wrong with a form."""

import pytest

from onque.modules.portal.rules import forms
from onque.modules.portal.rules.forms import FormField, Kind, Trouble


def asked(key="q", kind=Kind.LINE, **given):
    return FormField(key, kind, {"en": key.title()}, **given)


ITEM = asked("item", Kind.CHOICE, choices=("Coins", "Pass"), is_required=True)
COUNT = asked("count", Kind.NUMBER, is_required=True, when_key="item", when_value="Coins")


def test_answers_are_kept_with_the_question_as_it_stood():
    answers, troubles = forms.check([ITEM, COUNT], {"item": ["Coins"], "count": ["1,200"]}, "en")
    assert troubles == {}
    assert [(one.label, one.value) for one in answers] == [("Item", "Coins"), ("Count", "1,200")]


def test_what_is_not_asked_is_neither_required_nor_kept():
    answers, troubles = forms.check([ITEM, COUNT], {"item": ["Pass"], "count": ["x"]}, "en")
    assert troubles == {}
    assert [one.key for one in answers] == ["item"]


@pytest.mark.parametrize(
    ("one", "given", "trouble"),
    [
        (asked(is_required=True), [], Trouble.REQUIRED),
        (asked(is_required=True), ["  "], Trouble.REQUIRED),
        (asked(kind=Kind.NUMBER), ["abc"], Trouble.NOT_A_NUMBER),
        (asked(kind=Kind.NUMBER), ["NaN"], Trouble.NOT_A_NUMBER),
        (asked(kind=Kind.DATE), ["2026-02-30"], Trouble.NOT_A_DATE),
        (asked(kind=Kind.CHOICE, choices=("a",)), ["b"], Trouble.NOT_OFFERED),
        (asked(kind=Kind.CHOICES, choices=("a", "c")), ["a", "b"], Trouble.NOT_OFFERED),
        (asked(), ["x" * 301], Trouble.TOO_LONG),
        (asked(kind=Kind.CONSENT, is_required=True), [], Trouble.CONSENT),
    ],
)
def test_each_trouble_is_named(one, given, trouble):
    answers, troubles = forms.check([one], {"q": given}, "en")
    assert troubles == {"q": trouble}
    assert answers == []


@pytest.mark.parametrize(
    ("one", "given", "shown"),
    [
        (asked(kind=Kind.NUMBER), ["-1.5"], "-1.5"),
        (asked(kind=Kind.DATE), ["2026-02-28"], "2026-02-28"),
        (asked(kind=Kind.CHOICES, choices=("a", "b")), ["a", "b"], "a, b"),
        (asked(kind=Kind.TEXT), ["x" * 301], "x" * 301),
    ],
)
def test_good_answers_are_shown_as_given(one, given, shown):
    answers, troubles = forms.check([one], {"q": given}, "en")
    assert troubles == {}
    assert answers[0].value == shown


def test_a_consent_is_kept_as_the_version_of_its_words():
    first = asked("c", Kind.CONSENT, helps={"en": "We keep it for a year."})
    second = asked("c", Kind.CONSENT, helps={"en": "We keep it for two years."})
    versions = [forms.check([one], {"c": ["yes"]}, "en")[0][0].value for one in (first, second)]
    assert versions[0] != versions[1]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ([FormField("q", Kind.LINE, {})], "label"),
        ([asked(), asked()], "keys"),
        ([asked("Q!")], "keys"),
        ([asked(kind=Kind.CHOICE)], "choices"),
        ([COUNT, ITEM], "condition"),
        ([asked(f"q{i}") for i in range(31)], "too_many_fields"),
    ],
)
def test_a_form_that_cannot_be_asked(fields, fault):
    assert forms.faults(fields) == [fault]


def test_a_form_is_kept_and_read_back():
    assert forms.load([one.dump() for one in (ITEM, COUNT)]) == (ITEM, COUNT)
    assert forms.faults([ITEM, COUNT]) == []


def test_words_come_in_the_language_asked_for_or_another():
    assert forms.in_language({"ko": "결제"}, "en") == "결제"
    assert forms.in_language({"ko": "결제", "en": "Payment"}, "en") == "Payment"
    assert forms.in_language({}, "en") == ""


def test_the_message_begins_with_the_answers():
    answers = [forms.Answer("item", "Item", "Coins")]
    assert forms.as_text(answers, "Help") == "Item: Coins\n\nHelp"
    assert forms.as_text([], "Help") == "Help"
