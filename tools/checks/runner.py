"""Rules against files, minus the list of exceptions."""

from collections.abc import Iterable
from pathlib import Path

from tools.checks.rules import RULES
from tools.checks.source import ROOT, Finding, Source, all_sources

EXCEPTIONS = Path(__file__).with_name("exceptions.txt")


def findings(sources: Iterable[Source]) -> list[Finding]:
    """Everything that every rule finds."""
    return [found for source in sources for rule in RULES for found in rule(source)]


def exceptions(text: str) -> set[tuple[str, str]]:
    """Pairs (path, rule) of the list; a line is `path rule  # reason`, and needs its reason."""
    pairs = set()
    for number, line in enumerate(text.splitlines(), start=1):
        entry, _, reason = line.partition("#")
        if not entry.strip():
            continue
        path, rule = entry.split()
        if not reason.strip():
            raise ValueError(f"exceptions.txt:{number}: say why")
        pairs.add((path, rule))
    return pairs


def run(root: Path = ROOT) -> list[Finding]:
    """Findings that are not excepted, and exceptions that nothing needs any more."""
    excepted = exceptions(EXCEPTIONS.read_text(encoding="utf-8"))
    found = findings(all_sources(root))
    needed = {(one.path, one.rule) for one in found}
    stale = [
        Finding(path, 0, rule, "this exception is not needed any more: take it off the list")
        for path, rule in sorted(excepted - needed)
    ]
    return [one for one in found if (one.path, one.rule) not in excepted] + stale
