"""State in small files: written whole, read forgivingly; nothing that a crash leaves half done ends a later run."""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime

import pytest

from flows.orchestration import approval
from flows.pipeline import journal, publishing
from tests.home import dibao
from warehouse import arrow, schema, store
from warehouse.files import read_forgivingly, write_whole
from warehouse.home import Home
from warehouse.lake import Manifest
from warehouse.releases import keep_release, list_releases, read_pin, roll_back

NOW = datetime(2025, 3, 4, 5)
BROKEN = ("", "{", "[]", "null", '{"a": 1}', "[1]", "[{}]")
"""What a crash or a full disk may leave of a file, and what else may stand there."""


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


class Killed(BaseException):
    """Stands for a process that ends where it is."""


def die(*_args, **_kwargs):
    raise Killed


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("name", ["running.json", "journal.json", "held.json", "pinned", "releases/20250304T050000-01234567.json"])
def test_a_broken_state_is_set_aside_and_told_of(home, name, text, capsys):
    path = home.path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    journal.entries(home), approval.read_pending(home), read_pin(home), list_releases(home)
    with journal.under_way(home, {"run_id": "r", "flow_run_id": None, "started_at": NOW, "status": "failed"}):
        approval.forget_expired(home, NOW)
    said = capsys.readouterr().err
    if path.exists() and text not in ("[]", "null"):  # which say that there is nothing
        assert name == "pinned" and not text.startswith("{"), text  # as a name, from before
    elif text and said:
        assert str(path) in said and "set aside as" in said
        assert [aside.read_text("utf-8") for aside in path.parent.glob("*.set-aside-1")] == [text]


def test_what_is_written_has_reached_the_disk_before_it_has_its_name(home, monkeypatch):
    write_whole(home.journal, "[]")
    monkeypatch.setattr(os, "fsync", die)
    with pytest.raises(Killed):
        write_whole(home.journal, "[1]")
    assert home.journal.read_text("utf-8") == "[]"
    assert read_forgivingly(home.path / "none", json.loads) is None


@pytest.mark.parametrize("links", [True, False], ids=["linked", "copied"])
def test_a_lake_file_is_there_at_every_moment(home, monkeypatch, links):
    new, there = home.path / "new.parquet", home.path / "there.parquet"
    new.write_text("same", "utf-8")
    there.write_text("same", "utf-8")
    if not links:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(95, "Operation not supported")))
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", die)
        with pytest.raises(Killed):
            arrow.put_in(new, there)
    assert there.read_text("utf-8") == "same"
    for _ in range(2):  # the second time both are names of one file
        arrow.put_in(new, there)
    assert os.path.samefile(new, there) == links
    assert sorted(path.name for path in home.path.iterdir() if ".tmp" in path.name) == []


@pytest.fixture
def twice(home):
    """A home that has published twice."""
    with store.opened_build(home, lambda con: None) as con:
        for minute in range(2):
            con.execute("INSERT INTO terms BY NAME SELECT 'a' AS article_id, '运河' AS term, ? AS n", [minute])
            store.commit_manifest(home, con, Manifest(tuple(store.export_table(con, home.lake, schema.TABLES["terms"], str(minute)))))
            store.publish_build(home, con)
            keep_release(home, NOW.replace(minute=minute))
    return home


def finish(home: Home) -> list[str]:
    """Do what the next run does that finds nothing new, and return what it did."""
    home.report.touch()
    os.utime(home.report, (2**32, 2**32))
    with store.opened_build(home, lambda con: None) as con:
        return publishing.finish_earlier_run(home, con)


def n_terms(home: Home) -> int:
    with store.connect(home.published, read_only=True) as con:
        return con.execute("SELECT count(*) FROM terms").fetchall()[0][0]


def test_a_rollback_that_was_cut_short_is_finished_by_the_next_run(twice, monkeypatch):
    first = list_releases(twice)[0]
    with monkeypatch.context() as patch:
        patch.setattr(store, "replace_published", die)
        with pytest.raises(Killed):
            roll_back(twice, first)
    assert n_terms(twice) == 2
    assert finish(twice) == ["roll back"] and n_terms(twice) == 1
    assert finish(twice) == []


def test_a_publish_that_was_cut_short_after_a_rollback_is_finished_by_the_next_run(twice, monkeypatch):
    roll_back(twice, list_releases(twice)[0])
    with store.opened_build(twice, lambda con: None) as con:
        monkeypatch.setattr(store, "replace_published", die)
        with pytest.raises(Killed):
            store.publish_build(twice, con)
    monkeypatch.undo()
    assert n_terms(twice) == 1
    assert finish(twice) == ["publish"] and n_terms(twice) == 2


def test_a_commit_after_a_rollback_ends_it_even_where_nothing_is_published_then(twice):
    roll_back(twice, list_releases(twice)[0])
    with store.opened_build(twice, lambda con: None) as con:
        con.execute("INSERT INTO terms BY NAME SELECT 'b' AS article_id, '稻田' AS term, 1 AS n")
        store.commit_manifest(twice, con, Manifest(tuple(store.export_table(con, twice.lake, schema.TABLES["terms"], "2"))))
    assert finish(twice) == ["publish"] and n_terms(twice) == 3


def test_a_rollback_of_an_earlier_version_still_holds(twice):
    first, _ = list_releases(twice)
    roll_back(twice, first)
    twice.pinned.write_text(first.name, "utf-8")
    assert read_pin(twice).release == first.name and finish(twice) == []


def test_a_run_goes_on_where_all_of_its_small_files_are_empty(ran, tmp_path):
    home = Home(tmp_path / "home")
    shutil.copytree(ran[0], home.path, ignore=shutil.ignore_patterns("prefect"))
    (release,) = home.releases.glob("*.json")
    for path in (home.running, home.journal, home.held_back, release):
        path.write_text("", "utf-8")
    done = dibao("run", home=home.path)
    assert done.returncode == 0, done.stderr
    for name in ("running.json", "journal.json", "held.json", release.name):
        assert f"{name}: it cannot be understood" in done.stderr
