"""The people of the kill run: browsers that stay signed in and answer tickets."""

import http.client
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from uuid import UUID

from bench.faults_installation import PASSWORD, SLUG, BrokenRunError, wait_for

LIST = f"/desk/{SLUG}/tickets/?view=unassigned"
ANSWER_SECONDS = 20
PATIENCE_SECONDS = 120.0
FIELD = re.compile(r'name="(csrfmiddlewaretoken|request_key|seen)" value="([^"]*)"')
ROW = re.compile(r'data-version="[^"]*" aria-label="#(\d+)"')
FOUND, OK = 302, 200


@dataclass(frozen=True)
class Answer:
    """What a page was answered with."""

    status: int
    body: str
    location: str


class Browser:
    """One browser with its cookies; every request is a connection of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Fetch a page. Raises OSError and http.client.HTTPException when the server is away."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form. Raises as `get` does."""
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("localhost", self._port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        for value in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(value).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0" or not morsel.value:
                    del self.cookies[name]
        return Answer(answer.status, text, answer.headers.get("Location", ""))

    def sign_in(self, email: str) -> None:
        """Use the sign-in form. Raises BrokenRunError when it refuses."""
        page = self.get("/desk/sign-in")
        fields = {**form_of(page), "email": email, "password": PASSWORD}
        answer = self.post("/desk/sign-in", fields)
        if answer.status != FOUND:
            raise BrokenRunError(f"{email} was not signed in: {answer.status}")

    def is_signed_in(self) -> bool:
        """Whether the desk shows its list instead of the way to the sign-in page."""
        found: list[Answer] = []

        def answered() -> bool:
            try:
                answer = self.get(LIST)
            except (OSError, http.client.HTTPException):
                return False
            found.append(answer)
            return answer.status < 500

        wait_for("the desk", answered, PATIENCE_SECONDS)
        return found[-1].status == OK


def form_of(page: Answer) -> dict[str, str]:
    """Return the hidden fields of the page's form."""
    fields: dict[str, str] = {}
    for name, value in FIELD.findall(page.body):
        fields.setdefault(name, value)
    return fields


@dataclass
class Reply:
    """One reply an agent means to send; `token` is in its text, `key` is its request key."""

    number: int
    token: str
    tries: int = 0
    posted: bool = False


@dataclass
class Office:
    """Agents who answer `wanted` new tickets, evenly over `seconds`; each sends until it is in."""

    browsers: list[Browser]
    wanted: int
    seconds: float
    seed: int
    may_end: threading.Event
    replies: dict[int, Reply] = field(default_factory=dict)
    statuses: "Counter[str]" = field(default_factory=Counter)
    sent_away: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def run(self, began: float) -> None:
        """Answer until enough tickets are answered."""
        threads = [
            threading.Thread(target=self._work, args=(browser, began, lane), daemon=True)
            for lane, browser in enumerate(self.browsers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self, browser: Browser, began: float, lane: int) -> None:
        chance = random.Random(f"agent {self.seed} {lane}")
        while (turn := len(self.replies)) < self.wanted:
            time.sleep(max(0.0, began + turn * self.seconds / self.wanted - time.monotonic()))
            if turn >= self.wanted * 0.95:
                self.may_end.wait()
            number = self._choose(browser, chance)
            if number is None:
                time.sleep(chance.uniform(0.2, 0.8))
                continue
            self._reply(browser, self.replies[number], chance)

    def _choose(self, browser: Browser, chance: random.Random) -> int | None:
        page = self._patiently(lambda: browser.get(LIST), chance)
        numbers = [int(found) for found in ROW.findall(page.body)]
        with self._lock:
            free = [number for number in numbers if number not in self.replies]
            if not free or len(self.replies) >= self.wanted:
                return None
            number = chance.choice(free)
            token = UUID(int=chance.getrandbits(128)).hex
            self.replies[number] = Reply(number, token)
        return number

    def _reply(self, browser: Browser, reply: Reply, chance: random.Random) -> None:
        path = f"/desk/{SLUG}/tickets/{reply.number}/"
        page = self._patiently(lambda: browser.get(path), chance)
        fields = {
            **form_of(page),
            "body": f"Thank you, we look into it.\nanswer-{reply.token}",
            "status": "pending",
        }

        def send() -> Answer:
            reply.tries += 1
            return browser.post(f"{path}replies", fields)

        answer = self._patiently(send, chance)
        reply.posted = answer.status == FOUND and "sign-in" not in answer.location

    def _patiently(self, act: Callable[[], Answer], chance: random.Random) -> Answer:
        """Try until an answer comes that is not the server's own failure."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                answer = act()
            except (OSError, http.client.HTTPException) as error:
                self._count(type(error).__name__)
            else:
                self._count(str(answer.status))
                if "sign-in" in answer.location:
                    self.sent_away += 1
                if answer.status < 500:
                    return answer
            time.sleep(chance.uniform(0.2, 0.8))
        raise BrokenRunError("The desk did not answer.")

    def _count(self, status: str) -> None:
        with self._lock:
            self.statuses[status] += 1
