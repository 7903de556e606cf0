"""What each kind of test does, step by step."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from onque.kernel import clock
from onque.kernel.errors import Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.mail.repositories import addresses, brand_senders, mailboxes, setups
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules import checks as rules
from onque.modules.mail.rules import domains, polling, testmail
from onque.modules.mail.rules.dkim import public_part, record_name, speaks_for
from onque.modules.mail.rules.faults import Fault
from onque.modules.mail.rules.providers import is_key_refused
from onque.modules.mail.services import (
    checking,
    consenting,
    dns,
    keys,
    naming,
    network,
    oauth,
    probing,
    ways,
)
from onque.modules.mail.services.checking import Run
from onque.modules.mail.services.imap_client import Box
from onque.modules.mail.services.imap_session import SessionFault
from onque.modules.mail.services.network import Failed
from onque.modules.mail.services.oauth import Tokens
from onque.modules.mail.services.probing import Server
from onque.modules.mail.services.smtp import Outcome
from onque.modules.mail.services.ways import Parcel, Way

if TYPE_CHECKING:
    from onque.modules.mail.models import Sender, Setup

log = logging.getLogger(__name__)

_ASKED = {
    polling.Fault.TIMEOUT: Fault.TIMEOUT,
    polling.Fault.CONNECTION_REFUSED: Fault.UNREACHABLE,
    polling.Fault.THROTTLED: Fault.TOO_MANY,
    polling.Fault.SERVER_REFUSED: Fault.BROKE,
}
"""What an authority that does not answer as it should means for a test."""


def advance(tenant_id: UUID, check_id: UUID) -> None:
    """Begin a run, or look for the mail it awaits; safe to repeat and to run twice at once.

    What fails is on record in the run and raises nothing.
    """
    run = checking.claim(tenant_id, check_id)
    if run is None:
        return
    try:
        _KINDS[run.row.kind](run)
    except Failed:
        run.end()
    except NotFound:  # its subject was removed meanwhile
        run.row.steps = rules.stopped(run.row.steps)
        run.write(steps=run.row.steps)
        run.end()
    except Exception:
        log.exception("mail_check_broke", extra={"check": check_id.hex})
        run.row.steps = rules.stopped(run.row.steps)
        run.write(steps=run.row.steps)
        run.end()


def _mailbox(run: Run) -> None:
    setup = _setup(run)
    server = _incoming(run, setup)
    if run.row.state == "awaiting":
        _look(run, setup, server)
        return
    _enter(run, server, setup.folder, token=partial(_token, run, setup))
    if run.row.kind != "mailbox":
        run.end()
        return
    with run.step("send") as said:
        said["detail"] = _send(run, setup)
    run.await_mail()


def _enter(run: Run, server: Server, folder: str, *, token: Callable[[], str]) -> None:
    """Find the server, log in there, look into the folder; `token` is "" for a password."""
    with run.step("find") as said:
        found = probing.find(server)
        said["detail"] = f"{server.host}, {found[0]}"
    with run.step("secure") as said:
        box = network.open_imap(server.host, found, server.port, server.security)
        said["detail"] = _tls(box)
    try:
        with run.step("login"):
            probing.enter(replace(server, token=token()), box)
        with run.step("folder") as said:
            run.note(folders=probing.folders(box))
            said["detail"] = f"{folder}: {probing.open_folder(box, folder)}"
    finally:
        probing.leave(box)


def _consent(run: Run) -> None:
    """Exchange what an authority answered, keep the tokens and try them."""
    provider, tokens = _exchange(run)
    with tenant_scope(run.tenant_id):
        consenting.keep_tokens(run.row.subject_id, provider=provider, tokens=tokens)
    _mailbox(run)


def _reconsent(run: Run) -> None:
    """The same for a connected mailbox: its tokens give way only to some that sign in there."""
    provider, tokens = _exchange(run)
    with tenant_scope(run.tenant_id):
        box = mailboxes.get(run.row.subject_id)
    server = Server(box.host, box.port, box.security, box.user_name, password="")
    _enter(run, server, box.folder, token=lambda: tokens.access)
    with tenant_scope(run.tenant_id):
        consenting.keep_tokens(box.id, provider=provider, tokens=tokens)
    run.end()


def _exchange(run: Run) -> tuple[str, Tokens]:
    with run.step("allow"):
        sealed = str(run.row.facts[consenting.GRANT])
        try:
            return consenting.exchange(sealed, tenant_id=run.tenant_id)
        except SessionFault as error:
            raise Failed(_ASKED.get(error.fault, Fault.CONSENT_REFUSED), error.words) from error
        except Invalid as error:
            raise Failed(Fault.CONSENT_REFUSED, str(error.facts.get("reason", ""))) from error


def _token(run: Run, setup: "Setup") -> str:
    """The token a set-up signs in with, "" when it has a password."""
    if setup.auth != "oauth2":
        return ""
    if not setup.sealed_tokens:
        raise Failed(Fault.NO_CONSENT)
    try:
        return oauth.setup_token(run.tenant_id, setup)
    except SessionFault as error:
        raise Failed(_ASKED.get(error.fault, Fault.TOKEN_REFUSED), error.words) from error


def _send(run: Run, setup: "Setup") -> str:
    raw, recipient = _test_mail(run, setup.brand_id, sender=setup.address)
    sender = address_rules.for_envelope(setup.address)
    if setup.out_kind == "installation":
        return probing.send_by_installation(raw, sender=sender, recipient=recipient)
    server = _outgoing(run, setup)
    if setup.out_kind == "same":
        server = replace(server, token=_token(run, setup))
    return probing.send_by(server, raw, sender=sender, recipient=recipient)


def _look(run: Run, setup: "Setup", server: Server) -> None:
    """Look into the mailbox: unless the poller was there first, the mail lies in it."""
    message_id = testmail.message_id(run.row.token, settings.MAIL_DOMAIN)
    found = _folder_of(run, setup, server, message_id)
    if found == setup.folder:
        with tenant_scope(run.tenant_id):
            checking.note_arrival(run.row.token)
    elif found:
        run.fail("arrive", Fault.IN_SPAM)
        run.end()
    elif run.row.deadline_at is None or run.row.deadline_at <= clock.now():
        run.fail("arrive", Fault.NOT_SEEN)
        run.end()
    else:
        run.write(claim_key=None)


def _folder_of(run: Run, setup: "Setup", server: Server, message_id: str) -> str:
    box = network.open_imap(server.host, probing.find(server), server.port, server.security)
    try:
        probing.enter(replace(server, token=_token(run, setup)), box)
        if probing.holds(box, setup.folder, message_id):
            return setup.folder
        junk = [name for name, is_junk in run.row.facts.get("folders", ()) if is_junk]
        return next((name for name in junk if probing.holds(box, name, message_id)), "")
    finally:
        probing.leave(box)


def _test_mail(run: Run, brand_id: UUID, *, sender: str) -> tuple[bytes, str]:
    with tenant_scope(run.tenant_id):
        locale = identity.get_brand(brand_id).locale
    with override(locale):
        words = (
            _("Test of the mail connection"),
            _("Onque sent this mail to try the connection out. It becomes no ticket."),
        )
    raw = testmail.write(
        run.row.token,
        domain=settings.MAIL_DOMAIN,
        sender=sender,
        recipient=run.row.address,
        words=words,
        at=clock.now(),
    )
    return raw, address_rules.for_envelope(run.row.address)


def _setup(run: Run) -> "Setup":
    with tenant_scope(run.tenant_id):
        return setups.get(run.row.subject_id)


def _incoming(run: Run, setup: "Setup") -> Server:
    return Server(
        host=setup.host,
        port=setup.port,
        security=setup.security,
        user_name=setup.user_name,
        password=_password(run, setup.sealed_password),
    )


def _outgoing(run: Run, setup: "Setup") -> Server:
    same = setup.out_kind == "same"
    return Server(
        host=setup.out_host,
        port=setup.out_port,
        security=setup.out_security,
        user_name=setup.user_name if same else setup.out_user,
        password=_password(run, setup.sealed_password if same else setup.sealed_out_password),
    )


def _password(run: Run, sealed: str) -> str:
    return keys.unseal(sealed, tenant_id=run.tenant_id) if sealed else ""


def _tls(box: Box) -> str:
    version = getattr(box.client.sock, "version", None)
    return str(version()) if version else ""


def _forwarding(run: Run) -> None:
    """Write to the public address; the mail is to come in by the brand's forwarding."""
    if run.row.state == "awaiting":
        if run.row.deadline_at is None or run.row.deadline_at <= clock.now():
            run.fail("arrive", Fault.NOT_SEEN)
            run.end()
        else:
            run.write(claim_key=None)
        return
    with tenant_scope(run.tenant_id):
        brand_id = addresses.get(run.row.subject_id).brand_id
    sender = f"no-reply@{settings.MAIL_DOMAIN}"
    with run.step("send") as said:
        raw, recipient = _test_mail(run, brand_id, sender=sender)
        said["detail"] = probing.send_by_installation(raw, sender=sender, recipient=recipient)
    run.await_mail()


def _way(run: Run) -> None:
    """Send a test mail as the brand's mail is sent, to the member who asks."""
    brand_id = run.row.subject_id
    with tenant_scope(run.tenant_id):
        row = brand_senders.of_brand(brand_id)
        brand = identity.get_brand(brand_id)
        sender = naming.address_of(brand_id, row, brand.support_address or brand.slug)
        way = ways.way_for(row, sender) if row is not None else Way()
    with run.step("send") as said:
        raw, recipient = _test_mail(run, brand_id, sender=sender)
        result = ways.deliver(
            raw,
            way=way,
            parcel=Parcel(sender, recipient, run.row.token),
            before_text=lambda: True,
        )
        if result.outcome is not Outcome.SENT:
            refused = way.account is not None and is_key_refused(result.words)
            raise Failed(Fault.KEY_REFUSED if refused else Fault.NOT_SENT, result.words)
        said["detail"] = recipient
    run.end()


def _domain(run: Run) -> None:
    """Look at the records of an address's domain."""
    domain = run.row.address.rpartition("@")[2]
    _judge(run, "mx", domains.judge_mx(_records(run, "mx", domain, "MX")))
    spf = _records(run, "spf", domain, "TXT")
    _judge(run, "spf", domains.judge_spf(domain, spf, settings.MAIL_SPF))
    _dkim(run, domain)
    dmarc = _records(run, "dmarc", f"_dmarc.{domain}", "TXT")
    _judge(run, "dmarc", domains.judge_dmarc(domain, dmarc, run.row.address))
    run.end()


def _dkim(run: Run, domain: str) -> None:
    """Look at the record of the key that the brand of the address signs with."""
    with tenant_scope(run.tenant_id):
        brand_id = addresses.get(run.row.subject_id).brand_id
        row = brand_senders.of_brand(brand_id)
    if row is None or not row.sealed_dkim_key or not speaks_for(row.dkim_domain, f"@{domain}"):
        own = row is not None and row.transport != "relay"
        run.advise("dkim", "dkim_elsewhere" if own else "dkim_no_key", "")
    else:
        _look_up_key(run, row)


def _key(run: Run) -> None:
    """Look at the record of a brand's key alone."""
    with tenant_scope(run.tenant_id):
        row = brand_senders.of_brand(run.row.subject_id)
    if row is None or not row.sealed_dkim_key:
        run.advise("dkim", "dkim_no_key", "")
    else:
        _look_up_key(run, row)
    run.end()


def _look_up_key(run: Run, row: "Sender") -> None:
    name = record_name(row.dkim_selector, row.dkim_domain)
    texts = _records(run, "dkim", name, "TXT")
    public = public_part(row.dkim_public)
    found = domains.judge_dkim(row.dkim_domain, row.dkim_selector, public, texts)
    with tenant_scope(run.tenant_id):
        brand_senders.note_checked(
            row.brand_id, row.dkim_selector, at=clock.now() if found.good else None
        )
    if found.good and not row.dkim_signs:
        run.advise("dkim", "dkim_off", "")
    else:
        _judge(run, "dkim", found)


def _records(run: Run, step: str, name: str, kind: str) -> list[str]:
    with run.step(step):
        return dns.lookup(name, kind)


def _judge(run: Run, step: str, finding: domains.Finding) -> None:
    if finding.good:
        run.note_detail(step, finding.detail)
    else:
        run.advise(step, finding.code, finding.detail)


_KINDS = {
    "incoming": _mailbox,
    "mailbox": _mailbox,
    "consent": _consent,
    "reconsent": _reconsent,
    "forwarding": _forwarding,
    "domain": _domain,
    "dkim": _key,
    "way": _way,
}
