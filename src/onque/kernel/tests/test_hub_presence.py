"""Presence: seen by every process, gone with its connection, whatever way that ends."""

import signal
import subprocess
import sys
import time

import pytest
from redis import Redis

from onque.kernel.tests.hubs import HubProcess, Peer, own_store

FAST_SECONDS = 6  # the "fast" hub forgets after 2 s, looks every half second, pings as often


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with own_store(tmp_path_factory.mktemp("store")) as started:
        yield started


@pytest.fixture(scope="module")
def hubs(server):
    url = server.url(0)
    with HubProcess(url, "fast") as here, HubProcess(url, "fast") as there:
        yield here, there


@pytest.fixture(autouse=True)
def store(server):
    with Redis.from_url(server.url(0), decode_responses=True) as client:
        yield client


def at(hub, name, ticket, state="viewing", **options):
    peer = Peer(hub, name, **options)
    peer.say("sub", topics=[f"desk.ticket.{ticket}"], cursor=None)
    if state:
        peer.say("presence", ticket=ticket, state=state)
    return peer


def test_who_comes_writes_and_goes_is_shown_everywhere(hubs):
    here, there = hubs
    with at(here, "Ada", "t1") as ada, at(there, "Bo", "t1") as bo:
        for peer in (ada, bo):
            peer.shows(("Ada", "viewing"), ("Bo", "viewing"))
        bo.say("presence", ticket="t1", state="writing")
        ada.shows(("Ada", "viewing"), ("Bo", "writing"))
        bo.say("presence", ticket="t1", state="away")
        ada.shows(("Ada", "viewing"), ("Bo", "away"))
        bo.say("presence", ticket="t1", state="gone")
        ada.shows(("Ada", "viewing"))
        bo.shows(("Ada", "viewing"))


def test_who_comes_later_is_shown_who_is_there(hubs):
    here, there = hubs
    with at(here, "Ada", "t2"), at(here, "Cem", "t2", state=None) as cem:
        cem.shows(("Ada", "viewing"))
        with at(there, "Bo", "t2", state=None) as bo:
            bo.say("unsub", topics=["desk.ticket.t2"])
            bo.say("sub", topics=["desk.ticket.t2"], cursor=None)
            bo.shows(("Ada", "viewing"))


def test_one_person_with_two_windows_is_shown_once_by_the_stronger_state(hubs):
    here, there = hubs
    with at(here, "Ada", "t3") as ada, at(there, "Bo", "t3", state="writing") as bo:
        with at(here, "Bo", "t3"):
            ada.shows(("Ada", "viewing"), ("Bo", "writing"))
            bo.say("presence", ticket="t3", state="gone")
            ada.shows(("Ada", "viewing"), ("Bo", "viewing"))
        ada.shows(("Ada", "viewing"))


def test_who_leaves_the_ticket_or_closes_the_page_is_gone(hubs):
    here, there = hubs
    with at(here, "Ada", "t4") as ada:
        with at(there, "Bo", "t4") as bo:
            ada.shows(("Ada", "viewing"), ("Bo", "viewing"))
            bo.say("unsub", topics=["desk.ticket.t4"])
            ada.shows(("Ada", "viewing"))
            bo.follow("desk.ticket.t4")
            bo.say("presence", ticket="t4", state="viewing")
            ada.shows(("Ada", "viewing"), ("Bo", "viewing"))
        ada.shows(("Ada", "viewing"))


def test_another_tenants_people_are_not_shown(hubs):
    here, there = hubs
    with (
        at(here, "Ada", "t5") as ada,
        at(there, "Dee", "t5", workspace="globex") as dee,
    ):
        ada.shows(("Ada", "viewing"))
        dee.shows(("Dee", "viewing"))


def test_a_client_that_stops_answering_vanishes(hubs):
    here, there = hubs
    code = (
        "import time\n"
        "from types import SimpleNamespace\n"
        "from onque.kernel.tests.hubs import Peer\n"
        f"peer = Peer(SimpleNamespace(port={there.port}), 'Bo')\n"
        "peer.follow('desk.ticket.t6')\n"
        "peer.say('presence', ticket='t6', state='viewing')\n"
        "time.sleep(60)"
    )
    with at(here, "Ada", "t6") as ada:
        frozen = subprocess.Popen([sys.executable, "-c", code])
        try:
            ada.shows(("Ada", "viewing"), ("Bo", "viewing"))
            time.sleep(3)  # it answers pings, so it stays
            assert ada.settle() == []
            frozen.send_signal(signal.SIGSTOP)
            ada.shows(("Ada", "viewing"), seconds=FAST_SECONDS)
        finally:
            frozen.kill()
            frozen.wait()


def test_the_people_of_a_killed_process_vanish(hubs, server, store):
    with (
        HubProcess(server.url(0), "fast") as doomed,
        at(hubs[0], "Ada", "t7") as ada,
        at(doomed, "Bo", "t7"),
    ):
        ada.shows(("Ada", "viewing"), ("Bo", "viewing"))
        doomed.kill()
        ada.shows(("Ada", "viewing"), seconds=FAST_SECONDS)


def test_the_people_of_a_stopped_process_leave_at_once(hubs, server):
    with (
        HubProcess(server.url(0)) as ending,
        at(hubs[0], "Ada", "t8") as ada,
        at(ending, "Bo", "t8"),
    ):
        ada.shows(("Ada", "viewing"), ("Bo", "viewing"))
        ending.stop()
        ada.shows(("Ada", "viewing"), seconds=1.5)


def test_an_emptied_store_is_filled_again(hubs, store):
    here, there = hubs
    with at(here, "Ada", "t9") as ada:
        ada.shows(("Ada", "viewing"))
        store.flushall()
        time.sleep(1.5)
        with at(there, "Bo", "t9") as bo:
            bo.shows(("Ada", "viewing"), ("Bo", "viewing"))
            ada.shows(("Ada", "viewing"), ("Bo", "viewing"))


def test_nothing_stays_in_the_store(hubs, store):
    until = time.monotonic() + FAST_SECONDS
    while list(store.scan_iter("*:here:*")):
        assert time.monotonic() < until
        time.sleep(0.1)
