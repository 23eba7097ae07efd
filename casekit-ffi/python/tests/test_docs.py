"""The manual: a docstring for everything that is public, and every program of a README runs."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import hmac
import inspect
import pydoc
import re
import subprocess
import sys
import typing
from pathlib import Path
from typing import Any

import pytest

import casekit
from casekit import callbacks, errors, live, pages

ROOT = Path(__file__).parents[3]
READMES = [path for path in (ROOT / "casekit-ffi/python/README.md", ROOT / "README.md") if path.exists()]


def programs() -> list[Any]:
    found = [
        pytest.param(block, id=f"{path.parent.name}-{number}")
        for path in READMES
        for number, block in enumerate(re.findall(r"^```python\n(.*?)^```", path.read_text(), re.M | re.S), 1)
    ]
    assert len(found) >= 5
    return found


@pytest.mark.parametrize("program", programs())
def test_a_program_of_a_readme_runs(program: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_the_first_program_prints_her_interactions(tmp_path: Path) -> None:
    program = re.findall(r"^```python\n(.*?)^```", READMES[0].read_text(), re.M | re.S)[0]
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "C-000001 In Progress Refund of order 4711\n"
    assert (tmp_path / "cases.db").exists()


def test_a_receiver_checks_a_signature_as_the_page_says() -> None:
    page = (ROOT / "docs/webform-delivery.md").read_text()
    receiver: dict[str, Any] = {}
    exec(re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)[0], receiver)
    headers = {
        "X-Casekit-Timestamp": "1760000000",
        "Idempotency-Key": "0123",
        "Content-Digest": "sha-256=:ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=:",
        "X-Casekit-Case": "C-1",
        "X-Casekit-Outcome": "no_data",
        "X-Casekit-Kind": "package",
    }
    signed = "\n".join(["casekit-v1"] + [headers.get(name, "") for name in receiver["SIGNED"]])
    headers["X-Casekit-Signature"] = "v1=" + hmac.new(b"correct horse", signed.encode(), hashlib.sha256).hexdigest()

    def is_good(changed: dict[str, str], now: int) -> bool:
        return bool(receiver["is_from_casekit"]({**headers, **changed}, b"a", "correct horse", now))

    assert is_good({}, 1760000300)
    assert not is_good({}, 1760000301)
    assert not is_good({"X-Casekit-Case": "C-2"}, 1760000300)


def test_every_public_name_has_a_docstring() -> None:
    missing: list[str] = []
    named = [(name, getattr(casekit, name)) for name in casekit.__all__]
    for module in (casekit, callbacks, errors, live, pages):
        assert inspect.getdoc(module)
    for name, what in named:
        # A name of several codes has its text below it, where Python keeps none.
        if not callable(what) or typing.get_origin(what) is typing.Literal:
            continue
        own = what.__doc__ or ""
        # What dataclasses write by themselves says nothing.
        if not own or (dataclasses.is_dataclass(what) and own.startswith(f"{name}(")):
            missing.append(name)
        if inspect.isclass(what) and not issubclass(what, enum.Enum):
            for method, body in inspect.getmembers(what):
                if not method.startswith("_") and (callable(body) or isinstance(body, property)):
                    if not inspect.getdoc(body):
                        missing.append(f"{name}.{method}")
    assert missing == []
    assert len(named) > 120


def test_help_is_a_manual() -> None:
    page = pydoc.plain(pydoc.render_doc(casekit.Desk))
    for words in (
        "raise_case(",
        "description: ",
        "Needs `raise_cases`.",
        "One line of 1 to 200 characters.",
        "Methods inherited from casekit.desk.requests.Requests:",
    ):
        assert words in page
    awaited = pydoc.plain(pydoc.render_doc(casekit.AsyncDesk))
    assert "raise_case(" in awaited and "Needs `raise_cases`." in awaited


def test_the_package_says_what_it_is() -> None:
    cargo = (ROOT / "Cargo.toml").read_text()
    version = re.search(r'\[workspace.package\]\nversion = "(.*)"', cargo)
    assert version is not None and casekit.__version__ == version[1]
    assert (Path(casekit.__file__).parent / "py.typed").exists()
