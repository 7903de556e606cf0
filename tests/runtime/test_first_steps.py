"""The commands of a first installation that need no running services."""

import pytest

from onque.config import first_steps
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity.tests.factories import actor_of
from onque.modules.mail.public import ImapServer
from onque.modules.mail.services.addresses import list_mailboxes

SERVER = ImapServer(host="imap.acme.test", user_name="help", password="secret")


def test_a_mailbox_is_added_to_the_first_brand(cast):
    said = first_steps.add_mailbox(
        slug="acme", address="help@acme.test", server=SERVER, with_history=False
    )
    assert "imap.acme.test" in said
    with tenant_scope(cast.acme.id):
        (box,) = list_mailboxes(actor_of(cast.acme, cast.bo))
    assert (box.address, box.folder) == ("help@acme.test", "INBOX")


@pytest.mark.parametrize(("slug", "address"), [("nope", "help@acme.test"), ("acme", "not one")])
def test_a_mistake_is_said_in_words(cast, slug, address):
    with pytest.raises(first_steps.RefusedError):
        first_steps.add_mailbox(slug=slug, address=address, server=SERVER, with_history=False)
    with tenant_scope(cast.acme.id):
        assert list_mailboxes(actor_of(cast.acme, cast.bo)) == []
