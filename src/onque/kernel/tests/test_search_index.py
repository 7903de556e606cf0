"""The index: marked, written soon, found by its own tenant alone."""

import threading
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from django.db import connections

from onque.kernel.models import SearchDocument, SearchMark
from onque.kernel.search import index, terms
from onque.kernel.search.index import Document
from onque.kernel.tenancy import tenant_scope

pytestmark = pytest.mark.usefixtures("committed")
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
ACME, GLOBEX = uuid4(), uuid4()
T = TypeVar("T")

letters: dict[UUID, str] = {}
broken: set[UUID] = set()


def provide(object_ids: Collection[UUID]) -> Iterable[Document]:
    for at, object_id in enumerate(sorted(object_ids)):
        if object_id in broken:
            raise ValueError("torn")
        if object_id in letters:
            yield Document(object_id, letters[object_id], NOON + timedelta(minutes=at))


@pytest.fixture(autouse=True)
def _clean():
    letters.clear()
    broken.clear()
    index.register("letter", provide)
    yield
    index._providers.pop("letter")


def write(tenant_id: UUID, text: str) -> UUID:
    letters[object_id := uuid4()] = text
    with tenant_scope(tenant_id):
        index.mark("letter", object_id)
    return object_id


def find(tenant_id: UUID, word: str, limit: int = 10) -> set[UUID]:
    with tenant_scope(tenant_id):
        hits, _is_all = index.find("letter", terms.conditions([word]), after=None, enough=limit)
    return {hit.object_id for hit in hits}


def test_what_is_marked_is_found_after_the_next_turn():
    letter = write(ACME, "환불해주세요, please refund")
    assert index.write_due() == 1
    assert find(ACME, "환불") == find(ACME, "refu") == {letter}
    assert find(ACME, "교환") == set()


def test_another_tenant_finds_nothing():
    write(ACME, "refund")
    index.write_due()
    assert find(GLOBEX, "refund") == set()


def test_without_a_tenant_nothing_is_found(django_db_blocker):
    write(ACME, "refund")
    index.write_due()
    values = ["letter", "'refund'", ["%refund%"], "infinity", UUID(int=2**128 - 1), 10]
    for function, more in (
        ("onque_search_newest", [9]),
        ("onque_search_recent", []),
        ("onque_search_some", []),
        ("onque_search_all", []),
    ):
        places = ", ".join(["%s"] * (len(values + more) - 3))
        with connections["default"].cursor() as cursor:
            cursor.execute(
                f"SELECT * FROM {function}(%s, %s::tsquery, %s::text[], {places})", values + more
            )
            assert cursor.fetchall() == []


def test_a_changed_thing_is_written_anew_and_a_gone_one_forgotten():
    letter = write(ACME, "before")
    index.write_due()
    letters[letter] = "after"
    with tenant_scope(ACME):
        index.mark("letter", letter)
        index.mark("letter", letter)
    index.write_due()
    assert find(ACME, "before") == set()
    assert find(ACME, "after") == {letter}
    del letters[letter]
    with tenant_scope(ACME):
        index.mark("letter", letter)
    index.write_due()
    with tenant_scope(ACME):
        assert not SearchDocument.objects.exists()
        assert not SearchMark.objects.exists()


def test_a_mark_is_undone_with_its_change():
    def change() -> None:
        with tenant_scope(ACME):
            index.mark("letter", uuid4())
            raise LookupError

    with pytest.raises(LookupError):
        change()
    assert index.write_due() == 0


def test_one_that_breaks_stops_no_other_and_is_kept_with_its_reason():
    bad = write(ACME, "torn")
    broken.add(bad)
    good = write(ACME, "whole")
    index.write_due()
    assert find(ACME, "whole") == {good}
    with tenant_scope(ACME):
        kept = SearchMark.objects.get()
    assert (kept.object_id, kept.attempts) == (bad, index.MAX_ATTEMPTS)
    assert "torn" in kept.error


@pytest.mark.parametrize(("newest", "rare"), [(4000, 500), (3, 500), (3, 2), (1, 2), (0, 0)])
def test_pages_go_on_after_a_hit_and_repeat_none(monkeypatch, newest, rare):
    wanted = {write(ACME, f"refund {number}") for number in range(7)}
    index.write_due()
    seen: list[UUID] = []
    after = None
    monkeypatch.setattr(index, "_NEWEST", newest)
    monkeypatch.setattr(index, "_RARE", rare)
    is_all = False
    while not is_all:
        with tenant_scope(ACME):
            found = index.find("letter", terms.conditions(["refund"]), after=after, enough=3)
        hits, is_all = found
        assert list(hits) == sorted(hits, key=lambda hit: (hit.at, hit.id), reverse=True)
        seen += [hit.object_id for hit in hits]
        if not hits:
            break
        after = (hits[-1].at, hits[-1].id)
    assert set(seen) == wanted
    assert len(seen) == len(wanted)


def test_rare_words_come_from_the_index_of_words():
    with tenant_scope(ACME):
        SearchDocument.objects.bulk_create(
            SearchDocument(kind="letter", object_id=uuid4(), at=NOON, body="x", tsv="'x'")
            for _ in range(5000)
        )
    letter = write(ACME, "refund")
    index.write_due()
    query = (
        "SELECT s.id FROM kernel_searchdocument s WHERE s.tenant_id = %s"
        " AND s.tsv @@ 'refund'::tsquery AND s.kind = 'letter'"
    )
    with connections["default"].cursor() as cursor:
        cursor.execute(f"EXPLAIN {query}", [ACME])
        assert "kernel_searchdocument_words" not in repr(cursor.fetchall())  # the fence hides it
    assert find(ACME, "refund") == {letter}


def walk(after: UUID, limit: int) -> list[UUID]:
    return sorted(one for one in letters if one > after)[:limit]


@pytest.fixture
def _walked():
    index.register("letter", provide, walk)
    yield
    index._walkers.pop("letter")


def again(**how: bool) -> list[int]:
    """Go through all letters in chunks of two; how many each wrote."""
    counts, last = [], UUID(int=0)
    while True:
        found, written = index.write_again(ACME, "letter", after=last, limit=2, **how)
        if found is None:
            return counts
        counts.append(written)
        last = found


@pytest.mark.usefixtures("_walked")
def test_what_came_before_the_search_is_indexed_in_chunks_once():
    wanted = {uuid4() for _ in range(5)}
    letters.update(dict.fromkeys(wanted, "refund"))
    assert find(ACME, "refund") == set()
    assert again() == [2, 2, 1]
    assert find(ACME, "refund") == wanted
    assert find(GLOBEX, "refund") == set()
    assert again() == [0, 0, 0]


@pytest.mark.usefixtures("_walked")
def test_it_goes_on_where_it_was_stopped_and_on_demand_writes_all_anew():
    letters.update(dict.fromkeys((uuid4() for _ in range(4)), "refund"))
    index.write_again(ACME, "letter", after=UUID(int=0), limit=2)
    assert again() == [0, 2]
    letters.update(dict.fromkeys(letters, "exchange"))
    assert again() == [0, 0]
    assert again(only_missing=False) == [2, 2]
    assert find(ACME, "refund") == set()
    assert find(ACME, "exchange") == set(letters)


@pytest.mark.usefixtures("_walked")
def test_writers_take_turns_so_that_an_older_text_never_replaces_a_newer_one():
    letters[letter := uuid4()] = "older"
    reading, changed = threading.Event(), threading.Event()

    def slow(object_ids: Collection[UUID]) -> Iterable[Document]:
        found = list(provide(object_ids))
        reading.set()
        changed.wait(timeout=20)
        return found

    index.register("letter", slow, walk)

    def beside(call: Callable[[], T]) -> T:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(
            beside, lambda: index.write_again(ACME, "letter", after=UUID(int=0), limit=2)
        )
        assert reading.wait(timeout=20)
        index.register("letter", provide, walk)
        letters[letter] = "newer"
        with tenant_scope(ACME):
            index.mark("letter", letter)
        second = pool.submit(beside, index.write_due)
        changed.set()
        assert first.result(timeout=20) == (letter, 1)
        assert second.result(timeout=20) == 1
    assert find(ACME, "newer") == {letter}
    assert find(ACME, "older") == set()
