"""Ports and the data folder: chosen once, private, and clear words when taken."""

import socket
from pathlib import Path

import pytest

from onque.config.embedded.folder import DataFolder, InUseError
from onque.config.embedded.process import free_port
from onque.config.ports import PREFERRED, Ports, PortTakenError


@pytest.fixture(autouse=True)
def _no_ports_asked_for(monkeypatch: pytest.MonkeyPatch):
    for name in PREFERRED:
        monkeypatch.delenv(f"ONQUE_{name.upper()}_PORT", raising=False)


def test_two_installations_that_start_at_once_get_different_ports(tmp_path: Path):
    first, second = Ports(tmp_path / "1.json"), Ports(tmp_path / "2.json")
    first.choose()
    second.choose()
    assert not set(first.numbers.values()) & set(second.numbers.values())
    first.release_all()
    second.release_all()


def test_the_ports_of_the_last_time_are_used_again(tmp_path: Path):
    first = Ports(tmp_path / "ports.json")
    first.choose()
    first.release_all()
    again = Ports(tmp_path / "ports.json")
    again.choose()
    again.release_all()
    assert again.numbers == first.numbers


def test_a_remembered_port_that_is_taken_now_is_replaced(tmp_path: Path):
    first = Ports(tmp_path / "ports.json")
    first.choose()
    first.release_all()
    with socket.create_server(("127.0.0.1", first.numbers["http"])):
        again = Ports(tmp_path / "ports.json")
        again.choose()
        again.release_all()
    assert again.numbers["http"] != first.numbers["http"]


def test_a_port_asked_for_that_is_taken_is_named(tmp_path: Path, monkeypatch):
    taken = free_port()
    monkeypatch.setenv("ONQUE_HTTP_PORT", str(taken))
    with (
        socket.create_server(("127.0.0.1", taken)),
        pytest.raises(PortTakenError, match=f"Port {taken} is already in use.*ONQUE_HTTP_PORT"),
    ):
        Ports(tmp_path / "ports.json").choose()


def test_a_broken_file_of_ports_is_no_hindrance(tmp_path: Path):
    file = tmp_path / "ports.json"
    file.write_text("{")
    ports = Ports(file)
    ports.choose()
    ports.release_all()
    assert set(ports.numbers) == set(PREFERRED)


def test_a_second_start_on_the_same_folder_names_the_first(tmp_path: Path):
    import os

    first = DataFolder(tmp_path / "data")
    first.take()
    with pytest.raises(InUseError, match=f"already runs on .*process {os.getpid()}"):
        DataFolder(tmp_path / "data").take()
    first.give_back()
    again = DataFolder(tmp_path / "data")
    again.take()
    again.give_back()


def test_secrets_are_made_once_and_are_private(tmp_path: Path):
    folder = DataFolder(tmp_path / "data")
    folder.take()
    first = folder.secrets()
    assert folder.secrets() == first
    assert len(set(first.values())) == len(first)
    assert (folder.root / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert folder.root.stat().st_mode & 0o777 == 0o700
    folder.give_back()
