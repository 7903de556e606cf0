"""Consent to a mailbox: from the link to its authority to the answer that comes back.

The answer is kept sealed at a run of a test; a task exchanges it for tokens and tries them. Source:
RFC 6749 (4.1), RFC 7636 (PKCE), RFC 9700 (2.1: state and PKCE bind the answer to who asked).
"""

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, crypto
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import ConsentRefused
from onque.modules.mail.contracts.setup import ConsentCard
from onque.modules.mail.repositories import mailboxes, setups
from onque.modules.mail.rules import presets
from onque.modules.mail.services import checking, keys, oauth
from onque.modules.mail.services.oauth import Tokens

if TYPE_CHECKING:
    from onque.modules.mail.models import Setup

PERMISSION = "mail.settings"
STATE_PURPOSE = "mail.consent"
STATE_LIFE = timedelta(minutes=15)
GRANT = "grant"


@dataclass(frozen=True)
class Answer:
    """What came back from an authority, and what was kept of the question."""

    provider: str
    code: str
    redirect_url: str
    verifier: str


def authority_for(setup: "Setup") -> str:
    """Return who may be asked for consent to a mailbox being set up, "" for nobody."""
    name = setup.authority or presets.find_preset(setup.provider, setup.address).authority
    return name if name in oauth.list_providers() else ""


def get_consent(actor: Actor, *, mailbox_id: UUID) -> ConsentCard:
    """Return how a connected mailbox signs in. Raises `Forbidden`, `NotFound`."""
    actor.require(PERMISSION)
    row = mailboxes.with_address(mailbox_id)
    return ConsentCard(
        mailbox_id=row.id,
        address=row.address.address,
        provider=row.provider if row.auth == "oauth2" else "",
        is_open=row.provider in oauth.list_providers(),
        state=row.state,
        reason=row.reason,
        error=row.error,
        checked_at=row.checked_at,
    )


def begin(actor: Actor, *, subject_id: UUID, redirect_url: str, label: str = "") -> str:
    """Return the address at which a person allows us a mailbox, being set up or connected.

    Raises `Forbidden`, `NotFound`, `Invalid` when nobody can be asked. See `begin_consent`.
    """
    actor.require(PERMISSION)
    setup = setups.find(subject_id)
    if setup is not None:
        provider, user = authority_for(setup), setup.user_name
    else:
        box = mailboxes.get(subject_id)
        provider, user = box.provider, box.user_name
    return begin_consent(
        actor,
        provider=provider,
        subject_id=subject_id,
        redirect_url=redirect_url,
        login_hint=user if "@" in user else "",
        label=label,
    )


def begin_consent(
    actor: Actor,
    *,
    provider: str,
    subject_id: UUID,
    redirect_url: str,
    login_hint: str = "",
    label: str = "",
) -> str:
    """Return the address at which a person allows us to read a mailbox.

    The sealed state binds the answer to this person, workspace and `subject_id` (a mailbox or a
    set-up), and carries the PKCE secret; `label` stands before it in plain, up to a dot. Raises
    `Forbidden`, `Invalid` for an unknown provider.
    """
    actor.require(PERMISSION)
    row = oauth.authority(provider)
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
        "state": f"{label}.{sealed}" if label else sealed,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
        **dict(parse_qsl(row.get("extras", ""))),
        **({"login_hint": login_hint} if login_hint else {}),
    }
    return f"{row['authorize_url']}?{urlencode(query)}"


@transaction.atomic
def take_answer(actor: Actor, *, state: str, code: str) -> tuple[UUID, bool]:
    """Keep an answer, sealed, and begin to exchange and try it; return whose, and if connected.

    Nothing is asked here: a task does. Raises `Forbidden`, `NotFound`, `ConsentRefused` when the
    state is not this person's or is too old.
    """
    subject_id, answer = read_answer(actor, state=state, code=code)
    setup = setups.find(subject_id)
    address = setup.address if setup else mailboxes.with_address(subject_id).address.address
    checking.start(
        actor,
        kind="consent" if setup else "reconsent",
        subject_id=subject_id,
        address=address,
        facts={GRANT: keys.seal(json.dumps(asdict(answer)))},
    )
    if setup is None:
        identity.record_audit(
            actor=actor,
            action="mail.mailbox_allowed",
            object_kind="mailbox",
            object_id=subject_id,
        )
    return subject_id, setup is None


def read_answer(actor: Actor, *, state: str, code: str) -> tuple[UUID, Answer]:
    """Return what an answer is about, and the answer. Raises `Forbidden`, `ConsentRefused`."""
    actor.require(PERMISSION)
    try:
        text = crypto.unseal(state, purpose=STATE_PURPOSE, tenant_id=actor.tenant_id)
        found: dict[str, str] = json.loads(text)
    except ValueError as error:
        raise ConsentRefused(reason="state_unknown") from error
    if found["actor"] != str(actor.id):
        raise ConsentRefused(reason="state_of_another")
    if clock.now() - datetime.fromisoformat(found["at"]) > STATE_LIFE:
        raise ConsentRefused(reason="state_too_old")
    answer = Answer(found["provider"], code, found["redirect"], found["verifier"])
    return UUID(found["subject"]), answer


def exchange(sealed: str, *, tenant_id: UUID) -> tuple[str, Tokens]:
    """Return the provider and the tokens for an answer that was kept; slow.

    Raises `SessionFault`, `Invalid` when the authority gave nothing to renew them by.
    """
    answer = Answer(**json.loads(keys.unseal(sealed, tenant_id=tenant_id)))
    tokens = oauth.exchange(
        answer.provider,
        code=answer.code,
        redirect_url=answer.redirect_url,
        verifier=answer.verifier,
    )
    if not tokens.refresh:
        raise Invalid(field="code", reason="no_refresh_token")
    return answer.provider, tokens


def keep_tokens(subject_id: UUID, *, provider: str, tokens: Tokens) -> None:
    """Let a mailbox or one being set up sign in with tokens; a connected one is fetched at once.

    Call it in the tenant's scope. Raises `NotFound`.
    """
    sealed = keys.seal(tokens.dump())
    if setups.find(subject_id) is not None:
        setups.keep_tokens(subject_id, authority=provider, sealed_tokens=sealed)
    else:
        mailboxes.keep_tokens(subject_id, provider=provider, sealed_tokens=sealed, now=clock.now())
