"""What a finished set-up changes of how the brand sends."""

from uuid import UUID

import pytest

from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.contracts.setup import ServerEntry
from onque.modules.mail.repositories import brand_senders
from onque.modules.mail.services import keys, setups
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import MailCast

IN = ServerEntry("imap.acme.example", 993, "tls", "new@acme.example", "in-secret")
OUT = ServerEntry("smtp.acme.example", 465, "tls", "out@acme.example", "out-secret")


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


def finished(cast: MailCast, kind: str | None) -> UUID:
    with tenant_scope(cast.acme):
        setup_id = setups.begin(cast.bo, brand_id=cast.acme_brand, address="new@acme.example")
        setups.save_incoming(cast.bo, setup_id=setup_id, entry=IN)
        if kind is not None:
            setups.save_outgoing(cast.bo, setup_id=setup_id, kind=kind, entry=OUT)
        return setups.finish(cast.bo, setup_id=setup_id)


def sender_of(cast: MailCast):
    with tenant_scope(cast.acme):
        return brand_senders.of_brand(cast.acme_brand)


@pytest.mark.parametrize(
    ("kind", "user", "password"),
    [("same", "new@acme.example", "in-secret"), ("own", "out@acme.example", "out-secret")],
)
def test_the_brand_sends_as_was_chosen(cast: MailCast, kind: str, user: str, password: str):
    finished(cast, kind)
    row = sender_of(cast)
    assert (row.transport, row.host, row.port, row.security) == (
        "smtp",
        "smtp.acme.example",
        465,
        "tls",
    )
    assert (row.user_name, row.from_address) == (user, "new@acme.example")
    assert keys.unseal(row.sealed_password, tenant_id=cast.acme) == password


def test_the_installations_server_can_be_chosen_again(cast: MailCast):
    box = finished(cast, "own")
    with tenant_scope(cast.acme):
        setup_id = setups.edit_mailbox(cast.bo, mailbox_id=box)
        setups.save_outgoing(cast.bo, setup_id=setup_id, kind="installation", entry=OUT)
        setups.finish(cast.bo, setup_id=setup_id)
    row = sender_of(cast)
    assert (row.transport, row.from_address, row.sealed_password) == ("relay", "", "")


def test_a_change_of_the_mailbox_alone_leaves_the_sending(cast: MailCast):
    box = finished(cast, "own")
    with tenant_scope(cast.acme):
        setup_id = setups.edit_mailbox(cast.bo, mailbox_id=box)
        setups.save_incoming(cast.bo, setup_id=setup_id, entry=IN)
        setups.finish(cast.bo, setup_id=setup_id)
    assert sender_of(cast).host == "smtp.acme.example"


def test_without_a_choice_the_brand_sends_as_before(cast: MailCast):
    finished(cast, None)
    assert sender_of(cast) is None
