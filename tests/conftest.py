"""What several tests share: the sample, run once."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import settings

from tests.home import dibao

# The same examples on every machine and in every run: what a search at random finds belongs to a campaign (tests/bench/fuzz.py), not to
# whoever runs the tests next. No deadline: how long an example takes depends on what else the machine does.
settings.register_profile("dibao", derandomize=True, deadline=None)
settings.load_profile("dibao")


SLOW_FOLDERS = {"bench", "browser", "crash", "docs", "expectations"}
"""Great Expectations takes 3 s of CPU to import, each audit of a batch half a second."""
SLOW_FIXTURES = {"ran", "fork", "served"}
SLOW_HELPERS = {
    "dibao",
    "Served",
    "receiving",
    "chromium",
    "forking",
    "prefect_test_harness",  # start the command, a server, a browser
    "process_folder",
    "process_groups",
    "opened_runner",  # audit batches, start workers
    "Life",
    "LAWS",
    "score",  # lives of a home, any text, all gold: a minute together
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what needs more than the code under test: ``-m "not slow"`` is the part for daily work."""
    for item in items:
        helpers = vars(getattr(item, "module", object)).keys() & SLOW_HELPERS
        if item.path.parent.name in SLOW_FOLDERS or helpers or SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
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
