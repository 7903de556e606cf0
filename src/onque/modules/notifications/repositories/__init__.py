"""Queries on notices."""

from onque.modules.notifications.repositories.notices import NoticeRepository

notices = NoticeRepository()

__all__ = ["notices"]
