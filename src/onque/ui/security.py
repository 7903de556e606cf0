"""The content policy of every page: our own files only, no inline script, no inline style.

`connect-src` adds the sockets' address when that is another port (embedded default).
Source: W3C Content Security Policy Level 3; DESIGN.md section 6 (style attributes).
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


def content_policy(sockets_url: str) -> str:
    """Return the header's value for pages that may open sockets at `sockets_url`."""
    connect = f"'self' {sockets_url}".strip()
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src {connect}",
            "frame-src 'self'",  # messages as they were sent, documents in which nothing runs
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        )
    )


class ContentPolicyMiddleware:
    """Set the content policy and what goes with it, unless the view set a stricter one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = content_policy(settings.SOCKETS_URL)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request with the policy headers."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"
        )
        return response
