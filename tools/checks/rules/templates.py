"""Templates that the content policy would break."""

import re
from collections.abc import Iterator

from tools.checks.source import Finding, Source

BROKEN = (
    (re.compile(r"<[a-zA-Z][^>]*\sstyle\s*=", re.DOTALL), "a style attribute"),
    (re.compile(r"<style\b"), "an inline style sheet"),
    (re.compile(r"<script\b(?![^>]*\bsrc\s*=)"), "an inline script"),
    (re.compile(r"<[a-zA-Z][^>]*\son[a-z]+\s*=\s*[\"']", re.DOTALL), "an inline event handler"),
    (re.compile(r"\bhref\s*=\s*[\"']javascript:"), "a javascript: link"),
    (re.compile(r"\|\s*safe\b"), "the safe filter: hand over Markup that a service sanitised"),
)


def strict_content_policy(source: Source) -> Iterator[Finding]:
    """No inline style, script or handler in a page; mails (templates/<module>/mail) may."""
    if "templates" not in source.parts or not source.path.endswith(".html"):
        return
    if "mail" in source.parts[source.parts.index("templates") + 2 : -1]:
        return
    for pattern, what in BROKEN:
        for match in pattern.finditer(source.text):
            line = source.text.count("\n", 0, match.start()) + 1
            yield source.finding(line, "policy", f"{what} breaks the content policy")
