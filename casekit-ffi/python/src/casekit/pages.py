"""Pages of lists, and requests for them."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, overload

from ._record import Record, to_dict

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


class _Fields:
    """The rows and the cursor in the form of `dataclasses`, made when they are first asked for: what turns dataclasses
    into JSON, such as FastAPI, then takes a page as it is."""

    def __get__(self, _page: object, kind: type) -> dict[str, Any]:
        import dataclasses

        made: Any = dataclasses.make_dataclass("Page", [("rows", Sequence[Any]), ("next", "str | None")])
        found: dict[str, Any] = made.__dataclass_fields__
        return found


class Rows(Sequence[Row], Generic[Row]):
    """The rows of one page: a sequence like any other.

    Attributes:
        rows: The rows.
        next: The cursor of the next page: give it as `after`. `None` on the last page, and only there: a page can be
            shorter than asked for, even empty, and not be the last.
    """

    __slots__ = ("next", "rows")

    rows: Sequence[Row]
    next: str | None

    def __init__(self, rows: Sequence[Row], next: str | None) -> None:
        self.rows = rows
        self.next = next

    if not TYPE_CHECKING:
        __dataclass_fields__ = _Fields()

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return self.rows[index]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Rows):
            return list(self) == list(other) and self.next == other.next
        return list(self) == other if isinstance(other, list) else NotImplemented

    def __repr__(self) -> str:
        more = ", and more after them" if self.next else ""
        return f"<{type(self).__name__} of {len(self)} rows{more}>"

    def to_dicts(self) -> list[dict[str, Any]]:
        """Each row as a `dict`, by the names of its fields."""
        return [to_dict(row) for row in self.rows]

    def to_dict(self) -> dict[str, Any]:
        """The page as a `dict`: its rows under `rows`, each as a `dict`, and the cursor under `next`."""
        return {"rows": self.to_dicts(), "next": self.next}

    def _repr_html_(self) -> str:
        """The rows as a table, for a notebook. Every value is escaped, and sensitive ones are left out."""
        return as_html(self.rows, self.next is not None)


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
        return Page(self.rows, self.next, self._next)

    def __deepcopy__(self, memo: dict[int, Any]) -> Page[Row]:
        return Page(copy.deepcopy(self.rows, memo), self.next, self._next)

    def __reduce__(self) -> Any:
        return Page, (self.rows, self.next, _no_further)

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
        super().__init__(page.rows, page.next)
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


def as_html(rows: Sequence[object], are_more: bool) -> str:
    """Rows as a table of HTML, with a column for each field of the first row."""
    import html

    def cell(value: object) -> str:
        return f"<td>{'' if value is None else html.escape(str(value))}</td>"

    first = rows[0] if rows else None
    names = [name for name in first.__match_args__ if name not in first._hidden] if isinstance(first, Record) else []
    head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
    body = "".join(
        f"<tr>{''.join(cell(getattr(row, name)) for name in names) if names else cell(row)}</tr>" for row in rows
    )
    more = ", and more after them" if are_more else ""
    said = f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}{more}"
    return f"<table><caption>{said}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
