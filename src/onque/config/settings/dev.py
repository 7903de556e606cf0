"""The embedded default: one machine, plain HTTP on loopback."""

from onque.config.settings.base import *  # noqa: F403

SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
