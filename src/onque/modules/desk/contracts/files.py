"""Files that belong to messages."""

from dataclasses import dataclass
from uuid import UUID

from onque.kernel.contract import Contract


@dataclass(frozen=True)
class NewAttachment(Contract):
    """A file already in the object store, to be tied to a message.

    `image_type` is what `kernel.markup.proven_image` says of its bytes; `is_inline`: it stands in
    the message's HTML.
    """

    name: str
    content_type: str
    size_bytes: int
    object_key: str
    content_id: str = ""
    is_inline: bool = False
    image_type: str = ""


@dataclass(frozen=True)
class AttachmentItem(Contract):
    """A file on a message."""

    id: UUID
    name: str
    content_type: str
    size_bytes: int
    object_key: str
    content_id: str
    is_inline: bool
    image_type: str = ""
    is_repeated: bool = False

    @property
    def is_listed(self) -> bool:
        """Listed under the message: it neither stands in its text nor is folded."""
        return not (self.is_inline or self.is_repeated)
