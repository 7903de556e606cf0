"""The command after a key change: everything sealed moves, once, and nothing else changes."""

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps

from onque.config import first_steps
from onque.kernel import crypto, sealed
from onque.kernel.models import TenantModel
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity.models import User
from onque.modules.mail.models import Address, Mailbox
from onque.modules.mail.services import addresses, keys
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import MailCast


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


def add_mailbox(cast: MailCast) -> None:
    for actor in (cast.bo, cast.dee):
        with tenant_scope(actor.tenant_id):
            Mailbox.objects.create(
                address=Address.objects.get(),
                host="imap.example",
                user_name="support",
                sealed_password=keys.seal("비밀번호"),
            )


def passwords(cast: MailCast) -> list[str]:
    found = []
    for tenant_id in (cast.acme, cast.globex):
        with tenant_scope(tenant_id):
            row = Mailbox.objects.get()
        found.append(keys.unseal(row.sealed_password, tenant_id=tenant_id))
    return found


def test_every_sealed_value_moves_to_the_new_secret(cast: MailCast, settings) -> None:
    add_mailbox(cast)
    factor = Authenticator.objects.create(
        user=User.objects.get(email="bo@acme.test"),
        type="totp",
        data={"secret": crypto.seal("JBSWY3DPEHPK3PXP", purpose="identity.factor")},
    )
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next secret"
    first, again = first_steps.rewrap_secrets(), first_steps.rewrap_secrets()
    assert (first.changed, first.current, first.broken) == (3, 0, 0)
    assert (again.changed, again.current, again.broken) == (0, 3, 0)
    settings.SECRET_KEY_FALLBACKS = []
    assert passwords(cast) == ["비밀번호", "비밀번호"]
    factor.refresh_from_db()
    opened = crypto.unseal(factor.data["secret"], purpose="identity.factor")
    assert opened == "JBSWY3DPEHPK3PXP"


def test_what_no_key_opens_is_counted_and_left(cast: MailCast, settings) -> None:
    add_mailbox(cast)
    settings.SECRET_KEY = "another secret, and the old one was not kept"
    count = first_steps.rewrap_secrets()
    assert (count.changed, count.current, count.broken) == (0, 0, 2)


def test_another_tenants_sealed_password_does_not_open(cast: MailCast) -> None:
    add_mailbox(cast)
    with tenant_scope(cast.acme):
        row = Mailbox.objects.get()
    with pytest.raises(crypto.SealBrokenError):
        keys.unseal(row.sealed_password, tenant_id=cast.globex)


def test_a_password_is_sealed_when_a_mailbox_is_added(cast: MailCast) -> None:
    with tenant_scope(cast.acme):
        addresses.add_mailbox(
            cast.bo,
            address_id=Address.objects.get().id,
            server=addresses.ImapServer("imap.acme.example", "support", "secret"),
        )
        row = Mailbox.objects.get()
    assert "secret" not in row.sealed_password
    assert keys.unseal(row.sealed_password, tenant_id=cast.acme) == "secret"


def test_every_sealed_column_is_registered() -> None:
    known = {(column.table, column.column) for column in sealed.registered()}
    there = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        if issubclass(model, TenantModel)
        for field in model._meta.concrete_fields
        if field.column.startswith("sealed_")
    }
    assert there == known
