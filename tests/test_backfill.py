"""The ledger by paper and day, and what a backfill reads again: only what is missing, failed or made by older code."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta

import pytest

from flows.backfill import FAILED, LOADED, MISSING, STALE, Day, grid, read_ledger, survey, wanted, with_missing
from flows.sources import Source
from flows.stages import code_version
from tests.home import all_rows, connect, dibao
from warehouse import sample, store

NEVER = frozenset({"run_id", "ingested_at", "batch_id"})


@pytest.fixture(scope="module")
def stale_home(ran, tmp_path_factory):
    """The sample's home with its source declared, where one paper was read by older code and a page is new."""
    home = tmp_path_factory.mktemp("backfill") / "dibao-home"
    shutil.copytree(ran[0], home)
    pages = home.parent / "pages"
    shutil.copytree(sample.path(), pages)
    (home / "sources.toml").write_text(f'[yundu]\nlocation = "{pages}"\npattern = "{sample.PATTERN}"\n', "utf-8")
    first = dibao("run", "yundu", home=home)
    assert first.returncode == 0, first.stderr
    con = store.connect(home / "dibao.duckdb")
    con.close()
    return home, pages


def make_stale(home, like: str) -> None:
    """Say of some files that older code read them: in the build and in what is published."""
    for path in (home / "work" / "build.duckdb", home / "dibao.duckdb"):
        con = store.connect(path)
        con.execute("UPDATE file_paths SET code_version = 'older' WHERE path LIKE ?", [like])
        con.close()


def test_the_ledger_says_what_every_day_is(stale_home):
    home, _ = stale_home
    with connect(home) as con:
        before = read_ledger(con, code_version())
        assert {day.state for day in before} == {LOADED, FAILED}
        assert sum(day.n_files for day in before) == con.execute("SELECT count(*) FROM raw_files WHERE status <> 'superseded'").fetchone()[0]
        assert {day.state for day in read_ledger(con, "newer code")} == {STALE, FAILED}
    lines = dibao("status", "--grid", home=home).stdout
    assert "云渡晚报  3 loaded, 1 failed" in lines and "2025-03     ##F#" in lines


def test_a_backfill_reads_only_what_needs_it(stale_home):
    home, pages = stale_home
    make_stale(home, f"{pages}/云渡日报/2025-03-05/%")
    (pages / "云渡日报" / "2025-03-08").mkdir()
    (pages / "云渡日报" / "2025-03-08" / "01.txt").write_text("云渡区图书馆延长开放时间\n\n本报讯 3月8日起,云渡区图书馆延长开放时间。\n", "utf-8")
    before = all_rows(home, NEVER)
    dry = dibao("backfill", "--dry-run", "--until", "2025-03-07", "--paper", "云渡日报", home=home)
    assert dry.returncode == 0 and "2 files to read; at the pace of the last runs about" in dry.stdout
    assert all_rows(home, NEVER) == before
    done = dibao("backfill", "--since", "2025-03-05", "--until", "2025-03-07", "--paper", "云渡日报", home=home)
    assert done.returncode == 0, done.stderr
    assert "2 new" in done.stdout
    after = all_rows(home, NEVER)
    same = set(after) - {"runs", "validations", "file_paths"}
    assert {table: rows for table, rows in after.items() if table in same} == {table: rows for table, rows in before.items() if table in same}
    with connect(home) as con:
        states = {day.issue_on: day.state for day in read_ledger(con, code_version()) if day.paper == "云渡日报"}
    assert set(states.values()) == {LOADED} and date(2025, 3, 8) not in states
    done = dibao("backfill", home=home)
    assert done.returncode == 0, done.stderr
    with connect(home) as con:
        assert date(2025, 3, 8) in {day.issue_on for day in read_ledger(con, code_version())}


def test_a_run_takes_only_the_issues_that_are_asked_for(tmp_path):
    arguments = ("--pattern", sample.PATTERN, "--since", "2025-03-06", "--until", "2025-03-06", "--paper", "云渡日报", "--json")
    done = dibao("run", sample.path(), *arguments, home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["n_files_new"] == 2
    with connect(tmp_path / "home") as con:
        assert con.execute("SELECT DISTINCT paper, issue_on::VARCHAR FROM raw_files").fetchall() == [("云渡日报", "2025-03-06")]


def test_what_is_surveyed_is_what_differs(ran):
    with connect(ran[0]) as con:
        given = Source("sample", str(sample.path()), sample.PATTERN)
        n_files = len(list(sample.path().rglob("*.txt")))
        now = survey(con, [given], code_version(), None, None, None)[0]
        assert (now.n_new, now.n_stale, now.n_failed) == (0, 0, 1)
        later = survey(con, [given], "newer code", None, None, None)[0]
        assert (later.n_new, later.n_stale, later.n_failed) == (0, n_files - 1, 1)
        day = survey(con, [given], "newer code", date(2025, 3, 4), date(2025, 3, 4), "云渡日报")[0]
        assert 0 < day.n_files < n_files and day.n_bytes > 0
        assert survey(con, [given], "newer code", date(2030, 1, 1), None, None)[0].n_files == 0


def test_a_backfill_without_declared_sources_says_what_to_do(ran):
    done = dibao("backfill", home=ran[0])
    assert done.returncode == 2 and "sources.toml" in done.stderr and "--refresh" in done.stderr


def test_a_weekly_paper_misses_only_its_weekday():
    start = date(2025, 1, 3)
    weekly = [Day("云渡周末", start + timedelta(weeks=n), LOADED) for n in range(10) if n != 4]
    missing = [day.issue_on for day in with_missing(weekly) if day.state == MISSING]
    assert missing == [start + timedelta(weeks=4)]


def test_the_grid_has_a_sign_for_every_day():
    days = [Day("云渡日报", date(2025, 2, 27) + timedelta(days=n), state) for n, state in enumerate((LOADED, STALE, FAILED, MISSING))]
    assert list(grid(days)) == ["云渡日报  1 loaded, 1 stale, 1 failed, 1 missing", f"  2025-02  {' ' * 26}#s", "  2025-03  F-"]
    assert wanted(days, date(2025, 3, 1), None, "云渡日报") == days[2:] and wanted(days, None, None, "云渡晚报") == []
