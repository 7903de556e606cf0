"""A provider's interface on this machine: takes what is posted and answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override

ACCEPTED = {
    "mailgun": {"id": "<x@mg.acme.example>", "message": "Queued. Thank you."},
    "sparkpost": {
        "results": {"total_accepted_recipients": 1, "total_rejected_recipients": 0, "id": "11"}
    },
    "ses": {"MessageId": "0100-abc"},
}


@dataclass
class Asked:
    """One call."""

    path: str
    head: dict[str, str]
    body: bytes


@dataclass
class Fake:
    """What the next calls are answered; `cut` hangs up once the call was read."""

    url: str = ""
    status: int = 200
    answer: dict[str, Any] = field(default_factory=dict)
    cut: bool = False
    calls: list[Asked] = field(default_factory=list)


@contextmanager
def fake_provider() -> Iterator[Fake]:
    """Run the interface."""
    fake = Fake()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fake.calls.append(Asked(self.path, dict(self.headers), body))
            if fake.cut:
                self.close_connection = True
                return
            said = json.dumps(fake.answer).encode()
            self.send_response(fake.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
