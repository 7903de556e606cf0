"""What servers say of a sender, as they really write it."""

import pytest

from onque.modules.mail.rules import authentication, spam
from onque.modules.mail.rules.authentication import Check, Evidence
from onque.modules.mail.rules.mime import Part, open_message

GOOGLE = (
    "mx.google.com; dkim=pass header.i=@shop.example header.s=s1 header.b=abc;"
    " spf=pass (google.com: domain of a@shop.example designates 1.2.3.4 as permitted sender)"
    " smtp.mailfrom=a@shop.example; dmarc=pass (p=REJECT sp=REJECT dis=NONE)"
    " header.from=shop.example"
)
MICROSOFT = (
    "spf=fail (sender IP is 1.2.3.4) smtp.mailfrom=shop.example; dkim=none (message not signed)"
    " header.d=none;dmarc=fail action=oreject header.from=shop.example;compauth=fail reason=000"
)
NAVER = (
    "mx.naver.com; spf=pass smtp.mailfrom=a@shop.example; dmarc=fail (p=reject) header.from=x.kr"
)


def head(*fields: str) -> Part:
    return open_message("\r\n".join((*fields, "", "body: no")).encode())


def found(*fields: str, trusted: tuple[str, ...] = (), provider: str = "") -> Evidence:
    return authentication.read_evidence(head(*fields), trusted=trusted, provider=provider)


@pytest.mark.parametrize(
    ("value", "provider", "checks", "refused"),
    [
        (
            GOOGLE,
            "imap.gmail.com",
            ["dkim pass shop.example", "spf pass shop.example", "dmarc pass shop.example"],
            False,
        ),
        (
            MICROSOFT,
            "outlook.office365.com",
            ["spf fail shop.example", "dkim none none", "dmarc fail shop.example"],
            True,
        ),
        (NAVER, "imap.naver.com", ["spf pass shop.example", "dmarc fail x.kr"], True),
        (NAVER, "imap.gmail.com", [], False),
        (NAVER, "", [], False),
        (GOOGLE, "imap.example.com", [], False),
        ("mx.google.com; none", "imap.gmail.com", [], False),
        ("mx.google.com", "imap.gmail.com", [], False),
        ("mx.google.com; ))) =", "imap.gmail.com", [], False),
        (";;;", "imap.gmail.com", [], False),
    ],
)
def test_what_a_provider_found(value, provider, checks, refused) -> None:
    evidence = found(f"Authentication-Results: {value}", provider=provider)
    assert [f"{c.method} {c.result} {c.domain}" for c in evidence.checks] == checks
    assert evidence.is_refused is refused


def test_hosts_the_installation_names_are_believed_too() -> None:
    field = f"Authentication-Results: {GOOGLE.replace('mx.google.com', 'mx.acme.example')}"
    assert found(field, trusted=("mx.acme.example",)).by == "mx.acme.example"
    assert not found(field, trusted=("other.example",)).checks


def test_only_the_first_word_of_a_trusted_host_counts() -> None:
    evidence = found(
        "Authentication-Results: mx.a.example; spf=fail smtp.mailfrom=bad.example",
        "Authentication-Results: mx.a.example; spf=pass smtp.mailfrom=bank.example",
        trusted=("mx.a.example",),
    )
    assert evidence.checks == (Check("spf", "fail", "bad.example"),)


@pytest.mark.parametrize(
    ("signed", "shown", "aligned"),
    [
        ("shop.example", "shop.example", True),
        ("mail.shop.example", "shop.example", True),
        ("shop.example", "news.shop.example", True),
        ("shop.example", "notshop.example", False),
        ("co.kr", "shop.co.kr", False),
        ("example", "shop.example", False),
        ("", "shop.example", False),
    ],
)
def test_alignment(signed, shown, aligned) -> None:
    assert authentication.is_aligned(signed, shown) is aligned


def test_proof_needs_a_pass_for_the_shown_domain() -> None:
    assert Evidence((Check("dkim", "pass", "shop.example"),)).proves("a@Shop.example")
    assert not Evidence((Check("dkim", "fail", "shop.example"),)).proves("a@shop.example")
    assert not Evidence((Check("spf", "pass", "sender.example"),)).proves("a@shop.example")
    assert not Evidence().proves("a@shop.example")


def test_evidence_survives_being_stored() -> None:
    evidence = found(f"Authentication-Results: {GOOGLE}", provider="imap.gmail.com")
    assert authentication.from_row(authentication.as_row(evidence)) == evidence
    assert authentication.as_row(Evidence()) is None
    assert authentication.from_row(None) == Evidence()


@pytest.mark.parametrize(
    ("field", "mark"),
    [
        ("X-Spam-Flag: YES", "X-Spam-Flag: YES"),
        ("X-Spam-Flag: NO", ""),
        (
            "X-Spam-Status: Yes, score=9.1 required=5.0",
            "X-Spam-Status: Yes, score=9.1 required=5.0",
        ),
        ("X-Spam-Status: No, score=0.1", ""),
        ("X-Spam: Yes", "X-Spam: Yes"),
        ("X-Barracuda-Spam-Flag: YES", "X-Barracuda-Spam-Flag: YES"),
        ("X-Naver-Spam: 1", "X-Naver-Spam: 1"),
        ("X-Gm-Spam: 1", "X-Gm-Spam: 1"),
        ("X-Gm-Spam: 0", ""),
        ("X-MS-Exchange-Organization-SCL: 6", "X-MS-Exchange-Organization-SCL: SCL 6"),
        ("X-MS-Exchange-Organization-SCL: -1", ""),
        (
            "X-Forefront-Antispam-Report: CIP:1.2.3.4;CTRY:KR;SCL:5;SFV:SPM;H:x",
            "X-Forefront-Antispam-Report: SCL 5",
        ),
        ("X-Forefront-Antispam-Report: CIP:1.2.3.4;SCL:1;SFV:NSPM", ""),
        ("X-Spam-Report: yes, this is a report", ""),
        ("X-Spam-Score: 2.2", ""),
        ("X-Not-Spam-At-All: yes", ""),
    ],
)
def test_marks_of_filters(field, mark) -> None:
    assert spam.find_mark(head(field)) == mark


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n\r\n", b"\xff\xfe", b"Authentication-Results:\r\n\r\nx"]
)
def test_nothing_to_read_is_no_evidence(raw) -> None:
    head_fields = open_message(raw)
    assert authentication.read_evidence(head_fields, trusted=(), provider="x.y") == Evidence()
