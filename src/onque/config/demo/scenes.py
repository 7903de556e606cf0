"""The shape of the demo's stories: what a customer wrote, what was answered, how it ended."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scene:
    """One kind of inquiry. Texts may name `{order}`, `{amount}`, `{day}`, `{nick}`, `{name}`."""

    subject: str
    asked: str
    answered: str
    thanked: str = ""
    closing: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    priority: str = "normal"
    group: int = 0
    brand: int = 0


@dataclass(frozen=True)
class Cast:
    """The customers who write in one language, and the stories they tell."""

    language: str
    names: tuple[tuple[str, str], ...]
    scenes: tuple[Scene, ...] = field(repr=False)
    spam: Scene = field(repr=False)
    currency: str = ""
