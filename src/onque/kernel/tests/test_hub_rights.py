"""Rights that end while a socket is open: denied, revoked, or lost in a broken connection."""

import time

import pytest
from websockets.exceptions import ConnectionClosed

from onque.kernel import realtime
from onque.kernel.tests.hub_server import TENANTS
from onque.kernel.tests.hubs import HubProcess, Peer, own_store

ACME = TENANTS["acme"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with own_store(tmp_path_factory.mktemp("store")) as started:
        yield started


@pytest.fixture(autouse=True)
def store(server, settings):
    settings.CHANNELS_REDIS_URL = server.url(0)


def tell(topic, kind="changed", **data):
    realtime.send_now(ACME, [realtime.Hint(topic, kind, data)])


def closed_with(peer):
    with pytest.raises(ConnectionClosed) as closed:
        peer.next("never")
    return closed.value.rcvd.code


def test_a_store_that_comes_back_sends_every_socket_through_the_door_again(tmp_path, settings):
    with own_store(tmp_path) as server:
        settings.CHANNELS_REDIS_URL = server.url(0)
        with HubProcess(server.url(0)) as hub, Peer(hub) as ada:
            ada.follow("desk.list")
            server.kill()
            with Peer(hub, "Bo") as bo:  # the door is open all the same
                assert bo.cursor is None
                server.start()
                server.wait_ready()
                assert closed_with(ada) == 1012
                assert closed_with(bo) == 1012
            with Peer(hub) as again:
                again.follow("desk.list", cursor=ada.cursor)
                time.sleep(1)  # let this process's own client rest
                tell("desk.list", "after")
                assert again.next("hint")["kind"] == "after"


def test_a_right_that_ends_is_noticed_at_the_hint_that_ends_it(server):
    with HubProcess(server.url(0)) as hub, Peer(hub) as ada, Peer(hub, "Bo") as bo:
        for peer in (ada, bo):
            peer.follow("desk.list", "desk.ticket.a1")
        ada.say("presence", ticket="a1", state="viewing")
        bo.shows(("Ada", "viewing"))
        tell("desk.ticket.a1", revoked="ada")
        assert ada.next("denied")["topic"] == "desk.ticket.a1"
        bo.shows()
        tell("desk.ticket.a1", "later")
        while bo.next("hint")["kind"] != "later":
            pass
        assert ada.settle() == []


def test_a_topic_denied_when_asked_again_is_not_followed_on(server):
    with HubProcess(server.url(0)) as hub, Peer(hub) as ada:
        ada.follow("desk.list", "desk.ticket.a1")
        tell("desk.ticket.a1", revoked="ada")
        ada.next("denied")
        assert ada.follow("desk.list") == [{"op": "denied", "topic": "desk.list"}]
        tell("desk.list")
        assert ada.settle() == []


def test_after_a_failed_delivery_every_right_is_asked_again(server):
    with HubProcess(server.url(0)) as hub, Peer(hub) as ada, Peer(hub, "Bo") as bo:
        ada.follow("desk.list")
        bo.follow("desk.other")
        tell("desk.other", revoked="ada")
        bo.next("hint")
        tell(realtime.EVERY_TOPIC, realtime.RESYNC)
        assert ada.next("denied")["topic"] == "desk.list"
