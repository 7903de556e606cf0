"""Whether a read mail may become a message, and the reason why not."""

from typing import TYPE_CHECKING

from django.conf import settings

from onque.modules.mail.repositories import addresses
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules import authentication
from onque.modules.mail.rules.authentication import Evidence
from onque.modules.mail.rules.mime import open_message
from onque.modules.mail.rules.parsed import AutoKind, MailAddress, ParsedMail
from onque.modules.mail.rules.reasons import Reason
from onque.modules.mail.rules.states import InboundState
from onque.modules.mail.services import lists, signatures
from onque.modules.mail.services.placing import Place

if TYPE_CHECKING:
    from onque.modules.mail.models import InboundMail

Refusal = tuple[InboundState, Reason]
_REPORTS = frozenset({AutoKind.BOUNCE, AutoKind.RECEIPT})


def collect_evidence(row: "InboundMail", raw: bytes) -> Evidence:
    """Return what is known of the sender beside their own word; with no transaction open."""
    head = open_message(raw)
    provider = row.peer if row.source == "imap" else ""
    found = authentication.read_evidence(
        head, trusted=settings.MAIL_TRUSTED_HOSTS, provider=provider
    )
    return signatures.check_signatures(raw, found)


def find_refusal(
    mail: ParsedMail, sender: MailAddress | None, place: Place, evidence: Evidence
) -> Refusal | None:
    """Return the state and reason of a mail that must not become a message, None for one that may.

    An answer by a signed address or id, from somebody who takes part in its ticket, always may.
    """
    if mail.automatic.kind in _REPORTS or mail.automatic.feedback is not None:
        if place.ticket is None:
            return InboundState.SUSPENDED, Reason.REPORT_ON_NOTHING
        if mail.automatic.kind is AutoKind.BOUNCE:
            return None
    if sender is None:
        return InboundState.QUARANTINED, Reason.NO_SENDER
    address = address_rules.comparable(sender.address)
    if address.endswith(f"@{settings.MAIL_DOMAIN}") or addresses.owned([address]):
        return InboundState.SUSPENDED, Reason.OWN_ADDRESS
    if place.is_trusted:
        return None
    reason = _suspicion(mail, address, evidence)
    return (InboundState.SUSPENDED, reason) if reason else None


def _suspicion(mail: ParsedMail, address: str, evidence: Evidence) -> Reason | None:
    verdict = lists.find_verdict(address)
    if verdict == lists.BLOCK:
        return Reason.BLOCKED_SENDER
    if verdict == lists.PROVEN:
        return None if evidence.proves(address) else Reason.PROOF_WANTED
    if verdict == lists.ALLOW:
        return None
    if evidence.spam:
        return Reason.MARKED_SPAM
    # a list that changes a mail breaks its signature through no fault of the sender
    if evidence.is_refused and mail.automatic.kind is not AutoKind.LIST:
        return Reason.NOT_PROVEN
    return None
