"""What other modules may know of fields."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from onque.kernel.contract import Contract
from onque.kernel.errors import Conflict


class FieldType(StrEnum):
    """What a field takes; `choices` takes several of its options, `flag` yes or nothing."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    FLAG = "flag"


class Subject(StrEnum):
    """What a field is about."""

    TICKET = "ticket"
    CUSTOMER = "customer"


@dataclass(frozen=True)
class Field(Contract):
    """One field; `key` names it for programs, `label_ko` or `label_en` may be ""."""

    id: UUID
    subject: Subject
    key: str
    label_ko: str
    label_en: str
    type: FieldType
    options: tuple[str, ...] = ()
    version: int = 1
    is_archived: bool = False

    def label(self, language: str) -> str:
        """Return the label in a language, else in the other one, else the key."""
        pair = (self.label_ko, self.label_en)
        first, second = pair if language.startswith("ko") else pair[::-1]
        return first or second or self.key


@dataclass(frozen=True)
class Kept(Contract):
    """A field with what is kept in it: texts as people read them; () when it is empty."""

    field: Field
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewField(Contract):
    """A field as its page sends it."""

    subject: str
    key: str
    label_ko: str
    label_en: str
    type: str
    options: tuple[str, ...]


class FieldChanged(Conflict):
    """Somebody changed the field since the page was loaded; nothing was written."""

    code = "fields.changed"


class FieldKeyTaken(Conflict):
    """Another field about the same has this key."""

    code = "fields.key_taken"
