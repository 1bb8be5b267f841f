"""The lake and the published file: whole or not at all, and the one can be made from the other."""

from __future__ import annotations

import json

import duckdb
import pyarrow.parquet as pq
import pytest

from warehouse import schema, store
from warehouse.arrow import arrow_schema, in_order, to_arrow
from warehouse.home import Home, HomeBusyError
from warehouse.lake import LakeError, Manifest, add_file, prune_lake, read_manifest, write_manifest

TERMS = schema.TABLES["terms"]
RAW_FILES = schema.TABLES["raw_files"]


def term_rows(*terms: str):
    return to_arrow(TERMS, [{"article_id": "0123456789abcdef-a01", "term": term, "n": 1} for term in terms])


def test_a_part_is_named_by_its_content_and_carries_the_schema(tmp_path):
    first = add_file(tmp_path, TERMS, "batch", term_rows("运河"))
    again = add_file(tmp_path, TERMS, "batch", term_rows("运河"))
    other = add_file(tmp_path, TERMS, "batch", term_rows("稻田"))
    assert first == again and first.name != other.name
    read = pq.read_schema(tmp_path / "terms" / first.name)
    assert read.metadata[b"dibao.one_row_per"] == TERMS.one_row_per.encode()
    assert read.field("term").metadata[b"comment"] == b"phrase"


def test_committing_replaces_parts_and_prunes_what_no_manifest_names(tmp_path):
    old = add_file(tmp_path, TERMS, "batch", term_rows("运河"))
    new = add_file(tmp_path, TERMS, "batch", term_rows("稻田"))
    manifest = Manifest((old,)).replaced([new], {"terms": {"batch"}})
    write_manifest(manifest, tmp_path / "manifest.json")
    assert prune_lake(tmp_path, manifest) == 1
    assert [path.name for path in (tmp_path / "terms").iterdir()] == [new.name]
    assert read_manifest(tmp_path / "manifest.json") == manifest


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"schema_version": 1, "files": [{"x": 1}]}'])
def test_a_manifest_that_cannot_be_read_says_so(tmp_path, content):
    path = tmp_path / "manifest.json"
    path.write_text(content)
    with pytest.raises(LakeError, match="manifest.json"):
        read_manifest(path)


def test_a_manifest_of_another_schema_is_not_read(tmp_path):
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"schema_version": 99, "files": []}))
    with pytest.raises(LakeError, match="schema version 99"):
        read_manifest(path)


def test_a_build_in_doubt_is_made_anew_from_the_lake(tmp_path):
    home = Home(tmp_path)
    with store.opened_build(home, lambda con: None) as con:
        store.insert_rows(con, TERMS, term_rows("运河").to_pylist())
        store.commit_manifest(home, con, Manifest((add_file(home.lake, TERMS, "batch", term_rows("运河")),)))
    with store.opened_build(home, lambda con: pytest.fail("the build equals the lake")) as con:
        store.mark_in_doubt(con)
        con.execute("DELETE FROM terms")
    restored = []
    with store.opened_build(home, restored.append) as con:
        assert con.execute("SELECT term FROM terms").fetchall() == [("运河",)]
    assert restored


def test_a_failed_smoke_test_leaves_the_published_file(tmp_path):
    path = tmp_path / "x.duckdb"
    con = duckdb.connect(str(path))
    con.execute("CREATE TABLE terms (a INTEGER)")
    con.close()
    with pytest.raises(store.PublishError, match="0 rows in terms, 3 were expected"):
        store.smoke_test(path, {"terms": 3})
    path.write_bytes(b"no database")
    with pytest.raises(store.PublishError, match="it cannot be opened"):
        store.smoke_test(path, {})


def test_every_table_and_column_has_a_comment(tmp_path):
    with store.opened_build(Home(tmp_path), lambda con: None) as con:
        bare = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal AND table_name <> 'lake_commit'"
        ).fetchall()
        assert bare == []
        assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE comment IS NULL").fetchall() == [(0,)]


def test_arrow_and_duckdb_agree_on_every_type():
    con = duckdb.connect()
    store.create_tables(con)
    for table in schema.TABLES.values():
        empty = arrow_schema(table).empty_table()
        con.register("empty", empty)
        expected = con.execute(f"SELECT column_type FROM (DESCRIBE {table.name})").fetchall()
        found = con.execute("SELECT column_type FROM (DESCRIBE empty)").fetchall()
        assert found == expected, table.name


def test_two_writers_do_not_share_a_home(tmp_path):
    home = Home(tmp_path)
    with home.lock(), pytest.raises(HomeBusyError, match="is writing to this home"), home.lock():
        pass


def test_a_lost_file_is_named_with_what_to_do(tmp_path):
    home = Home(tmp_path)
    with store.opened_build(home, lambda con: None) as con:
        file = add_file(home.lake, TERMS, "batch", term_rows("运河"))
        store.commit_manifest(home, con, Manifest((file,)))
    home.build.unlink()
    (home.lake / "terms" / file.name).unlink()
    with (
        pytest.raises(LakeError, match=f"{file.name}: the manifest names this file and it is gone. Restore it"),
        store.opened_build(home, lambda con: None),
    ):
        pytest.fail("opened without the file")


def test_what_the_lake_takes_from_the_audit_is_what_the_build_would_write(ran, tmp_path):
    """Most tables are not touched between audit and commit; their files are taken as they are, and must hold the same, byte by byte."""
    home = Home(ran[0])
    con = store.connect(home.build, read_only=True)
    batches = [
        batch_id for (batch_id,) in con.execute("SELECT DISTINCT batch_id FROM raw_files WHERE batch_id IS NOT NULL ORDER BY 1").fetchall()
    ]
    written = [file for table in schema.of_layer("page") for file in store.export_batches(con, tmp_path, table, batches)]
    con.close()
    manifest = read_manifest(home.manifest)
    assert sorted(written) == sorted(file for table in schema.of_layer("page") for file in manifest.of(table.name))


def test_rows_that_are_not_in_order_are_put_in_order():
    data = term_rows("稻田", "运河", "一")
    mixed = in_order(data.take([1, 2, 0]), TERMS.key)
    assert mixed["term"].to_pylist() == sorted(["稻田", "运河", "一"], key=str.encode)
    assert in_order(mixed, TERMS.key).equals(mixed)
