"""What methods are called in Python's own errors."""

from __future__ import annotations

from types import FunctionType


def called(name: str, kind: type) -> None:
    """Lets `Desk.cases()` stand in an error where Python would say `Lists.cases()`: callers know one class."""
    for base in kind.__mro__[:-1]:
        for method in vars(base).values():
            if isinstance(method, FunctionType) and not method.__name__.startswith("_"):
                method.__qualname__ = f"{name}.{method.__name__}"
