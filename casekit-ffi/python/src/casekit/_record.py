"""The base of all records: values of named fields that cannot be changed.

To callers a record is a frozen dataclass: `dataclasses.fields`, `replace` and `asdict`, pattern matching, copying and
pickling work. It does not use the decorator, which generates the code of each class at every import: that takes half a
second for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

if TYPE_CHECKING:
    from dataclasses import Field

    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_):
        """Does nothing at run time; type checkers know the real one."""
        return lambda kind: kind


class _Fields:
    """The fields in the form of `dataclasses`, made when they are first asked for."""

    def __get__(self, _record: Record | None, kind: type[Record]) -> dict[str, Any]:
        import dataclasses

        if not kind.__match_args__:
            raise AttributeError("__dataclass_fields__")
        initial: Any = kind.__init__
        defaults = dict(zip(reversed(kind.__match_args__), reversed(initial.__defaults__ or ()), strict=False))
        hints = {name: hint for base in reversed(kind.__mro__) for name, hint in getattr(base, "__annotations__", {}).items()}
        fields = [
            (name, hints[name], dataclasses.field(default=defaults.get(name, dataclasses.MISSING)))
            for name in kind.__match_args__
        ]
        made: Any = dataclasses.make_dataclass(kind.__name__, fields, frozen=True)
        found: dict[str, Any] = made.__dataclass_fields__
        type.__setattr__(kind, "__dataclass_fields__", found)
        return found


@dataclass_transform(frozen_default=True)
class Record:
    """A value of named fields. A derived class names them in `__slots__`, `__match_args__` and its `__init__`, always
    in the same order; `__init__` passes all of them to `_put`."""

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()
    _hidden: ClassVar[tuple[str, ...]] = ()
    """Fields that `repr` leaves out, because they may hold personal data or secrets."""

    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    else:
        __dataclass_fields__ = _Fields()

    def _put(self, *values: object) -> None:
        put = object.__setattr__
        for name, value in zip(self.__match_args__, values, strict=True):
            put(self, name, value)

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self.__match_args__])

    def __setattr__(self, name: str, _value: object) -> NoReturn:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        shown = [f"{name}={getattr(self, name)!r}" for name in self.__match_args__ if name not in self._hidden]
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def __reduce__(self) -> Any:
        return type(self), self._values()

    def to_dict(self) -> dict[str, Any]:
        """The record as a `dict` by the names of its fields, with the records inside it as `dict`s too."""
        return {name: to_dict(getattr(self, name)) for name in self.__match_args__}

    def __replace__(self, /, **changes: object) -> Any:
        return type(self)(**{**dict(zip(self.__match_args__, self._values(), strict=True)), **changes})


def to_dict(value: Any) -> Any:
    """A record as a `dict`, and a list of records as a list of `dict`s; any other value as it is."""
    if isinstance(value, Record):
        return value.to_dict()
    return [to_dict(one) for one in value] if isinstance(value, (list, tuple)) else value


def opened(kind: type[Record]) -> Any:
    """The class of a record while it is being read. Its fields are set one by one, which is several times faster than
    `__init__`. Setting `__class__` then makes the record a `kind` for good."""
    # Both: the interpreter has one slot for setting and deleting, and is fast only if both are its own.
    free = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(kind.__name__, (kind,), free)
