from uuid import UUID, uuid4

import pytest

from onque.modules.mail.rules import addresses

KEY = addresses.signing_key("secret")
TENANT, CUSTOMER = uuid4(), uuid4()
DOMAIN = "mail.onque.localhost"


def made(**changes: object) -> str:
    facts = {"tenant_id": TENANT, "ticket_number": 42, "customer_id": CUSTOMER, "domain": DOMAIN}
    return addresses.reply_address(KEY, **{**facts, **changes})  # type: ignore[arg-type]


def test_token_round_trip_in_any_case() -> None:
    address = made()
    local = address.partition("@")[0]
    assert len(local) <= 64
    for shape in (address, address.upper(), f" <{address}> "):
        token = addresses.read_reply_address([KEY], shape, domain=DOMAIN)
        assert token is not None
        assert token.genuine
        assert (token.tenant_id, token.ticket_number) == (TENANT, 42)
        assert token.customer_tail == CUSTOMER.hex[-8:]


def test_every_changed_letter_is_noticed() -> None:
    address = made()
    local, _, domain = address.partition("@")
    for at in range(len(addresses.REPLY_PREFIX), len(local)):
        other = "a" if local[at] != "a" else "b"
        changed = f"{local[:at]}{other}{local[at + 1 :]}@{domain}"
        token = addresses.read_reply_address([KEY], changed, domain=DOMAIN)
        assert token is None or not token.genuine


def test_old_keys_are_still_read() -> None:
    token = addresses.read_reply_address([addresses.signing_key("new"), KEY], made(), domain=DOMAIN)
    assert token is not None
    assert token.genuine
    (forged,) = addresses.reply_tokens([addresses.signing_key("new")], [made()], domain=DOMAIN)
    assert not forged.genuine


@pytest.mark.parametrize(
    "address",
    [
        "support@acme.example",
        "reply+@" + DOMAIN,
        "reply+zzzz@" + DOMAIN,
        "reply+!!!@" + DOMAIN,
        "",
        "@",
    ],
)
def test_other_addresses_hold_no_token(address: str) -> None:
    assert addresses.read_reply_address([KEY], address, domain=DOMAIN) is None


def test_a_token_at_another_domain_is_none_of_ours() -> None:
    assert addresses.read_reply_address([KEY], made(domain="evil.example"), domain=DOMAIN) is None


def test_numbers_out_of_range() -> None:
    with pytest.raises(ValueError, match="out of range"):
        made(ticket_number=0)
    assert made(ticket_number=2**32 - 1)


def test_comparable() -> None:
    assert addresses.comparable(" <Support@Exämple.NET> ") == "support@xn--exmple-cua.net"
    assert addresses.is_address("a@b")
    assert not addresses.is_address("a b@c")
    assert not addresses.is_address("@c")
    assert UUID(int=0)


def test_the_envelope_names_international_domains_in_ascii() -> None:
    assert addresses.for_envelope("Cy@한국.kr") == "Cy@xn--3e0b707e.kr"
    assert addresses.for_envelope("Cy@acme.example") == "Cy@acme.example"
    assert addresses.for_envelope("") == ""


@pytest.mark.parametrize(
    "address",
    [
        "a\x07@b.kr",
        "a@b\x1f.kr",
        "a\u2028@b.kr",
        "a@(x)",
        "a@b..kr",
        "a@-b.kr",
        "a@b.kr.",
        "a@b@c.kr",
    ],
)
def test_what_no_server_takes_is_no_address(address: str) -> None:
    assert not addresses.is_address(address)


@pytest.mark.parametrize("address", ["a@b", "a@한국.kr", "가@b.kr", "a+b'c@B-1.example"])
def test_what_can_be_written_to_is_an_address(address: str) -> None:
    assert addresses.is_address(address)


def test_a_side_thread_has_an_address_of_its_own() -> None:
    side_id = uuid4()
    address = addresses.side_address(
        KEY, tenant_id=TENANT, ticket_number=42, side_id=side_id, domain=DOMAIN
    )
    token = addresses.read_reply_address([KEY], address.upper(), domain=DOMAIN)
    assert token is not None
    assert (token.genuine, token.kind, token.ticket_number) == (True, "side", 42)
    assert token.customer_tail == side_id.hex[-8:]
    reply = addresses.read_reply_address([KEY], made(), domain=DOMAIN)
    assert reply is not None
    assert reply.kind == "reply"


def test_a_bounce_address_names_one_outgoing_mail() -> None:
    mail_id = uuid4()
    address = addresses.bounce_address(KEY, tenant_id=TENANT, mail_id=mail_id, domain=DOMAIN)
    assert len(address.partition("@")[0]) <= 64
    for shape in (address, address.upper(), f"<{address}>"):
        token = addresses.read_bounce_address(
            [addresses.signing_key("new"), KEY], shape, domain=DOMAIN
        )
        assert token is not None
        assert token.tenant_id == TENANT
        assert token.first_id <= mail_id <= token.last_id


def test_every_changed_letter_of_a_bounce_address_is_refused() -> None:
    address = addresses.bounce_address(KEY, tenant_id=TENANT, mail_id=uuid4(), domain=DOMAIN)
    local, _, domain = address.partition("@")
    for at in range(len(addresses.BOUNCE_PREFIX), len(local)):
        other = "a" if local[at] != "a" else "b"
        changed = f"{local[:at]}{other}{local[at + 1 :]}@{domain}"
        assert addresses.read_bounce_address([KEY], changed, domain=DOMAIN) is None
    for other_address in (made(), f"bounce+@{DOMAIN}", "bounce+x@elsewhere.example", ""):
        assert addresses.read_bounce_address([KEY], other_address, domain=DOMAIN) is None
