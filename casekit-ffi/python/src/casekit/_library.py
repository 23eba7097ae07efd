"""Loads the native library, and checks that it is of the same release as this package."""

from __future__ import annotations

import ctypes
import os
import sys

from . import _forks
from ._api import API_VERSION


def _load() -> ctypes.CDLL:
    name = {"darwin": "libcasekit_ffi.dylib", "win32": "casekit_ffi.dll"}.get(sys.platform, "libcasekit_ffi.so")
    path = os.path.join(os.path.dirname(__file__), "_casekit", name)
    try:
        library = ctypes.CDLL(path)
        found = int(library.casekit_api_version())
    except (OSError, AttributeError) as error:
        raise ImportError(f"casekit's library cannot be loaded from `{path}`: install the package again") from error
    if found != API_VERSION:
        raise ImportError(
            f"this package speaks version {API_VERSION} of casekit's interface, and the library beside it version"
            f" {found}: install package and library from the same release"
        )
    _forks.hold_back(library)
    return library


library = _load()
# For functions that return at once and never call back: they keep the interpreter's lock, which is faster.
quick = ctypes.PyDLL(library._name)
