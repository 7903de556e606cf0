"""What fields take."""

import pytest

from onque.modules.fields import rules
from onque.modules.fields.contracts import Field, FieldType, Subject


@pytest.mark.parametrize(
    ("kind", "given", "kept", "reason"),
    [
        (FieldType.TEXT, ["  two   words "], ("two words",), ""),
        (FieldType.TEXT, ["", " "], (), ""),
        (FieldType.TEXT, ["x" * 501], None, "too_long"),
        (FieldType.LONG_TEXT, ["two\nlines "], ("two\nlines",), ""),
        (FieldType.LONG_TEXT, ["x" * 5001], None, "too_long"),
        (FieldType.NUMBER, ["1,200"], ("1200",), ""),
        (FieldType.NUMBER, ["-0.50"], ("-0.5",), ""),
        (FieldType.NUMBER, ["1e3"], ("1000",), ""),
        (FieldType.NUMBER, ["many"], ("many",), "not_a_number"),
        (FieldType.NUMBER, ["NaN"], ("NaN",), "not_a_number"),
        (FieldType.NUMBER, ["1e30"], ("1e30",), "not_a_number"),
        (FieldType.DATE, ["2026-01-31"], ("2026-01-31",), ""),
        (FieldType.DATE, ["2026-02-31"], ("2026-02-31",), "not_a_day"),
        (FieldType.CHOICE, ["a", "b"], ("a",), ""),
        (FieldType.CHOICE, ["c"], ("c",), "no_option"),
        (FieldType.CHOICES, ["a", "b", "a"], ("a", "b"), ""),
        (FieldType.CHOICES, ["a", "c"], ("a", "c"), "no_option"),
        (FieldType.FLAG, ["on"], ("yes",), ""),
        (FieldType.FLAG, [], (), ""),
    ],
)
def test_what_is_kept(kind, given, kept, reason):
    found, why = rules.checked(kind, ["a", "b"], given)
    assert why == reason
    if kept is not None:
        assert found == kept


@pytest.mark.parametrize(
    ("key", "is_one"),
    [
        ("userLevel", True),
        ("a_1", True),
        ("1a", False),
        ("", False),
        ("키", False),
        ("a" * 41, False),
    ],
)
def test_keys(key, is_one):
    assert rules.is_key(key) == is_one


def test_options_are_plain_and_each_once():
    assert rules.options_of([" a ", "", "b", "a", "c  d"]) == ("a", "b", "c d")


def test_labels_fall_back():
    from uuid import uuid4

    both = Field(uuid4(), Subject.TICKET, "level", "레벨", "Level", FieldType.NUMBER)
    one = Field(uuid4(), Subject.TICKET, "level", "", "Level", FieldType.NUMBER)
    none = Field(uuid4(), Subject.TICKET, "level", "", "", FieldType.NUMBER)
    assert (both.label("ko-KR"), both.label("en")) == ("레벨", "Level")
    assert (one.label("ko"), none.label("ko")) == ("Level", "level")
