"""A second interpreter in the process is refused with a sentence, by every Python that is here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import casekit

PROGRAM = """
    import sys
    try:
        import _interpreters as interpreters
    except ImportError:
        import _xxsubinterpreters as interpreters
    import casekit

    kit = casekit.in_memory()
    desk = kit.desk("amara", roles=casekit.Role.AGENT)
    subscription = kit.observe(lambda position: None)
    live = desk.live_cases()
    live.wait(10)
    other = interpreters.create()
    interpreters.run_string(other, '''if True:
        try:
            import casekit
        except ImportError as error:
            print(error, flush=True)
        else:
            print("it was imported", flush=True)
    ''')
    interpreters.destroy(other)
    for _ in range(20):
        desk.raise_case("Support", "Cannot log in")
    assert live.wait(10) is not None
    kit.close()
    print("end")
"""


def pythons() -> list[str]:
    found = {f"3.{minor}": shutil.which(f"python3.{minor}") for minor in range(10, 20)}
    found[f"3.{sys.version_info.minor}"] = sys.executable
    return [
        path
        for path in found.values()
        if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0
    ]


@pytest.mark.parametrize("python", pythons())
def test_a_second_interpreter_is_refused(python: str) -> None:
    done = subprocess.run(
        [python, "-c", textwrap.dedent(PROGRAM)],
        env={**os.environ, "PYTHONPATH": str(Path(casekit.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    refusal, end = done.stdout.splitlines()
    assert end == "end"
    assert refusal.startswith("casekit works in the main interpreter of a process only: use it there, or in a process")
