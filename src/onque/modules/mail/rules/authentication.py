"""Who really sent a mail: what servers we trust say of SPF, DKIM and DMARC.

Source: RFC 8601 (Authentication-Results), RFC 7489 (alignment). Only the first field of a trusted
host counts: it stands above whatever the sender wrote.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import authres

from onque.modules.mail.rules import headers, spam
from onque.modules.mail.rules.headers import Headers

OWN_CHECK = "onque"
_METHODS = frozenset({"spf", "dkim", "dmarc"})
_DOMAIN_OF = {"spf": ("mailfrom", "helo"), "dkim": ("d", "i"), "dmarc": ("from",)}
_UNNAMED = re.compile(r"^\s*[a-z]+\s*=", re.IGNORECASE)
_STRICT = re.compile(
    r"\bp\s*=\s*(?:reject|quarantine)|\baction\s*=\s*o?(?:reject|quarantine)", re.IGNORECASE
)
_WAIVED = re.compile(r"\bdis\s*=\s*none\b", re.IGNORECASE)
_KIN = {"gmail.com": "google.com", "googlemail.com": "google.com", "office365.com": "outlook.com"}
"""Providers whose servers name themselves under another domain than their mailboxes."""
_UNNAMED_BY = "outlook.com"
"""Microsoft's servers leave their name out."""
_SUFFIX = re.compile(r"(?:co|or|ne|go|ac|com|net|org)\.[a-z]{2}")


@dataclass(frozen=True)
class Check:
    """One finding: `method` is spf, dkim or dmarc; `domain` is what it speaks for."""

    method: str
    result: str
    domain: str


@dataclass(frozen=True)
class Evidence:
    """What is known of a mail's sender beside its own word."""

    checks: tuple[Check, ...] = ()
    by: str = ""
    """The host that checked, or `OWN_CHECK`."""
    is_refused: bool = False
    """DMARC failed, and the domain's owner asks to refuse such mail."""
    spam: str = ""
    """The field by which a server on the way calls it spam."""

    def proves(self, address: str) -> bool:
        """Whether the address is shown to be the sender's: DMARC, or SPF or DKIM aligned to it."""
        domain = address.rpartition("@")[2].lower()
        return any(
            check.result == "pass" and is_aligned(check.domain, domain) for check in self.checks
        )


def read_evidence(head: Headers, *, trusted: Collection[str], provider: str = "") -> Evidence:
    """What trusted hosts found. `provider` is the host a mailbox was fetched from, "" otherwise.

    `trusted` are names of hosts (authserv-id) besides that provider's own.
    """
    marked = spam.find_mark(head)
    for value in headers.raw_values(head, "Authentication-Results"):
        named = value
        if _UNNAMED.match(value):
            named = f"{_UNNAMED_BY}; {value}"
        by = named.partition(";")[0].split()[0].lower() if named.strip("; ") else ""
        if not _is_trusted(by, trusted, provider):
            continue
        checks = _checks(named)
        failed = any(check.method == "dmarc" and check.result == "fail" for check in checks)
        strict = bool(_STRICT.search(value)) and not _WAIVED.search(value)
        return Evidence(checks, by, failed and strict, marked)
    return Evidence(spam=marked)


def is_aligned(signed: str, shown: str) -> bool:
    """Whether two domains are the same, or one lies below the other. Source: RFC 7489, 3.1."""
    signed, shown = signed.lower().strip("."), shown.lower().strip(".")
    if not signed or not shown or "." not in signed or "." not in shown:
        return False
    if _is_suffix(signed) or _is_suffix(shown):
        return False
    return signed == shown or signed.endswith(f".{shown}") or shown.endswith(f".{signed}")


def as_row(evidence: Evidence) -> dict[str, Any] | None:
    """As it is stored; None where nothing is known."""
    if evidence == Evidence():
        return None
    return {
        "by": evidence.by,
        "checks": [[check.method, check.result, check.domain] for check in evidence.checks],
        "is_refused": evidence.is_refused,
        "spam": evidence.spam,
    }


def from_row(stored: Mapping[str, Any] | None) -> Evidence:
    """From how it is stored."""
    if not stored:
        return Evidence()
    return Evidence(
        checks=tuple(Check(*check) for check in stored["checks"]),
        by=stored["by"],
        is_refused=stored["is_refused"],
        spam=stored["spam"],
    )


def _checks(value: str) -> tuple[Check, ...]:
    try:
        found = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {value}")
    except authres.AuthResError:
        return ()
    return tuple(
        Check(result.method, str(result.result).lower(), _domain(result.method, result.properties))
        for result in found.results
        if result.method in _METHODS
    )


def _domain(method: str, properties: Sequence[Any]) -> str:
    named = {item.name: str(item.value) for item in properties}
    for name in _DOMAIN_OF[method]:
        if name in named:
            return named[name].rpartition("@")[2].lower()[:253]
    return ""


def _is_trusted(by: str, trusted: Collection[str], provider: str) -> bool:
    if by in trusted:
        return True
    home = _family(provider)
    return bool(home) and _family(by) == home


def _family(host: str) -> str:
    """The registered domain of a host, by the shapes that mail providers' names have."""
    name, _, top = host.lower().strip(".").rpartition(".")
    rest, _, second = name.rpartition(".")
    domain = f"{second}.{top}" if second else ""
    if _is_suffix(domain):
        domain = f"{rest.rpartition('.')[2]}.{domain}" if rest else ""
    return _KIN.get(domain, domain)


def _is_suffix(domain: str) -> bool:
    """Whether a domain is one below which everybody may register, such as co.kr."""
    return _SUFFIX.fullmatch(domain) is not None
