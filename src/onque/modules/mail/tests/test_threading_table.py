# ruff: noqa: E501 - a table is read row by row
"""The threading table: raw bytes in, the ticket out, through the ledger and the real pipeline.

Before each row: Cy's ticket 1 and Dan's ticket 2 of Acme, both answered by Ada, and Cy's ticket 1 of
Globex, answered by Dee. Source: docs/domain/threading.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from onque.kernel.access import system_actor
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.desk.models import Message, Ticket
from onque.modules.desk.services import joining, marking, merging, opening, operations
from onque.modules.identity import public as identity
from onque.modules.mail import public as mail_door
from onque.modules.mail.models import InboundMail, OutboundMail, Reference
from onque.modules.mail.rules import messageids
from onque.modules.mail.services import receiving
from onque.modules.mail.services.keys import reply_keys
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, GLOBEX, MailCast

DAN, EVE, SHOP = "dan@customer.example", "eve@elsewhere.example", "shop@acme.example"
TAGGED = "cy+shop@customer.example"
FORGETFUL = "Auto-Submitted: auto-replied\n"


@dataclass(frozen=True)
class Row:
    """One mail, and what must become of it. Words in braces are filled from the scene."""

    name: str
    goes: str
    """The ticket's number, "new", "follows 1", or the ledger's state where it is no message."""
    why: str
    before: str = ""
    sender: str = CY
    to: str = ACME
    at: str = ""
    """The envelope's recipients, parted by blanks; as `to` when empty."""
    subject: str = "다른 제목"
    answers: str = ""
    refers: str = ""
    own_id: str = ""
    more: str = ""
    text: str = "추가로 말씀드려요."
    status: str = "open"
    """Of the ticket it is on."""
    marks: str = ""
    offer: int | None = None
    null_sender: bool = False


TABLE = [
    # --- the signed reply address
    Row("reply address", "1", "reply_address", to="{reply}"),
    Row("reply address in capitals", "1", "reply_address", to="{REPLY}"),
    Row("reply address in copy only", "1", "reply_address", more="Cc: {reply}\n"),
    Row("reply address in the envelope only", "1", "reply_address", to="x@else.example", at="{reply}"),
    Row("reply address noted on the way", "1", "reply_address", more="Delivered-To: {reply}\n"),
    Row("reply address, another subject and ids", "1", "reply_address", to="{reply}", answers="{our2}", subject="[#2] x"),
    Row("forged reply address", "new", "forged_reply_address", to="{forged}", status="new"),
    Row("forged reply address, but it answers", "1", "replied_to", to="{forged}", answers="{our}"),
    Row("another workspace's reply address", "new", "foreign_reply_address", to=f"{ACME}, {{foreign}}", at=ACME, status="new"),
    Row("reply address signed with the key before", "1", "reply_address", before="new key", to="{reply}"),
    Row("reply address signed with a forgotten key", "new", "forged_reply_address", before="forgotten key", to="{reply}", status="new"),
    Row("reply address of another customer's ticket", "2", "reply_address", to="{reply2}", marks="stranger"),
    Row("reply address forwarded to a stranger", "1", "reply_address", sender=EVE, to="{reply}", marks="stranger"),
    # --- who writes
    Row("from a tagged address of the same mailbox", "1", "reply_address", sender=TAGGED, to="{reply}"),
    Row("from the same address in other letters", "1", "reply_address", sender="CY@Customer.Example", to="{reply}"),
    Row("from another address of the same person", "1", "replied_to", sender="cy@home.example", answers="{our}", marks="stranger"),
    Row("dots are not taken out", "new", "nothing_known", sender="c.y@customer.example", subject="[#1] x", status="new", offer=1),
    Row("a colleague in copy answers", "1", "replied_to", before="eve in copy", sender=EVE, answers="{our}"),
    Row("a colleague in copy, by the number", "1", "subject_number", before="eve in copy", sender=EVE, subject="[#1] x"),
    Row("an earlier author comes back", "1", "subject_number", before="eve wrote", sender=EVE, subject="Re: #1"),
    Row("a stranger forwards our mail with its ids", "1", "referenced", sender=EVE, refers="{first} {our}", subject="Fwd: 환불", marks="stranger"),
    Row("a member whose mail proves nothing", "1", "reply_address", sender="ada@acme.test", to="{reply}", marks="stranger"),
    # --- message ids
    Row("answers our mail", "1", "replied_to", answers="{our}"),
    Row("answers our mail, id in capitals", "1", "replied_to", answers="{OUR}"),
    Row("answers our mail, domain rewritten by a gateway", "1", "signed_id", answers="{our_elsewhere}"),
    Row("answers our mail whose row is gone", "1", "signed_id", before="pruned", answers="{our}"),
    Row("our id, but forged", "new", "forged_message_id", answers="{forged_id}", status="new"),
    Row("an unsigned id of our domain", "new", "nothing_known", answers="{unsigned}", status="new"),
    Row("another workspace's id", "new", "forged_message_id", answers="{foreign_id}", status="new"),
    Row("answers their own mail", "1", "replied_to", answers="{first}"),
    Row("only References, the rest cut off", "1", "referenced", refers="{our}"),
    Row("References cut in the middle, an older one left", "1", "referenced", answers="lost@x", refers="{first} lost@x"),
    Row("In-Reply-To beats References", "2", "replied_to", sender=DAN, answers="{our2}", refers="{our}"),
    Row("an id heard of, from who takes part", "1", "mentioned", before="heard", answers="heard@list.example"),
    Row("an id heard of, from a stranger", "new", "nothing_known", before="heard", sender=EVE, answers="heard@list.example", status="new", offer=1),
    Row("an id of a list that rewrites ids", "new", "nothing_known", answers="rewritten@list.example", more="List-Id: <l.example>\n", status="new"),
    Row("an answer came before what it answers", "1", "answered_before", before="heard", own_id="heard@list.example"),
    Row("only Thread-Index", "new", "nothing_known", more="Thread-Index: AdEt\nThread-Topic: x\n", status="new"),
    Row("no ids at all", "new", "nothing_known", status="new"),
    Row("no ids, the own ticket's subject", "new", "nothing_known", subject="Re: 환불 문의", status="new", offer=1),
    Row("no ids, another's subject", "new", "nothing_known", sender=EVE, subject="Re: 환불 문의", status="new"),
    Row("a known id over other words", "new", "nothing_known", own_id="first@customer.example", status="new"),
    # --- the number in the subject
    Row("number in brackets", "1", "subject_number", subject="Re: [#1] 환불"),
    Row("number in Korean", "1", "subject_number", subject="문의 #1 관련"),
    Row("number in words", "1", "subject_number", subject="Re: help (Ticket 1)"),
    Row("number by a stranger", "new", "nothing_known", sender=EVE, subject="[#1] 환불", status="new", offer=1),
    Row("number of somebody else's ticket", "new", "nothing_known", subject="[#2] 환불", status="new", offer=2),
    Row("number that only another workspace has", "new", "nothing_known", subject="[#77] 환불", status="new"),
    Row("number of an order", "new", "nothing_known", subject="주문 #1 환불", status="new"),
    # --- the ticket's state
    Row("solved", "1", "reply_address", before="solved", to="{reply}"),
    Row("closed", "follows 1", "reply_address", before="closed", to="{reply}", status="new", marks="closed"),
    Row("closed, answered twice", "3", "reply_address", before="closed and followed", to="{reply}", status="new", marks="closed"),
    Row("in the trash", "follows 1", "reply_address", before="trashed", to="{reply}", status="new", marks="trashed"),
    Row("deleted for good", "new", "unknown_ticket", before="purged", to="{reply}", status="new"),
    Row("deleted for good, by its id", "new", "unknown_ticket", before="purged", answers="{our}", status="new"),
    Row("merged", "2", "reply_address", before="merged", to="{reply}", sender=DAN, marks="merged"),
    Row("merged, from the first requester", "2", "reply_address", before="merged", to="{reply}", marks="merged stranger"),
    Row("merged by a member", "2", "reply_address", before="merged by a member", to="{reply}", marks="merged"),
    Row("merged by a member, by our id", "2", "replied_to", before="merged by a member", answers="{our}", marks="merged"),
    Row("merged by a member, by their own id", "2", "referenced", before="merged by a member", refers="{first}", marks="merged"),
    Row("merged by a member, by the number", "2", "subject_number", before="merged by a member", subject="[#1] x", marks="merged"),
    Row("merged and undone", "1", "reply_address", before="merged and undone", to="{reply}"),
    Row("merged and undone, by the number", "1", "subject_number", before="merged and undone", subject="[#1] x"),
    Row("a message split off", "3", "replied_to", before="split", answers="second@customer.example"),
    Row("the ticket it was split off", "1", "reply_address", before="split", to="{reply}", refers="second@customer.example"),
    Row("the ticket it was split off, by our id", "1", "replied_to", before="split", answers="{our}"),
    Row("a split undone", "1", "replied_to", before="split and undone", answers="second@customer.example"),
    Row("a split undone, by the new number", "1", "subject_number", before="split and undone", subject="[#3] x", marks="merged"),
    Row("another brand's by now", "1", "reply_address", before="given to a brand", to="{reply}"),
    Row("a message moved here", "1", "replied_to", before="moved", sender=EVE, answers="moved@elsewhere.example"),
    Row("a message moved and back", "3", "replied_to", before="moved back", sender=EVE, answers="moved@elsewhere.example", status="new"),
    Row("spam", "1", "reply_address", before="spam", to="{reply}", status="spam", marks="spam"),
    Row("blocked", "1", "reply_address", before="blocked", to="{reply}", status="spam", marks="blocked"),
    Row("blocked, on another's ticket", "new", "reply_address", before="blocked", to="{reply2}", status="spam", marks="blocked stranger"),
    Row("blocked, a new mail", "new", "nothing_known", before="blocked", status="spam", marks="blocked"),
    # --- other brands, several addresses
    Row("to another brand's address", "1", "replied_to", before="second brand", to=SHOP, answers="{our}", marks="other_brand"),
    Row("to two addresses, the second row", "duplicate", "", before="second brand", to=f"{ACME}, {SHOP}", status=""),
    Row("to an address and the reply address", "duplicate", "", to=f"{ACME}, {{reply}}", at=f"{ACME} {{reply}}", status=""),
    Row("to two workspaces", "new", "nothing_known", to=f"{GLOBEX}, {ACME}", status="new"),
    # --- programs
    Row("an absence note", "1", "replied_to", answers="{our}", more=FORGETFUL, status="pending"),
    Row("an absence note by the reply address", "1", "reply_address", to="{reply}", more=FORGETFUL, status="pending"),
    Row("an absence note on a solved ticket", "1", "replied_to", before="solved", answers="{our}", more=FORGETFUL, status="solved"),
    Row("a note from a list's robot", "1", "referenced", refers="{our}", more="Precedence: auto_reply\n", status="pending"),
]  # fmt: skip


class Scene:
    """Three answered tickets, and the names the table uses."""

    def __init__(self, cast: MailCast) -> None:
        self.cast = cast
        receive(make.raw_mail(message_id="first@customer.example"), ACME)
        receive(make.raw_mail(sender=DAN, subject="배송", message_id="dan@customer.example"), ACME)
        receive(make.raw_mail(message_id="there@customer.example"), GLOBEX)
        for tenant, actor, number in ((cast.acme, cast.ada, 1), (cast.acme, cast.ada, 2)):
            make.answer(actor, self.ticket_id(number, tenant))
        make.answer(cast.dee, self.ticket_id(1, cast.globex))
        make.drain()
        ours, theirs = make.outgoing(cast.acme), make.outgoing(cast.globex)
        self.ours = {row.ticket_id: row for row in ours}
        first, second = self.ours[self.ticket_id(1)], self.ours[self.ticket_id(2)]
        self.names = {
            "reply": first.reply_to,
            "REPLY": first.reply_to.upper(),
            "reply2": second.reply_to,
            "foreign": theirs[0].reply_to,
            "forged": _spoil(first.reply_to),
            "our": first.rfc_id,
            "OUR": first.rfc_id.upper(),
            "our2": second.rfc_id,
            "our_elsewhere": f"{first.rfc_id.partition('@')[0]}@gateway.example",
            "foreign_id": theirs[0].rfc_id,
            "forged_id": messageids.write_id(
                b"wrong",
                tenant_id=cast.acme,
                ticket_number=1,
                mail_id=uuid4(),
                domain=settings.MAIL_DOMAIN,
            ),
            "unsigned": f"{first.id.hex}@{settings.MAIL_DOMAIN}",
            "first": "first@customer.example",
        }

    def ticket_id(self, number: int, tenant_id: UUID | None = None) -> UUID:
        with tenant_scope(tenant_id or self.cast.acme):
            return Ticket.objects.get(number=number).pk

    def fill(self, text: str) -> str:
        return text.format(**self.names)


def _spoil(address: str) -> str:
    local, _, domain = address.partition("@")
    return f"{local[:-1]}{'b' if local[-1] != 'b' else 'c'}@{domain}"


def receive(raw: bytes, *recipients: str, envelope_from: str = CY) -> list[UUID]:
    routes = [receiving.find_route(item) for item in recipients]
    assert None not in routes
    arrival = Arrival(raw, "lmtp", uuid4().hex, envelope_from)
    rows = receiving.store_mail([route for route in routes if route], arrival)
    make.drain()
    return rows


def set_status(*path: str) -> Callable[[Scene], None]:
    def prepare(scene: Scene) -> None:
        cast = scene.cast
        with tenant_scope(cast.acme):
            for status in path:
                ticket = Ticket.objects.get(number=1)
                desk.set_status(system_actor(cast.acme), ticket_id=ticket.pk, status=status)

    return prepare


def followed(scene: Scene) -> None:
    set_status("solved", "closed")(scene)
    receive(make.raw_mail("하나", to=scene.names["reply"]), scene.names["reply"])


def blocked(scene: Scene) -> None:
    with tenant_scope(scene.cast.acme):
        customers.set_blocked(customers.identify_by_email(email=CY).id, blocked=True)


def purged(scene: Scene) -> None:
    with tenant_scope(scene.cast.acme):
        Message.objects.filter(ticket__number=1).delete()
        Ticket.objects.filter(number=1).delete()


def pruned(scene: Scene) -> None:
    with tenant_scope(scene.cast.acme):
        OutboundMail.objects.all().delete()
        Reference.objects.all().delete()


def merged(scene: Scene) -> None:
    with tenant_scope(scene.cast.acme):
        second = Ticket.objects.get(number=2).pk
        Ticket.objects.filter(number=1).update(merged_into_id=second, status="closed")


def merged_by_a_member(scene: Scene) -> UUID | None:
    with tenant_scope(scene.cast.acme):
        return merging.merge_tickets(scene.cast.ada, number=1, into=2).operation_id


def split(scene: Scene) -> UUID | None:
    """Cy's second mail on ticket 1 became ticket 3."""
    raw = make.raw_mail(
        "그리고 영수증도요", to=scene.names["reply"], message_id="second@customer.example"
    )
    (mail_id,) = receive(raw, scene.names["reply"])
    with tenant_scope(scene.cast.acme):
        message_id = InboundMail.objects.get(pk=mail_id).message_id
        done = opening.split_message(scene.cast.ada, message_id=message_id)
    make.drain()
    assert done.number == 3
    return done.operation_id


def undone(act: Callable[[Scene], UUID | None]) -> Callable[[Scene], None]:
    def prepare(scene: Scene) -> None:
        operation_id = act(scene)
        with tenant_scope(scene.cast.acme):
            operations.undo(scene.cast.ada, operation_id=operation_id)
        make.drain()

    return prepare


def given_to_a_brand(scene: Scene) -> None:
    with tenant_scope(scene.cast.acme):
        brand = identity.create_brand(name="Shop", slug="shop")
        marking.set_brand(scene.cast.ada, ticket_id=scene.ticket_id(1), brand_id=brand.id)


def in_copy(scene: Scene) -> None:
    with tenant_scope(scene.cast.acme):
        desk.add_collaborator(scene.ticket_id(1), address=EVE)


def eve_wrote(scene: Scene) -> None:
    raw = make.raw_mail("저예요", sender=EVE, to=scene.names["reply"])
    receive(raw, scene.names["reply"], envelope_from=EVE)


def heard(scene: Scene) -> None:
    """Cy answers, on the ticket, a mail that we never saw."""
    raw = make.raw_mail(
        "전에 말했듯이", to=scene.names["reply"], more="References: <heard@list.example>\n"
    )
    receive(raw, scene.names["reply"])


def moved(scene: Scene) -> UUID:
    """Eve's mail became ticket 3 and was moved to ticket 1, for which it was offered."""
    raw = make.raw_mail(
        "저도요", sender=EVE, subject="[#1] 환불", message_id="moved@elsewhere.example"
    )
    (mail_id,) = receive(raw, ACME, envelope_from=EVE)
    with tenant_scope(scene.cast.acme):
        message_id = InboundMail.objects.get(pk=mail_id).message_id
        assert joining.join_suggested(scene.cast.ada, message_id=message_id) == 1
    make.drain()
    return message_id


def moved_back(scene: Scene) -> None:
    message_id = moved(scene)
    with tenant_scope(scene.cast.acme):
        assert joining.undo_join(scene.cast.ada, message_id=message_id) == 3
    make.drain()


def second_brand(scene: Scene) -> None:
    with tenant_scope(scene.cast.acme):
        brand = identity.create_brand(name="Shop", slug="shop")
        mail_door.add_address(system_actor(scene.cast.acme), brand_id=brand.id, address=SHOP)


BEFORE: dict[str, Callable[[Scene], object]] = {
    "solved": set_status("solved"),
    "closed": set_status("solved", "closed"),
    "closed and followed": followed,
    "trashed": set_status("trash"),
    "spam": set_status("spam"),
    "blocked": blocked,
    "purged": purged,
    "pruned": pruned,
    "merged": merged,
    "merged by a member": merged_by_a_member,
    "merged and undone": undone(merged_by_a_member),
    "split": split,
    "split and undone": undone(split),
    "given to a brand": given_to_a_brand,
    "eve in copy": in_copy,
    "eve wrote": eve_wrote,
    "heard": heard,
    "moved": moved,
    "moved back": moved_back,
    "second brand": second_brand,
}


@pytest.fixture
def scene(committed: None) -> Scene:
    return Scene(make.make_mail_cast())


def test_the_table_is_large_and_names_each_row_once() -> None:
    assert len({row.name for row in TABLE}) == len(TABLE) >= 40


@pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])
def test_landing(scene: Scene, row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    change_keys(row.before, monkeypatch)
    BEFORE.get(row.before, lambda _scene: None)(scene)
    with tenant_scope(scene.cast.acme):
        numbers = set(Ticket.objects.values_list("number", flat=True))
    to = scene.fill(row.to)
    recipients = (scene.fill(row.at) or to.replace(",", " ")).split()
    rows = receive(
        raw_of(row, scene), *recipients, envelope_from="" if row.null_sender else row.sender
    )
    with tenant_scope(scene.cast.acme):
        all_rows = InboundMail.objects.filter(pk__in=rows)
        found = all_rows.order_by("id").last()
        assert found
        if row.goes == "duplicate":  # whichever row was read second
            states = sorted(all_rows.values_list("state", "reason"))
            assert states[-1] == ("duplicate", "same_message")
            assert [state for state, _reason in states].count("duplicate") == 1
            assert Message.objects.filter(request_key__in=rows).count() == 1
            return
        assert (found.state, found.landing) == ("done", row.why)
        message = Message.objects.select_related("ticket").get(pk=found.message_id)
        ticket = message.ticket
        assert where(ticket, numbers) == row.goes
        assert (ticket.status, message.author_address) == (row.status, row.sender)
        assert found.marks == row.marks
        assert message.reason == f"{row.why} {row.marks}".strip()
        offered = Ticket.objects.filter(pk=message.suggested_ticket_id).first()
        assert (offered.number if offered else None) == row.offer
        requester = customers.get_customers([ticket.customer_id])[ticket.customer_id]
        joined = ticket.number in numbers
        assert requester.email in ({CY, DAN, EVE} if joined else {row.sender.lower()})
        if "stranger" in row.marks and joined:
            (copied,) = desk.list_collaborators(ticket.pk)
            assert (copied.address, copied.is_marked) == (row.sender, True)


def where(ticket: Ticket, numbers: set[int]) -> str:
    if ticket.number in numbers:
        return str(ticket.number)
    if ticket.follow_up_of_id is None:
        return "new"
    return f"follows {Ticket.objects.get(pk=ticket.follow_up_of_id).number}"


def change_keys(before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new secret, with the old one among the fallbacks or forgotten."""
    if before in {"new key", "forgotten key"}:
        old = settings.SECRET_KEY
        monkeypatch.setattr(settings, "SECRET_KEY", "another" * 10)
        monkeypatch.setattr(settings, "SECRET_KEY_FALLBACKS", [old] if before == "new key" else [])
        assert len(reply_keys()) == (2 if before == "new key" else 1)


def raw_of(row: Row, scene: Scene) -> bytes:
    more = scene.fill(row.more)
    if row.answers:
        more += f"In-Reply-To: <{scene.fill(row.answers)}>\n"
    if row.refers:
        ids = " ".join(f"<{item}>" for item in scene.fill(row.refers).split())
        more += f"References: {ids}\n"
    return make.raw_mail(
        row.text,
        sender=row.sender,
        to=scene.fill(row.to),
        subject=row.subject,
        message_id=row.own_id or None,
        more=more,
    )
