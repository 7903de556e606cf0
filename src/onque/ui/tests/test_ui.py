"""The look: templates, words, icons, times, slots, policy."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation
from jinja2 import UndefinedError

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.ui import errors, i18n, navigation, people, refusals, security, slots, times
from onque.ui.jinja import icon, template_folders
from onque.ui.quiet import QueryWhileRenderingError

STATIC = Path(times.__file__).parent / "static" / "ui"
NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)  # 12:30 in Seoul
TENANT = UUID("018f0000-0000-7000-8000-000000000001")


@pytest.fixture(autouse=True)
def _seoul():
    with timezone.override("Asia/Seoul"), translation.override("en"), clock.frozen(NOW):
        yield


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=3), "3m"),
        (timedelta(hours=2), "2h"),
        (timedelta(hours=15), "yesterday 21:30"),
        (timedelta(days=20), "3 Nov"),
        (timedelta(days=385), "3 Nov 2025"),
    ],
)
def test_moments_are_relative_up_to_a_day(before, words):
    assert times.ago(NOW - before) == words


def test_korean_moments():
    with translation.override("ko"):
        assert times.ago(NOW - timedelta(minutes=3)) == "3분"
        assert times.ago(NOW - timedelta(days=20)) == "11월 3일"
        assert times.ago(NOW - timedelta(days=385)) == "2025.11.03"
        assert times.day(NOW) == "11월 23일 월요일"


@pytest.mark.parametrize(
    ("minutes", "state", "short"),
    [(125, "ok", "2h"), (30, "warn", "30m"), (-12, "over", "−12m"), (3000, "ok", "2d")],
)
def test_deadlines_say_it_by_state_and_word(minutes, state, short):
    found = times.deadline(NOW + timedelta(minutes=minutes), since=NOW - timedelta(minutes=60))
    assert (found.state, found.short) == (state, short)
    assert 0 <= found.share <= 100


def test_a_paused_deadline_and_long_words():
    assert times.deadline(NOW, paused=True).state == "paused"
    assert times.deadline(NOW + timedelta(minutes=435)).long == "7h 15m left"


def test_counts_are_exact_up_to_the_cap():
    assert [times.tally(0), times.tally(999), times.tally(1000)] == ["0", "999", "999+"]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("강하준", "하"),
        ("남궁민수", "민"),
        ("김구", "구"),
        ("Marcus Webb", "MW"),
        ("Ada", "A"),
        ("佐藤 美咲", "佐"),
        ("Play 사용자", "P"),
        ("", "?"),
    ],
)
def test_initials(name, letters):
    assert people.initials(name) == letters


def test_a_face_keeps_its_tint():
    assert people.hue(TENANT) == people.hue(TENANT.hex) == people.hue(str(TENANT)) == 2


@pytest.mark.parametrize(
    ("text", "lang"), [("환불", "ko"), ("ガチャ", "ja"), ("退款", "zh"), ("Hi", "en"), ("12", "")]
)
def test_language_by_letters(text, lang):
    assert people.language(text) == lang


def test_icons_exist_in_the_sprite():
    sprite = (STATIC / "sprite.svg").read_text()
    known = set(re.findall(r'id="i-([\w-]+)"', sprite))
    used: set[str] = set()
    for folder in template_folders():
        for path in folder.rglob("*.html"):
            used |= set(re.findall(r'icon\("([\w-]+)"', path.read_text()))
            used |= set(re.findall(r'icon_name="([\w-]+)"', path.read_text()))
    used -= {name for name in used if name.endswith("-")}
    assert used <= known
    assert 'aria-label="Spam"' in icon("ban", label="Spam")


def test_every_template_parses_and_every_word_is_known():
    for folder in template_folders():
        for path in folder.rglob("*.html"):
            get_template(str(path.relative_to(folder)))
    assert i18n.untranslated("ko") == []


def test_styles_stay_under_their_budget():
    sizes = [len(gzip.compress(path.read_bytes())) for path in STATIC.glob("*.css")]
    assert sum(sizes) < 30_000


def test_colours_live_in_tokens_only():
    for path in STATIC.glob("*.css"):
        if path.name != "tokens.css":
            found = re.findall(r":[^;{}]*(#[0-9a-fA-F]{3,8})\b", path.read_text())
            assert found in ([], ["#fff"]), path.name


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_refusals_are_pages_with_words(status):
    request = RequestFactory().get("/nowhere")
    handlers = {400: errors.bad_request, 403: errors.forbidden, 404: errors.not_found}
    if status in handlers:
        answer = handlers[status](request, exception=Exception())
    else:
        answer = errors.broken(request)
    assert answer.status_code == status
    assert str(refusals.words("", status).title) in answer.content.decode()


def test_a_fragment_is_refused_in_one_line():
    answer = errors.not_found(RequestFactory().get("/x", headers={"HX-Request": "true"}), None)
    assert "<html" not in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


def test_the_landing_page_leads_to_sign_in():
    html = render_to_string("ui/landing.html", {}, RequestFactory().get("/"))
    assert 'href="/desk/sign-in"' in html
    assert "style=" not in html


def test_an_unknown_name_in_a_template_is_an_error():
    with pytest.raises(UndefinedError):
        render_to_string("ui/_error.html", {})


def test_a_template_that_asks_the_database_fails(db):
    def ask():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    page = engines["jinja2"].from_string("{{ ask() }}")
    with pytest.raises(QueryWhileRenderingError):
        page.render({"ask": ask})


def test_the_policy_names_the_sockets():
    assert "connect-src 'self' ws://localhost:8401;" in security.content_policy(
        "ws://localhost:8401"
    )
    assert "connect-src 'self';" in security.content_policy("")


def test_slots_ask_each_provider_once_and_keep_order(monkeypatch):
    monkeypatch.setattr(slots, "_slots", {})
    asked = []

    def provider(name):
        def provide(actor, ids):
            asked.append(name)
            return dict.fromkeys(ids, name)

        return provide

    actor = Actor("member", TENANT)
    slots.register("a.slot", "late", template="l.html", provider=provider("late"), order=2)
    slots.register("a.slot", "early", template="e.html", provider=provider("early"), order=1)
    slots.register("a.slot", "early", template="e.html", provider=provider("early"), order=1)
    found = slots.collect("a.slot", actor, [TENANT])
    assert [panel.data for panel in found[TENANT]] == ["early", "late"]
    assert asked == ["early", "late"]
    assert slots.collect("a.slot", actor, []) == {}
    assert slots.collect("another", actor, [TENANT]) == {TENANT: []}


def test_places_show_only_to_those_who_may_go(monkeypatch):
    monkeypatch.setattr(navigation, "_places", {})
    navigation.register(navigation.Place("b", "rail", "B", "x", "landing", "may.b", order=2))
    navigation.register(navigation.Place("a", "rail", "A", "x", "landing", order=1))
    nobody = Actor("member", TENANT)
    somebody = Actor("member", TENANT, permissions=frozenset({"may.b"}))
    assert [place.key for place in navigation.places("rail", nobody)] == ["a"]
    assert [place.key for place in navigation.places("rail", somebody)] == ["a", "b"]
