"""What the portal does when something happens."""

from onque.kernel.events import subscribe
from onque.modules.portal.contracts import InquirySubmitted
from onque.modules.portal.services import inquiring


@subscribe(InquirySubmitted)
def file_inquiry(event: InquirySubmitted) -> None:
    """A stored inquiry becomes a ticket."""
    inquiring.file_inquiry(event.inquiry_id)
