"""Programs that answer programs: every pair falls silent within ten mails, and people see it.

Our side is the real pipeline: mail comes in through the ledger and is acknowledged as its brand
wants, over SMTP. The other side is a peer in this process that answers what it is sent.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from uuid import uuid4

import pytest

from onque.kernel.access import system_actor
from onque.kernel.errors import Forbidden
from onque.kernel.models import OutboxEvent
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Ticket
from onque.modules.desk.tests.visiting import browser
from onque.modules.identity import public as identity
from onque.modules.mail import public as mail_door
from onque.modules.mail.contracts import NewMail
from onque.modules.mail.models import AutoCount, OutboundMail, Stop
from onque.modules.mail.rules.parsed import ParsedMail
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.services import brand_senders, breaker, receiving, writing
from onque.modules.mail.services.brand_senders import Choices
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, GLOBEX, MailCast, Sink

MOST = 10
ROBOT = "robot@peer.example"
Answer = Callable[[ParsedMail, int], EmailMessage | None]


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with make.sink() as keeper:
        yield keeper


@dataclass
class World:
    """Both sides, and how many mails went from us to the peer."""

    cast: MailCast
    sink: Sink
    answer: Answer
    seen: int = 0

    def start(self, first: EmailMessage, *, envelope_from: str = ROBOT) -> int:
        """Send the first mail and let both sides answer each other; return what we sent."""
        self.deliver(first, envelope_from=envelope_from)
        for _round in range(4 * MOST):
            fresh = self.sink.received[self.seen :]
            if not fresh:
                return self.seen
            self.seen += len(fresh)
            assert self.seen <= MOST, "the loop goes on"
            for _sender, _to, raw in fresh:
                self.hand_back(parse_mail(raw))
        raise AssertionError("the loop goes on")

    def hand_back(self, sent: ParsedMail) -> None:
        answer = self.answer(sent, self.seen)
        if answer is not None:
            self.deliver(answer, envelope_from="" if "daemon" in answer["From"] else ROBOT)

    def deliver(self, message: EmailMessage, *, envelope_from: str = ROBOT) -> None:
        route = receiving.find_route(str(message["To"]))
        if route is None:
            return
        raw = message.as_bytes()
        receiving.store_mail([route], Arrival(raw, "lmtp", uuid4().hex, envelope_from))
        make.drain()


def letter(
    to: str, text: str, *, sender: str = ROBOT, subject: str = "Hello", **more: str
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{uuid4().hex}@peer.example>"
    for name, value in more.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def to_sender(mail: ParsedMail) -> str:
    return mail.sender.address if mail.sender else ""


def to_reply_address(mail: ParsedMail) -> str:
    return mail.reply_to[0].address if mail.reply_to else to_sender(mail)


def world(cast: MailCast, sink: Sink, answer: Answer) -> World:
    """Both workspaces acknowledge, in words of their own and in the usual ones."""
    own = {"en": "We got it. Your request has number {number}."}
    for tenant_id, actor in ((cast.acme, cast.bo), (cast.globex, cast.dee)):
        with tenant_scope(tenant_id):
            for brand in identity.list_brands():
                choices = Choices(
                    acknowledges=True, acknowledgements=own if brand.is_default else {}
                )
                brand_senders.set_choices(actor, brand_id=brand.id, choices=choices)
    return World(cast, sink, answer)


def stops_of(cast: MailCast, who: str = "bo@acme.test", slug: str = "acme") -> list[str]:
    """The open stops, each of which the screen shows."""
    tenant_id, actor = (cast.acme, cast.bo) if slug == "acme" else (cast.globex, cast.dee)
    with tenant_scope(tenant_id):
        found = [row.label for row in breaker.list_stops(actor) if row.resumed_at is None]
    page = browser(who).get(f"/desk/{slug}/mail/stops/").content.decode()
    assert all(label in page for label in found)
    assert ("· Acknowledgement" in page) is bool(found)
    return found


def test_a_responder_without_any_mark_that_answers_from(cast: MailCast, sink: Sink) -> None:
    def answer(mail: ParsedMail, count: int) -> EmailMessage:
        return letter(to_sender(mail), f"I am away {count}", subject="Away")

    loop = world(cast, sink, answer)
    assert loop.start(letter(ACME, "Hello")) == 5
    assert stops_of(cast) == [ROBOT]
    assert browser("bo@acme.test").get("/desk/acme/mail/quarantine/").status_code == 200


def test_a_responder_that_answers_the_reply_address(cast: MailCast, sink: Sink) -> None:
    def answer(mail: ParsedMail, count: int) -> EmailMessage:
        return letter(to_reply_address(mail), f"I am away {count}", subject=f"Re: {mail.subject}")

    assert world(cast, sink, answer).start(letter(ACME, "Hello")) == 1  # once for each ticket
    with tenant_scope(cast.acme):
        assert Ticket.objects.count() == 1


def test_a_ticketing_system_with_new_ids_and_numbers(cast: MailCast, sink: Sink) -> None:
    def answer(mail: ParsedMail, count: int) -> EmailMessage:
        subject = f"[#{7000 + count}] We got your mail"
        return letter(to_sender(mail), f"Your request is {7000 + count}", subject=subject)

    assert world(cast, sink, answer).start(letter(ACME, "Hello")) == 5
    assert stops_of(cast) == [ROBOT]


def test_a_responder_with_a_new_address_each_time(cast: MailCast, sink: Sink) -> None:
    """The address cannot tell, but the answers find the ticket, which is acknowledged once."""

    def answer(mail: ParsedMail, count: int) -> EmailMessage:
        more = {"In_Reply_To": f"<{mail.message_id}>"}
        return letter(to_sender(mail), f"No {count}", sender=f"r{count}@peer.example", **more)

    assert world(cast, sink, answer).start(letter(ACME, "Hello")) == 1


def test_bounces_of_bounces(cast: MailCast, sink: Sink) -> None:
    def answer(mail: ParsedMail, _count: int) -> EmailMessage:
        more = {"Auto_Submitted": "auto-replied"}
        sender = "mailer-daemon@peer.example"
        return letter(
            to_reply_address(mail),
            "No such user",
            sender=sender,
            subject="Undelivered Mail Returned to Sender",
            **more,
        )

    assert world(cast, sink, answer).start(letter(ACME, "Hello")) == 1


def test_bounces_without_any_mark(cast: MailCast, sink: Sink) -> None:
    def answer(mail: ParsedMail, count: int) -> EmailMessage:
        return letter(
            to_sender(mail), f"No {count}", sender="relay7@peer.example", subject="Problem"
        )

    loop = world(cast, sink, answer)
    assert loop.start(letter(ACME, "Hello", sender="relay7@peer.example")) == 5
    assert stops_of(cast) == ["relay7@peer.example"]


def test_our_own_address_as_customer_of_another_brand(cast: MailCast, sink: Sink) -> None:
    with tenant_scope(cast.acme):
        brand = identity.create_brand(name="Shop", slug="shop")
        address = "shop@acme.example"
        mail_door.add_address(system_actor(cast.acme), brand_id=brand.id, address=address)
    loop = world(cast, sink, lambda _mail, _count: None)
    assert loop.start(letter(address, "Hello", sender=ACME), envelope_from=ACME) == 0
    row = make.ledger(cast.acme)[-1]
    assert (row.state, row.reason) == ("suspended", "own_address")


def test_a_list_with_a_responder_on_it(cast: MailCast, sink: Sink) -> None:
    def answer(mail: ParsedMail, count: int) -> EmailMessage:
        more = {"List_Id": "<l.peer.example>", "Precedence": "list"}
        return letter(to_sender(mail), f"Away {count}", sender="l@peer.example", **more)

    first = letter(ACME, "Hello", sender="l@peer.example", List_Id="<l.peer.example>")
    assert world(cast, sink, answer).start(first) == 0


def test_a_responder_behind_a_list_that_a_person_wrote_from(cast: MailCast, sink: Sink) -> None:
    """The first mail bears no mark and is acknowledged; what the list brings back is not."""

    def answer(mail: ParsedMail, count: int) -> EmailMessage:
        more = {"List_Id": "<l.peer.example>", "Precedence": "list"}
        return letter(to_sender(mail), f"Away {count}", sender="l@peer.example", **more)

    assert world(cast, sink, answer).start(letter(ACME, "Hello", sender="l@peer.example")) == 1


def test_a_list_that_carries_our_acknowledgement_back_to_us(cast: MailCast, sink: Sink) -> None:
    """As some do: the sender is left as it was, the marks and our ids are gone."""

    def answer(mail: ParsedMail, _count: int) -> EmailMessage:
        return letter(ACME, mail.text, sender=to_sender(mail), subject=f"[l] {mail.subject}")

    assert world(cast, sink, answer).start(letter(ACME, "Hello", sender="l@peer.example")) == 1
    row = make.ledger(cast.acme)[-1]
    assert (row.state, row.reason) == ("suspended", "own_address")


@pytest.mark.parametrize("stripped", [False, True], ids=["as sent", "marks stripped on the way"])
def test_two_workspaces_that_write_to_each_other(
    cast: MailCast, sink: Sink, stripped: bool
) -> None:
    """What Acme sends arrives at Globex and the other way round, both acknowledging."""

    def carry(mail: ParsedMail, _count: int) -> EmailMessage:
        more = {} if stripped else {"Auto_Submitted": "auto-replied"}
        return letter(
            mail.to[0].address, mail.text, sender=to_sender(mail), subject=mail.subject, **more
        )

    loop = world(cast, sink, carry)
    total = loop.start(letter(ACME, "Hello", sender=GLOBEX), envelope_from=GLOBEX)
    assert total <= MOST
    if not stripped:
        assert total == 1
    if stripped:
        assert [*stops_of(cast), *stops_of(cast, "dee@globex.test", "globex")]


def test_a_flood_of_surveys_on_one_ticket_stops(cast: MailCast, sink: Sink) -> None:
    route = receiving.find_route(ACME)
    assert route
    receiving.store_mail([route], Arrival(make.raw_mail(), "lmtp", uuid4().hex, CY))
    make.drain()
    with tenant_scope(cast.acme):
        ticket = Ticket.objects.get()
        for number in range(20):
            writing.queue_mail(
                NewMail(
                    f"{number}",
                    "survey",
                    CY,
                    "?",
                    "?",
                    brand_id=cast.acme_brand,
                    ticket_id=ticket.pk,
                )
            )
    make.drain()
    assert len(sink.received) == 5
    with tenant_scope(cast.acme):
        assert OutboundMail.objects.filter(state="stopped").count() == 15
        (stop,) = breaker.list_stops(cast.bo)
        assert (stop.label, stop.held, stop.mail_kind) == (CY, 15, "survey")
        assert OutboxEvent.objects.filter(name="mail.automatic_mail_stopped").count() == 1


def flood(cast: MailCast, prefix: str, count: int) -> None:
    with tenant_scope(cast.acme):
        for number in range(count):
            writing.queue_mail(
                NewMail(f"{prefix}{number}", "survey", CY, "?", "?", brand_id=cast.acme_brand)
            )
    make.drain()


def test_one_click_lets_it_out_again_and_is_on_record(cast: MailCast, sink: Sink) -> None:
    flood(cast, "a", 6)
    assert len(sink.received) == 5
    with tenant_scope(cast.acme):
        stop = Stop.objects.get()
    answer = browser("bo@acme.test").post(f"/desk/acme/mail/stops/{stop.pk}/resume")
    assert answer.status_code == 302
    flood(cast, "b", 1)
    assert len(sink.received) == 6  # the held one stays unsent
    with tenant_scope(cast.acme):
        assert [
            line.action for line in identity.list_audit(object_kind="mail_stop", object_id=stop.pk)
        ] == ["mail.resumed"]
    page = browser("bo@acme.test").get("/desk/acme/mail/stops/").content.decode()
    assert "Resumed" in page


def test_who_may_not_see_the_quarantine_resumes_nothing(cast: MailCast, sink: Sink) -> None:
    flood(cast, "a", 6)
    with tenant_scope(cast.acme):
        stop = Stop.objects.get()
        with pytest.raises(Forbidden):
            breaker.resume(cast.ada, stop_id=stop.pk)
        with pytest.raises(Forbidden):
            breaker.list_stops(cast.ada)
        assert Stop.objects.get().resumed_at is None


def test_the_same_mail_queued_twice_counts_once(cast: MailCast, sink: Sink) -> None:
    for _again in range(10):
        flood(cast, "same", 1)
    assert len(sink.received) == 1
    assert not stops_of(cast)


def test_account_mail_has_a_budget_of_its_own(cast: MailCast, sink: Sink) -> None:
    flood(cast, "a", 6)
    with tenant_scope(cast.acme):
        writing.queue_mail(NewMail("p", "password", CY, "?", "?"))
    make.drain()
    assert len(sink.received) == 6


def test_what_people_write_is_never_stopped(cast: MailCast, sink: Sink) -> None:
    flood(cast, "a", 6)
    route = receiving.find_route(ACME)
    assert route
    receiving.store_mail([route], Arrival(make.raw_mail(), "lmtp", uuid4().hex, CY))
    make.drain()
    with tenant_scope(cast.acme):
        ticket_id = Ticket.objects.get().pk
    make.answer(cast.ada, ticket_id)
    make.drain()
    assert len(sink.received) == 6


def test_old_counts_are_forgotten(cast: MailCast) -> None:
    flood(cast, "a", 1)
    with tenant_scope(cast.acme):
        AutoCount.objects.update(window_at="2020-01-01T00:00:00Z")
    breaker.forget_old_counts()
    with tenant_scope(cast.acme):
        assert not AutoCount.objects.exists()
