"""The ledger by paper and day, and what a backfill reads again: only what is missing, failed or made by older code."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from flows.pipeline import planning
from flows.pipeline.backfill import FAILED_DAY, LOADED, MISSING, STALE, Day, estimate_backfill, grid, read_ledger, wanted, with_missing
from flows.pipeline.request import Request, Run
from flows.shared.sources import Source
from flows.shared.versions import code_version
from tests.home import all_rows, connect, dibao
from warehouse import sample, store
from warehouse.ddl import create_tables
from warehouse.home import Home

NEVER = frozenset({"run_id", "ingested_at", "batch_id"})
"""What tells of a run."""


@pytest.fixture(scope="module")
def declared_home(ran, tmp_path_factory):
    """The sample's home with its source declared."""
    home = tmp_path_factory.mktemp("backfill") / "dibao-home"
    shutil.copytree(ran[0], home)
    (home / "sources.toml").write_text(f'[yundu]\nlocation = "{sample.path()}"\npattern = "{sample.PATTERN}"\n', "utf-8")
    return home


def make_stale(home, like: str) -> None:
    """Say of some files that older code read them: in the build and in what is published."""
    for path in (home / "work" / "build.duckdb", home / "dibao.duckdb"):
        con = store.connect(path)
        con.execute("UPDATE file_paths SET code_version = 'older' WHERE path LIKE ?", [like])
        con.close()


def test_the_ledger_says_what_every_day_is(declared_home):
    with connect(declared_home) as con:
        before = read_ledger(con, code_version())
        assert {day.state for day in before} == {LOADED, FAILED_DAY}
        assert (
            sum(day.n_files for day in before) == con.execute("SELECT count(*) FROM raw_files WHERE status <> 'superseded'").fetchone()[0]
        )
        assert {day.state for day in read_ledger(con, "newer code")} == {STALE, FAILED_DAY}
    lines = dibao("status", "--grid", home=declared_home).stdout
    assert "云渡晚报  3 loaded, 1 failed" in lines and "2025-03     ##F#" in lines


def test_a_backfill_reads_only_what_needs_it(declared_home):
    home = declared_home
    make_stale(home, "%/云渡日报/2025-03-05/%")
    with connect(home) as con:
        assert [day.state for day in read_ledger(con, code_version()) if day.paper == "云渡日报"] == [LOADED, STALE, LOADED, LOADED]
    before = all_rows(home, NEVER)
    dry = dibao("backfill", "--dry-run", "--paper", "云渡日报", home=home)
    assert dry.returncode == 0 and "2 files to read; at the pace of the last runs about" in dry.stdout
    assert all_rows(home, NEVER) == before
    done = dibao("backfill", "--since", "2025-03-05", "--paper", "云渡日报", home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 new" in done.stdout
    after = all_rows(home, NEVER)
    for told in ("runs", "validations", "file_paths"):
        assert after.pop(told) != before.pop(told)
    assert after == before
    with connect(home) as con:
        assert {day.state for day in read_ledger(con, code_version()) if day.paper == "云渡日报"} == {LOADED}


def test_a_run_takes_only_the_issues_that_are_asked_for(tmp_path):
    con = store.connect(tmp_path / "w.duckdb")
    create_tables(con)
    asked = Request(
        Home(tmp_path), str(sample.path()), sample.PATTERN, since=date(2025, 3, 6), until=date(2025, 3, 6), only_paper="云渡日报"
    )
    run = Run("run", datetime(2025, 3, 8))
    plan = planning.plan_run(con, asked, run)
    assert {(file.paper, file.issue_on) for batch in plan.batches for file in batch.files} == {("云渡日报", "2025-03-06")}
    assert plan.n_new == len(list((sample.path() / "云渡日报" / "2025-03-06").iterdir())) < plan.n_seen
    assert planning.plan_run(con, replace(asked, pattern=None), run).is_empty  # paths that say nothing are not what was asked for
    con.close()


def test_what_is_surveyed_is_what_differs(ran):
    with connect(ran[0]) as con:
        given = Source("sample", str(sample.path()), sample.PATTERN)
        n_files = len(list(sample.path().rglob("*.txt")))
        now = estimate_backfill(con, [given], code_version(), None, None, None)[0]
        assert (now.n_new, now.n_stale, now.n_failed) == (0, 0, 1)
        later = estimate_backfill(con, [given], "newer code", None, None, None)[0]
        assert (later.n_new, later.n_stale, later.n_failed) == (0, n_files - 1, 1)
        day = estimate_backfill(con, [given], "newer code", date(2025, 3, 4), date(2025, 3, 4), "云渡日报")[0]
        assert 0 < day.n_files < n_files and day.n_bytes > 0
        assert estimate_backfill(con, [given], "newer code", date(2030, 1, 1), None, None)[0].n_files == 0


def test_a_backfill_without_declared_sources_says_what_to_do(ran):
    done = dibao("backfill", home=ran[0])
    assert done.returncode == 2 and "sources.toml" in done.stderr and "--refresh" in done.stderr


def test_a_weekly_paper_misses_only_its_weekday():
    start = date(2025, 1, 3)
    weekly = [Day("云渡周末", start + timedelta(weeks=n), LOADED) for n in range(10) if n != 4]
    missing = [day.issue_on for day in with_missing(weekly) if day.state == MISSING]
    assert missing == [start + timedelta(weeks=4)]


def test_the_grid_has_a_sign_for_every_day():
    days = [Day("云渡日报", date(2025, 2, 27) + timedelta(days=n), state) for n, state in enumerate((LOADED, STALE, FAILED_DAY, MISSING))]
    assert list(grid(days)) == ["云渡日报  1 loaded, 1 stale, 1 failed, 1 missing", f"  2025-02  {' ' * 26}#s", "  2025-03  F-"]
    assert wanted(days, date(2025, 3, 1), None, "云渡日报") == days[2:] and wanted(days, None, None, "云渡晚报") == []
