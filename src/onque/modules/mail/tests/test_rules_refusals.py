import pytest

from onque.modules.mail.rules.refusals import Fault, fault_of, is_permanent
from onque.modules.mail.rules.states import OutboundState, step_of


@pytest.mark.parametrize(
    ("code", "text", "permanent"),
    [
        (421, "421 4.3.2 closing", False),
        (450, "450 4.7.1 greylisted, come back in 5 minutes", False),
        (451, "451 try later", False),
        (550, "550 5.1.1 no such user", True),
        (554, "554 refused", True),
        (550, "550 4.7.1 too many at once", False),
    ],
)
def test_later_or_never(code: int, text: str, permanent: bool) -> None:
    assert is_permanent(code, text) is permanent


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("550 5.1.1 <a@b>: Recipient address rejected", Fault.NOBODY),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound", Fault.NOBODY),
        ("550 5.2.1 mailbox disabled", Fault.NOBODY),
        ("550 No such user here", Fault.NOBODY),
        ("550 존재하지 않는 계정입니다", Fault.NOBODY),
        ("552 5.2.2 over quota", Fault.FULL),
        ("550 mailbox is full", Fault.FULL),
        ("552 5.3.4 message too big", Fault.TOO_LARGE),
        ("554 5.7.1 looks like spam", Fault.POLICY),
        ("550 5.4.4 no such domain", Fault.NOBODY),
        ("554 no", Fault.OTHER),
    ],
)
def test_whose_fault_it_is(text: str, fault: Fault) -> None:
    assert fault_of(text, permanent=True) is fault
    assert fault_of(text, permanent=False) is Fault.DELAYED


@pytest.mark.parametrize(
    ("state", "more", "step"),
    [
        ("queued", {}, "queued"),
        ("queued", {"attempts": 2}, "deferred"),
        ("claimed", {}, "sending"),
        ("sending", {}, "sending"),
        ("sent", {}, "sent"),
        ("sent", {"delivered": True}, "delivered"),
        ("sent", {"bounced": True, "delivered": True}, "bounced"),
        ("failed", {}, "failed"),
        ("failed", {"repaired": True}, "repaired"),
        ("unsure", {}, "unsure"),
    ],
)
def test_the_words_for_how_far_it_is(state: str, more: dict[str, int], step: str) -> None:
    facts = {"attempts": 0, "bounced": False, "delivered": False, "repaired": False, **more}
    assert step_of(OutboundState(state), **facts) == step  # type: ignore[arg-type]
