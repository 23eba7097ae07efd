"""Base classes for objects that cannot be pickled, and that can or cannot be copied."""

from __future__ import annotations

from typing import ClassVar, NoReturn, TypeVar

Itself = TypeVar("Itself", bound="Shared")


class Shared:
    """Cannot be pickled. A copy is the object itself, because nothing in it can be changed."""

    _pickle_instead: ClassVar[str]

    def __copy__(self: Itself) -> Itself:
        return self

    def __deepcopy__(self: Itself, memo: object) -> Itself:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} cannot be pickled: {self._pickle_instead}")


class Single:
    """Cannot be copied or pickled; the error says what to do instead."""

    _instead: ClassVar[str]

    def __copy__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} cannot be copied: {self._instead}")

    def __deepcopy__(self, memo: object) -> NoReturn:
        self.__copy__()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} cannot be pickled: {self._instead}")
