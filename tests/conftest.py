"""What several tests share: the sample, run once."""

from __future__ import annotations

import json
import os
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


@pytest.fixture(scope="session")
def ran(tmp_path_factory):
    """A home after the first run over the sample, and the summary that the command printed. Not to be changed."""
    home = tmp_path_factory.mktemp("sample") / "dibao-home"
    done = dibao("run", "--json", home=home)
    assert done.returncode == 0, done.stderr
    return home, json.loads(done.stdout)


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
