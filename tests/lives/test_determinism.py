"""The same input gives the same output byte for byte: over runs, hash seeds, time zones, locales, orders of files and sizes of batches.

Over runners it is tested in test_runners.py. The clock and the names of runs stand in a few columns, named here, and nowhere else.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from flows.pipeline import planning, survey
from flows.pipeline.processing import process_folder
from flows.pipeline.request import Request, Run
from flows.shared.versions import code_version
from tests.home import connect, dibao
from transforms.paths import compile_pattern
from transforms.rows import file_id_of
from warehouse import sample, schema
from warehouse.home import Home
from warehouse.sources import find_raw_files

OF_A_RUN = {
    "raw_files": {"ingested_at", "run_id"},
    "file_paths": {"run_id"},
    "quarantine": {"run_id"},
    "validations": {"run_id", "checked_at", "examples"},
    "runs": {"run_id", "flow_run_id", "started_at", "ended_at"},
}
"""The columns that say when a run was, and which; examples may quote a run's numbers."""
ELSEWHERE = {"PYTHONHASHSEED": "4711", "TZ": "America/St_Johns", "LC_ALL": "C", "LANG": "C", "COLUMNS": "40"}


@pytest.fixture(scope="module")
def again(new_home):
    """A home of a second run over the sample, by a process that lives elsewhere."""
    home = new_home()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ELSEWHERE.items():
            patch.setenv(name, value)
        done = dibao("run", "--json", home=home)
    assert done.returncode == 0, done.stderr
    return home


def differing(con: duckdb.DuckDBPyConnection, table: schema.Table) -> set[str]:
    """Return the columns of a table whose values differ between the two homes, each column for itself, as one sorted list."""
    return {
        name
        for name in table.column_names
        if con.execute(
            f'SELECT (SELECT list("{name}" ORDER BY "{name}"::VARCHAR) FROM one.{table.name}) IS DISTINCT FROM '
            f'(SELECT list("{name}" ORDER BY "{name}"::VARCHAR) FROM other.{table.name})'
        ).fetchall()[0][0]
    }


def test_two_runs_differ_in_nothing_but_when_they_were(ran, again):
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{ran[0] / 'dibao.duckdb'}' AS one (READ_ONLY)")
        con.execute(f"ATTACH '{again / 'dibao.duckdb'}' AS other (READ_ONLY)")
        for table in schema.TABLES.values():
            assert differing(con, table) <= OF_A_RUN.get(table.name, set()), table.name
            kept = ", ".join(f'"{name}"' for name in table.column_names if name not in OF_A_RUN.get(table.name, ()))
            for one, other in (("one", "other"), ("other", "one")):
                assert (
                    con.execute(f"SELECT {kept} FROM {one}.{table.name} EXCEPT ALL SELECT {kept} FROM {other}.{table.name}").fetchall()
                    == []
                ), table.name


def hashes_of_lake(home: Path) -> dict[str, list[str]]:
    """Return the hashes of a table's Parquet files, in order of the hash, for the tables that know no clock."""
    lake = Home(home).lake
    clocked = {"raw_files", *OF_A_RUN}
    return {
        table.name: sorted(sha256(path.read_bytes()).hexdigest() for path in (lake / table.name).rglob("*.parquet"))
        for table in schema.TABLES.values()
        if table.name not in clocked
    }


def test_the_lake_of_two_runs_is_the_same_byte_for_byte(ran, again):
    one, other = hashes_of_lake(ran[0]), hashes_of_lake(again)
    assert sum(map(len, one.values())) >= 10, "there must be something to compare"
    assert one == other


def test_the_views_say_the_same_twice(ran, again):
    for view in ("accounting", "daily_coverage", "leader_activity", "topic_trends", "project_investments", "organization_network"):
        rows = []
        for home in (ran[0], again):
            with connect(home) as con:
                rows.append(con.execute(f"FROM {view} ORDER BY ALL").fetchall())
        assert rows[0] == rows[1] and rows[0], view


def rows_of_files(staging: Path, size: int, order: int) -> dict[str, list]:
    """Return all audited rows of some pages of the sample, batched by so many bytes, the files taken in that order; by table, sorted."""
    run = Run("run", datetime(2025, 3, 8))
    pattern = compile_pattern(sample.PATTERN)
    files = [(raw, raw.read()) for raw in find_raw_files(str(sample.path()))][:3][::order]
    found: dict[str, list] = {}
    n_batches = 0
    asked = Request(Home(staging), str(sample.path()), sample.PATTERN)
    sized = [
        (planning.batch_file(survey.found_path(raw, file_id_of(data), asked, pattern), file_id_of(data), raw.location, ""), len(data))
        for raw, data in files
    ]
    for batch in planning.cut_batches(sized, size, run, code_version()):
        batch.write(staging / batch.batch_id)
        n_batches += 1
        for path in (Path(process_folder(str(staging / batch.batch_id))) / "audited").glob("*.parquet"):
            table = pq.read_table(path)
            found.setdefault(path.stem, []).extend(
                row for row in table.drop_columns([n for n in ("batch_id",) if n in table.column_names]).to_pylist()
            )
    found["n"] = [n_batches]
    return {name: sorted(rows, key=str) for name, rows in found.items()}


def test_order_and_size_of_batches_make_no_difference(tmp_path):
    one, many = rows_of_files(tmp_path / "one", 10**9, 1), rows_of_files(tmp_path / "many", 1, -1)
    assert (one.pop("n"), many.pop("n")) == ([1], [3])
    assert one == many and len(one["sentences"]) > 50
