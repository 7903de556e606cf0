"""Each code that people may meet has plain words, in each language."""

from collections.abc import Mapping

import pytest
from django.utils.translation import override

from onque.modules.mail.rules import checks, faults, polling
from onque.modules.mail.rules.reasons import Reason
from onque.modules.mail.web import words as ledger_words
from onque.modules.mail.web.setting import troubles, words


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (faults.Fault, words.FAULTS),
        (polling.Fault, troubles.TROUBLES),
    ],
)
def test_each_fault_says_what_is_wrong_and_what_helps(
    codes: type[faults.Fault | polling.Fault], said: Mapping[str, tuple[object, object]]
) -> None:
    assert set(said) == set(codes)
    for code, pair in said.items():
        for sentence in pair:
            with override("en"):
                english = str(sentence)
            with override("ko"):
                korean = str(sentence)
            assert english, code
            assert any("가" <= letter <= "힣" for letter in korean), code


def test_each_step_of_a_test_has_words() -> None:
    steps = {step for kind in checks.KINDS.values() for step in kind}
    assert steps <= set(words.DOING) & set(words.DONE)


def test_each_reason_is_explained() -> None:
    told = set(Reason) - {Reason.NONE}
    assert told <= set(ledger_words.REASONS) & set(ledger_words.EXPLAINED)
