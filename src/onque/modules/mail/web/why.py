"""Why a message is on its ticket, in words, at its foot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from onque.kernel.access import Actor
from onque.modules.mail.contracts import WhyHere
from onque.modules.mail.services import explaining
from onque.modules.mail.web import words
from onque.modules.mail.web.words import Label


@dataclass(frozen=True)
class Drawn:
    """What the template draws: the facts, sentences, and the marks to be seen at once."""

    here: WhyHere
    sentences: tuple[Label, ...]
    badges: tuple[Label, ...]
    checks: tuple[tuple[str, Label, str], ...] = ()
    """Method, result in words, domain."""


def panels(actor: Actor, message_ids: Sequence[UUID]) -> Mapping[UUID, object]:
    """Return what is drawn at the foot of some messages; one query."""
    return {key: _drawn(found) for key, found in explaining.why_here(actor, message_ids).items()}


def _drawn(here: WhyHere) -> Drawn:
    marks = (words.MARKS.get(mark, mark) for mark in here.marks)
    return Drawn(
        here=here,
        sentences=(words.LANDINGS.get(here.why, here.why), *marks),
        checks=tuple(
            (method.upper(), words.RESULTS.get(result, result), domain)
            for method, result, domain in here.checks
        ),
        badges=tuple(words.MARK_NAMES[mark] for mark in here.marks if mark in words.MARK_NAMES),
    )
