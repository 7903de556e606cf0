"""The survey's page works with the rights of onque_public, which can do little else."""

import os
from urllib.parse import urlsplit

import pytest
from django.db import ProgrammingError, connections
from django.test import Client

from onque.kernel.tenancy import tenant_scope
from onque.modules.survey.models import Survey
from onque.modules.survey.tests.factories import asked


@pytest.fixture
def public_path(committed_cast):
    """The link of a survey, with the connection of the public services from here on."""
    path = asked(committed_cast)[1]
    connection = connections["default"]
    kept = dict(connection.settings_dict)
    url = urlsplit(os.environ["ONQUE_PUBLIC_DATABASE_URL"])
    connection.close()
    connection.settings_dict.update(USER=url.username, PASSWORD=url.password)
    yield path
    connection.close()
    connection.settings_dict.update(kept)


def test_the_page_takes_an_answer(public_path, committed_cast):
    client = Client()
    assert client.get(f"{public_path}?score=4").status_code == 200
    sent = client.post(public_path, {"score": "4", "why": "quick", "comment": "Fast"})
    assert sent.status_code == 303
    assert client.get(sent["Location"]).status_code == 200
    with tenant_scope(committed_cast.acme.id):
        assert Survey.objects.get().score == 4


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM identity_user",
        "SELECT * FROM identity_session",
        "SELECT * FROM identity_member",
        "SELECT * FROM desk_message",
        "SELECT * FROM desk_ticket",
        "SELECT * FROM customers_customer",
        "UPDATE customers_customer SET name = 'x'",
        "INSERT INTO customers_customer (id) VALUES (gen_random_uuid())",
        "SELECT * FROM customers_identity",
        "UPDATE customers_identity SET value = 'x'",
        "SELECT * FROM kernel_outboxevent",
        "UPDATE kernel_outboxevent SET name = 'x'",
        "SELECT * FROM kernel_delivery",
        "UPDATE kernel_stream SET key = 'x'",
        "DELETE FROM kernel_stream",
        "UPDATE identity_tenant SET next_ticket_number = 9",
        "UPDATE survey_survey SET agent_name = 'x'",
        "DELETE FROM survey_survey",
        "INSERT INTO survey_survey (id) VALUES (gen_random_uuid())",
    ],
)
def test_the_role_may_do_nothing_else(public_path, committed_cast, statement):
    assert public_path
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        tenant_scope(committed_cast.acme.id),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(statement)


def test_without_a_tenant_the_role_sees_no_survey(public_path):
    assert public_path
    assert Survey.objects.count() == 0
