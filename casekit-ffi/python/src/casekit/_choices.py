"""What there is to choose from, said where a name is not known."""

from __future__ import annotations

from collections.abc import Iterable

_NAMED = 10


def choose(given: object, names: Iterable[str]) -> str:
    """The end of a sentence about a name that is none of these: the one that was probably meant, and the first ten."""
    from difflib import get_close_matches

    every = list(names)
    near = get_close_matches(given, every, 1) if isinstance(given, str) else []
    listed = ", ".join(f"`{name}`" for name in every[:_NAMED])
    if len(every) > _NAMED:
        listed += f" and {len(every) - _NAMED} more"
    return f"did you mean `{near[0]}`? There are {listed}" if near else f"choose {listed}"
