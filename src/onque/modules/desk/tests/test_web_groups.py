"""The groups' page."""

import re
from uuid import uuid4

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.tests.visiting import browser, path, read
from onque.modules.identity import public as identity


def test_a_group_is_made_archived_and_used_again(cast):
    bo = browser(cast.bo.email)
    page = bo.get(path("settings/groups/"))
    action = re.search(r'action="([^"]+/settings/groups/[^"]+)" novalidate', page.content.decode())
    sent = {"version": "0", "name": "Refunds", "auto_assign": "1", "member": [str(cast.ada.id)]}
    done = bo.post(action[1], sent, follow=True)
    assert "The group is saved." in read(done).text
    assert "1 member · in turn" in read(done).text
    with tenant_scope(cast.acme.id):
        (made,) = identity.list_groups()
        assert made.member_ids == (cast.ada.id,)
    gone = bo.post(path(f"settings/groups/{made.id}/archive"), {"archived": "1"}, follow=True)
    assert "Its tickets stay where they are" in read(gone).text
    bo.post(path(f"settings/groups/{made.id}/archive"), {"archived": "0"})
    with tenant_scope(cast.acme.id):
        assert not identity.list_groups()[0].is_archived


def test_a_refusal_keeps_what_was_chosen(cast):
    bo = browser(cast.bo.email)
    group_id = uuid4()
    sent = {"version": "0", "name": " ", "member": [str(cast.ada.id)], "auto_assign": "1"}
    answer = bo.post(path(f"settings/groups/{group_id}"), sent)
    assert answer.status_code == 422
    assert "Give it a name." in read(answer).text
    assert f'value="{cast.ada.id}" checked' in answer.content.decode()
    assert bo.post(path(f"settings/groups/{group_id}"), sent | {"name": "A"}).status_code == 302
    assert bo.post(path(f"settings/groups/{group_id}"), sent | {"name": "A"}).status_code == 302
    assert bo.post(path(f"settings/groups/{group_id}"), sent | {"name": "B"}).status_code == 409
    other = bo.post(path(f"settings/groups/{uuid4()}"), sent | {"name": "A"})
    assert other.status_code == 409
    assert "Another group is called so" in read(other).text
    strange = bo.post(path(f"settings/groups/{group_id}"), sent | {"member": ["x"]})
    assert strange.status_code == 422


def test_an_agent_may_not(cast):
    ada = browser(cast.ada.email)
    sent = {"version": "0", "name": "A"}
    assert ada.get(path("settings/groups/")).status_code == 403
    assert ada.post(path(f"settings/groups/{uuid4()}"), sent).status_code == 403
    assert ada.post(path(f"settings/groups/{uuid4()}/archive")).status_code == 403
