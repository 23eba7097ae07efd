"""Strips the library in a wheel, puts the licences of code and fonts into it, and writes the wheel's RECORD anew."""

import base64
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LICENCES = ("LICENSE-MIT", "LICENSE-APACHE", "casekit-export/fonts/OFL.txt")


def strip(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as old:
        files = [(info, old.read(info)) for info in old.infolist()]
    record = next(info for info, _ in files if info.filename.endswith(".dist-info/RECORD"))
    folder = record.filename.removesuffix("RECORD") + "licenses/"
    for licence in map(ROOT.joinpath, LICENCES):
        files.append((zipfile.ZipInfo(folder + licence.name, record.date_time), licence.read_bytes()))
    lines: list[str] = []
    new = wheel.with_suffix(".new")
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for info, data in files:
            if info is record:
                continue
            if info.filename.endswith(".so"):
                data = stripped(data)
            out.writestr(info, data, zipfile.ZIP_DEFLATED)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            lines.append(f"{info.filename},sha256={digest},{len(data)}")
        out.writestr(record, "\n".join([*lines, f"{record.filename},,", ""]))
    new.replace(wheel)


def stripped(library: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library.so"
        path.write_bytes(library)
        subprocess.run(["strip", str(path)], check=True)
        return path.read_bytes()


strip(Path(sys.argv[1]))
