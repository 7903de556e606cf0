"""Tables of the portal."""

from onque.modules.portal.models.inquiries import Inquiry, InquiryFile, InquiryType

__all__ = ["Inquiry", "InquiryFile", "InquiryType"]
