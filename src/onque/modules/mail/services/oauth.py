"""Signing in to mailboxes by OAuth2: consent once, then access tokens, renewed before they end.

The authorities are rows of the setting `MAIL_AUTHORITIES`. Tokens are sealed as passwords are.
Source: RFC 6749 (4.1, 6), RFC 7636 (PKCE), RFC 6750.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

import requests
from django.conf import settings
from django.db import transaction

from onque.kernel import clock, crypto
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.contracts import ConsentRefused
from onque.modules.mail.repositories import mailboxes
from onque.modules.mail.rules.polling import Fault
from onque.modules.mail.services import keys
from onque.modules.mail.services.imap_session import SessionFault

if TYPE_CHECKING:
    from onque.modules.mail.models import Mailbox

PERMISSION = "mail.settings"
STATE_PURPOSE = "mail.consent"
STATE_LIFE = timedelta(minutes=15)
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


@dataclass(frozen=True)
class Consent:
    """What a person allowed: for which thing of ours, at which provider, the tokens sealed."""

    subject_id: UUID
    provider: str
    sealed_tokens: str


def list_providers() -> list[str]:
    """Return the providers whose consent can be asked for here."""
    return [name for name, row in settings.MAIL_AUTHORITIES.items() if row["client_id"]]


def begin_consent(
    actor: Actor, *, provider: str, subject_id: UUID, redirect_url: str, login_hint: str = ""
) -> str:
    """Return the address at which a person allows us to read a mailbox.

    The sealed state binds the answer to this person, workspace and `subject_id` (a mailbox or a
    set-up), and carries the PKCE secret. Raises `Forbidden`, `Invalid` for an unknown provider.
    """
    actor.require(PERMISSION)
    row = _authority(provider)
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    state = {
        "actor": str(actor.id),
        "subject": str(subject_id),
        "provider": provider,
        "verifier": verifier,
        "redirect": redirect_url,
        "at": clock.now().isoformat(),
    }
    sealed = crypto.seal(json.dumps(state), purpose=STATE_PURPOSE, tenant_id=actor.tenant_id)
    query = {
        "response_type": "code",
        "client_id": row["client_id"],
        "redirect_uri": redirect_url,
        "scope": row["scopes"],
        "state": sealed,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",
        **({"login_hint": login_hint} if login_hint else {}),
    }
    return f"{row['authorize_url']}?{urlencode(query)}"


def finish_consent(actor: Actor, *, state: str, code: str) -> Consent:
    """Exchange the code for tokens; slow: it asks the authority, so call it from a task or alone.

    Raises `Forbidden`, `ConsentRefused` when the state is not this person's or too old, or the
    authority refuses the code.
    """
    actor.require(PERMISSION)
    found = _read_state(actor, state)
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": found["redirect"],
        "code_verifier": found["verifier"],
    }
    try:
        tokens = _ask(found["provider"], fields, refresh="")
    except SessionFault as error:
        raise ConsentRefused(reason=str(error.fault)) from error
    if not tokens.refresh:
        raise ConsentRefused(reason="no_refresh_token")
    sealed = crypto.seal(tokens.dump(), purpose=keys.CREDENTIAL, tenant_id=actor.tenant_id)
    return Consent(UUID(found["subject"]), found["provider"], sealed)


@transaction.atomic
def keep_consent(actor: Actor, consent: Consent) -> None:
    """Let a mailbox sign in with what was allowed; it is fetched at once.

    Raises `Forbidden`, `NotFound`.
    """
    actor.require(PERMISSION)
    mailboxes.keep_tokens(
        consent.subject_id,
        provider=consent.provider,
        sealed_tokens=consent.sealed_tokens,
        now=clock.now(),
    )


def access_token(tenant_id: UUID, box: "Mailbox", *, refused: str = "") -> str:
    """Return a token that is good for some minutes; `refused` is one the server did not take.

    Renewed tokens are stored first. Raises `SessionFault`; then a person must consent again, or the
    authority does not answer.
    """
    if not box.sealed_tokens:
        raise SessionFault(Fault.TOKEN_REFUSED, "no consent yet")
    tokens = Tokens.load(keys.unseal(box.sealed_tokens, tenant_id=tenant_id))
    is_good = tokens.access != refused and tokens.expires_at - EARLY > clock.now()
    if is_good:
        return tokens.access
    fields = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
    fresh = _ask(box.provider, fields, refresh=tokens.refresh)
    before = box.sealed_tokens
    with tenant_scope(tenant_id):
        sealed = keys.seal(fresh.dump())
        box.sealed_tokens = mailboxes.renew_tokens(box.id, before=before, after=sealed)
    if box.sealed_tokens == sealed:
        return fresh.access
    return Tokens.load(keys.unseal(box.sealed_tokens, tenant_id=tenant_id)).access


def _authority(provider: str) -> dict[str, str]:
    row: dict[str, str] | None = settings.MAIL_AUTHORITIES.get(provider)
    if row is None or not row["client_id"]:
        raise Invalid(field="provider", reason="unknown")
    return row


def _read_state(actor: Actor, state: str) -> dict[str, str]:
    try:
        text = crypto.unseal(state, purpose=STATE_PURPOSE, tenant_id=actor.tenant_id)
        found: dict[str, str] = json.loads(text)
    except ValueError as error:
        raise ConsentRefused(reason="state_unknown") from error
    if found["actor"] != str(actor.id):
        raise ConsentRefused(reason="state_of_another")
    if clock.now() - datetime.fromisoformat(found["at"]) > STATE_LIFE:
        raise ConsentRefused(reason="state_too_old")
    return found


def _ask(provider: str, fields: dict[str, str], *, refresh: str) -> Tokens:
    """Ask the authority for tokens; it may keep the refresh token or give another."""
    try:
        row = _authority(provider)
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
