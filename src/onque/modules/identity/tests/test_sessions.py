"""Sessions: the row is the truth, Redis only a copy."""

from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from onque.kernel import clock
from onque.modules.identity import sessions as engine
from onque.modules.identity.models import Session
from onque.modules.identity.services import sessions
from onque.modules.identity.sessions import SessionStore, front

pytestmark = pytest.mark.usefixtures("cast")
INSIDE = "/desk/acme/settings/account/"


def server() -> redis.Redis:
    return redis.Redis.from_url(settings.SESSIONS_REDIS_URL)


def is_in(client: Client) -> bool:
    return client.get(INSIDE)["Location"] == "/desk/account/"


@pytest.fixture
def redis_down(settings, monkeypatch):
    broken = {**settings.CACHES["sessions"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**settings.CACHES, "sessions": broken}
    monkeypatch.setattr(engine, "caches", _Broken(broken))
    front.wake()


class _Broken(dict):
    def __init__(self, config):
        from django.core.cache.backends.redis import RedisCache

        cache = RedisCache(config["LOCATION"], {"OPTIONS": config["OPTIONS"]})
        super().__init__(sessions=cache)


def test_an_emptied_redis_signs_nobody_out(browser):
    client = browser("ada@acme.test")
    server().flushall()

    assert is_in(client)
    assert is_in(client)


def test_a_redis_that_is_down_signs_nobody_out_and_is_said_once(browser, redis_down, caplog):
    client = browser("ada@acme.test")

    for _ in range(3):
        assert is_in(client)

    said = [record for record in caplog.records if record.message == "session_cache_down"]
    assert len(said) == 1


def test_a_session_in_redis_costs_no_query(browser):
    key = browser("ada@acme.test").session.session_key
    SessionStore(key).load()

    with CaptureQueriesContext(connection) as queries:
        data = SessionStore(key).load()

    assert data[engine.USER_KEY]
    assert len(queries) == 0


def test_signing_out_everywhere_ends_all_at_once(browser):
    here, there = browser("ada@acme.test"), browser("ada@acme.test")
    other = browser("bo@acme.test")
    assert is_in(there)

    here.post("/desk/account/sessions")

    assert not is_in(there)
    assert not is_in(here)
    assert is_in(other)


def test_one_session_is_ended_by_its_handle_and_the_key_is_never_shown(browser):
    here, there = browser("ada@acme.test"), browser("ada@acme.test")
    from onque.modules.identity import rules

    page = here.get("/desk/account/").content.decode()
    key = there.session.session_key
    assert key not in page
    handle = rules.session_handle(key)
    assert handle in page

    here.post(f"/desk/account/sessions/{handle}")

    assert not is_in(there)
    assert is_in(here)
    assert caches["sessions"].get(key) is None


def test_somebody_elses_session_cannot_be_ended(browser):
    from onque.modules.identity import rules

    ada, bo = browser("ada@acme.test"), browser("bo@acme.test")

    answer = ada.post(f"/desk/account/sessions/{rules.session_handle(bo.session.session_key)}")

    assert answer.status_code == 404
    assert is_in(bo)


def test_a_write_of_a_revoked_session_does_not_bring_it_back(browser):
    from django.contrib.sessions.backends.base import UpdateError

    key = browser("ada@acme.test").session.session_key
    store = SessionStore(key)
    store["x"] = 1
    SessionStore(key).delete()

    with pytest.raises(UpdateError):
        store.save()

    assert caches["sessions"].get(key) is None


def test_last_seen_is_written_at_most_every_five_minutes(browser):
    client = browser("ada@acme.test")
    began = Session.objects.get().last_seen_at

    server().flushall()
    is_in(client)
    assert Session.objects.get().last_seen_at == began

    later = clock.now() + timedelta(minutes=6)
    server().flushall()
    with clock.frozen(later):
        is_in(client)
    assert Session.objects.get().last_seen_at == later


def test_an_expired_session_is_nobody_and_is_removed(browser):
    client = browser("ada@acme.test")
    Session.objects.update(expire_date=clock.now() - timedelta(days=2))

    assert client.get(INSIDE)["Location"].startswith("/desk/sign-in")

    Session.objects.update(expire_date=clock.now() - timedelta(days=2))
    sessions.remove_expired()
    assert not Session.objects.filter(user_id__isnull=False).exists()
