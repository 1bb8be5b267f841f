"""The published file on a shared disk: read-only, safe from what a client that writes leaves beside it, and told apart from what cannot be read."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys

import duckdb
import pytest

from flows.cli.messages import error_message
from flows.pipeline import loading, publishing
from tests.home import dibao
from warehouse import store
from warehouse.home import Home
from warehouse.releases import list_releases, roll_back

WRITES = """
import duckdb, os, sys, time
con = duckdb.connect(sys.argv[1])
con.execute("CREATE TABLE mine AS SELECT 42 AS answer")
print("open", flush=True)
time.sleep(600)
"""


@pytest.fixture
def home(home_copy):
    return Home(home_copy)


@pytest.fixture
def writer(home):
    """A client that has opened the published file for writing, as one may to whom its mode does not matter, and has written."""
    home.published.chmod(0o644)
    with subprocess.Popen([sys.executable, "-c", WRITES, home.published], stdout=subprocess.PIPE) as client:
        assert client.stdout.readline() == b"open\n"
        yield client
        client.kill()


def set_aside(home: Home) -> list[str]:
    return sorted(path.name for path in home.path.glob("*.set-aside-*"))


def test_nobody_may_write_to_it(ran):
    assert stat.S_IMODE((ran[0] / "dibao.duckdb").stat().st_mode) == 0o444


def test_who_holds_it_is_told_by_name_and_what_to_do(home, writer):
    done = dibao("sql", "SELECT 1", home=home.path)
    assert done.returncode == 4
    assert f"process {writer.pid} (" in done.stderr and "duckdb -readonly" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("ends", ["before", "after"])
def test_what_a_writing_client_left_is_set_aside(home, writer, ends, capsys):
    if ends == "before":
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
    publishing.rebuild(home)
    with duckdb.connect(str(home.published), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'mine'").fetchall() == [(0,)]
    assert set_aside(home) == ["dibao.duckdb.wal.set-aside-1"]
    assert "dibao.duckdb.wal: a client opened dibao.duckdb for writing" in capsys.readouterr().err


def test_a_home_that_such_a_client_has_spoilt_says_so_and_is_mended(home, writer):
    log = store.log_of(home.published)
    kept = home.path / "kept.wal"
    shutil.copy(log, kept)
    writer.kill()
    writer.wait()
    publishing.rebuild(home)
    shutil.copy(kept, log)
    asked = dibao("sql", "SELECT 1", home=home.path)
    assert asked.returncode == 4 and str(log) in asked.stderr and "dibao rebuild" in asked.stderr
    assert "cannot be used" in error_message(RuntimeError("another fault"), "run", home.path)
    mended = dibao("run", home=home.path)  # that finds nothing new
    assert mended.returncode == 0 and "set aside as dibao.duckdb.wal.set-aside-2" in mended.stderr, mended.stderr
    assert dibao("sql", "SELECT 1", home=home.path).returncode == 0


def test_rolling_back_sets_it_aside_too(home, writer):
    roll_back(home, list_releases(home)[0])
    assert set_aside(home) == ["dibao.duckdb.wal.set-aside-1"] and store.commit_of(home.published)


def test_what_cannot_be_read_after_it_was_put_in_place_is_no_success(home, monkeypatch):
    def spoil(partial, path):
        partial.write_bytes(b"\0" * 20_000)
        os.replace(partial, path)

    monkeypatch.setattr(store, "put_in_place", spoil)
    with pytest.raises(store.PublishError):
        publishing.rebuild(home)
    with pytest.raises(store.PublishError):
        roll_back(home, list_releases(home)[-1])


@pytest.fixture
def outdated(home):
    """A home as an earlier version left it: a column was not known yet, and one view is of a form that cannot be bound any more."""
    home.published.chmod(0o644)
    with duckdb.connect(str(home.published)) as con:
        con.execute("DROP VIEW data_quality")
        con.execute("ALTER TABLE suspected_misprints DROP COLUMN evidence")
    return home


@pytest.mark.parametrize("command", [("report",), ("search", "项目"), ("show", "望江大桥"), ("explore", "--no-browser"), ("dictionary",)])
def test_a_file_of_before_an_upgrade_says_plainly_what_to_do(outdated, command):
    done = dibao(*command, home=outdated.path)
    assert done.returncode == 2 and "earlier version of Dibao" in done.stderr and "dibao rebuild" in done.stderr


def test_a_file_of_before_an_upgrade_is_asked_where_that_can_be(outdated):
    assert dibao("sql", "SELECT count(*) FROM articles", "--csv", home=outdated.path).stdout.split()[1] != "0"
    failed = dibao("sql", "SELECT evidence FROM suspected_misprints", home=outdated.path)
    assert failed.returncode == 2 and "dibao rebuild" in failed.stderr
    assert dibao("status", home=outdated.path).returncode == 0
    assert dibao("rebuild", home=outdated.path).returncode == 0
    assert dibao("report", home=outdated.path).returncode == 0


def test_where_the_lake_is_of_another_schema_too_all_commands_say_the_same(outdated):
    manifest = json.loads(outdated.manifest.read_text("utf-8"))
    outdated.manifest.write_text(json.dumps({**manifest, "schema_version": manifest["schema_version"] - 1}), "utf-8")
    for command in (("report",), ("sql", "SELECT evidence FROM suspected_misprints"), ("rebuild",), ("run",)):
        said = dibao(*command, home=outdated.path).stderr
        assert "Run the raw files into a new home" in said and "dibao rebuild" not in said, command


def test_a_view_that_only_an_earlier_duckdb_understood_is_no_riddle(home):
    home.published.chmod(0o644)
    with duckdb.connect(str(home.published)) as con:
        con.execute("CREATE OR REPLACE VIEW data_quality AS SELECT 1 AS one")
    done = dibao("report", home=home.path)
    assert done.returncode == 4 and "earlier version of Dibao" in done.stderr and "dibao rebuild" in done.stderr
    assert dibao("rebuild", home=home.path).returncode == 0


def test_a_build_of_another_storage_version_is_made_anew(home):
    """As a home has it that was written before the storage version was chosen for the oldest client."""
    newer = home.work / "newer.duckdb"
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{home.build}' AS build (READ_ONLY)")
        con.execute(f"ATTACH '{newer}' AS newer (STORAGE_VERSION 'latest')")
        con.execute("COPY FROM DATABASE build TO newer")
    os.replace(newer, home.build)
    with pytest.raises(duckdb.InvalidInputException):
        store.connect(home.build)
    with store.opened_build(home, loading.restore) as con:
        assert con.execute("SELECT count(*) > 0 FROM articles").fetchone() == (True,)
