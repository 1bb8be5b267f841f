"""The published file in the hands of other DuckDB versions: the oldest and the newest that the README names, and the locked one.

Each is installed into an environment of its own, and asks every table, view, macro and sample query. Where pip cannot reach packages,
those that are not installed are skipped.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import venv
from pathlib import Path

import duckdb
import pytest

from tests.home import PATIENCE
from warehouse import schema, store
from warehouse.analytics import OBJECTS, read_object, sample_queries

ROOT = Path(__file__).resolve().parents[2]
OLDEST, NEWEST = re.search(r"DuckDB (\d+\.\d+\.\d+) to (\d+\.\d+\.\d+)", (ROOT / "README.md").read_text("utf-8")).groups()
LOCKED = re.search(r"^duckdb==(\S+)", (ROOT / "constraints.txt").read_text("utf-8"), re.M)[1]
ASK = """
import duckdb, json, sys
con = duckdb.connect(sys.argv[1], read_only=True)
failed = {}
queries = json.load(sys.stdin)
for query in queries:
    try:
        con.execute(query).fetchall()
    except Exception as error:
        failed[query] = f"{type(error).__name__}: {error}"
print(json.dumps([duckdb.__version__, failed]))
"""


def questions(con) -> list[str]:
    """Return queries that use every table, view and macro of a published file, and its sample queries."""
    names = con.execute(
        "SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal"
    ).fetchall()
    examples = [query for path in OBJECTS for query in read_object(path).example.split(";") if query.strip()]
    asked = [query for (query,) in con.execute("SELECT query FROM sample_queries").fetchall()]
    assert {name for (name,) in names} >= set(schema.TABLES) and asked == [sample.query for sample in sample_queries()]
    return [*(f'FROM "{name}"' for (name,) in names), *examples, *asked]


@pytest.fixture(scope="module")
def python_with(tmp_path_factory):
    """Return a Python that has a version of DuckDB."""

    def made(version: str) -> str:
        if version == duckdb.__version__:
            return sys.executable
        folder = tmp_path_factory.mktemp("client") / version
        venv.create(folder, with_pip=False)
        python = str(folder / "bin" / "python")
        install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", f"duckdb=={version}"]
        done = subprocess.run(install, capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode:
            pytest.skip(f"pip cannot install DuckDB {version} here: {done.stderr.strip()[-200:]}")
        return python

    return made


@pytest.mark.parametrize("version", sorted({OLDEST, NEWEST, LOCKED}))
def test_a_client_of_this_version_can_ask_all_there_is(ran, python_with, version):
    path = ran[0] / "dibao.duckdb"
    with duckdb.connect(str(path), read_only=True) as con:
        queries = questions(con)
    done = subprocess.run(
        [python_with(version), "-c", ASK, path], input=json.dumps(queries), capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [version, {}]


def test_the_file_is_written_for_the_oldest_of_them(ran):
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{ran[0] / 'dibao.duckdb'}' AS published (READ_ONLY)")
        ((tags,),) = con.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'published'").fetchall()
    minor = OLDEST.rpartition(".")[0]  # 1.4.0 and 1.4.1 can read the file, but bind no macro that has a name of its own inside
    assert tags["storage_version"].startswith(f"v{minor}.") and f"v{minor}.0" == store.STORAGE_VERSION
