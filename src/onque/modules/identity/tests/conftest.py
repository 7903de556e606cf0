"""Fixtures of identity's tests: the cast, committed, and browsers."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.test import Client

from onque.modules.identity.sessions import front
from onque.modules.identity.tests.factories import PASSWORD, Cast, make_cast


@pytest.fixture
def cast(committed) -> Iterator[Cast]:
    caches["sessions"].clear()
    front.wake()
    yield make_cast()
    caches["sessions"].clear()
    front.wake()


@pytest.fixture
def browser(cast):
    """Return a function that signs a person in through the form and gives the browser."""

    def sign_in(email: str, password: str = PASSWORD, **extra: str) -> Client:
        client = Client(**extra)
        answer = client.post("/desk/sign-in", {"email": email, "password": password})
        assert answer.status_code == 302, answer.content.decode()
        return client

    return sign_in
