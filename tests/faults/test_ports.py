"""A port stays an installation's while its server is down."""

from pathlib import Path

from onque.config.ports import PREFERRED, Ports


def test_a_port_is_not_lost_while_its_server_starts(tmp_path: Path, monkeypatch):
    for name in PREFERRED:
        monkeypatch.delenv(f"ONQUE_{name.upper()}_PORT", raising=False)
    first, second = Ports(tmp_path / "1.json"), Ports(tmp_path / "2.json")
    first.choose()
    first.release("http")  # its server starts now and listens in some seconds
    second.choose()
    first.release_all()
    second.release_all()
    assert second.numbers["http"] != first.numbers["http"]
