"""Figures for Prometheus at `/metrics`: asked of the database at the time, in any one process.

Gauges that every process would answer the same need no sharing among processes; scrape one. Only
this machine, or who knows the token, is answered. Source: Prometheus, "Exposition formats".
"""

import hmac
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

log = logging.getLogger(__name__)

PATH = "/metrics"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LOOPBACK = frozenset({"127.0.0.1", "::1"})


@dataclass(frozen=True)
class Measure:
    """One figure: its name, what it means, its value, and by what it is told apart."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


Source = Callable[[], Iterable[Measure]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Let a source be asked at every scrape; safe to repeat. It needs no tenant scope."""
    _sources[name] = source


def may_scrape(address: str, authorization: str, *, forwarded: bool) -> bool:
    """Tell whether a caller is answered: from this machine and not for another, or by the token."""
    token = settings.METRICS_TOKEN
    if token and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
        return True
    return address in _LOOPBACK and not forwarded


def expose() -> bytes:
    """Return every figure as text. A source that fails is counted, the others are still told."""
    registry = CollectorRegistry()
    registry.register(_Collector())
    return bytes(generate_latest(registry))


class _Collector:
    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Ask every source once."""
        families: dict[str, GaugeMetricFamily] = {}
        broken = 0
        for name, source in _sources.items():
            try:
                measures = list(source())
            except DatabaseError:
                log.warning("metrics_source_failed", extra={"source": name}, exc_info=True)
                broken += 1
                continue
            for one in measures:
                family = families.setdefault(
                    one.name, GaugeMetricFamily(one.name, one.help, labels=sorted(one.labels))
                )
                family.add_metric([one.labels[key] for key in sorted(one.labels)], one.value)
        up = GaugeMetricFamily(
            "onque_metrics_failed_sources", "Sources that did not answer.", broken
        )
        return [up, *families.values()]
