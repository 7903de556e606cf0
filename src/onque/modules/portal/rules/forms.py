"""The form of an inquiry type: its fields, which of them are asked, and what an answer must be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

LOCALES = ("ko", "en")
MOST_FIELDS = 30
MOST_CHOICES = 50
LONGEST_LINE, LONGEST_TEXT = 300, 5000
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Kind(StrEnum):
    """What a field asks for."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    CONSENT = "consent"


class Trouble(StrEnum):
    """Why an answer cannot be taken."""

    REQUIRED = "required"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    NOT_OFFERED = "not_offered"
    TOO_LONG = "too_long"
    CONSENT = "consent"


@dataclass(frozen=True)
class FormField:
    """One question, with texts by locale; asked only when field `when_key` is `when_value`."""

    key: str
    kind: Kind
    labels: Mapping[str, str]
    helps: Mapping[str, str] = field(default_factory=dict)
    is_required: bool = False
    choices: tuple[str, ...] = ()
    when_key: str = ""
    when_value: str = ""

    def label(self, locale: str) -> str:
        """Return the question in a language, else in any."""
        return in_language(self.labels, locale) or self.key

    def dump(self) -> dict[str, Any]:
        """Return the field as JSON keeps it."""
        return {
            "key": self.key,
            "kind": self.kind.value,
            "labels": dict(self.labels),
            "helps": dict(self.helps),
            "is_required": self.is_required,
            "choices": list(self.choices),
            "when_key": self.when_key,
            "when_value": self.when_value,
        }


@dataclass(frozen=True)
class Answer:
    """What was answered, as it is shown: the question as it stood, and the words."""

    key: str
    label: str
    value: str


def load(rows: Sequence[Mapping[str, Any]]) -> tuple[FormField, ...]:
    """Return the fields that JSON keeps."""
    return tuple(
        FormField(
            key=row["key"],
            kind=Kind(row["kind"]),
            labels=row["labels"],
            helps=row.get("helps", {}),
            is_required=row.get("is_required", False),
            choices=tuple(row.get("choices", ())),
            when_key=row.get("when_key", ""),
            when_value=row.get("when_value", ""),
        )
        for row in rows
    )


def in_language(texts: Mapping[str, str], locale: str) -> str:
    """Return the text in a language, else in the first language that has one."""
    return texts.get(locale) or next((texts[one] for one in LOCALES if texts.get(one)), "")


def faults(fields: Sequence[FormField]) -> list[str]:
    """Return what is wrong with a form, as codes; none for a form that can be asked."""
    found = []
    keys = [one.key for one in fields]
    if len(fields) > MOST_FIELDS:
        found.append("too_many_fields")
    if len(set(keys)) != len(keys) or not all(_KEY.fullmatch(key) for key in keys):
        found.append("keys")
    for at, one in enumerate(fields):
        if not any(one.labels.values()):
            found.append("label")
        if one.kind in {Kind.CHOICE, Kind.CHOICES} and not 1 <= len(one.choices) <= MOST_CHOICES:
            found.append("choices")
        if one.when_key and one.when_key not in keys[:at]:
            found.append("condition")
    return list(dict.fromkeys(found))


def is_asked(one: FormField, given: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether a field is asked, from what was answered to the one it depends on."""
    return not one.when_key or one.when_value in given.get(one.when_key, ())


def check(
    fields: Sequence[FormField], given: Mapping[str, Sequence[str]], locale: str
) -> tuple[list[Answer], dict[str, Trouble]]:
    """Return the answers of the fields that are asked, and the trouble with others by key.

    Answers to fields that are not asked fall away.
    """
    answers: list[Answer] = []
    troubles: dict[str, Trouble] = {}
    asked: dict[str, Sequence[str]] = {}
    for one in fields:
        if not is_asked(one, asked):
            continue
        values = [value.strip() for value in given.get(one.key, ()) if value.strip()]
        asked[one.key] = values
        trouble = _trouble(one, values)
        if trouble:
            troubles[one.key] = trouble
        elif values:
            answers.append(Answer(one.key, one.label(locale), _shown(one, values, locale)))
    return answers, troubles


def _trouble(one: FormField, values: Sequence[str]) -> Trouble | None:
    if not values:
        if not one.is_required:
            return None
        return Trouble.CONSENT if one.kind is Kind.CONSENT else Trouble.REQUIRED
    longest = LONGEST_TEXT if one.kind is Kind.TEXT else LONGEST_LINE
    if any(len(value) > longest for value in values):
        return Trouble.TOO_LONG
    right, otherwise = _RIGHT.get(one.kind, (None, Trouble.REQUIRED))
    return otherwise if right is not None and not right(one, values) else None


def _is_number(text: str) -> bool:
    try:
        return Decimal(text.replace(",", "")).is_finite()
    except InvalidOperation:
        return False


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_RIGHT: Mapping[Kind, tuple[Callable[[FormField, Sequence[str]], bool], Trouble]] = {
    Kind.NUMBER: (lambda _one, values: _is_number(values[0]), Trouble.NOT_A_NUMBER),
    Kind.DATE: (lambda _one, values: _is_date(values[0]), Trouble.NOT_A_DATE),
    Kind.CHOICE: (lambda one, values: values[0] in one.choices, Trouble.NOT_OFFERED),
    Kind.CHOICES: (lambda one, values: set(values) <= set(one.choices), Trouble.NOT_OFFERED),
}


def _shown(one: FormField, values: Sequence[str], locale: str) -> str:
    if one.kind is Kind.CONSENT:
        return consent_version(one, locale)
    return ", ".join(values)


def consent_version(one: FormField, locale: str) -> str:
    """Return what is kept of a consent: the version of exactly the words that were agreed to."""
    text = f"{one.label(locale)}\n{in_language(one.helps, locale)}"
    return f"✓ {hashlib.sha256(text.encode()).hexdigest()[:12]}"


def as_text(answers: Sequence[Answer], body: str) -> str:
    """Return the inquiry as one message: what was asked and answered, then the customer's words."""
    lines = [f"{one.label}: {one.value}" for one in answers]
    return "\n".join([*lines, "", body]) if lines else body
