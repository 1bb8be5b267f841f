"""What several tests share: the sample, run once."""

from __future__ import annotations

import json

import pytest

from tests.home import dibao


@pytest.fixture(scope="session")
def ran(tmp_path_factory):
    """A home after the first run over the sample, and the summary that the command printed. Not to be changed."""
    home = tmp_path_factory.mktemp("sample") / "dibao-home"
    done = dibao("run", "--json", home=home)
    assert done.returncode == 0, done.stderr
    return home, json.loads(done.stdout)
