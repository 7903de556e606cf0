"""A walk over every address, task and subscriber with another tenant's ids.

Dee of Globex asks for everything of Acme's. A new address whose parameters the walk does not know
fails, so that nobody can add one that is not walked.
"""

import dataclasses
import typing
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.tenancy import world

from onque.kernel import clock, events, jobs
from onque.kernel.contract import Event
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Ticket
from onque.modules.desk.tests.visiting import browser
from onque.modules.identity.models import Session, User
from onque.modules.survey.rules.links import Link, link_key, write_token

WORKSPACE = "desk/<slug:slug>/"
OWN_TASKS = {"kernel.deliver"}  # takes the tenant and opens its scope


@dataclasses.dataclass(frozen=True)
class Address:
    """One URL pattern: its route and the names of its parameters."""

    route: str
    names: tuple[str, ...]


def addresses() -> list[Address]:
    found = _walk(get_resolver().url_patterns, "", ())
    return sorted(found, key=lambda address: address.route)


def _walk(
    patterns: list[URLPattern | URLResolver], prefix: str, names: tuple[str, ...]
) -> Iterator[Address]:
    for entry in patterns:
        route = prefix + str(entry.pattern)
        found = (*names, *entry.pattern.converters, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, route, found)
        else:
            yield Address(route, tuple(dict.fromkeys(found)))


@pytest.fixture
def ids(cast):
    return world.fill(cast)


@pytest.fixture
def acme_before(cast, ids):
    return world.snapshot(cast.acme.id)


@pytest.fixture
def dee(cast, ids):
    return browser(cast.dee.email)


def foreign(address: Address, cast, ids: world.Ids) -> dict[str, str]:
    """Acme's value of every parameter; an unknown one fails."""
    with tenant_scope(cast.acme.id):
        number = Ticket.objects.order_by("-number").values_list("number", flat=True)[0]
    mail = "mail.OutboundMail" if "outgoing" in address.route else "mail.InboundMail"
    known = {
        "slug": cast.acme.slug,
        "brand_slug": "acme-brand",
        "number": str(number),
        "attachment_id": str(ids["desk.Attachment"]),
        "mail_id": str(ids[mail]),
        "stop_id": str(ids["mail.Stop"]),
        "view_id": str(ids["desk.SavedView"]),
        "bulk_id": str(ids["desk.BulkRun"]),
        "type_id": str(ids["portal.InquiryType"]),
        "brand_id": str(ids["identity.Brand"]),
        "silence_id": str(ids["mail.Silence"]),
        "rule_id": str(ids["mail.SenderRule"]),
        "message_id": str(ids["desk.Message"]),
        "customer_id": str(ids["customers.Customer"]),
        "identity_id": str(ids["customers.Identity"]),
        "note_id": str(ids["customers.CustomerNote"]),
        "merge_id": str(ids["customers.CustomerMerge"]),
        "macro_id": str(ids["desk.Macro"]),
        "run_id": str(ids["customers.CustomerRun"]),
        "role_id": str(ids["identity.Role"]),
        "field_id": str(ids["fields.FieldDefinition"]),
        "group_id": str(ids["identity.Group"]),
        "notice_id": str(ids["notifications.Notice"]),
        "reply_id": str(ids["desk.HeldReply"]),
        "operation_id": str(ids["desk.Operation"]),
        "delivery_id": str(ids["kernel.Delivery"]),
        "invitation_id": str(ids["identity.Invitation"]),
        "member_id": str(cast.ada.id),
        "user_hex": User.objects.get(email=cast.ada.email).pk.hex,
        "handle": "0" * 16,
        "provider": "mailgun",
        "address_id": str(ids["mail.Address"]),
        "check_id": str(ids["mail.Check"]),
        "intake_id": str(ids["mail.Intake"]),
        "mailbox_id": str(ids["mail.Mailbox"]),
        "subject_id": str(ids["mail.Setup"]),
        "setup_id": str(ids["mail.Setup"]),
        "kind": "domain",
        "row_id": "1",
        "index": "0",
        "name": "mail",
        "color": "3d6b5c",
        "token": _foreign_token(address, cast, ids),
    }
    unknown = set(address.names) - set(known)
    assert not unknown, f"tell the walk about {sorted(unknown)} of {address.route}"
    return {name: known[name] for name in address.names}


def _foreign_token(address: Address, cast, ids: world.Ids) -> str:
    """A link that names Globex and a survey of Acme; elsewhere simply none of ours."""
    from django.conf import settings

    if not address.route.startswith("survey/"):
        return "x" * 43
    link = Link(cast.globex.id, ids["survey.Survey"], clock.now() + timedelta(days=1))
    return write_token(link_key(settings.SECRET_KEY), link)


def path_of(address: Address, values: dict[str, str]) -> str:
    path = address.route
    for name, value in values.items():
        for converter in ("slug", "str", "uuid", "int"):
            path = path.replace(f"<{converter}:{name}>", value)
    path = path.replace("^", "").replace("\\.", ".").removesuffix("$")
    if "color" in values:
        path = path.replace("(?P<color>[0-9a-f]{6})", values["color"])
    assert "<" not in path, path
    return "/" + path


def assert_nothing_of_acme(answer, path: str) -> None:
    text = b"".join(answer) if answer.streaming else answer.content
    for secret in world.SECRETS:
        assert secret.encode() not in text, f"{path} shows {secret!r}"


def test_every_parameter_is_known(cast, ids):
    for address in addresses():
        foreign(address, cast, ids)


def test_another_workspace_is_not_there(cast, ids, dee, acme_before):
    for address in addresses():
        if not address.route.startswith(WORKSPACE):
            continue
        path = path_of(address, foreign(address, cast, ids))
        for answer in (
            dee.get(path),
            dee.post(path),
            dee.get(path, headers={"HX-Request": "true"}),
        ):
            assert answer.status_code in {404, 405}, f"{path}: {answer.status_code}"
            assert_nothing_of_acme(answer, path)
    assert world.snapshot(cast.acme.id) == acme_before


def test_foreign_ids_inside_one_s_own_workspace_are_not_found(cast, ids, dee, acme_before):
    for address in addresses():
        if not address.route.startswith(WORKSPACE):
            continue
        values = foreign(address, cast, ids) | {"slug": cast.globex.slug}
        path = path_of(address, values)
        answers = [dee.get(path)]
        if set(values) - {"slug"}:
            answers += [dee.post(path), dee.post(path, headers={"HX-Request": "true"})]
            for answer in answers:
                assert answer.status_code in {403, 404, 405, 410, 422}, (
                    f"{path}: {answer.status_code}"
                )
        for answer in answers:
            assert answer.status_code < 500, path
            assert_nothing_of_acme(answer, path)
    assert world.snapshot(cast.acme.id) == acme_before


def test_addresses_outside_workspaces_show_nothing_foreign(cast, ids, dee, acme_before):
    for address in addresses():
        if address.route.startswith(WORKSPACE):
            continue
        values = foreign(address, cast, ids)
        if address.route.startswith("portal/"):
            values["slug"] = cast.globex.slug
        path = path_of(address, {name: values[name] for name in address.names})
        for client in (dee, Client()):
            answers = [client.get(path)]
            if set(address.names) - {"color"}:
                answers.append(client.post(path, {"score": "1", "password": "x" * 12}))
            for answer in answers:
                assert answer.status_code < 500, path
                assert_nothing_of_acme(answer, path)
    assert world.snapshot(cast.acme.id) == acme_before


def test_strangers_are_led_to_the_sign_in(cast, ids):
    stranger = Client()
    for address in addresses():
        if not address.route.startswith(WORKSPACE):
            continue
        path = path_of(address, foreign(address, cast, ids))
        for answer in (stranger.get(path), stranger.post(path)):
            assert answer.status_code in {302, 403}, f"{path}: {answer.status_code}"
            assert_nothing_of_acme(answer, path)


def test_sessions_of_others_cannot_be_ended(cast, ids, dee):
    browser(cast.ada.email)
    from onque.modules.identity import rules

    ada = User.objects.get(email=cast.ada.email)
    session = Session.objects.get(user_id=ada.pk)
    handle = rules.session_handle(session.session_key)
    assert dee.post(f"/desk/account/sessions/{handle}").status_code == 404
    assert Session.objects.filter(pk=session.pk).exists()


def test_every_subscriber_finds_nothing_of_another_tenant(cast, ids, acme_before):
    for subscriber in events.all_subscribers():
        event = foreign_event(subscriber.event, cast, ids)
        with tenant_scope(cast.globex.id):
            events.publish(event)
        events.deliver_stream(cast.globex.id, event.stream, subscriber.key)
    assert world.snapshot(cast.acme.id) == acme_before
    kept = {
        label: rows
        for label, rows in world.snapshot(cast.globex.id).items()
        if not label.startswith("kernel.")
    }
    for secret in world.SECRETS:
        assert secret not in repr(kept)


def foreign_event(kind: type[Event], cast, ids: world.Ids) -> Event:
    """An event of `kind` that names Acme's rows."""
    known: dict[str, UUID] = {
        "ticket_id": ids["desk.Ticket"],
        "stop_id": ids["mail.Stop"],
        "inquiry_id": ids["portal.Inquiry"],
        "run_id": ids["mail.Run"],
        "to_ticket_id": ids["desk.Ticket"],
        "message_id": ids["desk.Message"],
        "survey_id": ids["survey.Survey"],
        "invitation_id": ids["identity.Invitation"],
        "member_id": cast.ada.id,
        "customer_id": ids["customers.Customer"],
        "merge_id": ids["customers.CustomerMerge"],
        "survivor_id": ids["customers.Customer"],
        "merged_id": ids["customers.Customer"],
        "mail_id": ids["mail.InboundMail" if "queued" not in kind.name else "mail.OutboundMail"],
        "user_id": User.objects.get(email=cast.ada.email).pk,
        "check_id": ids["mail.Check"],
        "bulk_id": ids["desk.BulkRun"],
    }
    several = {"alarm_ids": (ids["mail.Alarm"],), "member_ids": (cast.ada.id,), "merged_ids": ()}
    values: dict[str, object] = {}
    for name, hint in typing.get_type_hints(kind).items():
        if typing.get_origin(hint) is typing.ClassVar:
            continue
        if hint is UUID:
            assert name in known, f"tell the walk about {kind.name}.{name}"
            values[name] = known[name]
        elif name in several:
            values[name] = several[name]
        else:
            plain = {int: 1, str: "member", bool: True}
            values[name] = plain.get(hint, clock.now() if "datetime" in str(hint) else ())
    return kind(**values)


def test_tasks_take_no_ids_but_the_kernel_s_own():
    from onque.config.celery import app

    ours = {name for name in app.tasks if not name.startswith("celery.")}
    assert ours == OWN_TASKS | set(jobs.registry)
