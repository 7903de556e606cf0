"""Migrations that old code survives and that hold no long lock on a filled table.

Old code runs on the new schema while a release rolls out: expand, backfill, contract. Source:
PostgreSQL documentation, "ALTER TABLE" and "CREATE INDEX", on the locks that they take.
"""

import ast
import re
from collections.abc import Iterator

from tools.checks.source import Finding, Source

REFUSED = {
    "RemoveField": "old code still reads the column: drop it a release later, listed as exception",
    "DeleteModel": "old code still reads the table: drop it a release later, listed as exception",
    "RenameField": "old code knows the old name: add, backfill, switch",
    "RenameModel": "old code knows the old name",
    "AlterModelTable": "old code knows the old name",
    "AlterField": "a column's change may rewrite the table or refuse old code's rows",
    "RunPython": "backfill in a batched task that can go on where it stopped",
}
SQL = (
    (r"\bCREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)", "CREATE INDEX without CONCURRENTLY"),
    (r"\bDROP\s+INDEX\s+(?!CONCURRENTLY)", "DROP INDEX without CONCURRENTLY"),
    (r"\bDROP\s+(TABLE|COLUMN)\b", "a drop: old code still reads it"),
    (r"\bRENAME\b", "a rename: old code knows the old name"),
    (r"\bSET\s+NOT\s+NULL\b", "SET NOT NULL scans the table under a lock: add a NOT VALID check"),
    (r"\bALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE\b", "a change of type rewrites the table"),
    (r"\bLOCK\s+TABLE\b", "an explicit lock"),
    (r"^\s*(UPDATE|DELETE)\s", "a backfill belongs in a batched task"),
)


def additive(source: Source) -> Iterator[Finding]:
    """On tables that existed before the migration only safe, additive operations."""
    if not source.is_python or "migrations" not in source.parts or "src" not in source.parts:
        return
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    made = {_word(call, "name").lower() for call in calls if _name(call) == "CreateModel"}
    tables = {f"{source.module or 'kernel'}_{name}" for name in made}
    harmless = {id(node) for call in calls for node in _state_only(call)}
    for call in calls:
        if id(call) not in harmless:
            yield from _operation(source, call, made)
        if _name(call) == "RunSQL":
            yield from _sql(source, call, tables)
    yield from _concurrent(source, [_name(call) for call in calls])


def _state_only(call: ast.Call) -> Iterator[ast.AST]:
    """Yield what a SeparateDatabaseAndState does to Django's picture alone, such as choices."""
    if _name(call) == "SeparateDatabaseAndState":
        for word in call.keywords:
            if word.arg == "state_operations":
                yield from ast.walk(word.value)


def _operation(source: Source, call: ast.Call, made: set[str]) -> Iterator[Finding]:
    name = _name(call)
    on = _word(call, "model_name").lower() or _word(call, "name").lower()
    if name in REFUSED and on not in made:
        yield source.finding(call.lineno, "migration", f"{name}: {REFUSED[name]}")
    if name in {"AddIndex", "RemoveIndex"} and on not in made:
        yield source.finding(call.lineno, "migration", f"{name} locks writers: {name}Concurrently")
    if name == "AddConstraint" and on not in made:
        yield source.finding(
            call.lineno, "migration", "AddConstraint scans under a lock: NOT VALID, then validate"
        )
    if name == "AddField" and on not in made and not _optional(call):
        yield source.finding(
            call.lineno, "migration", "AddField: old code cannot fill it; null=True or db_default"
        )


def _sql(source: Source, call: ast.Call, tables: set[str]) -> Iterator[Finding]:
    first = call.args[:1] + [word.value for word in call.keywords if word.arg == "sql"]
    for node in (part for argument in first for part in ast.walk(argument)):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        if any(re.search(rf"\b{table}\b", node.value) for table in tables):
            continue
        for pattern, what in SQL:
            if re.search(pattern, node.value, re.IGNORECASE):
                yield source.finding(node.lineno, "migration", what)


def _concurrent(source: Source, names: list[str]) -> Iterator[Finding]:
    concurrent = [name for name in names if name.endswith("Concurrently")]
    if not concurrent:
        return
    atomic_off = re.search(r"^\s+atomic\s*=\s*False", source.text, re.MULTILINE)
    operations = next(
        (
            len(node.value.elts)
            for node in ast.walk(source.tree)
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.List)
            and any(isinstance(t, ast.Name) and t.id == "operations" for t in node.targets)
        ),
        0,
    )
    if not atomic_off or operations != 1:
        yield source.finding(1, "migration", "a concurrent index stands alone, with atomic = False")


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _word(call: ast.Call, key: str) -> str:
    for word in call.keywords:
        if word.arg == key and isinstance(word.value, ast.Constant):
            return str(word.value.value)
    return ""


def _optional(call: ast.Call) -> bool:
    field = next((word.value for word in call.keywords if word.arg == "field"), None)
    if not isinstance(field, ast.Call):
        return False
    words = {word.arg: word.value for word in field.keywords}
    null = words.get("null")
    return "db_default" in words or (isinstance(null, ast.Constant) and null.value is True)
