"""The command that indexes what came before the search, or before it read what it reads today."""

import time
from collections.abc import Iterator
from uuid import UUID

from onque.config.mail_acts import RefusedError, tenants
from onque.kernel.search import index

_START = UUID(int=0)


def reindex_lines(
    *, slug: str, kind: str, everything: bool, after: UUID | None, chunk: int
) -> Iterator[str]:
    """Index tickets, messages and customers in chunks; yield a line after each.

    Only what has no document, unless `everything` is asked for. Rests after each chunk as long as
    it took. Stopped and started again it goes on, as what is written is passed over; with
    `everything` it goes on after the id that its last line names. Raises RefusedError.
    """
    kinds = [kind] if kind else index.walked_kinds()
    if kind and kind not in index.walked_kinds():
        raise RefusedError(
            f"There is no kind {kind!r}. There are: {', '.join(index.walked_kinds())}"
        )
    if after is not None and not (slug and kind):
        raise RefusedError("An id belongs to one workspace and kind: name --tenant and --kind.")
    for tenant_id in tenants(slug):
        for one in kinds:
            yield from _walk(tenant_id, one, after or _START, chunk, everything=everything)


def _walk(
    tenant_id: UUID, kind: str, position: UUID, chunk: int, *, everything: bool
) -> Iterator[str]:
    total = 0
    while True:
        began = time.monotonic()
        last, written = index.write_again(
            tenant_id, kind, after=position, limit=chunk, only_missing=not everything
        )
        if last is None:
            yield f"{tenant_id} {kind}: done, {total} written"
            return
        position, total = last, total + written
        yield f"{tenant_id} {kind}: {total} written, up to {position}"
        time.sleep(time.monotonic() - began)
