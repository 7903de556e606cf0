"""What a mail costs on its way in: stored (the peer waits for this), then filed as a ticket."""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import django

MAILS = 150


def mail(number: int) -> bytes:
    """Return a plain Korean mail of one of many customers."""
    return (
        f"From: customer{number}@example.com\r\nTo: help@bench.example\r\n"
        f"Subject: =?utf-8?b?7ZmY67aI?= {number}\r\nMessage-ID: <{uuid4().hex}@example.com>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "환불해 주세요. 주문번호는 20260103-77 입니다.\r\n"
    ).encode()


def main() -> None:
    """Take in and file some mails in one process."""
    django.setup()
    from bench.pages import figures, recorded
    from bench.stack import SLUG
    from onque.kernel.access import system_actor
    from onque.kernel.tenancy import tenant_scope
    from onque.modules.identity import public as identity
    from onque.modules.mail.services import filing, receiving

    card = identity.tenant_by_slug(SLUG)
    if card is None:
        raise RuntimeError("The workspace is missing.")
    address = "help@bench.example"
    if receiving.find_route(address) is None:
        from onque.modules.mail.public import add_address

        with tenant_scope(card.id):
            add_address(
                system_actor(card.id), brand_id=identity.default_brand().id, address=address
            )
    route = receiving.find_route(address)
    if route is None:
        raise RuntimeError("The address leads nowhere.")
    rows: list[Any] = []

    def store(number: int) -> None:
        arrival = receiving.Arrival(mail(number), "bench", uuid4().hex, "customer@example.com")
        rows.extend(receiving.store_mail([route], arrival))

    def timed(act: Callable[[int], None], numbers: range) -> list[float]:
        taken = []
        for number in numbers:
            start = time.perf_counter()
            act(number)
            taken.append((time.perf_counter() - start) * 1000)
        return taken

    stored = timed(store, range(MAILS))
    filed = timed(lambda number: filing.file_mail(card.id, rows[number]), range(MAILS))
    with recorded() as of_store:
        store(1)
    with recorded() as of_filing:
        filing.file_mail(card.id, rows[-1])
    print(
        json.dumps(
            {
                "mail stored": {**figures(stored), "statements": len(of_store)},
                "mail filed": {**figures(filed), "statements": len(of_filing)},
            }
        )
    )


if __name__ == "__main__":
    main()
