"""OAuth2 tokens of mailboxes: asked for by a code or a refresh token, renewed before they end.

The authorities are rows of the setting `MAIL_AUTHORITIES`. Tokens are sealed as passwords are.
Source: RFC 6749 (4.1, 6), RFC 6750; how consent is asked for: `services.consenting`.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

import requests
from django.conf import settings

from onque.kernel import clock
from onque.kernel.errors import Invalid
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.repositories import mailboxes, setups
from onque.modules.mail.rules.polling import Fault
from onque.modules.mail.services import keys
from onque.modules.mail.services.imap_session import SessionFault

if TYPE_CHECKING:
    from onque.modules.mail.models import Mailbox, Setup

EARLY = timedelta(minutes=5)
"""A token is renewed this long before it ends: clocks differ, and a fetch may take a while."""
_SECONDS = 15
_DEFAULT_LIFE_SECONDS = 3600
_REFUSED_FROM, _REFUSED_TO = 400, 499
_BUSY = 429


@dataclass(frozen=True)
class Tokens:
    """What an authority gave: for now, and to ask for more."""

    access: str
    refresh: str
    expires_at: datetime

    def dump(self) -> str:
        """Return them as text, to be sealed."""
        return json.dumps([self.access, self.refresh, self.expires_at.isoformat()])

    @classmethod
    def load(cls, text: str) -> "Tokens":
        """Read what `dump` wrote."""
        access, refresh, expires_at = json.loads(text)
        return cls(access, refresh, datetime.fromisoformat(expires_at))


class _Store(Protocol):
    def renew_tokens(self, row_id: UUID, /, *, before: str, after: str) -> str: ...


def list_providers() -> list[str]:
    """Return the providers whose consent can be asked for here."""
    return [name for name, row in settings.MAIL_AUTHORITIES.items() if row["client_id"]]


def authority(provider: str) -> dict[str, str]:
    """Return what is set of an authority. Raises `Invalid` for one that is not set up."""
    row: dict[str, str] | None = settings.MAIL_AUTHORITIES.get(provider)
    if row is None or not row["client_id"]:
        raise Invalid(field="provider", reason="unknown")
    return row


def exchange(provider: str, *, code: str, redirect_url: str, verifier: str) -> Tokens:
    """Return the tokens for a code; slow: it asks the authority. Raises `SessionFault`."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_url,
        "code_verifier": verifier,
    }
    return _ask(provider, fields, refresh="")


def access_token(tenant_id: UUID, box: "Mailbox", *, refused: str = "") -> str:
    """Return a token that is good for some minutes; `refused` is one the server did not take.

    Renewed tokens are stored first. Raises `SessionFault`; then a person must consent again, or the
    authority does not answer. Slow: call it with no transaction open.
    """
    return _token(tenant_id, box, provider=box.provider, store=mailboxes, refused=refused)


def setup_token(tenant_id: UUID, setup: "Setup") -> str:
    """Return a token of a mailbox that is being set up; as `access_token`."""
    return _token(tenant_id, setup, provider=setup.authority, store=setups)


def _token(
    tenant_id: UUID, row: "Mailbox | Setup", *, provider: str, store: _Store, refused: str = ""
) -> str:
    if not row.sealed_tokens:
        raise SessionFault(Fault.TOKEN_REFUSED, "no consent yet")
    tokens = Tokens.load(keys.unseal(row.sealed_tokens, tenant_id=tenant_id))
    is_good = tokens.access != refused and tokens.expires_at - EARLY > clock.now()
    if is_good:
        return tokens.access
    fields = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
    fresh = _ask(provider, fields, refresh=tokens.refresh)
    before = row.sealed_tokens
    with tenant_scope(tenant_id):
        sealed = keys.seal(fresh.dump())
        row.sealed_tokens = store.renew_tokens(row.id, before=before, after=sealed)
    if row.sealed_tokens == sealed:
        return fresh.access
    return Tokens.load(keys.unseal(row.sealed_tokens, tenant_id=tenant_id)).access


def _ask(provider: str, fields: dict[str, str], *, refresh: str) -> Tokens:
    """Ask the authority for tokens; it may keep the refresh token or give another."""
    try:
        row = authority(provider)
    except Invalid as error:
        raise SessionFault(Fault.TOKEN_REFUSED, f"provider {provider!r} is not set up") from error
    known = {"client_id": row["client_id"], "client_secret": row["client_secret"]}
    try:
        answer = requests.post(
            row["token_url"],
            data={**fields, **{key: value for key, value in known.items() if value}},
            timeout=_SECONDS,
            allow_redirects=False,
        )
    except requests.Timeout as error:
        raise SessionFault(Fault.TIMEOUT, str(error)) from error
    except requests.RequestException as error:
        raise SessionFault(Fault.CONNECTION_REFUSED, str(error)) from error
    if answer.status_code == _BUSY:
        raise SessionFault(Fault.THROTTLED, "the authority is busy")
    if _REFUSED_FROM <= answer.status_code <= _REFUSED_TO:
        raise SessionFault(Fault.TOKEN_REFUSED, _refusal(answer))
    return _tokens(answer, refresh)


def _tokens(answer: requests.Response, refresh: str) -> Tokens:
    try:
        said = answer.json()
        life = timedelta(seconds=int(said.get("expires_in", _DEFAULT_LIFE_SECONDS)))
        return Tokens(
            str(said["access_token"]), str(said.get("refresh_token") or refresh), clock.now() + life
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        words = f"the authority answered {answer.status_code}"
        raise SessionFault(Fault.SERVER_REFUSED, words) from error


def _refusal(answer: requests.Response) -> str:
    """The authority's own words, without what could be a secret."""
    try:
        said = answer.json()
        return f"{said.get('error', '')}: {said.get('error_description', '')}"[:300]
    except (ValueError, AttributeError):
        return f"the authority answered {answer.status_code}"
