"""Plays one story of the demo: the customer writes, members act, time passes."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from onque.config.demo.scenes import Cast, Scene
from onque.kernel import clock
from onque.kernel.access import Actor
from onque.modules.customers import public as customers
from onque.modules.customers.contracts import CustomerCard
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import Priority, Status
from onque.modules.identity.contracts import BrandCard

NICKS = ("달빛여우", "Raven77", "꿀떡", "초코송이", "NightOwl", "바람의검", "haru", "솜사탕")


@dataclass
class Story:
    """One ticket being told: where it stands and what time it is in the story."""

    key: UUID
    scene: Scene
    words: dict[str, str]
    customer: CustomerCard
    brand: BrandCard
    moment: datetime
    end: datetime
    ticket_id: UUID | None = None

    def later(self, minutes: float) -> bool:
        """Let time pass; False when that would be in the future."""
        if self.moment + timedelta(minutes=minutes) >= self.end:
            return False
        self.moment += timedelta(minutes=minutes)
        return True

    def say(self, text: str) -> str:
        """A text of the scene with this story's words."""
        return text.format(**self.words)


@dataclass
class Teller:
    """Tells stories of one workspace, the same ones for the same dice."""

    system: Actor
    brands: list[BrandCard]
    groups: list[UUID]
    actors: list[Actor]
    dice: random.Random

    def tell(self, key: UUID, moment: datetime, cast: Cast, scene: Scene) -> None:
        """Play a story from its first mail to where it stands today."""
        name, mailbox = self.dice.choice(cast.names)
        with clock.frozen(moment):
            customer = customers.identify_by_email(
                email=f"{mailbox}@mail.example", name=name, locale=cast.language
            )
        brand = self.brands[scene.brand % len(self.brands)]
        words = self._words(name, moment, cast)
        story = Story(key, scene, words, customer, brand, moment, clock.now())
        self._write(story, scene.asked)
        if scene is cast.spam:
            self._act(story, self._spam)
        elif self.dice.random() < self._handled_share(story):
            self._handle(story)

    def _handled_share(self, story: Story) -> float:
        """Most of what is older than a day was taken up; of today's mail only some."""
        return 0.95 if story.end - story.moment > timedelta(days=1) else 0.55

    def _words(self, name: str, moment: datetime, cast: Cast) -> dict[str, str]:
        amount = self.dice.choice((9_900, 33_000, 55_000, 119_000))
        day = moment - timedelta(days=self.dice.randint(0, 5))
        formats = {"ko": f"{day.month}월 {day.day}일", "ja": f"{day.month}月{day.day}日"}
        return {
            "name": name.split(maxsplit=1)[0] if cast.language == "en" else name,
            "order": f"{self.dice.randint(10_000, 99_999)}-{self.dice.randint(100, 999)}",
            "amount": f"£{amount / 1000:.2f}" if cast.currency else f"{amount:,}",
            "day": formats.get(cast.language, f"{day:%d %B}"),
            "nick": self.dice.choice(NICKS),
        }

    def _handle(self, story: Story) -> None:
        agent = self.dice.choice(self.actors)
        if not story.later(self.dice.uniform(2, 20)):
            return
        self._act(story, lambda s: self._sort(s, agent))
        if not story.later(self.dice.uniform(5, 180)):
            return
        if story.scene.note and self.dice.random() < 0.7:  # noqa: PLR2004 - seven of ten
            self._act(story, lambda s: self._note(s, agent))
        if self.dice.random() < 0.12:  # noqa: PLR2004 - some wait inside the house
            self._act(story, lambda s: self._status(s, agent, Status.ON_HOLD))
            return
        self._converse(story, agent)

    def _converse(self, story: Story, agent: Actor) -> None:
        self._act(story, lambda s: self._reply(s, agent, s.scene.answered, Status.PENDING))
        if not story.scene.thanked or not story.later(self.dice.uniform(30, 1500)):
            return
        if self.dice.random() < 0.25:  # noqa: PLR2004 - not everybody writes back
            return
        self._write(story, story.scene.thanked)
        recent = story.end - story.moment < timedelta(days=4)
        if recent and self.dice.random() < 0.6:  # noqa: PLR2004 - it waits for an answer
            return
        if not story.later(self.dice.uniform(3, 400)):
            return
        if story.scene.closing:
            self._act(story, lambda s: self._reply(s, agent, s.scene.closing, Status.SOLVED))
        elif self.dice.random() < 0.6:  # noqa: PLR2004 - the rest stays open
            self._act(story, lambda s: self._status(s, agent, Status.SOLVED))

    def _act(self, story: Story, act: Callable[[Story], None]) -> None:
        with clock.frozen(story.moment):
            act(story)

    def _write(self, story: Story, text: str) -> None:
        with clock.frozen(story.moment):
            received = desk.receive_customer_message(
                self.system,
                desk.Inbound(
                    brand_id=story.brand.id,
                    customer_id=story.customer.id,
                    channel="mail",
                    subject=story.say(story.scene.subject),
                    text=story.say(text),
                    request_key=self._key(story, f"in:{text}"),
                    written_at=story.moment,
                    author_name=story.customer.name,
                    author_address=story.customer.email,
                    ticket_id=story.ticket_id,
                ),
            )
        story.ticket_id = received.ticket_id

    def _sort(self, story: Story, agent: Actor) -> None:
        ticket_id = _told(story)
        group = self.groups[story.scene.group % len(self.groups)]
        desk.assign(self.system, ticket_id=ticket_id, member_id=agent.id, group_id=group)
        for tag in story.scene.tags:
            desk.add_tag(agent, ticket_id=ticket_id, name=tag)
        if story.scene.priority != Priority.NORMAL:
            priority = Priority(story.scene.priority)
            desk.set_priority(agent, ticket_id=ticket_id, priority=priority)

    def _note(self, story: Story, agent: Actor) -> None:
        key = self._key(story, "note")
        desk.add_note(agent, ticket_id=_told(story), body=story.scene.note, request_key=key)

    def _reply(self, story: Story, agent: Actor, text: str, status: Status) -> None:
        desk.post_reply(
            agent,
            ticket_id=_told(story),
            body=story.say(text),
            request_key=self._key(story, f"out:{text}"),
            status=status,
        )

    def _status(self, story: Story, agent: Actor, status: Status) -> None:
        desk.set_status(agent, ticket_id=_told(story), status=status)

    def _spam(self, story: Story) -> None:
        desk.set_status(self.system, ticket_id=_told(story), status=Status.SPAM)

    def _key(self, story: Story, step: str) -> UUID:
        return uuid5(story.key, step)


def _told(story: Story) -> UUID:
    assert story.ticket_id is not None  # noqa: S101 - every story begins with a mail
    return story.ticket_id
