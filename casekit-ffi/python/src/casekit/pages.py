"""Pages of lists, and requests for them."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any, Generic, NoReturn, TypeVar, overload

from ._record import Record

Row = TypeVar("Row", covariant=True)
More = TypeVar("More")


class PageRequest(Record):
    """A request for a page, as the library takes it.

    Attributes:
        size: The most rows of the page: 1 to 500; 50 unless given.
        after: The `next` of the page before.
    """

    __slots__ = __match_args__ = ("size", "after")

    size: int | None
    after: str | None

    def __init__(self, size: int | None = None, after: str | None = None) -> None:
        self._put(size, after)


class Rows(Sequence[Row], Generic[Row]):
    """The rows of one page: a sequence like any other.

    Attributes:
        next: The cursor of the next page: give it as `after`. `None` on the last page, and only there: a page can be
            shorter than asked for, even empty, and not be the last.
    """

    __slots__ = ("_rows", "next")

    def __init__(self, rows: Sequence[Row], next: str | None) -> None:
        self._rows = rows
        self.next = next

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return self._rows[index]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Rows):
            return list(self) == list(other) and self.next == other.next
        return list(self) == other if isinstance(other, list) else NotImplemented

    def __repr__(self) -> str:
        more = ", and more after them" if self.next else ""
        return f"<{type(self).__name__} of {len(self)} rows{more}>"

    def to_dicts(self) -> list[dict[str, Any]]:
        """Each row as a `dict`, by the names of its fields."""
        return [to_dict(row) for row in self._rows]


class Page(Rows[Row]):
    """One page of a list: a sequence of its rows, which also leads to the pages after it.

    `for row in page` iterates over this page, `for row in page.all()` over this one and all that follow. Each page is
    read when it is needed.

    A page can be copied and pickled. A pickled page keeps its rows and its `next`, but has no desk to read the next
    page.
    """

    __slots__ = ("_next",)

    def __init__(self, rows: Sequence[Row], next: str | None, follow: Callable[[str], Page[Row]]) -> None:
        super().__init__(rows, next)
        self._next = follow

    def __copy__(self) -> Page[Row]:
        return Page(self._rows, self.next, self._next)

    def __deepcopy__(self, memo: dict[int, Any]) -> Page[Row]:
        return Page(copy.deepcopy(self._rows, memo), self.next, self._next)

    def __reduce__(self) -> Any:
        return Page, (self._rows, self.next, _no_further)

    def next_page(self) -> Page[Row] | None:
        """Reads the next page, with the same size; `None` after the last one."""
        return None if self.next is None else self._next(self.next)

    def all(self) -> Iterator[Row]:
        """The rows of this page and of all pages after it. One page is read at a time."""
        page: Page[Row] | None = self
        while page is not None:
            yield from page
            page = page.next_page()


class AsyncPage(Rows[Row]):
    """One page of a list: a sequence of its rows, which also leads to the pages after it.

    `for row in page` iterates over this page, `async for row in page.all()` over this one and all that follow. It can
    be copied and pickled in the same way as a `Page`.
    """

    __slots__ = ("_page", "_run")

    def __init__(self, page: Page[Row], run: Callable[[Callable[[], Any]], Awaitable[Any]]) -> None:
        super().__init__(page._rows, page.next)
        self._page = page
        self._run = run

    def __copy__(self) -> AsyncPage[Row]:
        return AsyncPage(self._page, self._run)

    def __deepcopy__(self, memo: dict[int, Any]) -> AsyncPage[Row]:
        return AsyncPage(copy.deepcopy(self._page, memo), self._run)

    def __reduce__(self) -> Any:
        return AsyncPage, (self._page, _run_here)

    async def next_page(self) -> AsyncPage[Row] | None:
        """Reads the next page, with the same size; `None` after the last one."""
        page = await self._run(self._page.next_page)
        return None if page is None else AsyncPage(page, self._run)

    async def all(self) -> AsyncIterator[Row]:
        """The rows of this page and of all pages after it. One page is read at a time."""
        page: AsyncPage[Row] | None = self
        while page is not None:
            for row in page:
                yield row
            page = await page.next_page()


def _no_further(_after: str) -> NoReturn:
    raise RuntimeError("this page was pickled and leads no further: give its `next` to a desk, as `after`")


async def _run_here(call: Callable[[], Any]) -> Any:
    return call()


def to_dict(row: Any) -> Any:
    """A record as a `dict`, with the records inside it as `dict`s too."""
    if isinstance(row, Record):
        return {name: to_dict(getattr(row, name)) for name in row.__match_args__}
    return [to_dict(one) for one in row] if isinstance(row, list) else row
