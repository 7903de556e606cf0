"""Checking DKIM signatures ourselves, where no server we trust did.

Off unless `ONQUE_MAIL_VERIFY_DKIM` is set. Runs with no transaction open; keys come from DNS
through a resolver that can be exchanged, within two seconds each, and are kept for ten minutes.
"""

import logging
from collections.abc import Callable
from typing import Protocol

import dkim
import dns.exception
import dns.resolver
from django.conf import settings
from django.core.cache import cache

from onque.modules.mail.rules import headers
from onque.modules.mail.rules.authentication import OWN_CHECK, Check, Evidence
from onque.modules.mail.rules.mime import open_message

log = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 2.0
_KEPT_SECONDS = 600
_MOST_SIGNATURES = 2
_MOST_BYTES = 10 * 1024 * 1024


class Resolver(Protocol):
    """Where keys come from."""

    def text(self, name: str) -> bytes | None:
        """Return the TXT record of a name; None when there is none or nobody answers."""


class DnsResolver:
    """The machine's resolver, with a limit and a short memory."""

    def text(self, name: str) -> bytes | None:
        """Return the TXT record of a name, asked at most once in ten minutes."""
        key = f"mail.dkim:{name[:200]}"
        kept = cache.get(key)
        if kept is None:
            kept = self._ask(name) or b""
            cache.set(key, kept, _KEPT_SECONDS)
        return bytes(kept) or None

    def _ask(self, name: str) -> bytes | None:
        try:
            answer = dns.resolver.resolve(name, "TXT", lifetime=_TIMEOUT_SECONDS)
        except (dns.exception.DNSException, UnicodeError):
            return None
        return next((b"".join(record.strings) for record in answer), None)


resolver: Callable[[], Resolver] = DnsResolver
"""Exchanged in tests."""


def check_signatures(raw: bytes, evidence: Evidence) -> Evidence:
    """Return the evidence with our own findings on DKIM, where nobody whom we trust looked."""
    if not settings.MAIL_VERIFY_DKIM or evidence.checks or len(raw) > _MOST_BYTES:
        return evidence
    signed = headers.raw_values(open_message(raw), "DKIM-Signature")[:_MOST_SIGNATURES]
    if not signed:
        return evidence
    ask = resolver()
    checks = tuple(_check(raw, number, ask) for number in range(len(signed)))
    return Evidence(checks, OWN_CHECK, evidence.is_refused, evidence.spam)


def _check(raw: bytes, number: int, ask: Resolver) -> Check:
    def text(name: bytes | str, timeout: float = _TIMEOUT_SECONDS) -> bytes | None:
        del timeout
        plain = name.decode("ascii", "replace") if isinstance(name, bytes) else name
        return ask.text(plain.rstrip("."))

    verifier = dkim.DKIM(raw, timeout=int(_TIMEOUT_SECONDS))
    try:
        passed = verifier.verify(idx=number, dnsfunc=text)
    except dkim.ValidationError:
        return Check("dkim", "fail", _domain(verifier))
    except Exception as error:  # noqa: BLE001 - the library raises many kinds on hostile input
        log.info("dkim_not_checked", extra={"error": type(error).__name__})
        return Check("dkim", "permerror", _domain(verifier))
    return Check("dkim", "pass" if passed else "fail", _domain(verifier))


def _domain(verifier: dkim.DKIM) -> str:
    domain = getattr(verifier, "domain", None)
    return domain.decode("ascii", "replace").lower()[:253] if isinstance(domain, bytes) else ""
