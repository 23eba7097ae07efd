"""A kit on a PostgreSQL database."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import casekit

SERVER = Path(__file__).parents[3] / "casekit-postgres/scripts/server"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with subprocess.Popen([SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None and server.stdout is not None
        said = server.stdout.readline().strip()
        if not said:
            pytest.skip("there is no PostgreSQL here")
        yield said
        server.stdin.close()


def test_two_hosts_have_the_same_cases(address: str) -> None:
    url = f"{address}?schema=two_hosts"
    with casekit.connect(url) as one, casekit.connect(url, create=False) as other:
        amara = one.desk("amara", "Amara Okafor", roles=casekit.Role.AGENT)
        case = amara.raise_case("Support", "Cannot log in")
        ines = other.desk("ines", "Inês Prata", roles=casekit.Role.AUDITOR)
        assert ines.case(case).title == "Cannot log in"
        assert ines.verify().events > 0


def test_what_is_wrong_says_what_to_do(address: str) -> None:
    def code(url: str, create: bool = True) -> str:
        with pytest.raises(casekit.StoreError) as caught:
            casekit.connect(url, create=create)
        return caught.value.code

    assert code("mysql://localhost/office") == "missing"
    assert code("postgres://casekit@127.0.0.1:1/office") == "unavailable"
    assert code(f"{address}?schema=nobody_made_it", create=False) == "missing"
    assert code(f"{address}?schema=pg_catalog") == "unsupported"


def test_the_password_is_a_secret_of_the_application(address: str) -> None:
    asked: list[str] = []

    def secret(name: str) -> str:
        asked.append(name)
        return "none is needed here"

    with casekit.connect(address, schema="secrets", password_secret="database", secrets=secret):
        assert asked == ["database"]


def test_an_event_loop_connects(address: str) -> None:
    async def connects() -> str:
        async with casekit.connect_async(address, schema="a_loop") as kit:
            desk = kit.desk("amara", "Amara Okafor", roles=casekit.Role.AGENT)
            case = await desk.raise_case("Support", "Cannot log in")
            return (await desk.case(case)).title

    assert asyncio.run(connects()) == "Cannot log in"
