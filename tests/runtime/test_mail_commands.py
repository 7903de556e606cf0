"""What operators do from the command line, across workspaces."""

from uuid import uuid4

import pytest
from click.testing import CliRunner

from onque.config.cli import main
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.models import InboundMail, Run
from onque.modules.mail.services import operating, receiving
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, GLOBEX, MailCast


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["mail", *words])
    return result.exit_code, result.output


def held(address: str, subject: str) -> None:
    route = receiving.find_route(address)
    assert route
    raw = f"Subject: {subject}\r\n\r\nx\r\n".encode()
    receiving.store_mail([route], Arrival(raw, "lmtp", uuid4().hex, ""))
    make.drain()


def test_what_waits_is_listed_across_workspaces_and_tried_again(cast: MailCast) -> None:
    held(ACME, "of-acme")
    held(GLOBEX, "of-globex")
    code, said = run("quarantine")
    assert code == 0
    assert said.index("of-globex") < said.index("of-acme")
    assert "of-globex" not in run("quarantine", "--tenant", "acme")[1]
    assert run("quarantine", "--tenant", "nowhere")[0] == 1
    mail_id = str(make.ledger(cast.acme)[0].id)
    assert run("retry", mail_id)[0] == 0
    assert make.ledger(cast.acme)[0].state == "stored"
    make.drain()
    assert run("retry", str(uuid4()))[0] == 1


def test_stored_mail_is_read_anew(cast: MailCast) -> None:
    route = receiving.find_route(ACME)
    assert route
    receiving.store_mail([route], Arrival(make.raw_mail(), "lmtp", uuid4().hex, ""))
    make.drain()
    with tenant_scope(cast.acme):
        InboundMail.objects.update(subject="rubbish", parsed_with=0)
    code, said = run("reparse", "--tenant", "acme", "--dry-run")
    assert (code, "1 mails" in said) == (0, True)
    assert make.ledger(cast.acme)[0].subject == "rubbish"
    code, said = run("reparse", "--older-than", "1")
    assert (code, "1 of 1 mails, 0 could not be" in said) == (0, True)
    assert make.ledger(cast.acme)[0].subject == "환불 문의"
    with tenant_scope(cast.acme):
        assert Run.objects.get().ended_at is not None
    assert "1 of 1" not in run("reparse", "--older-than", "1", "--tenant", "acme")[1]
    assert run("reparse", "--state", "nonsense")[0] == 1


def test_done_mail_is_not_listed(cast: MailCast) -> None:
    route = receiving.find_route(ACME)
    assert route
    receiving.store_mail([route], Arrival(make.raw_mail(), "lmtp", uuid4().hex, ""))
    make.drain()
    assert operating.list_held() == []
    assert operating.find_held(mail_id=make.ledger(cast.acme)[0].id) is None
