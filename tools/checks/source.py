"""Files as the rules see them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOP_FOLDERS = ("src", "tests", "tools", "bench", "docs", "requirements", "deploy", ".ci")
SKIPPED = {".git", "__pycache__", "node_modules", ".venv", ".data"}
TEXT = {".py", ".html", ".txt", ".md", ".toml", ".css", ".js", ".in", ".yml", ".yaml", ".cfg", ""}


@dataclass(frozen=True)
class Finding:
    """A broken rule at a place; `rule` is the code that the list of exceptions uses."""

    path: str
    line: int
    rule: str
    message: str

    def line_of_text(self) -> str:
        """The finding as editors understand it: path, line, rule, message."""
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True)
class Source:
    """One text file; `path` is relative to the repository, with slashes."""

    path: str
    text: str
    parts: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(self.path.split("/")))

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, self.path)

    @property
    def is_python(self) -> bool:
        """A Python file."""
        return self.path.endswith(".py")

    @property
    def is_product(self) -> bool:
        """Python of the product itself: neither tests nor migrations."""
        return (
            self.path.startswith("src/onque/")
            and self.is_python
            and not {"tests", "migrations"} & set(self.parts)
        )

    @property
    def module(self) -> str:
        """The module a file of src/onque/modules belongs to, else ""."""
        return self.parts[3] if self.parts[:3] == ("src", "onque", "modules") else ""

    def place(self) -> str:
        """The part of a module (`web`, `services`, ...) or of onque (`kernel`, `ui`, `config`)."""
        index = 4 if self.module else 2
        return self.parts[index].removesuffix(".py") if len(self.parts) > index else ""

    def finding(self, line: int, rule: str, message: str) -> Finding:
        """A finding in this file."""
        return Finding(self.path, line, rule, message)


def all_sources(root: Path = ROOT) -> Iterator[Source]:
    """Read every text file of the repository that the rules look at."""
    paths = [path for path in root.iterdir() if path.is_file()]
    for folder in TOP_FOLDERS:
        if (root / folder).is_dir():
            paths += sorted((root / folder).rglob("*"))
    for path in paths:
        relative = path.relative_to(root)
        if path.is_file() and path.suffix in TEXT and not SKIPPED & set(relative.parts):
            if "samples" in relative.parts:
                continue
            try:
                yield Source(relative.as_posix(), path.read_text(encoding="utf-8"))
            except UnicodeDecodeError:
                continue
