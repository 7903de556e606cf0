"""Where sessions are kept: the row in PostgreSQL is the truth, Redis saves the query.

A Redis that is down or was emptied signs nobody out: the row answers. A copy in Redis lives at most
`rules.SEEN_SECONDS`, so it is compared with the row that often; and both doors that matter (a
workspace, one's own account) ask for the row itself in a query they make anyway.
"""

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as RowStore
from django.core.cache import caches
from typing_extensions import override

from onque.kernel import clock
from onque.modules.identity import rules

log = logging.getLogger(__name__)

REST_SECONDS = 5.0
USER_KEY = "_auth_user_id"
BEGAN_KEY = "began_at"
_MISS = object()


class Front:
    """The copy in Redis. Each call has 250 ms; after a failure Redis rests for five seconds."""

    def __init__(self) -> None:
        self._resting_until = 0.0
        self._failing = False

    def get(self, key: str) -> Any:
        """Return the copy, or `_MISS`."""
        return self._try("get", key, _MISS)

    def set(self, key: str, data: dict[str, Any]) -> None:
        """Keep a copy until it must be compared with the row again."""
        self._try("set", key, data, rules.SEEN_SECONDS)

    def delete(self, *keys: str) -> None:
        """Drop copies."""
        self._try("delete_many", keys)

    def wake(self) -> None:
        """Forget a failure at once."""
        self._resting_until = 0.0

    def _try(self, name: str, *args: Any) -> Any:
        if time.monotonic() < self._resting_until:
            return _MISS
        try:
            answer = getattr(caches["sessions"], name)(*args)
        except Exception as error:  # noqa: BLE001 - whatever the cache raises, the row answers
            self._resting_until = time.monotonic() + REST_SECONDS
            if not self._failing:  # once, not for every request of an outage
                log.warning("session_cache_down", extra={"reason": str(error)})
            self._failing = True
            return _MISS
        self._failing = False
        return answer


front = Front()


@dataclass(frozen=True)
class Visitor:
    """The browser behind a request."""

    ip: str | None = None
    user_agent: str = ""


class SessionStore(RowStore):
    """One browser's session; `visitor` is stored with the row."""

    def __init__(self, session_key: str | None = None, visitor: Visitor = Visitor()) -> None:
        super().__init__(session_key)
        self.visitor = visitor
        self.skip_front = False

    @classmethod
    @override
    def get_model_class(cls) -> Any:
        """Return the model of the rows."""
        from onque.modules.identity.models import Session

        return Session

    @override
    def load(self) -> dict[str, Any]:
        """Return the data from Redis, else from the row; an unknown session is empty."""
        if self.session_key and not self.skip_front:
            data = front.get(self.session_key)
            if isinstance(data, dict):
                return data
        return self._load_row()

    def _load_row(self) -> dict[str, Any]:
        row = self._get_session_from_db()  # type: ignore[attr-defined]  # Django's own step
        if row is None:
            return {}
        data: dict[str, Any] = self.decode(row.session_data)
        if self._touch(row):
            front.set(row.session_key, data)
        return data

    def _touch(self, row: Any) -> bool:
        """Write when and from where it was seen, at most once in five minutes.

        Return False when the row is gone meanwhile, so that a revoked session gets no new copy.
        """
        now = clock.now()
        if now - row.last_seen_at < timedelta(seconds=rules.SEEN_SECONDS):
            return True
        seen: dict[str, Any] = {"last_seen_at": now}
        if self.visitor.ip:
            seen |= {"ip": self.visitor.ip, "user_agent": self.visitor.user_agent}
        rows = self.model.objects.filter(session_key=row.session_key)
        return bool(rows.update(**seen))

    @override
    def save(self, must_create: bool = False) -> None:
        """Write the row, then the copy; raise Django's UpdateError when the row is gone."""
        super().save(must_create)
        if self.session_key:
            front.set(self.session_key, dict(self._session))  # type: ignore[attr-defined]

    @override
    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return the row as it should be; `created_at` stays with the first save."""
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(USER_KEY)
        row.ip, row.user_agent = self.visitor.ip, self.visitor.user_agent
        began = data.setdefault(BEGAN_KEY, clock.now().timestamp())
        row.created_at = datetime.fromtimestamp(began, UTC)
        return row

    @override
    def delete(self, session_key: str | None = None) -> None:
        """Delete the row and the copy."""
        key = session_key or self.session_key
        if key is None:
            return
        self.model.objects.filter(session_key=key).delete()
        front.delete(key)
