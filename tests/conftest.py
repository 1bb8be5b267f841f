"""What several tests share: the sample, run once."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings

from tests.home import dibao

# The same examples on every machine and in every run: what a search at random finds belongs to a campaign (tests/bench/fuzz.py), not to
# whoever runs the tests next. No deadline: how long an example takes depends on what else the machine does.
settings.register_profile("dibao", derandomize=True, deadline=None)
settings.load_profile("dibao")


TESTS = Path(__file__).parent
SLOW_FOLDERS = {"bench", "browser", "crash", "docs", "expectations", "flows", "hostile", "lives"}
"""Folders whose tests start commands, servers or browsers, or import Prefect or Great Expectations, which take 3 s of CPU each."""
SLOW_FIXTURES = {"ran", "fork", "bucket", "held_out_pages", "scores"}
"""What takes seconds to make, or to ask."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out folders of which all tests are slow where these are not asked for: importing them takes longer than many tests."""
    is_left_out = collection_path.parent == TESTS and collection_path.name in SLOW_FOLDERS and config.option.markexpr == "not slow"
    return True if is_left_out else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow, by folder, fixture and name, what needs more than the code under test: ``-m "not slow"`` is the part for daily work."""
    for item in items:
        if (
            item.path.parent.name in SLOW_FOLDERS
            or SLOW_FIXTURES & set(getattr(item, "fixturenames", ()))
            or item.name.startswith("test_hostile_text")  # as long as no page is
        ):
            item.add_marker(pytest.mark.slow)


SHARED_HOMES: dict[Path, dict[str, tuple[int, int]]] = {}
"""Homes that several tests look at, with the state of their files as they were made."""


def files_of(home: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of each file of a home, by path, but of what readers leave too: the lock, and the journals of SQLite."""
    files = [path for path in home.rglob("*") if path.is_file() and path.name != ".lock" and not path.match("prefect.db-*")]
    return {str(path.relative_to(home)): ((stat := path.stat()).st_size, stat.st_mtime_ns) for path in files}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Fail a test after which a home that others look at is not as it was made; for the others its new state then counts."""
    yield
    for home, before in SHARED_HOMES.items():
        SHARED_HOMES[home] = after = files_of(home)
        changed = sorted({path for path, _ in before.items() ^ after.items()})
        assert not changed, f"{home} is shared, not to be changed: take home_copy. Changed: {changed}"


@pytest.fixture(scope="session")
def ran(tmp_path_factory):
    """A home after the first run over the sample, and the summary that the command printed. Not to be changed, which is watched."""
    home = tmp_path_factory.mktemp("sample") / "dibao-home"
    done = dibao("run", "--json", home=home)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as con:  # or whoever reads it first would
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    SHARED_HOMES[home] = files_of(home)
    return home, json.loads(done.stdout)


@pytest.fixture
def home_copy(ran, tmp_path) -> Path:
    """A copy of that home, without the pages of Great Expectations, for a test that changes it."""
    return shutil.copytree(ran[0], tmp_path / "home", ignore=shutil.ignore_patterns("data_docs"))


@pytest.fixture(scope="session")
def new_home(ran, tmp_path_factory) -> Callable[[], Path]:
    """Make homes that hold nothing but Prefect's tables, empty: a first run takes 7 s of CPU to make these."""
    database = tmp_path_factory.mktemp("prefect") / "prefect.db"
    shutil.copyfile(ran[0] / "prefect" / "prefect.db", database)
    with closing(sqlite3.connect(database)) as con:
        names = [name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if name.startswith(("artifact", "event", "flow", "log", "task_run")):
                con.execute(f'DELETE FROM "{name}"')
        con.commit()
        con.execute("VACUUM")

    def make() -> Path:
        home = tmp_path_factory.mktemp("new") / "home"
        (home / "prefect").mkdir(parents=True)
        shutil.copy(database, home / "prefect")
        return home

    return make


@pytest.fixture(scope="session")
def fork(tmp_path_factory):
    """Start the command in a process that has imported everything; its runs share one Prefect server."""
    kept = os.environ.get("PREFECT_HOME")
    os.environ["PREFECT_HOME"] = str(tmp_path_factory.mktemp("prefect"))
    from tests.bench.crash import forking

    with forking() as start:
        if kept is None:
            del os.environ["PREFECT_HOME"]
        else:
            os.environ["PREFECT_HOME"] = kept
        yield start
