"""Prefect's records in Postgres instead of SQLite: a real one, started for the test and ended after it."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.home import PATIENCE, dibao
from tests.served import free_ports


def program(name: str) -> str:
    """Return one of Postgres's programs, which Debian keeps out of the path; skip the calling test where there is none."""
    found = shutil.which(name) or next(iter(sorted(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), reverse=True)), None)
    if found is None:
        pytest.skip(f"no Postgres is installed: {name} was not found")
    return found


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of a Postgres of its own; it refuses to be run by root, so that somebody else runs it there."""
    initdb, pg_ctl, (port,) = program("initdb"), program("pg_ctl"), free_ports(1)
    somebody = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if somebody is not None:
            os.chown(folder, somebody, -1)

        def call(*command: str) -> None:
            subprocess.run(
                command, check=True, user=somebody, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=PATIENCE
            )

        call(initdb, "-D", f"{folder}/data", "-U", "dibao", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        call(pg_ctl, "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"dibao@127.0.0.1:{port}/postgres"
        finally:
            call(pg_ctl, "-D", f"{folder}/data", "-w", "-m", "immediate", "stop")


def asked(address: str, query: str) -> list[tuple]:
    """Return the rows of a query."""

    async def ask() -> list[tuple]:
        connection = await asyncpg.connect(f"postgresql://{address}")
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_a_run_is_recorded_in_postgres(ran, postgres, tmp_path, monkeypatch):
    home = tmp_path / "home"
    shutil.copytree(ran[0], home)
    shutil.rmtree(home / "prefect")
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", f"postgresql+asyncpg://{postgres}")
    done = dibao("run", home=home)
    assert done.returncode == 0, done.stderr
    assert asked(postgres, "SELECT state_name FROM flow_run") == [("Nothing new",)]
    assert asked(postgres, "SELECT count(*) FROM artifact WHERE key LIKE '%-summary'") == [(1,)]
    assert not (home / "prefect" / "prefect.db").exists()
