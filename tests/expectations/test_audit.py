"""An audit splits a batch into good and quarantined rows, and its gate says what that means."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

import expectations.audit
from expectations.audit import audit
from expectations.contracts import contracts
from expectations.frames import frame_of, staged
from expectations.gate import allowed, decide
from expectations.gx.row_expectations import RowExpectation
from expectations.results import Audit, merge_validations
from expectations.warehouse_checks import audit_warehouse
from tests.rows import CHECKED_AT, RUN_ID, Rows, file_id_of, page_rows, pages, stage
from warehouse import schema
from warehouse.ddl import create_tables


def audited(rows: Rows, folder: Path, tables=()) -> Audit:
    """Stage rows and audit them; good rows lie in ``folder/good``."""
    files = {row["file_id"]: row["path"] for row in rows["raw_files"]}
    paths = stage(rows, folder / "staged", tables)
    return audit(paths, folder / "good", run_id=RUN_ID, checked_at=CHECKED_AT, files=files)


def good(folder: Path, table: str):
    return pq.read_table(folder / "good" / f"{table}.parquet")


def reasons(found: Audit, table: str) -> set[tuple[str, str]]:
    return {(row["record_id"], row["reason"]) for row in found.quarantine if row["record_table"] == table}


def test_good_rows_are_written_as_they_were_staged(tmp_path) -> None:
    rows = pages(3, 1, 2)
    rows["quantities"][1]["low"] = 9e9
    audited(rows, tmp_path)
    for table in schema.of_layer("page"):
        staged = pq.read_table(tmp_path / "staged" / f"{table.name}.parquet")
        kept = staged.filter([n != 1 for n in range(staged.num_rows)]) if table.name == "quantities" else staged
        assert good(tmp_path, table.name).equals(kept, check_metadata=True), table.name


def test_good_and_quarantined_are_the_input(tmp_path) -> None:
    rows = pages(*range(1, 6))
    rows["articles"][0]["n_chars"] = 1
    rows["blocks"][8]["role"] = "banner"
    found = audited(rows, tmp_path)
    assert not found.blocked
    for table, count in found.counts.items():
        assert count["good"] + count["quarantined"] == count["input"] == len(rows[table])
        assert good(tmp_path, table).num_rows == count["good"]
        assert len({row["record_id"] for row in found.quarantine if row["record_table"] == table}) == count["quarantined"]
    balance = [row for row in found.validations if row["expectation"] == "good + quarantined = input"]
    assert {row["record_table"] for row in balance} == {table.name for table in schema.of_layer("page")}
    assert all(row["success"] for row in balance)


def test_a_lost_row_blocks(tmp_path, monkeypatch) -> None:
    write = expectations.audit.write_good

    def lossy(path, out, bad, cut):
        return write(path, out, {**bad, 0: []} if path.stem == "terms" else bad, cut)

    monkeypatch.setattr(expectations.audit, "write_good", lossy)
    found = audited(pages(1, 2), tmp_path)
    assert len(found.blocked) == 1
    assert found.blocked[0].startswith("terms: good + quarantined = input: 1 of 1 rows are not so")


def test_the_facts_of_a_bad_article_follow_it_and_its_blocks_stay_without_it(tmp_path) -> None:
    rows = pages(1, 2)
    rows["articles"][0]["n_chars"] = 1
    found = audited(rows, tmp_path)
    article = rows["articles"][0]["article_id"]
    assert reasons(found, "articles") == {(article, "n_chars is the length of the body")}
    assert (f"{article}-q001", "refers to a quarantined row") in reasons(found, "quotes")
    for table in ("paragraphs", "sentences", "mentions", "person_titles", "times", "quantities", "events", "terms", "signatures"):
        assert set(good(tmp_path, table)["article_id"].to_pylist()) == {rows["articles"][1]["article_id"]}
    blocks = good(tmp_path, "blocks")
    assert blocks.num_rows == len(rows["blocks"])
    assert article not in blocks["article_id"].to_pylist()
    assert rows["articles"][1]["article_id"] in blocks["article_id"].to_pylist()
    assert good(tmp_path, "raw_files").num_rows == 2


def test_a_bad_sentence_takes_its_facts_but_not_its_article(tmp_path) -> None:
    rows = pages(1, 2)
    rows["sentences"][0]["seq"] = 7
    found = audited(rows, tmp_path)
    assert found.counts["articles"]["quarantined"] == found.counts["paragraphs"]["quarantined"] == 0
    assert found.counts["mentions"]["quarantined"] == 3


def test_a_bad_block_takes_its_whole_file(tmp_path) -> None:
    rows = pages(1, 2)
    rows["blocks"][1]["text"] += "多"
    found = audited(rows, tmp_path)
    assert (file_id_of(1), "a block of the file is bad") in reasons(found, "raw_files")
    for table in found.counts:
        column = "file_id" if "file_id" in schema.TABLES[table].column_names else "article_id"
        assert {value[:16] for value in good(tmp_path, table)[column].to_pylist()} == {file_id_of(2)}
    assert not found.blocked


def test_a_record_is_quarantined_with_every_reason_and_where_it_stands(tmp_path) -> None:
    rows = pages(1)
    rows["quantities"][0].update(low=9e9, base_unit=None)
    found = audited(rows, tmp_path)
    record = rows["quantities"][0]["quantity_id"]
    assert reasons(found, "quantities") == {
        (record, "low is at most high"),
        (record, "value is not below low"),
        (record, "base_value has a base_unit"),
    }
    row = next(row for row in found.quarantine if row["reason"] == "base_value has a base_unit")
    assert row["detail"] == "found base_unit None; expected: base_value has a base_unit"
    assert (row["path"], row["stage"], row["excerpt"]) == ("yundu/1.txt", "audit", "3亿元")
    span = rows["quantities"][0]["spans"][0]
    assert (row["char_start"], row["char_end"]) == (span["char_start"], span["char_end"])
    assert set(row) == set(schema.TABLES["quarantine"].column_names)


def test_both_rows_of_one_key_are_quarantined_under_ids_of_their_own(tmp_path) -> None:
    rows = pages(1)
    rows["terms"].append(dict(rows["terms"][0]))
    found = audited(rows, tmp_path)
    assert found.counts["terms"] == {"input": 2, "good": 0, "quarantined": 2}
    ids = [row["quarantine_id"] for row in found.quarantine]
    assert len(set(ids)) == len(ids)


def test_quarantine_ids_do_not_depend_on_the_rest_of_the_batch(tmp_path) -> None:
    def ids(*numbers: int) -> set[str]:
        rows = pages(*numbers)
        next(row for row in rows["times"] if row["time_id"].startswith(file_id_of(1)))["basis"] = ""
        return {row["quarantine_id"] for row in audited(rows, tmp_path / "-".join(map(str, numbers))).quarantine}

    assert ids(1) == ids(2, 1, 3)


def test_a_missing_column_blocks_and_is_named(tmp_path) -> None:
    rows = pages(1)
    paths = stage(rows, tmp_path / "staged")
    quotes = pq.read_table(paths["quotes"])
    pq.write_table(quotes.drop_columns(["speaker"]), paths["quotes"])
    found = audit(paths, tmp_path / "good", run_id=RUN_ID, checked_at=CHECKED_AT, files={})
    assert any("quotes: every column of the schema is there" in text and "speaker" in text for text in found.blocked)
    assert any(text.startswith("quotes: cannot be evaluated") and "speaker" in text for text in found.blocked)
    assert found.counts["quotes"]["good"] == 0
    assert found.counts["times"]["good"] == 1


def test_a_missing_table_blocks(tmp_path) -> None:
    found = audited(pages(1), tmp_path, tables=[t.name for t in schema.of_layer("page") if t.name != "terms"])
    assert any(text.startswith("terms: cannot be evaluated") for text in found.blocked)


def test_a_batch_without_rows_passes(tmp_path) -> None:
    found = audited({"raw_files": []}, tmp_path)
    assert (found.blocked, found.quarantine) == ([], [])
    assert all(count == {"input": 0, "good": 0, "quarantined": 0} for count in found.counts.values())


def test_a_page_without_articles_passes(tmp_path) -> None:
    page = page_rows(1)
    for row in page["blocks"]:
        row.update(article_id=None, role="furniture", duplicate_of=None, duplicate_kind=None, continues=None)
    found = audited({"raw_files": page["raw_files"], "blocks": page["blocks"]}, tmp_path)
    assert (found.blocked, found.quarantine) == ([], [])


def test_more_bad_rows_than_tolerated_block(tmp_path) -> None:
    rows = pages(*range(1, 9))
    for row in rows["times"][:4]:
        row["basis"] = ""
    found = audited(rows, tmp_path)
    assert [text for text in found.blocked if text.startswith("times: basis is not empty: 4 of 8 rows are not so")]


@pytest.mark.parametrize(("tolerance", "n", "expected"), [(0.05, 1000, 50), (0.05, 10, 3), (0, 1000, 0), (1.0, 7, 7)])
def test_allowed_rows(tolerance, n, expected) -> None:
    assert allowed(tolerance, n) == expected


def validation(success: bool, severity: str, n_unexpected: int, n_evaluated: int = 100, examples=("k1",)) -> dict:
    return {
        "run_id": RUN_ID,
        "record_table": "times",
        "expectation": "basis is not empty",
        "column_name": "basis",
        "severity": severity,
        "success": success,
        "n_evaluated": n_evaluated,
        "n_unexpected": n_unexpected,
        "examples": list(examples)[:n_unexpected],
        "checked_at": CHECKED_AT,
    }


@pytest.mark.parametrize(
    ("row", "blocked", "flagged"),
    [
        (validation(True, "critical", 0), False, False),
        (validation(False, "critical", 5), False, True),
        (validation(False, "critical", 6), True, False),
        (validation(False, "warning", 100), False, True),
        (validation(False, "info", 100), False, False),
        (validation(False, "info", 0, 0), True, False),
    ],
)
def test_the_gate(row, blocked, flagged) -> None:
    decision = decide([row], {("times", "basis is not empty", "basis"): 0.05})
    assert (bool(decision.blocked), bool(decision.warnings)) == (blocked, flagged)


def test_merged_validations_add_up(tmp_path) -> None:
    one, two = audited(pages(1), tmp_path / "1").validations, audited(pages(2, 3), tmp_path / "2").validations
    merged = merge_validations([one, two])
    keys = [tuple(row[name] for name in schema.TABLES["validations"].key) for row in merged]
    assert len(set(keys)) == len(keys) == len(one)
    given = next(row for row in merged if row["expectation"] == "file_id is given" and row["record_table"] == "raw_files")
    assert given["n_evaluated"] == 3
    assert set(merged[0]) == set(schema.TABLES["validations"].column_names)


def test_what_could_not_be_evaluated_in_one_batch_stays_a_failure() -> None:
    merged = merge_validations([[validation(True, "critical", 0)], [validation(False, "critical", 0, 0)]])
    assert decide(merged, {}).blocked


# --- the warehouse --------------------------------------------------------------------------------------------------------


@pytest.fixture
def con(tmp_path):
    """A built warehouse that holds two whole pages and the person that they name."""
    con = duckdb.connect()
    create_tables(con)
    for table, path in stage(pages(1, 2), tmp_path / "staged").items():
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM read_parquet('{path}')")
    con.execute("INSERT INTO people BY NAME SELECT 'p1' AS person_id, '闻一舟' AS name, 2 AS n_mentions, 2 AS n_articles, 0 AS n_bylines")
    yield con
    con.close()


def test_a_whole_warehouse_passes(con) -> None:
    found = audit_warehouse(con, run_id=RUN_ID, checked_at=CHECKED_AT)
    assert (found.blocked, found.warnings) == ([], [])
    assert found.validations
    assert not {(row["record_table"], row["expectation"], row["column_name"]) for row in found.validations} & {
        (table.name, "article_id refers to a row of articles", "article_id") for table in schema.of_layer("page")
    }


@pytest.mark.parametrize(
    ("harm", "table"),
    [
        ("DELETE FROM articles WHERE starts_with(article_id, '0000000000000001')", "quantities"),
        ("DELETE FROM people", "quotes"),
        ("DELETE FROM raw_files WHERE file_id = '0000000000000002'", "blocks"),
        ("INSERT INTO raw_files FROM raw_files LIMIT 1", "raw_files"),
        ("INSERT INTO people FROM people", "people"),
        ("UPDATE people SET n_mentions = 0", "people"),
        ("UPDATE raw_files SET n_chars = 10", "raw_files"),
        ("UPDATE raw_files SET status = 'superseded'", "raw_files"),
        ("ALTER TABLE terms RENAME COLUMN article_id TO other", "terms"),
    ],
)
def test_a_harmed_warehouse_is_blocked(con, harm, table) -> None:
    con.execute(harm)
    found = audit_warehouse(con, run_id=RUN_ID, checked_at=CHECKED_AT)
    assert any(text.startswith(f"{table}: ") for text in found.blocked), found.blocked


@pytest.mark.parametrize(
    ("harm", "table"),
    [
        ("DELETE FROM articles WHERE starts_with(article_id, '0000000000000002')", "quantities"),
        ("DELETE FROM people", "quotes"),
        ("DELETE FROM raw_files WHERE file_id = '0000000000000002'", "blocks"),
        ("INSERT INTO raw_files FROM raw_files LIMIT 1", "raw_files"),
        ("UPDATE people SET n_mentions = 0", "people"),
        ("UPDATE raw_files SET n_chars = 10", "raw_files"),
        ("UPDATE raw_files SET status = 'superseded' WHERE file_id = '0000000000000002'", "raw_files"),
    ],
)
def test_harm_that_a_new_file_brings_is_found_without_looking_at_the_others(con, harm, table) -> None:
    looked_at = {"run_id": RUN_ID, "checked_at": CHECKED_AT, "file_ids": ["0000000000000002"]}
    whole, found = audit_warehouse(con, run_id=RUN_ID, checked_at=CHECKED_AT), audit_warehouse(con, **looked_at)
    rules = [[(row["record_table"], row["expectation"], row["column_name"]) for row in audit.validations] for audit in (whole, found)]
    assert found.blocked == [] and rules[0] == rules[1]
    assert sum(row["n_evaluated"] for row in found.validations) < sum(row["n_evaluated"] for row in whole.validations)
    con.execute(harm)
    assert any(text.startswith(f"{table}: ") for text in audit_warehouse(con, **looked_at).blocked)


def test_page_rows_are_fresh() -> None:
    page_rows()["articles"][0]["seq"] = 5
    assert page_rows()["articles"][0]["seq"] == 1


def test_audits_in_threads_find_what_is_theirs(tmp_path) -> None:
    """Great Expectations gives one thread's results to another where they share a context."""

    def audited_in_thread(number: int) -> set[tuple[str, str]]:
        rows = pages(1, 2)
        rows["times"][number]["basis"] = ""
        return reasons(audited(rows, tmp_path / str(number)), "times")

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(audited_in_thread, (0, 1)))
    assert found == [{(pages(1, 2)["times"][number]["time_id"], "basis is not empty")} for number in (0, 1)]


def test_frames_hold_what_the_suite_of_their_table_asks_and_no_more(tmp_path) -> None:
    paths = stage(pages(1, 2), tmp_path)
    with staged(paths, CHECKED_AT) as con:
        for table, contract in contracts().items():
            frame = frame_of(con, contract)
            conditions = {one.sql() for one in contract.expectations if isinstance(one, RowExpectation)}
            assert set(frame.columns) - conditions <= set(schema.TABLES[table].column_names)
            assert conditions <= set(frame.columns)
            assert sorted(frame.index) == list(range(pq.read_metadata(paths[table]).num_rows))
