"""Caught mail is shown to this machine alone, and who listens wider is told so."""

import pytest
from django.http import Http404
from django.test import RequestFactory

from onque.config.catcher import pages
from onque.config.embedded.folder import DataFolder
from onque.config.supervisor import Supervisor


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "", "unknown"])
def test_another_machine_sees_no_mail(settings, tmp_path, address: str):
    settings.CAUGHT_MAIL_DIR = str(tmp_path)
    request = RequestFactory().get("/caught/", REMOTE_ADDR=address)
    with pytest.raises(Http404):
        pages.index(request)
    with pytest.raises(Http404):
        pages.show(request, "any")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_this_machine_sees_the_mail(settings, tmp_path, address: str):
    settings.CAUGHT_MAIL_DIR = str(tmp_path)
    assert pages._box(RequestFactory().get("/caught/", REMOTE_ADDR=address)).newest() == []


@pytest.mark.parametrize(("host", "warned"), [("0.0.0.0", True), ("127.0.0.1", False)])
def test_a_wide_address_is_warned_of(tmp_path, monkeypatch, capfd, host: str, warned: bool):
    monkeypatch.setenv("ONQUE_BIND", host)
    ours = Supervisor(DataFolder(tmp_path), demo=False)
    ours.ports.numbers["lmtp"] = 1
    ours.settings = {"ONQUE_PUBLIC_URL": "http://localhost:1", "ONQUE_CAUGHT_MAIL_DIR": "x"}
    ours._welcome(1.0)
    written = capfd.readouterr()
    assert ("WARNING" in written.out + written.err) is warned
