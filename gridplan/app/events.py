"""News for the pages that are open: each gets what is new from the moment it listens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

_BEAT_S = 15.0


class News:
    """Spreads news from any thread to all pages; `listeners` counts the open ones."""

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[str | None], asyncio.AbstractEventLoop] = {}

    @property
    def listeners(self) -> int:
        """Number of pages that listen."""
        return len(self._queues)

    def tell(self, what: str, content: Any = None) -> None:
        """Tell all pages."""
        line = f"event: {what}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n"
        for queue, loop in list(self._queues.items()):
            loop.call_soon_threadsafe(queue.put_nowait, line)

    def end(self) -> None:
        """Let every page's stream end."""
        for queue, loop in list(self._queues.items()):
            loop.call_soon_threadsafe(queue.put_nowait, None)

    async def listen(self) -> AsyncIterator[str]:
        """Yield the news of one page as server-sent events, with a sign of life now and then."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._queues[queue] = asyncio.get_running_loop()
        try:
            yield "event: hello\ndata: null\n\n"
            while True:
                try:
                    line = await asyncio.wait_for(queue.get(), _BEAT_S)
                except TimeoutError:
                    line = ": alive\n\n"
                if line is None:
                    return
                yield line
        finally:
            del self._queues[queue]
