"""Queries of the portal."""

from onque.modules.portal.repositories.inquiries import InquiryRepository, TypeRepository

inquiries = InquiryRepository()
types = TypeRepository()

__all__ = ["inquiries", "types"]
