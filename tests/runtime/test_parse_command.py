"""`onque mail parse`, and reading without settings, Django or a database."""

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from onque.config.cli import main

KEYS = [
    "subject",
    "from_address",
    "from_name",
    "to",
    "text",
    "reply_text",
    "attachments",
    "is_auto_reply",
    "suppress_auto_response",
    "is_bounce",
    "bounce_recipients",
    "message_id",
    "in_reply_to",
    "references",
    "html",
    "why",
]
RAW = "From: 홍길동 <a@b.c>\r\nSubject: 환불\r\n\r\n안녕하세요".encode()


def test_a_file_is_printed_as_json(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(RAW)
    done = CliRunner().invoke(main, ["mail", "parse", str(file)])
    facts = json.loads(done.stdout_bytes)
    assert list(facts) == KEYS
    assert (facts["subject"], facts["from_name"], facts["text"]) == ("환불", "홍길동", "안녕하세요")


def test_a_dash_is_the_standard_input() -> None:
    done = CliRunner().invoke(main, ["mail", "parse", "-"], input=RAW)
    assert json.loads(done.stdout_bytes)["from_address"] == "a@b.c"


def test_reading_needs_neither_django_nor_settings() -> None:
    code = (
        "import sys; from onque.modules.mail.rules.parsing import parse; "
        "assert list(parse(bytes(range(256)))); "
        "sys.exit(any(name.partition('.')[0] in {'django', 'celery'} for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={})
