"""The generated module over the library: a class for each of its objects, and its functions."""

from __future__ import annotations

import importlib
from typing import Any

raw: Any = importlib.import_module("casekit._casekit")
