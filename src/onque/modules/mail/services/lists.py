"""Whose mail is let in or kept out, by the workspace's own word."""

import re
from uuid import UUID

from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import SenderRuleItem
from onque.modules.mail.repositories import sender_rules
from onque.modules.mail.rules import addresses as address_rules

MAY_CHANGE = "mail.settings"
MAY_RELEASE = "mail.quarantine"
ALLOW, PROVEN, BLOCK = "allow", "proven", "block"
VERDICTS = (BLOCK, PROVEN, ALLOW)
_SHOWN = 1000
_DOMAIN = re.compile(r"@?(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}")


def list_rules(actor: Actor) -> list[SenderRuleItem]:
    """Return the rules, blocked senders first. Raises `Forbidden`."""
    actor.require(MAY_CHANGE)
    return [
        SenderRuleItem(row.id, row.pattern, row.verdict, row.origin, row.added_by, row.added_at)
        for row in sender_rules.in_order(limit=_SHOWN)
    ]


@transaction.atomic
def add_rule(actor: Actor, *, pattern: str, verdict: str) -> UUID:
    """Let in or keep out an address, or a domain with all below it; a later word replaces.

    "proven" lets in what SPF, DKIM or DMARC shows to be the sender's, and suspends the rest.
    Raises `Forbidden`, `Invalid` for what is neither.
    """
    actor.require(MAY_CHANGE)
    if verdict not in VERDICTS:
        raise Invalid(field="verdict", reason="unknown")
    return _put(actor, _pattern(pattern), verdict, origin="person")


@transaction.atomic
def remove_rule(actor: Actor, *, rule_id: UUID) -> None:
    """Take a rule away. Raises `Forbidden`, `NotFound`."""
    actor.require(MAY_CHANGE)
    row = sender_rules.lock(rule_id)
    sender_rules.drop(row)
    _audit(actor, "mail.sender_forgotten", row.id, row.pattern, row.verdict)


@transaction.atomic
def trust_sender(actor: Actor, *, address: str) -> None:
    """Learn from a release that an address is to be let in; nothing happens without an address.

    A rule that a person made stays as it is. Raises `Forbidden`.
    """
    actor.require(MAY_RELEASE)
    plain = address_rules.comparable(address)
    if address_rules.is_address(plain) and plain not in sender_rules.matching([plain]):
        _put(actor, plain, ALLOW, origin="release")


def find_verdict(address: str) -> str:
    """Return "allow", "proven", "block" or "" for a sender; the address goes before its domains."""
    plain = address_rules.comparable(address)
    patterns = _patterns(plain)
    found = sender_rules.matching(patterns)
    return next((found[pattern] for pattern in patterns if pattern in found), "")


def _patterns(address: str) -> list[str]:
    """The patterns that cover an address, the closest first."""
    labels = address.rpartition("@")[2].split(".")
    domains = [f"@{'.'.join(labels[start:])}" for start in range(max(len(labels) - 1, 1))]
    return [address, *domains[:5]]


def _pattern(text: str) -> str:
    plain = address_rules.comparable(text)
    if address_rules.is_address(plain):
        return plain
    if _DOMAIN.fullmatch(plain):
        return f"@{plain.removeprefix('@')}"
    raise Invalid(field="pattern", reason="not_an_address")


def _put(actor: Actor, pattern: str, verdict: str, *, origin: str) -> UUID:
    row, _created = sender_rules.put(
        pattern,
        {
            "verdict": verdict,
            "origin": origin,
            "added_by": actor.name[:200],
            "added_at": clock.now(),
        },
    )
    _audit(actor, "mail.sender_ruled", row.id, pattern, verdict)
    return row.id


def _audit(actor: Actor, action: str, rule_id: UUID, pattern: str, verdict: str) -> None:
    identity.record_audit(
        actor=actor,
        action=action,
        object_kind="mail_sender",
        object_id=rule_id,
        after={"pattern": pattern, "verdict": verdict},
    )
