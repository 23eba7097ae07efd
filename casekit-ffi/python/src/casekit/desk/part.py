"""What the parts of a desk have in common."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .._choices import choose
from ..language import Language
from ..live import Bell, Live
from ..pages import Page, PageRequest
from ..types import CasesQuery
from ..types.base import id_of
from .query import Query

if sys.version_info >= (3, 11):
    from typing import Unpack
elif TYPE_CHECKING:
    from typing_extensions import Unpack
else:
    # Annotations are not evaluated, so any value does.
    Unpack = None

__all__ = ["Part", "Query", "Unpack", "query_of", "whole"]


class Part:
    """The base of the classes that each have some methods of `Desk`."""

    def __init__(self, handle: Any, bell: Bell, language: Language) -> None:
        self._handle = handle
        self._bell = bell
        self._language = language

    def _page(self, read: Callable[[Any], Any], size: int | None, after: str | None) -> Page[Any]:
        found, then = read(PageRequest(size, after))
        return Page(found, then, lambda after: self._page(read, size, after))

    def _live(self, live: Any, size: int | None, read: Callable[[Any], Any] | None) -> Live[Any]:
        """A live read. If it reads a list, `read` reads the pages that follow the delivered one."""
        if read is None:
            return Live(live.refresh, self._bell)

        def refresh() -> Page[Any] | None:
            page = live.refresh()
            if page is None:
                return None
            found, then = page
            return Page(found, then, lambda after: self._page(read, size, after))

        return Live(refresh, self._bell)


def whole(name: str, value: object) -> int:
    """A whole number that a caller gave for a parameter."""
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"`{name}` is a whole number, not {type(value).__name__}") from None


def query_of(given: Query) -> CasesQuery:
    """The conditions as the library takes them, with the id of the customer."""
    conditions: dict[str, Any] = {**given}
    for name in conditions:
        if name not in CasesQuery.__match_args__:
            known = ["size", "after", *CasesQuery.__match_args__]
            raise TypeError(f"lists of cases have no condition `{name}`: {choose(name, known)}")
    if conditions.get("customer") is not None:
        conditions["customer"] = id_of(conditions["customer"])
    return CasesQuery(**conditions)
