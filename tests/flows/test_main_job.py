"""The main job as its user runs it: the bundled sample goes in, a warehouse comes out. Real Prefect, GX and DuckDB."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.home import all_rows, artifacts, connect, dibao
from tests.shared import shared
from transforms.decoding import decode
from warehouse import sample, schema

RUN_COLUMNS = frozenset({"run_id", "ingested_at", "batch_id"})
"""What differs between two runs over the same files."""


def test_the_summary_tells_what_was_done(ran):
    home, summary = ran
    assert summary["status"].startswith("loaded")
    assert summary["n_files_seen"] == summary["n_files_new"] == len(list(sample.path().rglob("*.txt")))
    assert summary["n_quarantined"] >= 1 and summary["counts"]["articles"] > 40
    assert summary["counts"]["duplicates removed"] and summary["counts"]["sentences rejoined"]
    for result in ("dibao.duckdb", "report.html", "data_docs/index.html", "lake/articles"):
        assert (home / result).exists(), result


def test_every_table_is_filled(ran):
    home, _ = ran
    with connect(home) as con:
        empty = [table for table in schema.TABLES if not con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]]
    assert empty == []


def test_prefect_recorded_the_run(ran):
    home, summary = ran
    con = sqlite3.connect(home / "prefect" / "prefect.db")
    assert con.execute("SELECT state_type FROM flow_run WHERE name LIKE 'ingest 20%'").fetchall() == [("COMPLETED",)]
    states = dict(con.execute("SELECT state_type, count(*) FROM task_run GROUP BY state_type").fetchall())
    assert set(states) == {"COMPLETED"} and states["COMPLETED"] >= 7
    assert {"summary", "quality", "progress"} <= artifacts(home, summary["flow_run_id"]).keys()


def test_every_fact_points_at_its_characters(ran):
    home, _ = ran
    with connect(home) as con:
        raw = {
            file_id: decode((Path(source) / path if Path(source).is_dir() else Path(source)).read_bytes()).text
            for file_id, source, path in con.execute("SELECT file_id, source, path FROM raw_files WHERE status = 'loaded'").fetchall()
        }
        checked = 0
        for table in schema.TABLES.values():
            if "spans" not in table.column_names:
                continue
            text = "title" if table.name == "person_titles" else "text"
            for file_id, expected, spans in con.execute(f"SELECT left(article_id, 16), {text}, spans FROM {table.name}").fetchall():
                found = "".join(raw[file_id][span["char_start"] : span["char_end"]] for span in spans)
                assert found == expected.replace("\n", ""), table.name
                checked += 1
        assert checked > 1000


def test_every_character_is_accounted_for(ran):
    home, _ = ran
    with connect(home) as con:
        assert (
            con.execute(
                "SELECT file_id FROM raw_files LEFT JOIN (SELECT file_id, sum(n_chars) AS n FROM accounting GROUP BY file_id) USING (file_id) "
                "WHERE status = 'loaded' AND n IS DISTINCT FROM n_chars"
            ).fetchall()
            == []
        )


def test_the_lake_holds_the_published_tables(ran):
    home, _ = ran
    for table in schema.TABLES.values():
        with connect(home) as con:
            published = con.execute(f"SELECT count(*) FROM {table.name}").fetchall()[0][0]
        files = sorted((home / "lake" / table.name).glob("*.parquet"))
        assert sum(pq.read_metadata(file).num_rows for file in files) == published, table.name


def test_a_second_run_does_nothing_and_says_so(home_copy):
    before = (home_copy / "dibao.duckdb").stat().st_mtime_ns
    done = dibao("run", home=home_copy)
    assert done.returncode == 0 and done.stdout.startswith("Nothing new.")
    assert (home_copy / "dibao.duckdb").stat().st_mtime_ns == before


def test_rebuilding_from_parquet_gives_the_same_rows(ran, tmp_path):
    home, _ = ran
    copy = tmp_path / "copy"
    shutil.copytree(home / "lake", copy / "lake")
    done = dibao("rebuild", home=copy)
    assert done.returncode == 0, done.stderr
    assert all_rows(copy) == all_rows(home)


def test_growing_and_changing_gives_what_one_run_gives(ran, new_home, tmp_path):
    """Files that come one after the other, one of them first in another version, leave the rows of a single run."""
    whole_home, _ = ran
    pages = tmp_path / "pages"
    shutil.copytree(sample.path(), pages)
    held_back = sorted(pages.rglob("*.txt"))[::2]
    texts = {path: path.read_bytes() for path in held_back}
    for path in held_back[1:]:
        path.unlink()
    held_back[0].write_bytes(texts[held_back[0]][: len(texts[held_back[0]]) // 3 * 3 // 2])
    home = new_home()
    assert dibao("run", pages, "--pattern", sample.PATTERN, home=home).returncode == 0
    for path, data in texts.items():
        path.write_bytes(data)
    done = dibao("run", pages, "--pattern", sample.PATTERN, "--json", home=home)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["n_superseded"] == 1
    with connect(home) as con:
        assert con.execute("SELECT count(*) FROM raw_files WHERE status = 'superseded'").fetchall() == [(1,)]
    left_out = RUN_COLUMNS | {"source"}
    grown, whole = all_rows(home, left_out), all_rows(whole_home, left_out)
    for table in schema.of_layer("corpus") + tuple(t for t in schema.of_layer("page") if t.name != "raw_files"):
        assert grown[table.name] == whole[table.name], table.name


def test_retired_files_leave_the_tables(new_home, tmp_path):
    pages, home = tmp_path / "pages", new_home()
    shutil.copytree(sorted(path for path in sample.path().rglob("*") if path.is_dir() and list(path.glob("*.txt")))[0], pages)
    assert dibao("run", pages, home=home).returncode == 0
    gone = sorted(pages.glob("*.txt"))[0]
    gone.unlink()
    done = dibao("run", pages, "--retire", "--json", home=home)
    assert json.loads(done.stdout)["n_superseded"] == 1
    with connect(home) as con:
        status, reason = con.execute("SELECT status, reason FROM raw_files WHERE path = ?", [gone.name]).fetchall()[0]
        assert status == "superseded" and reason.startswith("retired")
        assert con.execute("SELECT count(*) FROM articles JOIN raw_files USING (file_id) WHERE status <> 'loaded'").fetchall() == [(0,)]


def test_strict_exit_code_and_quarantine(new_home, tmp_path):
    page = tmp_path / "broken.txt"
    page.write_bytes(bytes(range(256)) * 40)
    done = dibao("run", page, "--strict", home=new_home())
    assert done.returncode == 1, done.stderr
    assert "broken.txt" in done.stdout and "cannot be decoded" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "no-such-folder"], 2, "no-such-folder"),
        (["run", ".", "--pattern", "{nonsense"], 2, "nonsense"),
        (["sql", "SELECT 1"], 2, "dibao run"),
        (["show", "x"], 2, "dibao run"),
    ],
)
def test_errors_say_what_to_do_and_show_no_traceback(tmp_path, arguments, code, words):
    done = dibao(*arguments, home=tmp_path / "home")
    assert done.returncode == code
    assert words in done.stderr and "Traceback" not in done.stderr


def test_the_real_page(new_home):
    home = new_home()
    done = dibao("run", shared("page.txt"), "--json", home=home)
    assert done.returncode == 0, done.stderr
    with connect(home) as con:
        assert con.execute("SELECT count(*), min(encoding) FROM raw_files WHERE status = 'loaded'").fetchall() == [(1, "utf-8")]
        assert con.execute("SELECT count(*) FROM articles").fetchall() == [(10,)]
