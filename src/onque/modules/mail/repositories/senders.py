"""Queries on whose mail is let in or kept out."""

from collections.abc import Collection
from typing import Any

from onque.kernel.repository import Repository
from onque.modules.mail.models import SenderRule


class SenderRuleRepository(Repository[SenderRule]):
    """Rules on senders."""

    model = SenderRule

    def matching(self, patterns: Collection[str]) -> dict[str, str]:
        """Return the verdicts of those patterns that there are rules for, in one query."""
        asked = "SELECT pattern, verdict FROM mail_senderrule WHERE pattern = ANY(%s)"
        return dict(self.tuples(asked, [list(patterns)]))

    def put(self, pattern: str, fields: dict[str, Any]) -> tuple[SenderRule, bool]:
        """Set the rule of a pattern; tell whether it is new."""
        return SenderRule.objects.update_or_create(pattern=pattern, defaults=fields)

    def in_order(self, *, limit: int) -> list[SenderRule]:
        """Return the rules, blocked ones first, by pattern."""
        return list(self.rows.order_by("-verdict", "pattern")[:limit])

    def drop(self, row: SenderRule) -> None:
        """Take a rule away."""
        self.rows.filter(pk=row.pk).delete()
