"""Whom we ask, until when, and which reasons fit."""

from datetime import UTC, datetime, timedelta

import pytest

from onque.modules.survey.contracts import Reason
from onque.modules.survey.rules import answering

AT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("solved_by", "asks"), [("member", True), ("system", False), ("rule", False), ("merge", False)]
)
def test_only_a_person_s_resolution_is_asked_about(solved_by, asks):
    assert answering.asks_for(solved_by) is asks


def test_a_link_outlives_the_last_day_s_answer():
    assert answering.answer_until(AT) == AT + timedelta(days=30)
    assert answering.change_until(AT) == AT + timedelta(days=7)
    assert answering.link_until(AT) == AT + timedelta(days=37)


def test_reasons_of_the_other_side_fall_away():
    chosen = [Reason.SLOW, Reason.QUICK, Reason.FRIENDLY]
    assert answering.fitting_reasons(5, chosen) == (Reason.QUICK, Reason.FRIENDLY)
    assert answering.fitting_reasons(3, chosen) == (Reason.SLOW,)


def test_every_reason_belongs_to_one_side():
    assert set(answering.HIGH_REASONS) | set(answering.LOW_REASONS) == set(Reason)
    assert not set(answering.HIGH_REASONS) & set(answering.LOW_REASONS)


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [(("ko-KR", "en"), "ko"), (("", "en"), "en"), (("fr", "ko"), "ko"), (("fr", ""), "en")],
)
def test_the_first_language_we_speak(wanted, spoken):
    assert answering.fitting_language(*wanted) == spoken
