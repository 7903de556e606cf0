"""A local authority for OAuth2: codes, tokens that end, and Dovecot's question about them."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit


@dataclass
class Authority:
    """What it gave and was asked; a token in `good` is one that mail servers take."""

    url: str = ""
    user: str = "support"
    life_seconds: int = 3600
    refuses_refresh: bool = False
    rotates: bool = True
    challenge: str = ""
    good: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)

    def settings(self) -> dict[str, dict[str, str]]:
        return {
            "google": {
                "client_id": "onque",
                "client_secret": "hush",
                "authorize_url": f"{self.url}/authorize",
                "token_url": f"{self.url}/token",
                "scopes": "mail",
                "extras": "access_type=offline&prompt=consent",
            }
        }

    def token(self, fields: dict[str, str]) -> tuple[int, dict[str, object]]:
        self.asked.append(fields)
        if fields.get("client_secret") != "hush":
            return 401, {"error": "invalid_client"}
        if fields["grant_type"] == "authorization_code":
            digest = hashlib.sha256(fields["code_verifier"].encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenge:
                return 400, {"error": "invalid_grant", "error_description": "PKCE"}
            if fields["code"] != "the-code":
                return 400, {"error": "invalid_grant", "error_description": "code"}
        elif self.refuses_refresh or not fields["refresh_token"].startswith("refresh-"):
            return 400, {"error": "invalid_grant", "error_description": "revoked"}
        number = len(self.asked)
        access = f"access-{number}"
        self.good.add(access)
        answer: dict[str, object] = {"access_token": access, "expires_in": self.life_seconds}
        if fields["grant_type"] == "authorization_code" or self.rotates:
            answer["refresh_token"] = f"refresh-{number}"
        return 200, answer

    def ask(self, query: dict[str, list[str]]) -> str:
        """The page on which a person allows it or not."""
        assert query["code_challenge_method"] == ["S256"]
        assert query["client_id"] == ["onque"]
        self.challenge = query["code_challenge"][0]
        (place,), (state,) = query["redirect_uri"], query["state"]
        yes = escape(f"{place}?{urlencode({'state': state, 'code': 'the-code'})}")
        refused = {"state": state, "error": "access_denied", "error_description": "Not today"}
        no = escape(f"{place}?{urlencode(refused)}")
        return f'<a id="yes" href="{yes}">Allow</a> <a id="no" href="{no}">Deny</a>'

    def question(self, token: str) -> tuple[int, dict[str, object]]:
        """Whose token it is. Source: RFC 7662."""
        if token not in self.good:
            return 200, {"active": False}
        return 200, {"active": True, "username": self.user, "email": self.user}


@contextmanager
def authority() -> Iterator[Authority]:
    here = Authority()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_words: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            fields = {key: values[0] for key, values in parse_qs(body).items()}
            self.answer(*(here.token(fields) if self.path == "/token" else (404, {})))

        def do_GET(self) -> None:
            if self.path.startswith("/authorize?"):
                self.page(here.ask(parse_qs(urlsplit(self.path).query)))
                return
            token = parse_qs(urlsplit(self.path).query).get("access_token", [""])[0]
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            self.answer(*here.question(token or bearer))

        def page(self, text: str) -> None:
            raw = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def answer(self, status: int, said: dict[str, object]) -> None:
            raw = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
