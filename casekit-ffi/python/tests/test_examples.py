"""The programs in `examples/python`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[3] / "examples/python"


def run(name: str, *arguments: str, folder: Path) -> str:
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_quickstart_goes_through_both_days_and_on(tmp_path: Path) -> None:
    first = run("quickstart.py", "days", folder=tmp_path)
    assert "raised C-000001" in first and "delivered, receipt" in first and "nothing was altered" in first
    left = {path.name for path in (tmp_path / "days").iterdir()}
    assert {"cases.db", "overview.pdf", "overview.csv", "case.pdf", "webform"} <= left
    assert len(list((tmp_path / "days/webform").glob("*.zip"))) == 1
    second = run("quickstart.py", "days", folder=tmp_path)
    assert "raised C-000003" in second and "is there from an earlier run" in second

    run("overview_chart.py", "days/cases.db", "days.png", folder=tmp_path)
    assert (tmp_path / "days.png").read_bytes().startswith(b"\x89PNG")


def test_the_overview_becomes_a_chart(tmp_path: Path) -> None:
    assert run("overview_chart.py", folder=tmp_path) == "overview.png\n"
    picture = (tmp_path / "overview.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert width >= 1200 and height >= 500 and len(picture) > 20_000


def test_how_long_things_take_becomes_a_chart(tmp_path: Path) -> None:
    assert run("statistics_chart.py", folder=tmp_path) == "statistics.png\n"
    picture = (tmp_path / "statistics.png").read_bytes()
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert picture.startswith(b"\x89PNG") and width >= 1200 and height >= 500 and len(picture) > 20_000
