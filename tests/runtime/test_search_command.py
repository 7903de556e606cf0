"""The command that indexes what came before the search."""

import pytest
from click.testing import CliRunner

from onque.config.cli import main
from onque.kernel.models import SearchDocument, SearchMark
from onque.kernel.search import index
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.services import searching
from onque.modules.desk.tests.factories import receive
from onque.modules.identity.tests.factories import actor_of

ZERO = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def cast(committed_cast):
    """Tickets of two workspaces, from before there was an index."""
    for tenant in (committed_cast.acme, committed_cast.globex):
        with tenant_scope(tenant.id):
            for number in range(3):
                receive(
                    tenant.id, subject=f"배송 {number}", text="환불", email=f"kim{number}@shop.test"
                )
    index.write_due()
    forget(committed_cast)
    return committed_cast


def forget(cast) -> None:
    for tenant in (cast.acme, cast.globex):
        with tenant_scope(tenant.id):
            SearchMark.objects.all().delete()
            SearchDocument.objects.all().delete()


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["search", "reindex", *words])
    return result.exit_code, result.output


def found(tenant, member, text: str) -> searching.Findings:
    with tenant_scope(tenant.id):
        return searching.search(actor_of(tenant, member), text=text)


def test_tickets_messages_and_customers_are_found_again(cast):
    assert found(cast.acme, cast.bo, "배송").is_empty
    code, said = run("--chunk", "2")
    assert code == 0
    assert f"{cast.acme.id} ticket: done, 3 written" in said
    assert len(found(cast.acme, cast.bo, "배송").tickets) == 3
    assert len(found(cast.acme, cast.bo, "환불").messages) == 3
    assert len(found(cast.acme, cast.bo, "kim1").customers) == 1
    assert not found(cast.globex, cast.dee, "배송").is_empty
    assert f"{cast.acme.id} ticket: done, 0 written" in run()[1]


def test_one_workspace_and_kind_alone_and_on_from_an_id(cast):
    code, said = run("--tenant", "acme", "--kind", "ticket", "--chunk", "2", "--all")
    assert code == 0
    assert found(cast.globex, cast.dee, "배송").is_empty
    assert found(cast.acme, cast.bo, "환불").is_empty
    after = said.splitlines()[0].rpartition(" ")[2]
    more = ("--tenant", "acme", "--kind", "ticket", "--all", "--after")
    assert "done, 1 written" in run(*more, after)[1]
    assert "done, 3 written" in run(*more, ZERO)[1]


@pytest.mark.parametrize(
    "words",
    [("--tenant", "nowhere"), ("--kind", "cloud"), ("--after", ZERO), ("--chunk", "0")],
)
def test_what_makes_no_sense_is_refused_and_nothing_written(cast, words):
    code, said = run(*words)
    assert code != 0
    assert "Error" in said
    assert found(cast.acme, cast.bo, "배송").is_empty
