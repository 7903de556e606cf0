"""Delivery reports with the standard's fields, whole, broken or in the wrong kind of part."""

import pytest

from onque.modules.mail.rules.parsed import AutoKind, Automatic, BounceCategory
from onque.modules.mail.tests.test_rules_bounces import COPY, CY, DAEMON, judge

FULL, GONE, LATE = (
    BounceCategory.MAILBOX_FULL,
    BounceCategory.NO_SUCH_USER,
    BounceCategory.DELAYED,
)


def report(
    blocks: str, *, returned: str = "", text: str = "It failed.", head: str = ""
) -> Automatic:
    parts = [
        f"--b\nContent-Type: text/plain\n\n{text}\n",
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"{blocks}\n",
        returned and f"--b\n{returned}\n",
    ]
    kind = "Content-Type: multipart/report; report-type=delivery-status; boundary=b"
    return judge(head or f"{DAEMON}Subject: Report\n{kind}", "\n".join(parts) + "--b--")


FAILED = f"Final-Recipient: rfc822; {CY}\nAction: failed\nStatus: 5.1.1\n"


def test_a_standard_report() -> None:
    found = report(
        f"{FAILED}Diagnostic-Code: smtp; 550 5.1.1 No such user\n\n"
        "Final-Recipient: rfc822;bo@customer.example\nAction: failed\nStatus: 5.2.2\n",
        returned=f"Content-Type: message/rfc822\n\n{COPY}",
    ).bounce
    assert found
    assert found.recipients == (CY, "bo@customer.example")
    assert (found.permanent, found.given_up, found.status) == (True, True, "5.1.1")
    assert found.diagnostic == "550 5.1.1 No such user"
    assert found.message_id == "m-1@shop.example"
    assert found.category is GONE


def test_given_up_though_the_reason_may_pass() -> None:
    found = report(
        f"Final-Recipient: rfc822; {CY}\nAction: failed\nStatus: 4.4.7\n"
        "Diagnostic-Code: X-Postfix; delivery temporarily suspended: expired"
    ).bounce
    assert found
    assert (found.permanent, found.given_up, found.category) == (False, True, LATE)


def test_still_tried() -> None:
    found = report(f"Final-Recipient: rfc822; {CY}\nAction: delayed\nStatus: 4.2.2\n").bounce
    assert found
    assert (found.permanent, found.given_up, found.category) == (False, False, FULL)


def test_a_vague_status_gives_way_to_the_servers_words() -> None:
    found = report(
        f"Final-Recipient: rfc822; {CY}\nAction: failed\nStatus: 5.0.0\n"
        "Diagnostic-Code: smtp; 552 5.2.2 The email account is over quota"
    ).bounce
    assert found
    assert (found.status, found.category) == ("5.2.2", FULL)


def test_the_address_we_wrote_to_comes_before_where_it_was_led() -> None:
    found = report(
        "Original-Recipient: rfc822;cy@customer.example\nFinal-Recipient: rfc822; x@else.example\n"
        "Action: failed\nStatus: 5.1.1\n"
    ).bounce
    assert found
    assert found.recipients == (CY,)


def test_a_report_of_mixed_fates_names_those_that_failed() -> None:
    found = report(
        f"Final-Recipient: rfc822; bo@customer.example\nAction: relayed\n\n{FAILED}"
    ).bounce
    assert found
    assert found.recipients == (CY,)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_good_news_is_no_bounce(action: str) -> None:
    found = report(f"Final-Recipient: rfc822; {CY}\nAction: {action}\nStatus: 2.0.0\n")
    assert (found.kind, found.bounce) == (AutoKind.RECEIPT, None)
    assert action in found.why


def test_the_id_from_returned_header_lines() -> None:
    found = report(FAILED, returned=f"Content-Type: text/rfc822-headers\n\n{COPY}").bounce
    assert found
    assert found.message_id == "m-1@shop.example"


@pytest.mark.parametrize("kind", ["text/plain", "message/delivery-status; charset=utf-8"])
def test_fields_in_a_part_of_another_type_or_encoding(kind: str) -> None:
    head = f"{DAEMON}Subject: Undelivered Mail Returned to Sender\nContent-Type: "
    "multipart/mixed; boundary=b"
    body = (
        "--b\nContent-Type: text/plain\n\nsorry\n--b\n"
        f"Content-Type: {kind}\n\nReporting-MTA: dns; mx\n\n{FAILED}\n--b--"
    )
    found = judge(head, body).bounce
    assert found
    assert (found.recipients, found.status) == ((CY,), "5.1.1")


def test_a_report_without_fields() -> None:
    head = f"{DAEMON}Subject: x\nContent-Type: multipart/report; report-type=delivery-status; "
    "boundary=b"
    found = judge(head, f"--b\nContent-Type: text/plain\n\n<{CY}>: user unknown\n--b--").bounce
    assert found
    assert found.recipients == (CY,)
