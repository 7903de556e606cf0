"""Django's database router: queries follow the open scope."""

from onque.kernel.replica import PRIMARY
from onque.kernel.tenancy import current_alias


class ScopeRouter:
    """Every query goes to the alias of the open scope, else to the primary."""

    def db_for_read(self, _model: object, **_hints: object) -> str:
        """Return the scope's alias."""
        return current_alias()

    def db_for_write(self, _model: object, **_hints: object) -> str:
        """Return the scope's alias; in a read-only scope the database refuses."""
        return current_alias()

    def allow_relation(self, _left: object, _right: object, **_hints: object) -> bool:
        """Rows of both aliases are rows of one database."""
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: object) -> bool:
        """Migrate the primary only; the replica follows by streaming."""
        return db == PRIMARY
