"""A domain's records, asked of a real DNS server on this machine."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.contracts.setup import CheckCard
from onque.modules.mail.models import Address
from onque.modules.mail.rules import domains
from onque.modules.mail.services import brand_senders, checking, dkim_keys
from onque.modules.mail.services.smtp import Server
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, MailCast

Zone = dict[tuple[str, str], list[str]]


@contextmanager
def dns_server(zone: Zone, *, silent: bool = False) -> Iterator[str]:
    """Answer for a zone by UDP; yields host:port."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        server.settimeout(0.2)
        while not over.is_set():
            try:
                packet, peer = server.recvfrom(4096)
            except TimeoutError:
                continue
            if not silent:
                server.sendto(answer(packet, zone), peer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{server.getsockname()[1]}"
    finally:
        over.set()
        thread.join(10)
        server.close()


def answer(packet: bytes, zone: Zone) -> bytes:
    query = dns.message.from_wire(packet)
    question = query.question[0]
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.RA
    kind = dns.rdatatype.to_text(question.rdtype)
    name = question.name.to_text().rstrip(".")
    if records := zone.get((name, kind)):
        reply.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, records))
    elif not any(key[0] == name for key in zone):
        reply.set_rcode(dns.rcode.NXDOMAIN)
    return reply.to_wire()


def zone_of(name: str, text: str) -> Zone:
    """A zone with one TXT record, cut as the DNS wants it."""
    parts = [text[at : at + 250] for at in range(0, len(text), 250)]
    return {(name, "TXT"): [" ".join(f'"{part}"' for part in parts)]}


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


def checked(cast: MailCast, zone: Zone, settings, *, silent: bool = False) -> CheckCard:
    with dns_server(zone, silent=silent) as server:
        settings.DNS_SERVERS = [server]
        settings.MAIL_SPF = "include:spf.onque.example"
        with tenant_scope(cast.acme):
            address_id = Address.objects.get().id
            check_id = checking.start(cast.bo, kind="domain", subject_id=address_id, address=ACME)
        make.drain()
    with tenant_scope(cast.acme):
        return checking.get_check(cast.bo, check_id=check_id)


def told(check: CheckCard) -> dict[str, tuple[str, str]]:
    return {step.name: (step.state, step.code) for step in check.steps if step.name != "dkim"}


def test_good_records_pass(cast: MailCast, settings) -> None:
    zone: Zone = {
        ("acme.example", "MX"): ["10 mx.acme.example."],
        ("acme.example", "TXT"): ['"other"', '"v=spf1 include:spf." "onque.example -all"'],
        ("_dmarc.acme.example", "TXT"): ['"v=DMARC1; p=quarantine"'],
    }
    check = checked(cast, zone, settings)
    assert check.state == "ok"
    assert told(check) == dict.fromkeys(("mx", "spf", "dmarc"), ("ok", ""))
    assert check.steps[0].detail == "10 mx.acme.example"


def test_missing_records_are_advised_and_refuse_nothing(cast: MailCast, settings) -> None:
    check = checked(cast, {}, settings)
    assert check.state == "ok"
    assert told(check) == {
        "mx": ("advice", "mx_none"),
        "spf": ("advice", "spf_none"),
        "dmarc": ("advice", "dmarc_none"),
    }
    details = {step.name: step.detail for step in check.steps}
    assert details["spf"] == 'acme.example  TXT  "v=spf1 include:spf.onque.example ~all"'
    assert details["dmarc"].startswith("_dmarc.acme.example  TXT")


def dkim_step(check: CheckCard) -> tuple[str, str]:
    return next((step.state, step.code) for step in check.steps if step.name == "dkim")


def test_the_brand_s_own_key_is_looked_up(cast: MailCast, settings) -> None:
    assert dkim_step(checked(cast, {}, settings)) == ("advice", "dkim_no_key")
    with tenant_scope(cast.acme):
        record = dkim_keys.make_key(cast.bo, brand_id=cast.acme_brand)
    check = checked(cast, {}, settings)
    assert dkim_step(check) == ("advice", "dkim_none")
    assert any(record.value in step.detail for step in check.steps)
    zone = zone_of(record.name, record.value)
    assert dkim_step(checked(cast, zone, settings)) == ("advice", "dkim_off")
    with tenant_scope(cast.acme):
        dkim_keys.set_signing(cast.bo, brand_id=cast.acme_brand, on=True)
    assert dkim_step(checked(cast, zone, settings)) == ("ok", "")
    assert dkim_step(checked(cast, zone_of(record.name, "p=x"), settings)) == (
        "advice",
        "dkim_other",
    )


def test_a_server_of_one_s_own_signs_by_itself(cast: MailCast, settings) -> None:
    with tenant_scope(cast.acme):
        server = Server("smtp.acme.example", 465)
        brand_senders.send_through(
            cast.bo, brand_id=cast.acme_brand, from_address=ACME, server=server
        )
    assert dkim_step(checked(cast, {}, settings)) == ("advice", "dkim_elsewhere")


def test_a_server_that_does_not_answer_is_said(cast: MailCast, settings) -> None:
    check = checked(cast, {}, settings, silent=True)
    assert check.state == "failed"
    assert told(check)["mx"] == ("failed", "timeout")


@pytest.mark.parametrize(
    ("texts", "code", "detail"),
    [
        (["v=spf1 mx -all"], "spf_lacks", 'a.b  TXT  "v=spf1 mx include:x -all"'),
        (["v=spf1 mx"], "spf_lacks", 'a.b  TXT  "v=spf1 mx include:x"'),
        (["v=spf1 a -all", "v=spf1 mx -all"], "spf_many", "v=spf1 a -all\nv=spf1 mx -all"),
        (["v=spf10 a"], "spf_none", 'a.b  TXT  "v=spf1 include:x ~all"'),
        (["V=SPF1 INCLUDE:X ~all"], "", "V=SPF1 INCLUDE:X ~all"),
    ],
)
def test_spf(texts: list[str], code: str, detail: str) -> None:
    found = domains.judge_spf("a.b", texts, "include:x")
    assert (found.code, found.detail, found.good) == (code, detail, not code)


def test_dkim() -> None:
    assert domains.judge_dkim("a.b", "s", "AB CD", ["v=DKIM1; p=ABCD"]).good
    assert domains.judge_dkim("a.b", "s", "ABCD", []).code == "dkim_none"
    assert domains.judge_dkim("a.b", "s", "ABCD", ["v=DKIM1; p=XY"]).code == "dkim_other"
