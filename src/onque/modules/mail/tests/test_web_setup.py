"""The set-up's pages: what each step keeps, refuses and shows, and to whom."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from onque.kernel.tenancy import tenant_scope
from onque.modules.identity.models import AuditEntry
from onque.modules.identity.sessions import front
from onque.modules.mail.models import Address, Check, InboundMail, Intake, Mailbox, Setup
from onque.modules.mail.services import keys, polling, receiving
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests import trials
from onque.modules.mail.tests.dovecot import PASSWORD, Dovecot, dovecot
from onque.modules.mail.tests.factories import ACME, MailCast
from onque.modules.mail.tests.test_web_mail import browser
from onque.modules.mail.tests.trials import Relay

BASE = "/desk/acme/mail"


@pytest.fixture
def cast(committed: None) -> MailCast:
    caches["sessions"].clear()
    front.wake()
    return make.make_mail_cast()


@pytest.fixture
def bo(cast: MailCast) -> Client:
    return browser("bo@acme.test")


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def relay(server: Dovecot) -> Iterator[Relay]:
    with trials.relay(server) as running:
        yield running


def begun(cast: MailCast, bo: Client, address: str = "new@acme.example") -> UUID:
    given = {"address": address, "brand": str(cast.acme_brand), "provider": ""}
    answer = bo.post(f"{BASE}/setups/new", given)
    assert answer.status_code == 302
    with tenant_scope(cast.acme):
        return Setup.objects.latest("made_at").id


def setup_of(cast: MailCast) -> Setup:
    with tenant_scope(cast.acme):
        return Setup.objects.latest("made_at")


def receiving_server(port: int, **changed: str) -> dict[str, str]:
    return {
        "host": "127.0.0.1",
        "port": str(port),
        "security": "none",
        "user_name": "support",
        "password": PASSWORD,
        **changed,
    }


@pytest.mark.parametrize(
    ("address", "servers", "user", "words"),
    [
        ("shop@gmail.com", "imap.gmail.com smtp.gmail.com", "shop@gmail.com", "app password"),
        ("shop@naver.com", "imap.naver.com smtp.naver.com", "shop", "Naver ID"),
        ("shop@hanmail.net", "imap.daum.net smtp.daum.net", "shop", "Kakao account"),
        ("a@live.com", "outlook.office365.com smtp.office365.com", "a@live.com", "sign in"),
        ("cs@bom.example", "imap.bom.example smtp.bom.example", "cs@bom.example", "the servers"),
    ],
)
def test_the_providers_servers_are_filled_in(
    cast: MailCast, bo: Client, address: str, servers: str, user: str, words: str
) -> None:
    setup_id = begun(cast, bo, address)
    page = bo.get(f"{BASE}/setups/{setup_id}/incoming").content.decode()
    row = setup_of(cast)
    assert (f"{row.host} {row.out_host}", row.user_name) == (servers, user)
    assert row.host in page
    assert words in page


@pytest.mark.parametrize("address", ["", "nonsense", "a b@c.example"])
def test_an_address_that_is_none_is_refused(cast: MailCast, bo: Client, address: str) -> None:
    given = {"address": address, "brand": str(cast.acme_brand)}
    answer = bo.post(f"{BASE}/setups/new", given)
    assert answer.status_code == 422
    assert "Enter an address such as" in answer.content.decode()
    with tenant_scope(cast.acme):
        assert not Setup.objects.exists()


def test_a_mailbox_is_connected_from_first_step_to_last(
    cast: MailCast, bo: Client, server: Dovecot, relay: Relay
) -> None:
    relay.user = "whole"
    setup_id = begun(cast, bo, "whole@acme.example")
    at = f"{BASE}/setups/{setup_id}"
    answer = bo.post(f"{at}/incoming", receiving_server(server.port, user_name="whole"))
    assert answer["Location"] == f"{at}/folder"
    assert "Find the server" in bo.get(f"{at}/folder").content.decode()
    make.drain()
    page = bo.get(f"{at}/folder").content.decode()
    assert "Opened the folder" in page
    assert '<option value="INBOX">' in page
    folder = {"folder": "INBOX", "after_import": "keep", "with_history": "on", "move_folder": ""}
    assert bo.post(f"{at}/folder", folder)["Location"] == f"{at}/outgoing"
    sending = {"out_kind": "same", "out_host": "127.0.0.1", "out_port": str(relay.port)}
    answer = bo.post(f"{at}/outgoing", {**sending, "out_security": "none"})
    assert answer["Location"] == f"{at}/test"
    make.drain()
    with tenant_scope(cast.acme):
        check = Check.objects.latest("asked_at")
    fragment = bo.get(f"{BASE}/checks/{check.id}/").content.decode()
    assert "every 1s" in fragment
    assert "Sent a test mail" in fragment
    assert PASSWORD not in page + fragment
    for _twice in range(2):
        assert bo.post(f"{at}/test")["Location"] == f"{BASE}/addresses/"
    with tenant_scope(cast.acme):
        box = Mailbox.objects.get()
        assert AuditEntry.objects.filter(action="mail.mailbox_connected").count() == 1
    assert keys.unseal(box.sealed_password, tenant_id=cast.acme) == PASSWORD
    assert polling.poll(cast.acme, box.id) == 1
    make.drain()
    with tenant_scope(cast.acme):
        assert InboundMail.objects.get().reason == "test"
        assert Check.objects.get(pk=check.id).state == "ok"
    page = bo.get(f"{BASE}/addresses/").content.decode()
    assert "whole@acme.example" in page
    assert "Fetched" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"host": "not a host"}, "Enter the server&#39;s name"),
        ({"host": ""}, "Enter the server&#39;s name"),
        ({"port": "abc"}, "Enter a port between"),
        ({"port": "70000"}, "Enter a port between"),
        ({"user_name": " "}, "Enter the user name."),
        ({"password": ""}, "Enter the password."),
        ({"security": "odd"}, "Choose one of the values"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    cast: MailCast, bo: Client, changed: dict[str, str], words: str
) -> None:
    setup_id = begun(cast, bo)
    typed = {"host": "imap.typed.example", "port": "1234", "user_name": "typed-user"}
    given = {**receiving_server(1), "password": "secret-typed-1234", **typed, **changed}
    answer = bo.post(f"{BASE}/setups/{setup_id}/incoming", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "secret-typed" not in page
    for name, value in typed.items():
        assert name in changed or f'value="{value}"' in page
    assert setup_of(cast).sealed_password == ""
    with tenant_scope(cast.acme):
        assert not Check.objects.exists()


def test_a_stored_password_goes_to_no_other_server(cast: MailCast, bo: Client) -> None:
    setup_id = begun(cast, bo)
    at = f"{BASE}/setups/{setup_id}/incoming"
    assert bo.post(at, receiving_server(1, password="long-enough-9876")).status_code == 302
    page = bo.get(at).content.decode()
    assert "9876" in page
    assert "long-enough" not in page
    assert bo.post(at, receiving_server(2, password="")).status_code == 302
    answer = bo.post(at, receiving_server(2, host="evil.example", password=""))
    assert answer.status_code == 422
    assert "sent to no other server" in answer.content.decode()
    assert setup_of(cast).host == "127.0.0.1"


def test_plain_connections_are_offered_for_trying_out_only(
    cast: MailCast, bo: Client, settings
) -> None:
    setup_id = begun(cast, bo)
    at = f"{BASE}/setups/{setup_id}/incoming"
    assert "for trying out only" in bo.get(at).content.decode()
    settings.MAIL_PRIVATE_HOSTS = False
    assert "for trying out only" not in bo.get(at).content.decode()
    assert bo.post(at, receiving_server(1)).status_code == 422


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"folder": ""}, "Choose a folder"),
        ({"after_import": "burn"}, "Choose one of the values"),
        ({"after_import": "move", "move_folder": ""}, "Choose the folder that mail is moved to"),
        ({"after_import": "move", "move_folder": "INBOX"}, "Choose another folder"),
    ],
)
def test_the_folder_step_refuses(
    cast: MailCast, bo: Client, given: dict[str, str], words: str
) -> None:
    setup_id = begun(cast, bo)
    right = {"folder": "INBOX", "after_import": "keep", "move_folder": ""}
    answer = bo.post(f"{BASE}/setups/{setup_id}/folder", {**right, **given})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert setup_of(cast).step == "address"


def test_another_sending_server_needs_its_password(cast: MailCast, bo: Client) -> None:
    setup_id = begun(cast, bo)
    at = f"{BASE}/setups/{setup_id}/outgoing"
    own = {"out_kind": "own", "out_host": "smtp.acme.example", "out_port": "465"}
    own |= {"out_security": "tls", "out_user_name": "sender", "out_password": ""}
    answer = bo.post(at, own)
    assert answer.status_code == 422
    assert "Enter the password of the sending server." in answer.content.decode()
    assert bo.post(at, {**own, "out_password": "another-secret"}).status_code == 302
    row = setup_of(cast)
    assert keys.unseal(row.sealed_out_password, tenant_id=cast.acme) == "another-secret"
    assert bo.post(at, {"out_kind": "installation"}).status_code == 302
    assert setup_of(cast).out_kind == "installation"


def connected(cast: MailCast, bo: Client, user: str = "support") -> UUID:
    setup_id = begun(cast, bo, f"{user}-box@acme.example")
    at = f"{BASE}/setups/{setup_id}"
    assert bo.post(f"{at}/incoming", receiving_server(1, user_name=user)).status_code == 302
    assert bo.post(f"{at}/test").status_code == 302
    mailbox_id = setup_of(cast).mailbox_id
    assert mailbox_id
    return mailbox_id


def box(cast: MailCast, mailbox_id: UUID) -> Mailbox:
    with tenant_scope(cast.acme):
        return Mailbox.objects.get(pk=mailbox_id)


def test_without_a_password_nothing_is_connected(cast: MailCast, bo: Client) -> None:
    setup_id = begun(cast, bo)
    answer = bo.post(f"{BASE}/setups/{setup_id}/test")
    assert answer.status_code == 422
    assert "Enter the password." in answer.content.decode()
    with tenant_scope(cast.acme):
        assert not Mailbox.objects.exists()


def test_an_address_of_another_workspace_is_refused_at_the_end(cast: MailCast, bo: Client) -> None:
    setup_id = begun(cast, bo, make.GLOBEX)
    at = f"{BASE}/setups/{setup_id}"
    bo.post(f"{at}/incoming", receiving_server(1))
    answer = bo.post(f"{at}/test")
    assert answer.status_code == 422
    assert "already leads to a brand" in answer.content.decode()
    with tenant_scope(cast.acme):
        assert not Mailbox.objects.exists()


def test_the_same_folder_twice_is_refused(cast: MailCast, bo: Client) -> None:
    connected(cast, bo)
    setup_id = begun(cast, bo, "second@acme.example")
    bo.post(f"{BASE}/setups/{setup_id}/incoming", receiving_server(1))
    answer = bo.post(f"{BASE}/setups/{setup_id}/test")
    assert answer.status_code == 422
    assert "connected already" in answer.content.decode()


def test_a_mailbox_is_switched_off_removed_and_brought_back(cast: MailCast, bo: Client) -> None:
    mailbox_id = connected(cast, bo)
    at = f"{BASE}/mailboxes/{mailbox_id}"
    assert bo.post(f"{at}/switch", {"enabled": "0"}).status_code == 302
    assert not box(cast, mailbox_id).is_enabled
    assert "Switched off" in bo.get(f"{BASE}/addresses/").content.decode()
    assert bo.post(f"{at}/switch", {"enabled": "1"}).status_code == 302
    assert box(cast, mailbox_id).is_enabled
    answer = bo.post(f"{at}/remove")
    page = bo.get(answer["Location"]).content.decode()
    assert f"{at}/restore" in page
    assert f"{at}/edit" not in page
    assert not box(cast, mailbox_id).is_enabled
    assert bo.post(f"{at}/restore").status_code == 302
    assert box(cast, mailbox_id).is_enabled
    assert f"{at}/edit" in bo.get(f"{BASE}/addresses/").content.decode()


def test_a_removed_mailbox_that_is_connected_anew_is_the_same_one(
    cast: MailCast, bo: Client
) -> None:
    mailbox_id = connected(cast, bo)
    with tenant_scope(cast.acme):
        Mailbox.objects.update(uid_validity=7, last_uid=42)
    bo.post(f"{BASE}/mailboxes/{mailbox_id}/remove")
    assert connected(cast, bo) == mailbox_id
    row = box(cast, mailbox_id)
    assert (row.is_enabled, row.removed_at, row.last_uid) == (True, None, 42)


def test_a_mailbox_is_changed_by_the_same_steps(cast: MailCast, bo: Client) -> None:
    mailbox_id = connected(cast, bo)
    with tenant_scope(cast.acme):
        Mailbox.objects.update(uid_validity=7, last_uid=42)
    answer = bo.post(f"{BASE}/mailboxes/{mailbox_id}/edit")
    at = answer["Location"].removesuffix("/incoming")
    assert "Connect support-box@acme.example" in bo.get(answer["Location"]).content.decode()
    bo.post(f"{at}/incoming", receiving_server(2, password=""))
    assert box(cast, mailbox_id).port == 1
    assert bo.post(f"{at}/test").status_code == 302
    row = box(cast, mailbox_id)
    assert (row.port, row.last_uid) == (2, 42)
    assert keys.unseal(row.sealed_password, tenant_id=cast.acme) == PASSWORD
    with tenant_scope(cast.acme):
        assert Mailbox.objects.count() == 1


def test_what_was_begun_is_offered_until_it_is_discarded(cast: MailCast, bo: Client) -> None:
    setup_id = begun(cast, bo)
    for path in ("addresses/", "setups/new"):
        assert f"{setup_id}/incoming" in bo.get(f"{BASE}/{path}").content.decode()
    assert bo.post(f"{BASE}/setups/{setup_id}/discard").status_code == 302
    assert str(setup_id) not in bo.get(f"{BASE}/addresses/").content.decode()


GOOGLE = (
    "From: Gmail Team <forwarding-noreply@google.com>\r\nTo: {to}\r\n"
    "Subject: (#584920173) Gmail Forwarding Confirmation - Receive Mail from cs@acme.example\r\n"
    "Message-ID: <{id}@google.com>\r\nDate: Mon, 04 May 2026 10:00:00 +0900\r\n\r\n"
    "cs@acme.example has requested to automatically forward mail to your email address.\r\n"
    "Confirmation code: 584920173\r\n"
    "https://mail-settings.google.com/mail/vf-%5BANGjdJ%5D-abc\r\n"
)


def forwarding_address(cast: MailCast, bo: Client) -> Address:
    answer = bo.post(f"{BASE}/forwarding/new", {"brand": str(cast.acme_brand)})
    assert answer.status_code == 302
    with tenant_scope(cast.acme):
        return Address.objects.get(is_forwarding=True)


def arrive(raw: bytes, recipient: str, name: str) -> None:
    route = receiving.find_route(recipient)
    assert route
    receiving.store_mail([route], Arrival(raw, "smtp", name, "x@google.com"))
    make.drain()


def test_a_brand_has_one_forwarding_address_and_mail_to_it_arrives(
    cast: MailCast, bo: Client
) -> None:
    row = forwarding_address(cast, bo)
    assert forwarding_address(cast, bo).address == row.address
    assert row.address.endswith(f"@{settings.MAIL_DOMAIN}")
    page = bo.get(f"{BASE}/addresses/").content.decode()
    assert row.address in page
    assert "Make a forwarding address" not in page
    arrive(make.raw_mail(to="cs@acme.example"), row.address, "1")
    (mail,) = make.ledger(cast.acme)
    assert (mail.state, mail.brand_id, mail.recipient) == ("done", cast.acme_brand, row.address)
    with tenant_scope(cast.acme):
        assert receiving.find_route(row.address.replace("-", "-a", 1)) is None


def test_googles_question_is_shown_and_kept_and_becomes_no_ticket(
    cast: MailCast, bo: Client
) -> None:
    row = forwarding_address(cast, bo)
    arrive(GOOGLE.format(to=row.address, id=1).encode(), row.address, "1")
    (mail,) = make.ledger(cast.acme)
    assert (mail.state, mail.reason) == ("suspended", "forward_confirmation")
    for path in ("addresses/", f"addresses/{row.id}/"):
        page = bo.get(f"{BASE}/{path}").content.decode()
        assert "584920173" in page
        assert "https://mail-settings.google.com/mail/vf-" in page
        assert "cs@acme.example" in page
    arrive(GOOGLE.format(to=ACME, id=2).encode(), ACME, "2")
    assert make.ledger(cast.acme)[-1].reason != "forward_confirmation"


def test_forwarding_is_tested_by_a_mail_that_comes_back(cast: MailCast, bo: Client) -> None:
    row = forwarding_address(cast, bo)
    at = f"{BASE}/addresses/{row.id}/"
    assert ACME in bo.get(at).content.decode()
    with make.sink() as keeper:
        assert bo.post(f"{at}check/forwarding").status_code == 302
        make.drain()
    ((_sender, recipients, raw),) = keeper.received
    assert recipients == [ACME]
    assert "every 1s" in bo.get(at).content.decode()
    arrive(raw, row.address, "1")
    page = bo.get(at).content.decode()
    assert "The test mail arrived" in page
    assert "every 1s" not in page
    assert make.ledger(cast.acme)[0].ticket_id is None
    assert bo.post(f"{at}check/domain").status_code == 422


def test_an_address_for_webhooks_shows_its_secret_once(cast: MailCast, bo: Client) -> None:
    new = {"provider": "postmark", "brand": str(cast.acme_brand), "proof": ""}
    page = bo.post(f"{BASE}/intakes/new", new).content.decode()
    with tenant_scope(cast.acme):
        row = Intake.objects.get()
    secret = keys.unseal(row.sealed_secret, tenant_id=cast.acme)
    assert f"onque:{secret}" in page
    page = bo.get(f"{BASE}/addresses/").content.decode()
    assert f"/intake/postmark/{row.token}/mail" in page
    assert secret not in page
    answer = bo.post(f"{BASE}/intakes/new", {**new, "provider": "mailgun"})
    assert answer.status_code == 422
    assert "Enter the provider" in answer.content.decode()
    answer = bo.post(f"{BASE}/intakes/{row.id}/remove")
    page = bo.get(answer["Location"]).content.decode()
    assert f"{BASE}/intakes/{row.id}/restore" in page
    assert row.token not in page
    assert bo.post(f"{BASE}/intakes/{row.id}/restore").status_code == 302
    assert row.token in bo.get(f"{BASE}/addresses/").content.decode()


def test_agents_and_outsiders_are_kept_out(cast: MailCast, bo: Client) -> None:
    setup_id, mailbox_id = begun(cast, bo), connected(cast, bo)
    with tenant_scope(cast.acme):
        check_id, address_id = Check.objects.latest("asked_at").id, Address.objects.first().id
    ada, dee = browser("ada@acme.test"), browser("dee@globex.test")
    pages = [f"setups/{setup_id}/{step}" for step in ("incoming", "folder", "outgoing", "test")]
    pages += ["setups/new", f"checks/{check_id}/", f"addresses/{address_id}/", "addresses/"]
    acts = [f"mailboxes/{mailbox_id}/{act}" for act in ("edit", "switch", "remove", "restore")]
    acts += [f"setups/{setup_id}/{act}" for act in ("try", "discard", "test")]
    acts += [f"addresses/{address_id}/check/domain"]
    for path in pages:
        assert ada.get(f"{BASE}/{path}").status_code == 403, path
        assert dee.get(f"{BASE}/{path}").status_code == 404, path
    for path in acts:
        assert ada.post(f"{BASE}/{path}").status_code == 403, path
        assert dee.post(f"{BASE}/{path}").status_code == 404, path
        assert dee.post(f"/desk/globex/mail/{path}").status_code == 404, path
    assert box(cast, mailbox_id).is_enabled
