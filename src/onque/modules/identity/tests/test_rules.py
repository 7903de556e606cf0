"""Pure decisions: roles, slugs, names."""

import pytest

from onque.modules.identity import rules

MATRIX = {
    "ticket.view": "owner admin pro_agent agent",
    "ticket.view_all": "owner admin pro_agent",
    "ticket.reply": "owner admin pro_agent agent",
    "ticket.note": "owner admin pro_agent agent",
    "ticket.assign": "owner admin pro_agent agent",
    "ticket.change": "owner admin pro_agent agent",
    "ticket.trash": "owner admin pro_agent",
    "mail.quarantine": "owner admin",
    "mail.settings": "owner admin",
    "failure.retry": "owner admin",
    "member.view": "owner admin pro_agent",
    "member.invite": "owner admin",
    "member.manage": "owner admin",
    "role.manage": "owner admin",
    "tenant.settings": "owner admin",
    "tenant.own": "owner",
    "survey.view": "owner admin pro_agent agent",
}


@pytest.mark.parametrize(("permission", "roles"), MATRIX.items())
def test_which_built_in_role_may_do_what(permission, roles):
    holders = {key for key, (_, codes) in rules.BUILT_IN_ROLES.items() if permission in codes}

    assert holders == set(roles.split())


def test_roles_hold_known_permissions_only():
    for _, codes in rules.BUILT_IN_ROLES.values():
        assert codes <= set(rules.PERMISSIONS)


@pytest.mark.parametrize(
    ("slug", "fits"),
    [
        ("a", True),
        ("acme-2", True),
        ("a" * 40, True),
        ("a" * 41, False),
        ("-a", False),
        ("a-", False),
        ("A", False),
        ("한", False),
        ("account", False),
        ("", False),
    ],
)
def test_which_slugs_fit(slug, fits):
    assert rules.is_slug(slug) is fits


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit Chrome/120 Safari/537",
            "Chrome, macOS",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120", "Edge, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X) Version/17 Safari/604",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/121", "Firefox, Linux"),
        ("curl/8", ""),
    ],
)
def test_browsers_have_short_names(agent, name):
    assert rules.browser_name(agent) == name


def test_a_handle_says_nothing_of_the_key():
    assert "secret" not in rules.session_handle("secret")
    assert rules.session_handle("a") != rules.session_handle("b")


def test_addresses_are_compared_in_lower_case():
    assert rules.normal_email("  Ada@ACME.test ") == "ada@acme.test"
