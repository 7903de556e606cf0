"""The desk's socket as it is served: session cookie, workspace, permissions, live hints."""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from urllib.error import URLError
from urllib.request import urlopen
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from onque.config.embedded.process import free_port
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.services import properties
from onque.modules.desk.tests.factories import receive
from onque.modules.identity.repositories.users import users
from onque.modules.identity.services import members, sessions
from onque.modules.identity.sessions import USER_KEY, SessionStore
from onque.modules.identity.tests.factories import actor_of, make_cast

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(scope="module")
def service():
    """The sockets service in a process of its own."""
    port = free_port()
    code = f"from onque.config import sockets; sockets.run('127.0.0.1', {port})"
    process = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "ONQUE_SERVICE": "sockets"}
    )
    try:
        until = time.monotonic() + 60
        while not _ready(port):
            assert time.monotonic() < until, "The service did not start."
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _ready(port):
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except URLError:
        return False


@pytest.fixture
def cast():
    return make_cast()


def session_of(email):
    session = SessionStore()
    session[USER_KEY] = str(users.find_by_email(email).id)
    session.save()
    return session


class Page:
    """An open page of the desk."""

    def __init__(self, stack, port, session_key, workspace="acme"):
        self.socket = stack.enter_context(
            connect(
                f"ws://127.0.0.1:{port}/ws/desk/{workspace}",
                origin=settings.PUBLIC_URL,
                additional_headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session_key}"},
                compression=None,
                close_timeout=1,
            )
        )
        self.hello = self.next("hello")

    def say(self, op, **fields):
        self.socket.send(json.dumps({"op": op, **fields}))

    def next(self, op):
        while (message := json.loads(self.socket.recv(timeout=10)))["op"] != op:
            pass
        return message

    def follow(self, *topics):
        """Follow topics; return those denied."""
        self.say("sub", topics=list(topics), cursor=None)
        self.say("ping")
        denied = []
        while (message := json.loads(self.socket.recv(timeout=10)))["op"] != "pong":
            if message["op"] == "denied":
                denied.append(message["topic"])
        return denied


@pytest.fixture
def stack():
    with ExitStack() as opened:
        yield opened


def ticket_topic(tenant, **given):
    with tenant_scope(tenant.id):
        return f"desk.ticket.{receive(tenant.id, **given).ticket_id.hex}"


def test_a_member_follows_the_list_and_a_ticket(service, cast, stack):
    ada = Page(stack, service, session_of("ada@acme.test").session_key)
    topic = ticket_topic(cast.acme)
    assert ada.follow("desk.list", topic, f"desk.member.{cast.ada.id.hex}") == []
    ticket_topic(cast.acme, email="new@customer.test")
    hint = ada.next("hint")
    assert hint["topic"] == "desk.list"
    assert hint["data"] == {}, "the list is followed by members who may not know of the ticket"


def test_two_members_see_each_other_on_a_ticket(service, cast, stack):
    topic = ticket_topic(cast.acme)
    ada = Page(stack, service, session_of("ada@acme.test").session_key)
    bo = Page(stack, service, session_of("bo@acme.test").session_key)
    for page in (ada, bo):
        page.follow(topic)
    bo.say("presence", ticket=topic.rpartition(".")[2], state="writing")
    [seen] = ada.next("presence")["people"]
    assert seen == {"id": cast.bo.id.hex, "name": "Bo", "state": "writing"}


def test_foreign_and_unknown_topics_are_denied(service, cast, stack):
    ada = Page(stack, service, session_of("ada@acme.test").session_key)
    asked = [
        ticket_topic(cast.globex),
        f"desk.ticket.{uuid4().hex}",
        f"desk.member.{cast.bo.id.hex}",
        "desk.ticket.1",
        "mail.list",
        "*",
        f"close.{cast.ada.id.hex}",
    ]
    assert sorted(ada.follow("desk.list", *asked)) == sorted(asked)


@pytest.mark.parametrize("workspace", ["globex", "initech"])
def test_another_workspace_is_refused(service, cast, stack, workspace):
    session = session_of("ada@acme.test")
    with pytest.raises(InvalidStatus) as refused:
        Page(stack, service, session.session_key, workspace)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("session_key", ["", "0" * 32])
def test_without_a_session_nobody_comes_in(service, cast, stack, session_key):
    with pytest.raises(InvalidStatus):
        Page(stack, service, session_key)


def closed_with(page):
    with pytest.raises(ConnectionClosed) as closed:
        page.next("never")
    return closed.value.rcvd.code


def test_signing_out_everywhere_closes_the_pages_and_they_do_not_come_back(service, cast, stack):
    session = session_of("ada@acme.test")
    ada = Page(stack, service, session.session_key)
    bo = Page(stack, service, session_of("bo@acme.test").session_key)
    sessions.end_all(users.find_by_email("ada@acme.test").id)
    assert closed_with(ada) == 4401
    with pytest.raises(InvalidStatus):
        Page(stack, service, session.session_key)
    assert bo.follow("desk.list") == []


def test_another_role_applies_to_open_pages(service, cast, stack):
    session = session_of("ada@acme.test")
    ada = Page(stack, service, session.session_key)
    with tenant_scope(cast.acme.id):
        actor = actor_of(cast.acme, cast.oda)
        members.change_role(actor, member_id=cast.ada.id, role_key="pro_agent")
    assert closed_with(ada) == 4401
    assert Page(stack, service, session.session_key).follow("desk.list") == []


def test_a_deactivated_members_pages_close(service, cast, stack):
    session = session_of("ada@acme.test")
    ada = Page(stack, service, session.session_key)
    with tenant_scope(cast.acme.id):
        members.deactivate(actor_of(cast.acme, cast.oda), member_id=cast.ada.id)
    assert closed_with(ada) == 4401
    with pytest.raises(InvalidStatus):
        Page(stack, service, session.session_key)


def test_a_ticket_given_to_somebody_else_is_heard_no_longer(service, cast, stack):
    topic = ticket_topic(cast.acme)
    ticket_id = UUID(hex=topic.rpartition(".")[2])

    def assign(member):
        with tenant_scope(cast.acme.id):
            bo = actor_of(cast.acme, cast.bo)
            properties.assign(bo, ticket_id=ticket_id, member_id=member.id, group_id=None)

    assign(cast.ada)
    ada = Page(stack, service, session_of("ada@acme.test").session_key)
    bo = Page(stack, service, session_of("bo@acme.test").session_key)
    assert ada.follow(topic) == bo.follow(topic) == []
    assign(cast.bo)
    assert ada.next("denied")["topic"] == topic
    assert ada.follow(topic) == [topic]
    assert bo.follow(topic) == []
