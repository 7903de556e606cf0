"""What is read from one raw mail, for the command line; needs neither settings nor a database."""

import json

from onque.modules.mail.rules.parsing import parse


def as_json(raw: bytes) -> bytes:
    """The facts of a mail as JSON in UTF-8. Never raises, whatever the bytes."""
    return json.dumps(parse(raw), ensure_ascii=False, indent=2).encode()
