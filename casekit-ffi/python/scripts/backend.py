"""Makes the wheel, for `pip install casekit-ffi/python` and for `scripts/wheel`: the package, the library of
`target/hosts`, and what is generated over it. Where the library is not there yet, `casekit-ffi/scripts/library` makes it.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sysconfig
import tomllib
import zipfile
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parents[1]
HOSTS = ROOT / "target" / "hosts"
LICENCES = ("LICENSE-MIT", "LICENSE-APACHE", "casekit-export/fonts/OFL.txt")


def build_wheel(wheel_directory: str, config_settings: object = None, metadata_directory: object = None) -> str:
    """Writes the wheel into a folder and gives its name."""
    if not (HOSTS / "libcasekit_ffi.so").exists():
        subprocess.run([ROOT / "casekit-ffi/scripts/library"], check=True)
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    tag = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
    info = f"casekit-{version}.dist-info"
    files = {
        **{f"casekit/{name}": data for name, data in package().items()},
        f"{info}/METADATA": metadata(project, version).encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: casekit\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
        **{f"{info}/licenses/{Path(name).name}": (ROOT / name).read_bytes() for name in LICENCES},
    }
    lines = [f"{name},sha256={digest(data)},{len(data)}\n" for name, data in files.items()]
    record = f"{info}/RECORD"
    files[record] = "".join([*lines, f"{record},,\n"]).encode()
    wheel = Path(wheel_directory) / f"casekit-{version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for name, data in files.items():
            # Of no moment: the same files make the same wheel, byte for byte.
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            out.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return wheel.name


def package() -> dict[str, bytes]:
    """The package's files, by their paths within it."""
    source = PACKAGE / "src" / "casekit"
    files = {str(path.relative_to(source)): path.read_bytes() for path in sorted(source.rglob("*.py"))}
    files["py.typed"] = b""
    files["_casekit/__init__.py"] = (HOSTS / "python" / "__init__.py").read_bytes()
    files["_casekit/libcasekit_ffi.so"] = (HOSTS / "libcasekit_ffi.so").read_bytes()
    return files


def metadata(project: dict[str, object], version: str) -> str:
    """What an index tells of it."""
    lines = ["Metadata-Version: 2.4", f"Name: {project['name']}", f"Version: {version}"]
    lines += [f"Summary: {project['description']}", f"License-Expression: {project['license']}"]
    lines += [f"License-File: {Path(name).name}" for name in LICENCES]
    lines += [f"Keywords: {','.join(project['keywords'])}", f"Requires-Python: {project['requires-python']}"]
    lines += [f"Classifier: {one}" for one in project["classifiers"]]
    lines += ["Description-Content-Type: text/markdown", "", (PACKAGE / "README.md").read_text()]
    return "\n".join(lines)


def digest(data: bytes) -> str:
    """As RECORD has it."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def build_sdist(sdist_directory: str, config_settings: object = None) -> str:
    """There is none: the library is built from the whole project."""
    raise NotImplementedError("casekit has no source distribution: build a wheel in the project")
