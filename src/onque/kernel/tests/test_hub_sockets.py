"""Sockets: who gets in, what they hear, what they missed."""

import json
import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from redis import Redis
from websockets.exceptions import ConnectionClosed, InvalidStatus

from onque.kernel import realtime
from onque.kernel.tests.hub_server import ORIGIN, TENANTS
from onque.kernel.tests.hubs import HubProcess, Peer, own_store

ACME, GLOBEX = TENANTS["acme"], TENANTS["globex"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with own_store(tmp_path_factory.mktemp("store")) as started:
        yield started


@pytest.fixture(autouse=True)
def store(server, settings):
    settings.CHANNELS_REDIS_URL = server.url(0)
    with Redis.from_url(server.url(0), decode_responses=True) as client:
        yield client


@pytest.fixture(scope="module")
def hub(server):
    with HubProcess(server.url(0)) as started:
        yield started


@pytest.fixture(scope="module")
def second(server):
    with HubProcess(server.url(0)) as started:
        yield started


def tell(topic, kind="changed", tenant_id=ACME, **data):
    realtime.send_now(tenant_id, [realtime.Hint(topic, kind, data)])


@pytest.mark.parametrize("origin", [None, "http://evil.test", "https://desk.test", "null"])
def test_a_page_of_another_origin_is_refused(hub, origin):
    with pytest.raises(InvalidStatus) as refused:
        Peer(hub, origin=origin)
    assert refused.value.response.status_code == 403


def test_a_page_of_the_sockets_own_host_may_connect(hub):
    with Peer(hub, origin=f"http://127.0.0.1:{hub.port}") as ada:
        assert ada.hello["conn"]


@pytest.mark.parametrize(("name", "workspace"), [("", "acme"), ("Ada", "initech")])
def test_a_stranger_is_refused(hub, name, workspace):
    with pytest.raises(InvalidStatus) as refused:
        Peer(hub, name, workspace=workspace)
    assert refused.value.response.status_code == 403


def test_hints_reach_the_followers_in_every_process(hub, second):
    with Peer(hub) as ada, Peer(second, "Bo") as bo, Peer(hub, "Cem") as idle:
        assert ada.follow("desk.list", "desk.other") == []
        assert bo.follow("desk.list") == []
        tell("desk.list", "created", ticket="a1")
        for peer in (ada, bo):
            hint = peer.next("hint")
            assert (hint["topic"], hint["kind"]) == ("desk.list", "created")
            assert hint["data"] == {"ticket": "a1"}
            assert hint["cursor"] == realtime.cursor(ACME)
        assert idle.settle() == []


def test_another_tenants_hints_stay_there(hub):
    with Peer(hub) as ada, Peer(hub, "Dee", workspace="globex") as dee:
        ada.follow("desk.list")
        dee.follow("desk.list")
        tell("desk.list", tenant_id=GLOBEX)
        dee.next("hint")
        assert ada.settle() == []


def test_a_topic_that_may_not_be_followed_is_denied(hub):
    with Peer(hub) as ada:
        answers = ada.follow("desk.list", "desk.ticket.secret1")
        assert answers == [{"op": "denied", "topic": "desk.ticket.secret1"}]
        tell("desk.ticket.secret1")
        tell("desk.list")
        assert ada.next("hint")["topic"] == "desk.list"
        ada.say("presence", ticket="secret1", state="viewing")
        assert ada.settle() == [{"op": "denied", "topic": "desk.ticket.secret1"}]


def test_what_is_followed_no_longer_is_not_heard(hub):
    with Peer(hub) as ada:
        ada.follow("desk.list", "desk.other")
        ada.say("unsub", topics=["desk.list", "desk.never"])
        ada.settle()
        tell("desk.list")
        tell("desk.other")
        assert ada.next("hint")["topic"] == "desk.other"


def test_a_page_that_comes_back_hears_what_it_missed(hub):
    with Peer(hub) as ada:
        ada.follow("desk.list")
        tell("desk.list", "first")
        cursor = ada.next("hint")["cursor"]
    tell("desk.list", "second")
    tell("desk.other", "elsewhere")
    tell("desk.list", "third")
    with Peer(hub) as ada:
        missed = ada.follow("desk.list", cursor=cursor)
        assert [hint["kind"] for hint in missed] == ["second", "third"]
        tell("desk.list", "fourth")
        assert ada.next("hint")["kind"] == "fourth"


@pytest.mark.parametrize("cursor", ["none:0-0", "nonsense"])
def test_an_unknown_cursor_is_answered_with_a_resync(hub, cursor):
    with Peer(hub) as ada:
        assert ada.follow("desk.list", cursor=cursor) == [{"op": "resync"}]


def test_an_emptied_store_is_answered_with_a_resync(hub, store):
    with Peer(hub) as ada:
        cursor = ada.cursor
    store.flushall()
    with Peer(hub) as ada:
        assert ada.follow("desk.list", cursor=cursor) == [{"op": "resync"}]
        tell("desk.list")
        assert ada.next("hint")["cursor"] == realtime.cursor(ACME)


def test_a_failed_delivery_is_a_resync_for_everybody(hub):
    with Peer(hub) as ada, Peer(hub, "Dee", workspace="globex") as dee:
        tell(realtime.EVERY_TOPIC, realtime.RESYNC)
        assert ada.read() == {"op": "resync"}
        assert dee.settle() == []


def test_a_visitor_can_be_closed_everywhere(hub, second):
    with Peer(hub) as here, Peer(second) as there, Peer(hub, "Bo") as bo:
        tell("close.ada", realtime.CLOSE)
        for peer in (here, there):
            with pytest.raises(ConnectionClosed) as closed:
                peer.read()
            assert closed.value.rcvd.code == 4401
        assert bo.settle() == []


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        "{}",
        '{"op":"dance"}',
        '{"op":"sub","topics":"desk.list"}',
        '{"op":"sub","topics":[1]}',
        '{"op":"presence","ticket":"a1","state":"dancing"}',
        '{"op":"presence","state":"viewing"}',
        json.dumps({"op": "sub", "topics": [f"desk.t{n}" for n in range(201)]}),
    ],
)
def test_what_cannot_be_meant_closes_that_socket_alone(hub, text):
    with Peer(hub) as ada, Peer(hub, "Bo") as bo:
        ada.socket.send(text)
        with pytest.raises(ConnectionClosed) as closed:
            ada.read()
        assert closed.value.rcvd.code == 1008
        assert bo.settle() == []


def test_bytes_and_long_messages_close_the_socket(hub):
    for sent, code in ((b"\x00", 1003), ("x" * 20_000, 1009)):
        with Peer(hub) as ada:
            ada.socket.send(sent)
            with pytest.raises(ConnectionClosed) as closed:
                ada.read()
            assert closed.value.rcvd.code == code


def flood(peer):
    for _ in range(300):
        peer.say("ping")
    while True:
        peer.read()


def test_a_flood_closes_the_socket(hub):
    with Peer(hub) as ada, pytest.raises(ConnectionClosed) as closed:
        flood(ada)
    assert closed.value.rcvd.code == 1008


def test_a_door_that_fails_closes_with_try_again(hub):
    with Peer(hub, "Broken") as ada:
        ada.say("sub", topics=["desk.list"], cursor=None)
        with pytest.raises(ConnectionClosed) as closed:
            ada.read()
        assert closed.value.rcvd.code == 1013


def test_a_restart_says_so_to_every_socket(server):
    with HubProcess(server.url(0)) as hub, ExitStack() as stack:
        peers = [stack.enter_context(Peer(hub, f"Ada {number}")) for number in range(20)]
        started = time.monotonic()
        hub.process.send_signal(signal.SIGTERM)
        for peer in peers:
            with pytest.raises(ConnectionClosed) as closed:
                peer.read()
            assert closed.value.rcvd.code == 1012
        hub.process.wait(10)
        assert time.monotonic() - started < 8


def test_probes_answer(hub):
    assert (hub.probe("healthz"), hub.probe("readyz"), hub.probe("desk")) == (200, 200, 404)


def resident(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS:")))


def test_a_slow_reader_costs_bounded_memory_and_is_told_to_refresh(server):
    with (
        HubProcess(server.url(0)) as hub,
        socket.create_connection(("127.0.0.1", hub.port)) as line,
        Peer(hub, "Bo") as quick,
        Peer(hub, sock=line, max_queue=1, ping_interval=None) as slow,
    ):
        slow.follow("desk.list")
        quick.follow("desk.list")
        before = resident(hub.process.pid)
        long = "x" * 4000
        for _ in range(60):
            hints = [realtime.Hint("desk.list", "changed", {"long": long})] * 50
            realtime.send_now(ACME, hints)
            for _ in hints:
                quick.next("hint")
        grown = resident(hub.process.pid) - before
        assert grown < 8_000, f"{grown} KB for 12 MB sent"
        assert slow.next("resync", 20) == {"op": "resync"}
        realtime.send_now(ACME, [realtime.Hint("desk.list", "after")])
        while slow.next("hint")["kind"] != "after":
            pass


def test_the_origin_of_the_tests_is_not_the_hosts():
    assert "127.0.0.1" not in ORIGIN
