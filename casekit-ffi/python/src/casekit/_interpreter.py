"""Refuses a second interpreter in one process.

The library calls back into the interpreter that loaded it last. If a second interpreter loaded it too, functions of the
first would be called in the second, and the process would end without a message.
"""

from __future__ import annotations

import importlib


def _is_main() -> bool:
    # The module has one name since Python 3.13, and another in earlier versions.
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            known = importlib.import_module(name)
        except ImportError:
            continue
        return bool(known.get_current() == known.get_main())
    return True


if not _is_main():
    raise ImportError(
        "casekit works in the main interpreter of a process only: use it there, or in a process of its own"
        " (with mod_wsgi, set `WSGIApplicationGroup %{GLOBAL}`; with uWSGI, `single-interpreter = true`)"
    )
