"""The people of the demo workspaces: plain facts, so that `onque up` can name them at once."""

from dataclasses import dataclass

PASSWORD = "onque-demo-2026"  # noqa: S105 - printed at every start, for workspaces of invented data


@dataclass(frozen=True)
class Person:
    """A member of a demo workspace."""

    name: str
    email: str
    role: str
    group: str = ""


@dataclass(frozen=True)
class Shop:
    """A brand of a demo workspace."""

    slug: str
    name: str
    address: str
    locale: str
    color: str = "#3d6b5c"


@dataclass(frozen=True)
class Workspace:
    """A demo workspace; its first brand is the default one."""

    slug: str
    name: str
    locale: str
    time_zone: str
    people: tuple[Person, ...]
    groups: tuple[str, ...]
    brands: tuple[Shop, ...]


HANBIT = Workspace(
    slug="hanbit",
    name="한빛게임즈",
    locale="ko",
    time_zone="Asia/Seoul",
    people=(
        Person("김서연", "seoyeon@hanbit.example", "owner"),
        Person("이준호", "junho@hanbit.example", "admin", "결제"),
        Person("박지민", "jimin@hanbit.example", "pro_agent", "결제"),
        Person("최유나", "yuna@hanbit.example", "agent", "게임 이용"),
        Person("정민재", "minjae@hanbit.example", "agent", "게임 이용"),
    ),
    groups=("결제", "게임 이용"),
    brands=(
        Shop("hanbit", "한빛게임즈", "help@hanbit.example", "ko"),
        Shop("starfall", "별빛전기", "help@starfall.example", "ko", "#2b2668"),
        Shop("dungeon", "던전카페", "help@dungeoncafe.example", "ko", "#b23a2e"),
    ),
)
HARBOR = Workspace(
    slug="harbor",
    name="Harbor & Pine",
    locale="en",
    time_zone="Europe/London",
    people=(
        Person("Maya Lindqvist", "maya@harborpine.example", "owner"),
        Person("Tom Okafor", "tom@harborpine.example", "admin", "Orders"),
        Person("Elena Rossi", "elena@harborpine.example", "pro_agent", "Orders"),
        Person("Sam Whitfield", "sam@harborpine.example", "agent", "Returns"),
    ),
    groups=("Orders", "Returns"),
    brands=(
        Shop("harbor", "Harbor & Pine", "support@harborpine.example", "en"),
        Shop("lumen", "Lumen Lamps", "hello@lumenlamps.example", "en", "#12708a"),
    ),
)
WORKSPACES = (HANBIT, HARBOR)


def log_ins() -> list[str]:
    """One line for each workspace: who may sign in, with which password."""
    return [
        f"{workspace.name}: {person.email} ({person.role})  password: {PASSWORD}"
        for workspace in WORKSPACES
        for person in workspace.people
        if person.role in {"owner", "agent"}
    ]
