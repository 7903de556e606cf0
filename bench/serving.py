"""Requests a second of the real server with four clients, list and ticket in turn."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time

import django

from onque.config.embedded.process import free_port

CLIENTS = 4
SECONDS = 8.0


def main() -> None:
    """Start granian as `onque serve` does, load it with four clients, stop it."""
    django.setup()
    from django.conf import settings

    from bench.pages import signed_in
    from bench.stack import SLUG

    cookie = (
        f"{settings.SESSION_COOKIE_NAME}={signed_in().cookies[settings.SESSION_COOKIE_NAME].value}"
    )
    port = free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(port), "--workers", "1", "--blocking-threads", "2"),
            *("--log-level", "warning", "onque.config.wsgi:application"),
        ],
        env=os.environ,
    )
    try:
        _wait(port)
        count = int(sys.argv[1])
        urls = [f"/desk/{SLUG}/tickets/?view=all", f"/desk/{SLUG}/tickets/{count // 3}/"]
        for url in urls:
            _load(port, cookie, url, 1.0)
        found = {
            f"{name}, requests/s, {CLIENTS} clients": _load(port, cookie, url, SECONDS)
            for name, url in zip(("list", "ticket"), urls, strict=True)
        }
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(10)
    print(json.dumps({"served": found}))


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The server did not start.")


def _load(port: int, cookie: str, url: str, seconds: float) -> float:
    end = time.monotonic() + seconds
    answered: list[int] = []
    failed: list[int] = []

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while time.monotonic() < end:
            connection.request("GET", url, headers={"Cookie": cookie})
            response = connection.getresponse()
            response.read()
            (answered if response.status == http.HTTPStatus.OK else failed).append(1)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"{len(failed)} answers of {url} were not 200.")
    return round(len(answered) / seconds, 1)


if __name__ == "__main__":
    main()
