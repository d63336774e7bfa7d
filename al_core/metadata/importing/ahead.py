"""Reading one piece ahead, in a thread, while the piece before is written."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Generator[Item, None, None]) -> Generator[Item, None, None]:
    """Yield the items, the next one being made meanwhile; an error is raised where its item would be."""
    try:
        with ThreadPoolExecutor(1) as thread:
            pending = thread.submit(next, items, None)
            while (item := pending.result()) is not None:
                pending = thread.submit(next, items, None)
                yield item
    finally:
        items.close()
