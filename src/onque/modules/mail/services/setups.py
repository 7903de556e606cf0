"""Connecting a mailbox, step by step: what was entered is kept at once and tried by a task.

Nothing here calls a server. Passwords are sealed when they come and never told again.
"""

import ipaddress
import re
from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import MailboxTaken
from onque.modules.mail.contracts.setup import ServerEntry, SetupCard
from onque.modules.mail.repositories import mailboxes, setups
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules import presets
from onque.modules.mail.services import addresses, brand_senders, consenting, keys
from onque.modules.mail.services.smtp import Server

if TYPE_CHECKING:
    from onque.modules.mail.models import Mailbox, Setup

PERMISSION = "mail.settings"
STEPS = ("address", "incoming", "folder", "outgoing", "test")
AFTER_IMPORT = ("keep", "seen", "move", "delete")
OUT_KINDS = ("same", "own", "installation")
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]*\.?[A-Za-z0-9_])*")
_HIGHEST_PORT = 65535
_HINT = 4
_LONG_ENOUGH = 12


def begin(actor: Actor, *, brand_id: UUID, address: str, provider: str = "") -> UUID:
    """Begin to connect an address, with what is known of its provider filled in.

    Raises `Forbidden`, `Invalid`, `NotFound` for the brand.
    """
    actor.require(PERMISSION)
    wanted = address_rules.comparable(address)
    if not address_rules.is_address(wanted):
        raise Invalid(field="address", reason="not_an_address")
    identity.get_brand(brand_id)
    preset = presets.find_preset(provider, wanted)
    host, out_host = presets.default_servers(preset, wanted)
    user = presets.user_name(preset, wanted)
    row = setups.add(
        brand_id=brand_id,
        address=wanted,
        provider=preset.key,
        host=host,
        port=preset.port,
        security=preset.security,
        user_name=user,
        out_host=out_host,
        out_port=preset.out_port,
        out_security=preset.out_security,
        out_user=user,
        made_by_id=actor.id,
    )
    return row.id


@transaction.atomic
def edit_mailbox(actor: Actor, *, mailbox_id: UUID) -> UUID:
    """Begin to change a mailbox that is connected; it goes on as it is until that is finished.

    Raises `Forbidden`, `NotFound`.
    """
    actor.require(PERMISSION)
    box = mailboxes.with_address(mailbox_id)
    preset = presets.find_preset("", box.address.address)
    _host, out_host = presets.default_servers(preset, box.address.address)
    row = setups.add(
        brand_id=box.address.brand_id,
        address=box.address.address,
        provider=preset.key,
        host=box.host,
        port=box.port,
        security=box.security,
        after_import=box.after_import,
        move_folder=box.move_folder,
        with_history=box.import_from == "all",
        user_name=box.user_name,
        sealed_password=box.sealed_password,
        auth=box.auth,
        authority=box.provider,
        sealed_tokens=box.sealed_tokens,
        folder=box.folder,
        out_host=out_host,
        out_port=preset.out_port,
        out_security=preset.out_security,
        out_user=box.user_name,
        mailbox_id=box.id,
        made_by_id=actor.id,
    )
    return row.id


def get_setup(actor: Actor, *, setup_id: UUID) -> SetupCard:
    """Return a mailbox being set up. Raises `Forbidden`, `NotFound`."""
    actor.require(PERMISSION)
    row = setups.get(setup_id)
    return _card(row, identity.get_brand(row.brand_id).name)


def list_unfinished(actor: Actor) -> list[SetupCard]:
    """Return what was begun and not finished, oldest first. Raises `Forbidden`."""
    actor.require(PERMISSION)
    return [_card(row, row.brand.name) for row in setups.unfinished()]


def offers_plain() -> bool:
    """Tell whether connections without encryption may be chosen: for trying out only."""
    return bool(settings.MAIL_PRIVATE_HOSTS)


@transaction.atomic
def save_incoming(actor: Actor, *, setup_id: UUID, entry: ServerEntry) -> None:
    """Keep the server that mail is fetched from; a password takes the place of a consent.

    Raises `Forbidden`, `NotFound`, `Invalid`.
    """
    row = _lock(actor, setup_id)
    _require_server(entry, "")
    _require_secret(row, entry)
    row.host, row.port, row.security = entry.host.lower(), entry.port, entry.security
    row.user_name = entry.user_name
    if entry.password:
        row.sealed_password, row.hint = keys.seal(entry.password), _hint(entry.password)
        row.auth, row.sealed_tokens = "password", ""
    row.step = "incoming"
    setups.save(row, "host", "port", "security", "user_name", "sealed_password", "hint", "step")
    setups.save(row, "auth", "sealed_tokens")


@transaction.atomic
def save_folder(
    actor: Actor,
    *,
    setup_id: UUID,
    folder: str,
    after_import: str,
    move_folder: str,
    with_history: bool,
) -> None:
    """Keep what is fetched and what happens to it afterwards. Raises as `save_incoming`."""
    row = _lock(actor, setup_id)
    _require("folder", folder.strip())
    _require_known("after_import", after_import, AFTER_IMPORT)
    if after_import == "move":
        _require("move_folder", move_folder.strip())
        if move_folder.strip() == folder.strip():
            raise Invalid(field="move_folder", reason="same_folder")
    row.folder, row.after_import = folder.strip(), after_import
    row.move_folder = move_folder.strip() if after_import == "move" else ""
    row.with_history, row.step = with_history, "folder"
    setups.save(row, "folder", "after_import", "move_folder", "with_history", "step")


@transaction.atomic
def save_outgoing(actor: Actor, *, setup_id: UUID, kind: str, entry: ServerEntry) -> None:
    """Keep how the address sends. Raises as `save_incoming`."""
    row = _lock(actor, setup_id)
    _require_known("out_kind", kind, OUT_KINDS)
    if kind != "installation":
        _require_server(entry, "out_")
        row.out_host, row.out_port = entry.host.lower(), entry.port
        row.out_security = entry.security
    if kind == "own":
        row.out_user = entry.user_name
        if entry.password:
            row.sealed_out_password = keys.seal(entry.password)
            row.out_hint = _hint(entry.password)
        if not row.sealed_out_password:
            raise Invalid(field="out_password", reason="missing")
    row.out_kind, row.step = kind, "outgoing"
    setups.save(
        row,
        "out_kind",
        "out_host",
        "out_port",
        "out_security",
        "out_user",
        "sealed_out_password",
        "out_hint",
        "step",
    )


@transaction.atomic
def finish(actor: Actor, *, setup_id: UUID) -> UUID:
    """Connect the mailbox, or change the connected one; return its id. The same again: the same.

    Raises `Forbidden`, `NotFound`, `Invalid` while something is missing, `AddressTaken`,
    `MailboxTaken`.
    """
    row = _lock(actor, setup_id)
    if not (row.sealed_password or row.sealed_tokens):
        raise Invalid(field="password", reason="missing")
    if row.finished_at is not None and row.mailbox_id is not None:
        return row.mailbox_id
    address_id = addresses.add_address(actor, brand_id=row.brand_id, address=row.address)
    try:
        with transaction.atomic():
            box = _connect(row, address_id)
    except IntegrityError:
        raise MailboxTaken(host=row.host, user=row.user_name) from None
    _audit(actor, "mail.mailbox_changed" if row.mailbox_id else "mail.mailbox_connected", box.id)
    row.mailbox_id, row.finished_at = box.id, clock.now()
    setups.save(row, "mailbox_id", "finished_at")
    if row.step == "outgoing":  # a change that never came to this step leaves the sending alone
        brand_senders.send_through(
            actor,
            brand_id=row.brand_id,
            from_address=row.address,
            server=_outgoing(row),
            mailbox_id=box.id if row.out_kind == "same" and row.auth == "oauth2" else None,
        )
    return box.id


def _outgoing(row: "Setup") -> Server | None:
    """Return the server that was chosen for sending, None for the installation's."""
    if row.out_kind == "installation":
        return None
    same = row.out_kind == "same"
    sealed = row.sealed_password if same else row.sealed_out_password
    return Server(
        host=row.out_host,
        port=row.out_port,
        security=row.out_security,
        user=row.user_name if same else row.out_user,
        password=keys.unseal(sealed, tenant_id=row.tenant_id) if sealed else "",
    )


def discard(actor: Actor, *, setup_id: UUID) -> None:
    """Forget what was begun. Raises `Forbidden`, `NotFound`."""
    _lock(actor, setup_id)
    setups.remove(setup_id)


def _connect(row: "Setup", address_id: UUID) -> "Mailbox":
    server = {
        "host": row.host,
        "port": row.port,
        "use_tls": row.security == presets.TLS,
        "user_name": row.user_name,
        "security": row.security,
        "auth": row.auth,
        "provider": row.authority if row.auth == "oauth2" else "",
        "sealed_password": row.sealed_password,
        "sealed_tokens": row.sealed_tokens,
        "folder": row.folder,
        "folders": [row.folder],
        "after_import": row.after_import,
        "move_folder": row.move_folder,
        "import_from": "all" if row.with_history else "new",
    }
    twin = mailboxes.removed_twin(host=row.host, user_name=row.user_name, folder=row.folder)
    if row.mailbox_id is None and twin is not None:
        return mailboxes.change(twin.id, {**server, "address_id": address_id}, now=clock.now())
    if row.mailbox_id is None:
        start = addresses.NO_FOLDERS_VALIDITY if row.with_history else None
        return mailboxes.add(address_id=address_id, uid_validity=start, **server)
    return mailboxes.change(row.mailbox_id, server, now=clock.now())


def _lock(actor: Actor, setup_id: UUID) -> "Setup":
    actor.require(PERMISSION)
    return setups.lock(setup_id)


def _require_server(entry: ServerEntry, prefix: str) -> None:
    if not (_HOST.fullmatch(entry.host) or _is_number(entry.host)):
        raise Invalid(field=f"{prefix}host", reason="not_a_host")
    if not 0 < entry.port <= _HIGHEST_PORT:
        raise Invalid(field=f"{prefix}port", reason="not_a_port")
    known = (presets.TLS, presets.STARTTLS, *((presets.NONE,) if offers_plain() else ()))
    _require_known(f"{prefix}security", entry.security, known)
    if not prefix:
        _require("user_name", entry.user_name)


def _require_secret(row: "Setup", entry: ServerEntry) -> None:
    """Refuse what cannot sign in; a stored secret goes to no server it was not meant for."""
    if entry.password:
        return
    if entry.host.lower() != row.host.lower():
        if row.sealed_tokens:
            raise Invalid(field="host", reason="consent_first")
        if row.sealed_password:
            raise Invalid(field="password", reason="needed_again")
    if not (row.sealed_password or row.sealed_tokens):
        raise Invalid(field="password", reason="missing")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _require(field: str, value: str) -> None:
    if not value:
        raise Invalid(field=field, reason="missing")


def _require_known(field: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise Invalid(field=field, reason="unknown")


def _hint(password: str) -> str:
    """The last letters, of passwords long enough that these tell nothing."""
    return password[-_HINT:] if len(password) >= _LONG_ENOUGH else ""


def _audit(actor: Actor, action: str, mailbox_id: UUID) -> None:
    identity.record_audit(actor=actor, action=action, object_kind="mailbox", object_id=mailbox_id)


def _card(row: "Setup", brand_name: str) -> SetupCard:
    return SetupCard(
        id=row.id,
        brand_id=row.brand_id,
        brand_name=brand_name,
        address=row.address,
        provider=row.provider,
        host=row.host,
        port=row.port,
        security=row.security,
        auth=row.auth,
        user_name=row.user_name,
        hint=row.hint,
        has_password=bool(row.sealed_password),
        folder=row.folder,
        after_import=row.after_import,
        move_folder=row.move_folder,
        with_history=row.with_history,
        out_kind=row.out_kind,
        out_host=row.out_host,
        out_port=row.out_port,
        out_security=row.out_security,
        out_user=row.out_user,
        out_hint=row.out_hint,
        authority=consenting.authority_for(row),
        is_allowed=bool(row.sealed_tokens),
        mailbox_id=row.mailbox_id,
        step=row.step,
        made_at=row.made_at,
    )
