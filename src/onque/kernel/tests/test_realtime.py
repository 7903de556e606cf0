"""Hints: after the commit, in one trip, replayed from a cursor, never in anybody's way."""

import json
import socket
import time
from uuid import uuid4

import pytest
from django.conf import settings as live_settings
from django.db import transaction
from redis import Redis

from onque.kernel import realtime
from onque.kernel.tenancy import NoTenantError, tenant_scope
from onque.kernel.tests.hubs import own_store

CONNECT_SECONDS, ANSWER_SECONDS = realtime.CONNECT_SECONDS, realtime.ANSWER_SECONDS

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with own_store(tmp_path_factory.mktemp("store")) as started:
        yield started


@pytest.fixture
def store(server, settings, monkeypatch):
    """The store, with time to answer on a busy machine; only `silent` is about the limits."""
    settings.CHANNELS_REDIS_URL = server.url(0)
    monkeypatch.setattr(realtime, "CONNECT_SECONDS", 5.0)
    monkeypatch.setattr(realtime, "ANSWER_SECONDS", 5.0)
    with Redis.from_url(server.url(0), decode_responses=True) as client:
        client.flushall()
        yield client


@pytest.fixture
def acme():
    return uuid4()


class Listener:
    def __init__(self, store, tenant_id):
        self.pubsub = store.pubsub(ignore_subscribe_messages=True)
        self.pubsub.subscribe(realtime.channel(tenant_id))
        self.pubsub.get_message(timeout=1)

    def wait(self, seconds):
        message = self.pubsub.get_message(timeout=seconds)
        return json.loads(message["data"])

    def messages(self):
        found = []
        while (message := self.pubsub.get_message(timeout=0.5)) is not None:
            found.append(json.loads(message["data"]))
        return found


@pytest.fixture
def heard(store, acme):
    listener = Listener(store, acme)
    yield listener
    listener.pubsub.close()


def send(tenant_id, *topics, kind="changed"):
    with tenant_scope(tenant_id):
        for topic in topics:
            realtime.hint(topic, kind=kind)


def test_hints_of_a_scope_leave_in_one_trip_after_the_commit(heard, acme):
    with tenant_scope(acme):
        realtime.hint("desk.list", kind="created", data={"ticket": "a1", "count": 2})
        with transaction.atomic():
            realtime.hint("desk.ticket.a1", kind="created")
        assert heard.messages() == []
    [message] = heard.messages()
    assert [(h["op"], h["topic"], h["kind"]) for h in message] == [
        ("hint", "desk.list", "created"),
        ("hint", "desk.ticket.a1", "created"),
    ]
    assert message[0]["data"] == {"ticket": "a1", "count": 2}
    assert message[0]["lsn"] is None
    assert message[0]["cursor"] < message[1]["cursor"]


def hint_and_fail():
    realtime.hint("desk.list", kind="undone")
    raise ZeroDivisionError


def test_a_rollback_sends_nothing(heard, acme):
    with pytest.raises(ZeroDivisionError), tenant_scope(acme):
        hint_and_fail()
    assert heard.messages() == []


def test_a_savepoint_rolled_back_sends_nothing_of_its_own(heard, acme):
    with tenant_scope(acme):
        realtime.hint("desk.ticket.a1", kind="kept")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            hint_and_fail()
    [message] = heard.messages()
    assert [h["kind"] for h in message] == ["kept"]


def test_with_a_replica_hints_carry_a_position_that_has_the_change(heard, acme, monkeypatch):
    monkeypatch.setitem(live_settings.DATABASES, "replica", {})
    send(acme, "desk.list")
    [[hint]] = heard.messages()
    assert "/" in hint["lsn"]


def test_hints_need_a_scope_and_a_topic(acme):
    with pytest.raises(NoTenantError):
        realtime.hint("desk.list", kind="changed")
    with pytest.raises(ValueError, match="Desk List"), tenant_scope(acme):
        realtime.hint("Desk List", kind="changed")


def test_replay_tells_what_the_topics_missed(store, acme):
    send(acme, "desk.list")
    cursor = realtime.cursor(acme)
    assert realtime.replay(acme, cursor, ["desk.list"]) == realtime.Replay((), cursor)
    send(acme, "desk.ticket.a1", "desk.ticket.b2", kind="replied")
    found = realtime.replay(acme, cursor, ["desk.list", "desk.ticket.b2"])
    assert [(h.topic, h.kind) for h in found.hints] == [("desk.ticket.b2", "replied")]
    assert found.cursor == realtime.cursor(acme)


def test_a_tenants_log_is_its_own(store, acme):
    globex = uuid4()
    cursor = realtime.cursor(globex)
    send(acme, "desk.list")
    assert realtime.replay(globex, cursor, ["desk.list"]).hints == ()
    assert realtime.replay(acme, cursor, ["desk.list"]) is None


@pytest.mark.parametrize("cursor", ["", "x", "none:0-0", "none:1-x", ":", "a:b:c"])
def test_an_unknown_cursor_asks_for_a_refresh(store, acme, cursor):
    send(acme, "desk.list")
    assert realtime.replay(acme, cursor, ["desk.list"]) is None


def test_an_emptied_store_asks_for_a_refresh(store, acme):
    cursor = realtime.cursor(acme)
    store.flushall()
    assert realtime.replay(acme, cursor, ["desk.list"]) is None
    send(acme, "desk.list")
    assert realtime.replay(acme, cursor, ["desk.list"]) is None


def test_a_trimmed_cursor_asks_for_a_refresh(store, acme):
    cursor = realtime.cursor(acme)
    send(acme, "desk.list", "desk.list")
    store.xtrim(realtime.log_key(acme), maxlen=1, approximate=False)
    assert realtime.replay(acme, cursor, ["desk.list"]) is None


def test_too_much_missed_asks_for_a_refresh(store, acme):
    cursor = realtime.cursor(acme)
    hint = realtime.Hint("desk.list", "changed")
    realtime.send_now(acme, [hint] * realtime.REPLAY_LIMIT)
    assert len(realtime.replay(acme, cursor, ["desk.list"]).hints) == realtime.REPLAY_LIMIT
    realtime.send_now(acme, [hint])
    assert realtime.replay(acme, cursor, ["desk.list"]) is None


def test_the_log_is_capped(store, acme):
    for _ in range(3):
        realtime.send_now(acme, [realtime.Hint("desk.list", "changed")] * 5000)
    assert store.xlen(realtime.log_key(acme)) < realtime.LOG_LENGTH + 200
    assert 0 < store.ttl(realtime.log_key(acme)) <= realtime.LOG_IDLE_SECONDS


def test_closing_a_visitors_sockets_is_said_after_the_commit(heard, acme):
    with tenant_scope(acme):
        realtime.close_sockets("ada")
    [[said]] = heard.messages()
    assert (said["topic"], said["kind"]) == ("close.ada", "close")


@pytest.fixture
def silent(store, monkeypatch):
    """A port that takes connections and never answers, and the limits as they are."""
    monkeypatch.setattr(realtime, "CONNECT_SECONDS", CONNECT_SECONDS)
    monkeypatch.setattr(realtime, "ANSWER_SECONDS", ANSWER_SECONDS)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def test_a_silent_store_costs_250_ms_once_and_is_made_up_for(
    server, store, heard, acme, settings, silent
):
    globex = uuid4()
    before = realtime.cursor(acme)
    settings.CHANNELS_REDIS_URL = silent
    started = time.monotonic()
    with tenant_scope(acme):
        realtime.hint("desk.list", kind="changed")
        realtime.close_sockets("ada")
    assert time.monotonic() - started < 0.4
    started = time.monotonic()
    send(globex, "desk.list")  # while the store rests, nobody waits for it
    assert time.monotonic() - started < 0.1
    assert realtime.cursor(acme) is None
    assert realtime.replay(acme, before, ["desk.list"]) is None

    settings.CHANNELS_REDIS_URL = server.url(0)
    send(acme, "desk.ticket.a1", kind="replied")
    assert [(h["topic"], h["kind"]) for h in heard.wait(2 * realtime.REST_SECONDS)] == [
        ("*", "resync"),
        ("close.ada", "close"),
    ]
    assert realtime.replay(acme, before, ["desk.list"]) is None
    send(acme, "desk.ticket.a1", kind="later")
    assert [h["kind"] for h in heard.wait(1)] == ["later"]
    assert realtime.replay(globex, realtime.cursor(globex), ["desk.list"]).hints == ()


def test_a_closed_connection_is_opened_again(store, heard, acme):
    send(acme, "desk.list")
    store.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    send(acme, "desk.list")
    assert len(heard.messages()) == 2
