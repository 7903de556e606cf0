"""The page behind the signed link: looking records nothing, sending does."""

from datetime import timedelta

import pytest
from django.test import Client

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.models import OutboxEvent
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import Status
from onque.modules.survey.contracts import SurveyAnswered
from onque.modules.survey.models import Optout, Survey
from onque.modules.survey.rules.links import Link, link_key, write_token
from onque.modules.survey.services import asking, panels
from onque.modules.survey.subscribers import reopen_unsolved
from onque.modules.survey.tests.factories import asked


@pytest.fixture
def survey(cast):
    return asked(cast)[0]


@pytest.fixture
def path(survey, cast):
    from onque.modules.survey.services.links import survey_url

    with tenant_scope(cast.acme.id):
        return "/survey/" + survey_url(survey).rpartition("/")[2]


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


def row(cast):
    with tenant_scope(cast.acme.id):
        return Survey.objects.get()


def answered_events(cast):
    with tenant_scope(cast.acme.id):
        return OutboxEvent.objects.filter(name="survey.survey_answered").count()


def test_the_page_asks_about_the_ticket(client, path):
    page = client.get(path)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Broken lid" in text
    assert "Ada" in text
    assert "style=" not in text
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert "set-cookie" not in {name.lower() for name in page.headers}


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_a_link_of_the_mail_only_chooses_the_score(client, cast, path, score):
    page = client.get(f"{path}?score={score}")
    assert f'value="{score}" required checked' in page.content.decode()
    assert row(cast).score is None
    assert answered_events(cast) == 0


def test_a_scanner_records_nothing(client, cast, path):
    for method in (client.get, client.head):
        for headers in ({}, {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}):
            assert method(f"{path}?score=1", headers=headers).status_code == 200
    assert client.options(path).status_code == 405
    assert row(cast).answered_at is None
    assert answered_events(cast) == 0


def test_sending_keeps_the_answer_and_thanks(client, cast, path):
    sent = client.post(path, {"score": "4", "why": ["quick", "slow"], "comment": " 좋아요 <b> "})
    assert (sent.status_code, sent["Location"]) == (303, f"{path}/thanks")
    kept = row(cast)
    assert (kept.score, kept.reasons, kept.comment) == (4, ["quick"], "좋아요 <b>")
    assert answered_events(cast) == 1
    text = client.get(f"{path}/thanks").content.decode()
    assert "4 of 5" in text
    assert "좋아요 &lt;b&gt;" in text


def test_the_same_answer_twice_is_one(client, cast, path):
    for _time in range(2):
        client.post(path, {"score": "5"})
    assert answered_events(cast) == 1


def test_an_answer_can_be_changed_for_seven_days(client, cast, path):
    client.post(path, {"score": "5"})
    with clock.frozen(clock.now() + timedelta(days=6, hours=23)):
        assert client.post(path, {"score": "2", "why": "slow"}).status_code == 303
    kept = row(cast)
    assert (kept.score, kept.reasons) == (2, ["slow"])
    assert answered_events(cast) == 2
    with clock.frozen(kept.answered_at + timedelta(days=7)):
        refused = client.post(path, {"score": "1"}, headers={"Accept-Language": "en"})
    assert refused.status_code == 410
    assert "Your answer stands" in refused.content.decode()
    assert row(cast).score == 2


@pytest.mark.parametrize("score", ["", "0", "6", "five", "1.5"])
def test_bad_input_keeps_what_was_typed(client, cast, path, score):
    sent = client.post(path, {"score": score, "why": ["quick"], "comment": "Slow but kind"})
    text = sent.content.decode()
    assert sent.status_code == 422
    assert "Slow but kind" in text
    assert 'value="quick" checked' in text
    assert "Choose a score from 1 to 5." in text
    assert row(cast).score is None


def test_a_comment_too_long_is_kept_on_the_page(client, cast, path):
    sent = client.post(path, {"score": "3", "comment": "가" * 1001})
    assert sent.status_code == 422
    assert "가" * 1001 in sent.content.decode()
    assert row(cast).score is None


def test_the_page_speaks_the_other_language_too(client, path):
    text = client.get(f"{path}?lang=ko").content.decode()
    assert "응대는 어떠셨나요?" in text
    assert '<html lang="ko"' in text
    refused = client.post(f"{path}?lang=ko", {"score": ""})
    assert "점수" in refused.content.decode()


def test_an_unanswered_survey_ends_after_thirty_days(client, cast, path):
    with clock.frozen(clock.now() + timedelta(days=30)):
        assert client.get(path).status_code == 410
        assert client.post(path, {"score": "5"}).status_code == 410
    assert row(cast).score is None


def test_an_old_link_is_over(client, path):
    with clock.frozen(clock.now() + timedelta(days=38)):
        gone = client.get(path, headers={"Accept-Language": "en"})
    assert gone.status_code == 410
    assert "This survey is over" in gone.content.decode()


def test_a_forged_link_is_unknown(client, cast, survey, path):
    from django.conf import settings

    other = write_token(
        link_key("guessed"), Link(cast.acme.id, survey.id, clock.now() + timedelta(days=1))
    )
    foreign = write_token(
        link_key(settings.SECRET_KEY),
        Link(cast.globex.id, survey.id, clock.now() + timedelta(days=1)),
    )
    for token in (other, foreign, path.removeprefix("/survey/")[:-2], "x"):
        for answer in (
            client.get(f"/survey/{token}"),
            client.post(f"/survey/{token}", {"score": "1"}),
            client.get(f"/survey/{token}/thanks"),
        ):
            assert answer.status_code == 404
            assert "Broken lid" not in answer.content.decode()
    assert row(cast).score is None


def test_thanks_before_an_answer_leads_to_the_question(client, path):
    assert client.get(f"{path}/thanks")["Location"] == path


def test_the_brand_s_colour_is_a_style_sheet(client, path):
    page = client.get(path).content.decode()
    assert "/survey/brand/3d6b5c.css" in page
    sheet = client.get("/survey/brand/3d6b5c.css")
    assert "--brand:#3d6b5c" in sheet.content.decode()
    assert "immutable" in sheet["Cache-Control"]
    assert client.get("/survey/brand/red.css").status_code == 404


def test_not_solved_opens_the_ticket_again(client, cast, survey, path):
    client.post(path, {"score": "2", "reopen": "1"})
    event = SurveyAnswered(
        survey_id=survey.id, ticket_id=survey.ticket_id, score=2, wants_reopening=True
    )
    with tenant_scope(cast.acme.id):
        reopen_unsolved(event)
        reopen_unsolved(event)
        assert desk.get_card(survey.ticket_id).status == Status.OPEN


def test_a_high_score_opens_nothing(client, cast, path):
    client.post(path, {"score": "5", "reopen": "1"})
    assert row(cast).wants_reopening is False


def test_the_desk_sees_the_score(client, cast, survey, path):
    from onque.modules.identity.tests.factories import actor_of

    client.post(path, {"score": "4", "why": "quick", "comment": "Fast"})
    ada, dee = actor_of(cast.acme, cast.ada), actor_of(cast.globex, cast.dee)
    with tenant_scope(cast.acme.id):
        panel = panels.survey_panels(ada, [survey.ticket_id])[survey.ticket_id]
    assert panel.answer is not None
    assert (panel.answer.score, panel.answer.comment) == (4, "Fast")
    with tenant_scope(cast.globex.id):
        assert panels.survey_panels(dee, [survey.ticket_id]) == {}


def test_scores_are_not_shown_without_the_permission(cast, survey):
    actor = Actor(kind="member", tenant_id=cast.acme.id, permissions=frozenset({"ticket.view"}))
    with tenant_scope(cast.acme.id):
        assert panels.survey_panels(actor, [survey.ticket_id]) == {}


def test_a_link_works_after_the_secret_key_was_changed(committed_cast, settings):
    path = asked(committed_cast)[1]
    earlier, settings.SECRET_KEY = settings.SECRET_KEY, "the next secret"
    assert Client().get(f"{path}?score=4").status_code == 404

    settings.SECRET_KEY_FALLBACKS = [earlier]
    assert Client().get(f"{path}?score=4").status_code == 200


# --- no more surveys ----------------------------------


def test_looking_at_the_page_stops_nothing(cast, client, path):
    answer = client.get(f"{path}/stop")
    assert answer.status_code == 200
    with tenant_scope(cast.acme.id):
        assert Optout.objects.count() == 0


def test_one_click_of_a_mail_program_stops_every_further_survey(cast, client, path, survey):
    body = {"List-Unsubscribe": "One-Click"}
    for _twice in range(2):
        assert client.post(f"{path}/stop", body).status_code == 200
    with tenant_scope(cast.acme.id):
        assert Optout.objects.get().customer_id == survey.customer_id
        Survey.objects.all().delete()
        assert asking.ask(ticket_id=survey.ticket_id, resolution=1, solved_by="member") is None
        assert Survey.objects.count() == 0


def test_a_forged_link_stops_nothing(cast, client, path):
    assert client.post(f"{path[:-4]}AAAA/stop").status_code == 404
    with tenant_scope(cast.acme.id):
        assert Optout.objects.count() == 0
