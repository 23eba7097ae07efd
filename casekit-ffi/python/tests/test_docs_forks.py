"""`docs/forks.md`: each program in it runs, under the servers that it is for."""

from __future__ import annotations

import os
import re
import signal
import socket as sockets
import subprocess
import sys
import textwrap
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import casekit

PAGE = Path(__file__).parents[3] / "docs/forks.md"
PATIENCE = 60.0


def lay_out(folder: Path) -> None:
    """Each block as the file that its first line names."""
    for block in re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.M | re.S):
        name = re.match(r"# (\S+\.py)\n", block)
        assert name is not None, block
        (folder / name[1]).write_text(block)


@contextmanager
def running(folder: Path, *command: str) -> Generator[subprocess.Popen[str], None, None]:
    """A server, which ends well when it is told to."""
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])},
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            yield server
            server.send_signal(signal.SIGTERM)
            said = server.communicate(timeout=PATIENCE)[1]
            assert server.returncode == 0 and "Traceback" not in said, said
        finally:
            server.kill()


def cases(folder: Path) -> int:
    with casekit.open(folder / "cases.db") as kit:
        kit.check()
        return sum(1 for _ in kit.desk("mona", roles=casekit.Role.MANAGER).cases().all())


def test_gunicorn_with_a_preloaded_application(tmp_path: Path) -> None:
    lay_out(tmp_path)
    with running(tmp_path, "-m", "gunicorn", "--bind", "unix:web.sock", "app:application") as server:
        numbers = [ask(tmp_path / "web.sock", server) for _ in range(10)]
    assert sorted(numbers) == [f"C-{place:06}" for place in range(1, 11)] and cases(tmp_path) == 10


def ask(socket: Path, server: subprocess.Popen[str]) -> str:
    until = time.monotonic() + PATIENCE
    while True:
        with sockets.socket(sockets.AF_UNIX) as connection:
            try:
                connection.connect(str(socket))
            except OSError:
                # It is still on its way up.
                assert time.monotonic() < until and server.poll() is None
                time.sleep(0.05)
                continue
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            head, _, body = b"".join(iter(lambda: connection.recv(4096), b"")).partition(b"\r\n\r\n")
        assert b" 200 OK" in head.splitlines()[0]
        return body.decode()


def test_uwsgi_calls_what_is_given_to_it(tmp_path: Path) -> None:
    """uWSGI itself is no package of Python's: its part is played here."""
    lay_out(tmp_path)
    (tmp_path / "uwsgidecorators.py").write_text("posts = []\npostfork = posts.append\n")
    script = """
        import ctypes, os
        import app_uwsgi, uwsgidecorators
        for _ in range(2):
            pid = ctypes.PyDLL(None).fork()
            if pid == 0:
                for post in uwsgidecorators.posts:
                    post()
                app_uwsgi.application({}, lambda status, headers: None)
                app_uwsgi.app.kit.close()
                os._exit(0)
            assert os.waitpid(pid, 0)[1] == 0
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], cwd=tmp_path, check=True, timeout=PATIENCE)
    assert cases(tmp_path) == 2


def test_multiprocessing(tmp_path: Path) -> None:
    lay_out(tmp_path)
    done = subprocess.run(
        [sys.executable, "work.py"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert (done.stdout, done.stderr) == ("['C-000001', 'C-000002', 'C-000003']\n", "")


def test_celery(tmp_path: Path) -> None:
    lay_out(tmp_path)
    for folder in ("queue", "results"):
        (tmp_path / folder).mkdir()
    (tmp_path / "celeryconfig.py").write_text(
        textwrap.dedent(
            """
            broker_url = "filesystem://"
            broker_transport_options = {
                "data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "control", "polling_interval": 0.1,
            }
            result_backend = "file://results"
            """
        )
    )
    script = """
        import tasks
        asked = [tasks.raise_one.delay(f"Case {place}") for place in range(6)]
        print(sorted(one.get(timeout=50) for one in asked))
    """
    with running(tmp_path, "-m", "celery", "-A", "tasks", "worker", "--concurrency", "2", "--loglevel", "ERROR"):
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    assert done.stdout == "['C-000001', 'C-000002', 'C-000003', 'C-000004', 'C-000005', 'C-000006']\n", done.stderr
    assert cases(tmp_path) == 6
