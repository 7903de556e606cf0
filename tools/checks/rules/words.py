"""Words that must not get into the repository."""

import re
from collections.abc import Iterator

from tools.checks.source import Finding, Source

# written in pieces, so that this file passes its own rule
PLACES = ("/ho" + "me/", "/ro" + "ot/", "/Us" + "ers/", "/wo" + "rk/", "C:" + "\\Users")
HOSTS = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "--index" + "-url",
    "artifact" + "ory",
    "jfrog" + ".io",
)
MACHINE = re.compile("|".join(re.escape(word) for word in (*PLACES, *HOSTS)), re.IGNORECASE)


def no_machine_words(source: Source) -> Iterator[Finding]:
    """No path of somebody's machine and no registry's host."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        if match := MACHINE.search(line):
            yield source.finding(number, "machine", f"{match[0]!r} belongs to one machine")


def locks_without_hosts(source: Source) -> Iterator[Finding]:
    """Lock files name packages and hashes, never where they came from."""
    if source.parts[0] != "requirements" or not source.path.endswith(".txt"):
        return
    for number, line in enumerate(source.text.splitlines(), start=1):
        if "://" in line:
            yield source.finding(number, "lock", "a lock file holds no address")
