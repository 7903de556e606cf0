"""The settings of an installation on one machine, for its own processes and for later commands."""

import json
import os
from collections.abc import Mapping

from onque.config.embedded.folder import DataFolder, write_private
from onque.config.ports import Ports


def compose(
    folder: DataFolder, ports: Ports, secrets: Mapping[str, str], stores: Mapping[str, str]
) -> dict[str, str]:
    """All settings of the children. What the environment says already wins, part by part."""
    numbers = ports.numbers
    ours = {
        "ONQUE_ENV": "dev",
        "ONQUE_INSTANCE_ID": secrets["instance_id"],
        "ONQUE_SECRET_KEY": secrets["secret_key"],
        "ONQUE_PUBLIC_URL": f"http://localhost:{numbers['http']}",
        "ONQUE_SOCKETS_URL": f"ws://localhost:{numbers['sockets']}",
        "ONQUE_MAIL_DOMAIN": "mail.onque.localhost",
        "ONQUE_LMTP_HOST": ports.host,
        "ONQUE_LISTENER": "smtp",
        "ONQUE_STATIC_DIR": str(folder.root / "static"),
        **stores,
    }
    if not os.environ.get("ONQUE_S3_BUCKET"):
        ours["ONQUE_FILES_DIR"] = str(folder.folder("files"))
    if not os.environ.get("ONQUE_SMTP_URL"):
        ours["ONQUE_SMTP_URL"] = f"smtp://{ports.host}:{numbers['catcher']}"
        ours["ONQUE_CAUGHT_MAIL_DIR"] = str(folder.folder("mail"))
    chosen = {name: os.environ.get(name, value) for name, value in ours.items()}
    return chosen | {"ONQUE_LMTP_PORT": str(numbers["lmtp"]), "ONQUE_SUPERVISED": "1"}


def write(folder: DataFolder, settings: Mapping[str, str]) -> None:
    """Keep the settings so that other commands on this folder find the running installation."""
    write_private(folder.environment, json.dumps(dict(settings), indent=2) + "\n")


_loaded: list[str] = []


def load(folder: DataFolder) -> None:
    """Take the settings of the installation in this folder, unless a database is named already."""
    if os.environ.get("ONQUE_DATABASE_URL") or not folder.environment.exists():
        return
    for name, value in json.loads(folder.environment.read_text()).items():
        if name not in os.environ and name != "ONQUE_SUPERVISED":
            os.environ[name] = value
            _loaded.append(name)


def loaded() -> list[str]:
    """The settings that `load` took."""
    return list(_loaded)
