"""Mail that is suspected, let in, and proven: through the real pipeline."""

import base64
from uuid import uuid4

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from onque.kernel.errors import Forbidden, Invalid
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public as desk
from onque.modules.desk.models import Message, Ticket
from onque.modules.desk.tests.visiting import browser
from onque.modules.mail.models import InboundMail, SenderRule
from onque.modules.mail.services import lists, receiving, signatures
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, MailCast

MX = "mx.acme.example"
SPAM = "X-Spam-Flag: YES\n"
REFUSED = f"Authentication-Results: {MX}; dmarc=fail (p=REJECT) header.from=customer.example\n"
PROVEN = f"Authentication-Results: {MX}; dkim=pass header.d=acme.test\n"
CYS_OWN = PROVEN.replace("acme.test", "customer.example")
LIARS = CYS_OWN.replace(MX, "mx.liar.example")
CYS_SPF = f"Authentication-Results: {MX}; spf=pass smtp.mailfrom={CY}\n"


@pytest.fixture
def cast(committed: None, monkeypatch: pytest.MonkeyPatch) -> MailCast:
    monkeypatch.setattr(settings, "MAIL_TRUSTED_HOSTS", frozenset({MX}))
    return make.make_mail_cast()


def receive(raw: bytes, recipient: str = ACME, *, sender: str = CY) -> InboundMail:
    route = receiving.find_route(recipient)
    assert route
    (mail_id,) = receiving.store_mail([route], Arrival(raw, "lmtp", uuid4().hex, sender))
    make.drain()
    with tenant_scope(route.tenant_id):
        return InboundMail.objects.get(pk=mail_id)


def rule(cast: MailCast, pattern: str, verdict: str) -> None:
    with tenant_scope(cast.acme):
        lists.add_rule(cast.bo, pattern=pattern, verdict=verdict)


def outcome(row: InboundMail) -> tuple[str, str]:
    return row.state, row.reason


@pytest.mark.parametrize(
    ("rules", "more", "expected"),
    [
        ([], "", ("done", "")),
        ([], SPAM, ("suspended", "marked_spam")),
        ([], REFUSED, ("suspended", "sender_not_proven")),
        ([], REFUSED + "List-Id: <l.example>\n", ("done", "")),
        ([], REFUSED.replace(MX, "mx.liar.example"), ("done", "")),
        ([(CY, "block")], "", ("suspended", "blocked_sender")),
        ([("customer.example", "block")], "", ("suspended", "blocked_sender")),
        ([("example", "block")], "", None),
        ([("@customer.example", "block"), (CY, "allow")], SPAM, ("done", "")),
        ([("customer.example", "allow")], REFUSED, ("done", "")),
        ([("tomer.example", "block")], "", ("done", "")),
        ([("customer.example", "proven")], "", ("suspended", "proof_wanted")),
        ([("customer.example", "proven")], PROVEN, ("suspended", "proof_wanted")),
        ([("customer.example", "proven")], CYS_OWN + SPAM, ("done", "")),
        ([("customer.example", "proven")], CYS_SPF, ("done", "")),
        (
            [("customer.example", "proven")],
            CYS_OWN.replace(MX, "x.example"),
            ("suspended", "proof_wanted"),
        ),
        ([("customer.example", "proven"), (CY, "allow")], "", ("done", "")),
    ],
)
def test_who_is_let_in(cast: MailCast, rules, more, expected) -> None:
    for pattern, verdict in rules:
        if expected is None:
            with pytest.raises(Invalid):
                rule(cast, pattern, verdict)
            return
        rule(cast, pattern, verdict)
    row = receive(make.raw_mail(more=more))
    assert outcome(row) == expected
    with tenant_scope(cast.acme):
        assert Ticket.objects.count() == (1 if expected[0] == "done" else 0)


def test_a_domain_s_rule_covers_what_is_below_it(cast: MailCast) -> None:
    rule(cast, "customer.example", "block")
    row = receive(make.raw_mail(sender="x@mail.customer.example"))
    assert outcome(row) == ("suspended", "blocked_sender")


def answered(cast: MailCast) -> str:
    """Cy's ticket with an answer of Ada's; its reply address."""
    receive(make.raw_mail())
    with tenant_scope(cast.acme):
        ticket_id = Ticket.objects.get().pk
    make.answer(cast.ada, ticket_id)
    make.drain()
    return make.outgoing(cast.acme)[-1].reply_to


def test_an_answer_by_a_signed_address_is_never_suspected(cast: MailCast) -> None:
    reply_to = answered(cast)
    rule(cast, CY, "block")
    row = receive(make.raw_mail("네", to=reply_to, more=SPAM + REFUSED), reply_to)
    assert (row.state, row.landing) == ("done", "reply_address")


def test_a_stranger_with_the_address_is_suspected_as_anybody(cast: MailCast) -> None:
    reply_to = answered(cast)
    raw = make.raw_mail("사세요", sender="s@spam.example", to=reply_to, more=SPAM)
    row = receive(raw, reply_to, sender="s@spam.example")
    assert outcome(row) == ("suspended", "marked_spam")


def test_a_member_proven_by_their_domain_leaves_a_note(cast: MailCast) -> None:
    reply_to = answered(cast)
    raw = make.raw_mail("제가 확인할게요.", sender="Ada <ada@acme.test>", to=reply_to, more=PROVEN)
    row = receive(raw, reply_to, sender="ada@acme.test")
    assert (row.state, row.marks) == ("done", "by_member")
    with tenant_scope(cast.acme):
        note = Message.objects.get(pk=row.message_id)
        assert (note.visibility, note.author_kind, note.author_id) == (
            "internal",
            "member",
            cast.people.ada.id,
        )
        assert Ticket.objects.get().status == "pending"
        assert not desk.list_collaborators(note.ticket_id)
    assert len(make.outgoing(cast.acme)) == 1  # nothing of it went to the customer


@pytest.mark.parametrize("more", ["", PROVEN.replace("pass", "fail"), PROVEN.replace(MX, "liar.x")])
def test_a_member_who_proves_nothing_is_a_stranger(cast: MailCast, more: str) -> None:
    reply_to = answered(cast)
    raw = make.raw_mail("저예요", sender="Ada <ada@acme.test>", to=reply_to, more=more)
    row = receive(raw, reply_to, sender="ada@acme.test")
    assert (row.state, row.marks) == ("done", "stranger")
    with tenant_scope(cast.acme):
        assert Message.objects.get(pk=row.message_id).visibility == "public"


def test_what_was_found_is_kept_and_shown_at_the_message(cast: MailCast) -> None:
    row = receive(make.raw_mail(more=PROVEN))
    assert row.auth
    assert row.auth["checks"] == [["dkim", "pass", "acme.test"]]
    page = browser("bo@acme.test").get("/desk/acme/tickets/1/").content.decode()
    assert "Why here" in page
    assert "New ticket: it refers to nothing we know." in page
    assert "DKIM passed (acme.test)" in page
    assert f"Checked by {MX}." in page


def test_learning_from_a_release(cast: MailCast) -> None:
    with tenant_scope(cast.acme):
        for _again in range(2):
            lists.trust_sender(cast.bo, address="Cy@Customer.example")
        assert [(r.pattern, r.verdict, r.origin) for r in SenderRule.objects.all()] == [
            (CY, "allow", "release")
        ]
        lists.trust_sender(cast.bo, address="")
        assert SenderRule.objects.count() == 1
    rule(cast, CY, "block")
    with tenant_scope(cast.acme):
        lists.trust_sender(cast.bo, address=CY)  # a person's word stays
        assert SenderRule.objects.get().verdict == "block"


def test_only_who_may_change_settings_rules_on_senders(cast: MailCast) -> None:
    rule(cast, CY, "block")
    with tenant_scope(cast.acme):
        rule_id = SenderRule.objects.get().pk
        for act in (
            lambda: lists.list_rules(cast.ada),
            lambda: lists.add_rule(cast.ada, pattern="x@y.example", verdict="allow"),
            lambda: lists.remove_rule(cast.ada, rule_id=rule_id),
            lambda: lists.trust_sender(cast.ada, address="x@y.example"),
        ):
            with pytest.raises(Forbidden):
                act()
        with pytest.raises(Invalid):
            lists.add_rule(cast.bo, pattern="x@y.example", verdict="eat")
        assert SenderRule.objects.count() == 1


def test_the_page_of_senders(cast: MailCast) -> None:
    bo = browser("bo@acme.test")
    where = "/desk/acme/mail/senders/"
    assert "No sender is listed." in bo.get(where).content.decode()
    wrong = bo.post(where + "new", {"pattern": "not an address", "verdict": "block"})
    assert wrong.status_code == 422
    assert "not an address" in wrong.content.decode()
    assert bo.post(where + "new", {"pattern": "", "verdict": "block"}).status_code == 422
    assert (
        bo.post(where + "new", {"pattern": "Spam.example", "verdict": "block"}).status_code == 302
    )
    page = bo.get(where).content.decode()
    assert "@spam.example" in page
    with tenant_scope(cast.acme):
        rule_id = SenderRule.objects.get().pk
    assert bo.post(f"{where}{rule_id}/remove").status_code == 302
    assert "No sender is listed." in bo.get(where).content.decode()


class Keys:
    """A resolver that knows one key."""

    def __init__(self, key: bytes | None) -> None:
        self.key = key
        self.asked: list[str] = []

    def text(self, name: str) -> bytes | None:
        self.asked.append(name)
        return self.key


def signed(raw: bytes) -> tuple[bytes, bytes]:
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    field = dkim.sign(raw, b"s1", b"customer.example", private)
    return field + raw, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


@pytest.mark.parametrize(
    ("change", "known", "result"),
    [(b"", True, "pass"), (b"changed", True, "fail"), (b"", False, "fail")],
    ids=["whole", "changed on the way", "no key"],
)
def test_our_own_check_of_a_signature(
    cast: MailCast,
    monkeypatch: pytest.MonkeyPatch,
    change: bytes,
    known: bool,
    result: str,
) -> None:
    raw, key = signed(make.raw_mail())
    keys = Keys(key if known else None)
    monkeypatch.setattr(signatures, "resolver", lambda: keys)
    monkeypatch.setattr(settings, "MAIL_VERIFY_DKIM", True)
    row = receive(raw + change)
    assert row.state == "done"
    assert row.auth
    assert row.auth["by"] == "onque"
    assert row.auth["checks"] == [["dkim", result, "customer.example"]]
    assert keys.asked == ["s1._domainkey.customer.example"]


def test_nobody_is_asked_where_it_is_off_or_done_already(
    cast: MailCast, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, key = signed(make.raw_mail())
    keys = Keys(key)
    monkeypatch.setattr(signatures, "resolver", lambda: keys)
    assert receive(raw).auth is None
    monkeypatch.setattr(settings, "MAIL_VERIFY_DKIM", True)
    row = receive(PROVEN.replace("\n", "\r\n").encode() + signed(make.raw_mail("둘"))[0])
    assert row.auth
    assert row.auth["by"] == MX
    assert not keys.asked


def test_a_broken_signature_does_no_harm(cast: MailCast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signatures, "resolver", lambda: Keys(None))
    monkeypatch.setattr(settings, "MAIL_VERIFY_DKIM", True)
    row = receive(make.raw_mail(more="DKIM-Signature: v=1; a=none; d=x.example; s=;;;\n"))
    assert row.state == "done"
    assert row.auth
    assert row.auth["checks"][0][1] in {"fail", "permerror"}
