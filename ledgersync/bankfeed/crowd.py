"""Many lists at once: a bounded number under way, and a bounded number waiting to be taken."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from ledgersync.bankfeed.transport import AT_ONCE

T = TypeVar("T")
K = TypeVar("K")
W = TypeVar("W")

READ_AHEAD = 32
# A transaction costs as much as storing the rows of three accounts. Whoever stores a number of
# accounts in one loses them all when the process dies, so it may be neither large nor late.
GOOD_NUMBER = 16
A_MOMENT = 0.25


@asynccontextmanager
async def at_once(
    work: Sequence[tuple[K, Callable[[], Awaitable[T]]]],
) -> AsyncIterator[MemoryObjectReceiveStream[tuple[K, T | Exception]]]:
    """Work off the list, eight at a time, never far ahead of whoever takes the results."""
    send, receive = anyio.create_memory_object_stream[tuple[K, T | Exception]](READ_AHEAD)
    waiting = iter(work)

    async def work_off(out: MemoryObjectSendStream[tuple[K, T | Exception]]) -> None:
        with out:
            for key, job in waiting:
                await out.send((key, await _outcome(job)))

    async with anyio.create_task_group() as workers:
        with receive:
            with send:
                for _ in range(AT_ONCE):
                    workers.start_soon(work_off, send.clone())
            yield receive
            workers.cancel_scope.cancel()


async def _outcome(job: Callable[[], Awaitable[T]]) -> T | Exception:
    try:
        return await job()
    except Exception as error:  # noqa: BLE001  handed to the caller's thread, which raises it
        return error


async def all_there_is(stream: MemoryObjectReceiveStream[W]) -> list[W]:
    """The next result and all that wait behind it; nothing after the last."""
    try:
        results = [await stream.receive()]
    except anyio.EndOfStream:
        return []
    with suppress(anyio.WouldBlock, anyio.EndOfStream):
        while True:
            results.append(stream.receive_nowait())
    return results


async def a_good_number(stream: MemoryObjectReceiveStream[W]) -> list[W]:
    """Like `all_there_is`, but waits a moment for more, until it is worth a transaction."""
    results = await all_there_is(stream)
    with anyio.move_on_after(A_MOMENT), suppress(anyio.EndOfStream):
        while results and len(results) < GOOD_NUMBER:
            results.append(await stream.receive())
    return results
