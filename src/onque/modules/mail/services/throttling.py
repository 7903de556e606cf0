"""How many mails a minute go to one domain through one server, fair to all workspaces.

Counted in the cache, by the minute. Without the cache mail goes out: a limit that cannot be
counted holds up nobody.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

import redis
from django.conf import settings
from django.core.cache import cache

from onque.kernel import clock
from onque.modules.mail.rules.throttling import share_of

log = logging.getLogger(__name__)
_WINDOW_SECONDS = 60


def hold_until(
    tenant_id: UUID, *, server: str, domain: str, per_minute: int | None
) -> datetime | None:
    """Count one mail and return when to try it again, None when it may go now.

    One workspace gets at most its share of a minute (`rules.throttling`), so that a large mailing
    of one leaves room for the answers of others.
    """
    limit = settings.MAIL_PER_MINUTE if per_minute is None else per_minute
    if limit <= 0:
        return None
    now = clock.now()
    minute = int(now.timestamp()) // _WINDOW_SECONDS
    everybody = f"mailrate:{server}:{domain}:{minute}"
    try:
        mine = _count(f"{everybody}:{tenant_id.hex}")
        over = mine > share_of(limit) or _count(everybody) > limit
    except redis.RedisError:
        log.warning("mail_rate_not_counted")
        return None
    return _next_window(minute, tenant_id) if over else None


def _count(key: str) -> int:
    cache.add(key, 0, timeout=2 * _WINDOW_SECONDS)
    return int(cache.incr(key))


def _next_window(minute: int, tenant_id: UUID) -> datetime:
    """The next minute, spread over its first seconds."""
    start = datetime.fromtimestamp((minute + 1) * _WINDOW_SECONDS, clock.now().tzinfo)
    return start + timedelta(seconds=tenant_id.int % 10)
