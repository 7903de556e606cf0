"""The services table: who serves what, and nothing else."""

import sys
from types import ModuleType

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import get_resolver

from onque.config.cli import main
from onque.config.services import TABLE, Kind, UnknownServiceError, find_service, startable
from onque.config.urls import patterns

HTTP = [s.name for s in TABLE if s.kind is Kind.HTTP and not s.planned]
EXAMPLES = {
    "web": "/",
    "desk": "/desk/sign-in",
    "portal": "/portal/acme/acme/",
    "survey": "/survey/no-such-token",
    "intake": "/intake/mailgun/no-such-token/mail",
}


def serving(service: str, settings) -> Client:
    module = ModuleType(f"urls_of_{service}")
    module.urlpatterns = patterns(service)
    module.handler404 = "onque.ui.errors.not_found"
    sys.modules[module.__name__] = module
    settings.ROOT_URLCONF = module.__name__
    settings.SERVICE = service
    return Client()


def test_every_service_of_the_product_has_a_row():
    assert {s.name for s in TABLE} == {
        "web",
        "desk",
        "sockets",
        "portal",
        "survey",
        "talk",
        "api",
        "backoffice",
        "mailin",
        "intake",
        "worker",
        "beat",
        "notifier",
    }
    assert all(s.entry_point and s.probes and s.role for s in TABLE)


@pytest.mark.parametrize("name", [s.name for s in TABLE if s.planned])
def test_a_planned_service_cannot_be_started(name: str):
    with pytest.raises(UnknownServiceError, match="planned"):
        startable(name)
    said = CliRunner().invoke(main, ["serve", name])
    assert said.exit_code == 1
    assert "planned" in said.output


def test_an_unknown_service_is_told_which_there_are():
    with pytest.raises(UnknownServiceError, match="desk"):
        find_service("nonsense")


@pytest.mark.django_db
@pytest.mark.parametrize("service", HTTP)
def test_a_service_answers_404_for_the_addresses_of_the_others(service: str, settings):
    client = serving(service, settings)
    for other, path in EXAMPLES.items():
        if other != service:
            assert client.get(path).status_code == 404, f"{service} answered {path}"


@pytest.mark.django_db
@pytest.mark.parametrize("service", ["web", "desk"])
def test_a_service_answers_its_own(service: str, settings):
    assert serving(service, settings).get(EXAMPLES[service]).status_code == 200


def test_every_mounted_module_exists():
    from importlib import import_module

    for service in TABLE:
        for mount in service.mounts:
            assert import_module(mount.urls).urlpatterns


def test_all_together_serves_every_door(settings):
    module = ModuleType("urls_of_all")
    module.urlpatterns = patterns("all")
    sys.modules[module.__name__] = module
    resolver = get_resolver(module.__name__)
    for path in EXAMPLES.values():
        assert resolver.resolve(path)
