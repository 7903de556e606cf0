"""Where the name is not enough by decree: modules, public services, rules, contracts, kernel."""

import ast
from collections.abc import Iterator

from tools.checks.source import Finding, Source

PLACES = {"services", "rules", "contracts", "public", "kernel", "errors"}
Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def required(source: Source) -> Iterator[Finding]:
    """Every module says what it is for; the named places say it of every public name."""
    if not source.is_product:
        return
    if source.text.strip() and ast.get_docstring(source.tree) is None:
        yield source.finding(1, "docstring", "a module says what it is for")
    if source.place() in PLACES and not source.path.endswith("/apps.py"):
        yield from _names(source, source.tree.body, "")


def _names(source: Source, body: list[ast.stmt], owner: str) -> Iterator[Finding]:
    for node in body:
        if not isinstance(node, Documented) or node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef) and owner:
            continue  # Meta and choices inside a class
        if _is_repeated(node):
            continue
        if ast.get_docstring(node) is None:
            yield source.finding(node.lineno, "docstring", f"{owner}{node.name} needs a docstring")
        if isinstance(node, ast.ClassDef):
            yield from _names(source, node.body, f"{node.name}.")


def _is_repeated(node: Documented) -> bool:
    """An override or overload: its docstring stands elsewhere."""
    names = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
    return bool(names & {"override", "overload", "setter"})
