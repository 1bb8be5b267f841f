"""What the monitor is told: numbers beside their usual values, late papers, where things come from. Asked of a real warehouse."""

from __future__ import annotations

import base64
import shutil
from datetime import UTC, datetime, time, timedelta
from xml.etree import ElementTree

import duckdb
import pytest

from flows.orchestration import monitor
from flows.orchestration.markdown import SHOWN_ROWS, quarantine_markdown
from flows.orchestration.pictures import BAD, COLOURS, PastRun, data_uri, runs_chart
from flows.shared.sources import Source
from tests.home import artifacts
from warehouse import schema, store


@pytest.fixture
def con(ran, tmp_path):
    """The sample's warehouse, to be written to."""
    shutil.copyfile(ran[0] / "dibao.duckdb", tmp_path / "w.duckdb")
    con = store.connect(tmp_path / "w.duckdb")
    yield con
    con.close()


def add_runs(con, counts: list[tuple[int, int, int]]) -> None:
    """Add earlier runs: files, articles, quarantined."""
    con.execute("DELETE FROM runs")
    store.insert_rows(
        con,
        schema.TABLES["runs"],
        [
            {
                "run_id": f"r{number:02d}",
                "started_at": datetime(2025, 3, 1) + timedelta(days=number),
                "status": "loaded",
                "code_version": "x",
                "n_files_seen": files,
                "n_files_new": files,
                "n_articles": articles,
                "n_quarantined": quarantined,
            }
            for number, (files, articles, quarantined) in enumerate(counts)
        ],
    )


def loaded_files(con) -> list[str]:
    return [file_id for (file_id,) in con.execute("SELECT file_id FROM raw_files WHERE status = 'loaded'").fetchall()]


def test_a_night_like_the_others_is_no_drift(con):
    files = loaded_files(con)
    n = con.execute("SELECT count(*) FROM articles").fetchone()[0]
    add_runs(con, [(len(files) + more, n + 5 * more, 1) for more in (-1, 0, 1, 0, 2, 0)])
    assert [drift.is_unusual for drift in monitor.find_drift(con, files, 1)] == [False] * 3


@pytest.mark.parametrize(
    ("files", "articles", "quarantined", "measure"),
    [
        (15, 300, 1, "articles per new file"),
        (60, 290, 4, "new files"),
        (15, 75, 0, "quarantined per new file"),
    ],
)
def test_what_is_unusual_is_found_and_said(con, files, articles, quarantined, measure):
    add_runs(con, [(files + step, articles + 5 * step, quarantined) for step in (-1, 0, 1, 0, 0, 1)])
    unusual = [drift for drift in monitor.find_drift(con, loaded_files(con), 5) if drift.is_unusual]
    assert measure in [drift.measure for drift in unusual]
    assert "median of 6 runs" in unusual[0].sentence
    rows = monitor.drift_validations(unusual, "today", datetime(2025, 4, 1))
    store.insert_rows(con, schema.TABLES["validations"], rows)
    assert all(row["severity"] == "warning" and not row["success"] for row in rows)


def test_few_runs_say_nothing(con):
    add_runs(con, [(1000, 9000, 0)] * (monitor.FEW_RUNS - 1))
    assert not any(drift.is_unusual for drift in monitor.find_drift(con, loaded_files(con), 5))


def test_the_quality_table_has_the_trend(con, ran):
    run_id = ran[1]["run_id"]
    broken = {
        "record_table": "articles",
        "expectation": "an article has text",
        "column_name": "body",
        "severity": "warning",
        "success": False,
        "n_evaluated": 100,
        "n_unexpected": 60,
    }
    held = {**broken, "expectation": "it has a headline", "success": True, "n_unexpected": 0}
    add_runs(con, [(1, 1, 0)] * 3)
    con.execute("DELETE FROM validations")
    store.insert_rows(
        con,
        schema.TABLES["validations"],
        [
            {**broken, "run_id": f"r{number:02d}", "n_unexpected": 4, "examples": [], "checked_at": datetime(2025, 3, 1)}
            for number in range(3)
        ],
    )
    rows = monitor.quality_rows(con, [broken, held], run_id)
    assert [(row["rows"], row["usual"], row["trend"]) for row in rows] == [("60 of 100", "4.00%", "worse")]
    assert monitor.find_worse(con, [broken, held], run_id) == [
        "articles: an article has text: 60.00% of the rows are not so, usual are 4.00%"
    ]
    as_usual, few, info = {**broken, "n_unexpected": 4}, {**broken, "n_evaluated": 30, "n_unexpected": 9}, {**broken, "severity": "info"}
    assert monitor.find_worse(con, [as_usual, few, info], run_id) == []


def test_a_paper_is_late_where_its_declaration_says_so(con):
    source = con.execute("SELECT any_value(source) FROM raw_files").fetchone()[0]
    newest = con.execute("SELECT max(issue_on) FROM raw_files").fetchone()[0]
    nightly = Source("yundu", source, schedule="0 2 * * *", late_after_days=3)

    def late(sources, days):
        return {
            each.is_late for each in monitor.find_freshness(con, sources, datetime.combine(newest + timedelta(days=days), time(4), UTC))
        }

    assert late([nightly], 3) == {False} and late([nightly], 4) == {True}
    assert late([], 400) == {False} and late([Source("archive", source)], 400) == {False}


def test_the_lineage_is_what_the_sql_reads(con):
    layers, edges = monitor.lineage(con)
    shown = {name for _, names in layers for name in names}
    assert {name for reads in edges.values() for name in reads} <= shown
    assert edges["articles"] == ["raw files"] and edges["people"] == ["articles", "mentions"]
    assert edges["keywords"] == ["articles", "terms"] and "keywords" in edges["topic_trends"]
    assert edges["accounting"] == ["raw_files", "blocks"]


def test_the_chart_is_a_picture_where_failed_runs_stand_out():
    runs = [PastRun("2026-11-01", "Loaded", 40, 1), PastRun("2026-11-02", "Blocked", 0, 0), PastRun("2026-11-03", "云渡<&>", 0, 0)]
    picture = ElementTree.fromstring(base64.b64decode(data_uri(runs_chart(runs)).split(",")[1]))
    bars = [bar for bar in picture.iter("{http://www.w3.org/2000/svg}rect") if len(bar)]
    assert [bar[0].text.split(",")[0] for bar in bars] == ["2026-11-01: Loaded", "2026-11-02: Blocked", "2026-11-03: 云渡<&>"]
    assert [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text") if BAD in text.get("style", "")] == ["1"], (
        "what was quarantined"
    )
    assert [bar.get("fill") == BAD for bar in bars] == [False, True, True]
    assert float(bars[1].get("height")) >= max(float(bar.get("height")) for bar in bars)


def test_a_run_leaves_it_all_on_prefects_pages(ran):
    left = {name: description for name, (description, _) in artifacts(ran[0], ran[1]["flow_run_id"]).items()}
    assert set(left) >= {"summary", "quality", "quarantine", "freshness", "lineage", "last-runs", "progress"}
    assert f"{ran[1]['n_files_new']} new of {ran[1]['n_files_seen']} files" in left["summary"]
    assert "did not hold" in left["quality"] and "cannot be decoded" in left["quarantine"]
    assert f"{ran[1]['counts']['articles']} articles" in left["lineage"]


ROW = {
    "quarantine_id": "q1",
    "file_id": "a1",
    "path": "云渡日报/01.txt",
    "reason": "value is a date",
    "detail": "found '[x](y)'",
    "excerpt": "<script>|云渡区",
    "record_table": "times",
    "char_start": 120,
    "char_end": 140,
}


def test_what_is_quarantined_says_where_and_links_to_it():
    place = r"/papers/云渡日报/01.txt:120-140"
    assert f"| {place} |" in quarantine_markdown([ROW], {"a1": "/papers/云渡日报/01.txt"})
    linked = quarantine_markdown([ROW], {"a1": "/papers/云渡日报/01.txt"}, "http://127.0.0.1:8765")
    assert f"[{place}](http://127.0.0.1:8765/quarantine/q1)" in linked
    assert "<script>" not in linked and "|云渡区" not in linked.replace("\\|", "") and "[x](y)" not in linked
    whole = {**ROW, "char_start": None, "char_end": None, "file_id": None}
    assert "| 云渡日报/01.txt |" in quarantine_markdown([whole], {})
    assert "1 more" in quarantine_markdown([ROW] * (SHOWN_ROWS + 1), {})


def test_what_was_quarantined_and_copies_make_a_run_one_with_warnings(con, ran):
    assert (
        ran[1]["status"] == "loaded with warnings" and f"{ran[1]['n_quarantined']} quarantined: not loaded, see why" in ran[1]["warnings"]
    )
    ((path, page, file_id),) = con.execute(
        "SELECT path, relative_path, file_id FROM file_paths WHERE file_id IN (SELECT file_id FROM articles) LIMIT 1"
    ).fetchall()
    assert monitor.find_degradations(con, [path], 0) == []
    store.insert_rows(
        con,
        schema.TABLES["file_paths"],
        [
            {
                "path": f"{path}.copy",
                "relative_path": f"{page}.copy",
                "file_id": file_id,
                "fingerprint": "1",
                "code_version": "x",
                "run_id": "r",
            }
        ],
    )
    assert monitor.find_degradations(con, [f"{path}.copy"], 3) == [
        "3 quarantined: not loaded, see why",
        f"1 files are copies, the same bytes as another path: {page}.copy of {page}",
    ]
    assert COLOURS["Loaded"] != COLOURS["Degraded"]


def test_pages_that_come_out_odd_are_named():
    con = duckdb.connect()
    con.execute("CREATE TABLE raw_files (file_id VARCHAR, path VARCHAR, source VARCHAR, status VARCHAR)")
    con.execute("CREATE TABLE articles (article_id VARCHAR, file_id VARCHAR, headline VARCHAR, body VARCHAR)")
    pages = {f"p{n}": [("渡口通航", "今天通航。" * 40)] * 4 for n in range(6)}
    pages |= {
        "bare": [("渡口通航", "")],
        "headless": [(None, "今天通航。" * 300)],
        "many": [("渡口通航", "今天通航。")] * 12,
        "brief": [(None, "今天通航。")],
    }
    for name, articles in pages.items():
        con.execute("INSERT INTO raw_files VALUES (?, ?, 's', 'loaded')", [name, f"{name}.txt"])
        con.executemany("INSERT INTO articles VALUES (?, ?, ?, ?)", [(f"{name}-{n}", name, *article) for n, article in enumerate(articles)])
    assert monitor.odd_pages(con, list(pages)) == [
        "bare.txt comes out odd: headlines and no text",
        "headless.txt comes out odd: text and no headline",
        "many.txt comes out odd: 12 articles, usual are 4",
    ]
    assert monitor.odd_pages(con, ["p0", "brief"]) == []


def test_a_run_is_named_by_the_day_where_its_source_is():
    """Somewhere it is always another day: these two zones are 25 hours apart."""
    from flows.orchestration.summary import Summary, run_name

    named = {run_name(Summary("r", "loaded", "home", "yundu", timezone=zone)) for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago")}
    days = {datetime.strptime(name.split()[1].rstrip(","), "%Y-%m-%d").date() for name in named}
    assert max(days) - min(days) in (timedelta(days=1), timedelta(days=2))
    assert f"{max(days):%m-%d}" == f"{datetime.now(UTC) + timedelta(hours=14):%m-%d}"
