"""What a monitor asks the warehouse of a run: does it differ from earlier ones, which rules broke, what is late, what came from where.

The answers are values; ``flows.orchestration.artifacts`` shows them on Prefect's pages, ``dibao status`` in the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from statistics import median
from zoneinfo import ZoneInfo

import duckdb

from flows.shared.sources import Source
from warehouse import schema
from warehouse.schema import Row

FEW_RUNS = 5
"""Earlier runs below which nothing is said about drift."""
FEW_ROWS = 20
"""Rows below which the share that broke a rule is no trend."""
RUNS_COMPARED = 30
"""Earlier runs that count."""
MAX_FILES_IN_SENTENCE = 3
"""Files that a sentence names."""
DEVIATIONS, SHARE = 4, 0.25
"""A number drifts when it is so many median deviations from the median, and so large a part of the median."""


# --- drift ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drift:
    """A number of today beside the median of the earlier runs."""

    measure: str
    today: float
    usual: float
    n_earlier: int
    is_unusual: bool

    @property
    def sentence(self) -> str:
        return f"{self.measure}: {self.today:.4g}, usual are {self.usual:.4g} (median of {self.n_earlier} runs)"


def measure_drift(measure: str, today: float, earlier: Sequence[float]) -> Drift:
    """Return how a number stands to those of earlier runs; with few of them nothing is unusual.

    >>> measure_drift("articles per file", 2.1, [9.8, 10.1, 9.9, 10.4, 10.0, 9.7]).sentence
    'articles per file: 2.1, usual are 9.95 (median of 6 runs)'
    >>> [measure_drift("x", today, [9.8, 10.1, 9.9, 10.4, 10.0]).is_unusual for today in (9.0, 2.1, 19.0)]
    [False, True, True]
    """
    usual = median(earlier) if earlier else today
    spread = median(abs(number - usual) for number in earlier) if earlier else 0.0
    is_unusual = len(earlier) >= FEW_RUNS and abs(today - usual) > max(DEVIATIONS * spread, SHARE * abs(usual))
    return Drift(measure, today, usual, len(earlier), is_unusual)


def find_drift(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str], n_quarantined: int) -> list[Drift]:
    """Compare what a run loaded with the last runs that loaded something; nothing where it loaded no file."""
    n_files = len(file_ids)
    n_articles = con.execute("SELECT count(*) FROM articles WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [list(file_ids)]).fetchall()[
        0
    ][0]
    earlier = con.execute(
        "SELECT n_files_new, n_articles, n_quarantined FROM runs WHERE n_files_new > 0 AND status LIKE 'loaded%' "
        "ORDER BY started_at DESC, run_id LIMIT ?",
        [RUNS_COMPARED],
    ).fetchall()
    if not n_files:
        return []
    return [
        measure_drift("new files", n_files, [files for files, _, _ in earlier]),
        measure_drift("articles per new file", n_articles / n_files, [articles / files for files, articles, _ in earlier]),
        measure_drift("quarantined per new file", n_quarantined / n_files, [quarantined / files for files, _, quarantined in earlier]),
    ]


def drift_validations(drifts: Sequence[Drift], run_id: str, checked_at: datetime) -> list[Row]:
    """Return the comparisons as rows of ``validations``."""
    return [
        {
            "run_id": run_id,
            "record_table": "runs",
            "expectation": f"{drift.measure} as usual",
            "column_name": "",
            "severity": "warning",
            "success": not drift.is_unusual,
            "n_evaluated": drift.n_earlier,
            "n_unexpected": int(drift.is_unusual),
            "examples": [drift.sentence] if drift.is_unusual else [],
            "checked_at": checked_at,
        }
        for drift in drifts
    ]


def find_degradations(con: duckdb.DuckDBPyConnection, paths: Sequence[str], n_quarantined: int) -> list[str]:
    """Return in sentences what sets a run apart from one that took in all it met: what it quarantined, and copies among its paths."""
    copies = con.execute(
        """
        SELECT relative_path, first_relative_path FROM (
            SELECT *, first(path) OVER same AS first_path, first(relative_path) OVER same AS first_relative_path
            FROM file_paths WHERE file_id IS NOT NULL WINDOW same AS (PARTITION BY file_id ORDER BY path))
        WHERE path <> first_path AND path IN (SELECT unnest(?::VARCHAR[])) ORDER BY path""",
        [list(paths)],
    ).fetchall()
    sentences = [f"{n_quarantined} quarantined: not loaded, see why"] if n_quarantined else []
    if copies:
        named = ", ".join(f"{copy} of {first}" for copy, first in copies[:MAX_FILES_IN_SENTENCE])
        sentences.append(
            f"{len(copies)} files are copies, the same bytes as another path: {named}{', ...' if len(copies) > MAX_FILES_IN_SENTENCE else ''}"
        )
    return sentences


ODD_PAGES = """
WITH pages AS (
    SELECT file_id, any_value(path) AS path, any_value(source) AS source, count(article_id) AS n_articles, count(headline) AS n_headlines, coalesce(sum(length(body)), 0) AS n_body
    FROM raw_files LEFT JOIN articles USING (file_id) WHERE raw_files.status = 'loaded' GROUP BY file_id
), usual AS (SELECT source, median(n_articles) AS usual, count(*) AS n_pages FROM pages GROUP BY source)
SELECT path, CASE
    WHEN n_headlines > 0 AND n_body = 0 THEN 'headlines and no text'
    WHEN n_headlines = 0 AND n_body >= $long THEN 'text and no headline'
    WHEN n_pages >= $few AND n_articles > 2 * usual AND n_articles >= usual + $few THEN format('{} articles, usual are {:.0f}', n_articles, usual)
END AS oddity
FROM pages JOIN usual USING (source) WHERE file_id IN (SELECT unnest($file_ids::VARCHAR[])) AND oddity IS NOT NULL ORDER BY path
"""
FEW_PAGES = 5
"""Pages of a source below which no number of articles is odd, and articles more than usual that make one so."""
LONG_PAGE = 1_000
"""Characters of text above which a page without any headline is odd: briefs have none."""
SHOWN_PAGES = 10  # pages that are named one by one


def odd_pages(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str]) -> list[str]:
    """Return which pages of a run come out as pages seldom do, in sentences: they may have been read wrongly."""
    pages = con.execute(ODD_PAGES, {"file_ids": list(file_ids), "few": FEW_PAGES, "long": LONG_PAGE}).fetchall()
    said = [f"{path} comes out odd: {oddity}" for path, oddity in pages[:SHOWN_PAGES]]
    return said + [f"{len(pages) - SHOWN_PAGES} more pages come out odd"] * (len(pages) > SHOWN_PAGES)


# --- quality ----------------------------------------------------------------------------------------------------------


def quality_rows(con: duckdb.DuckDBPyConnection, validations: Sequence[Mapping[str, object]], run_id: str) -> list[Row]:
    """Return the expectations that did not hold, worst first: the share of rows that broke them, and in how many it usually is."""
    earlier = usual_shares(con, run_id)
    order = {severity: number for number, severity in enumerate(schema.SEVERITIES)}
    rows = []
    for row in validations:
        if row["success"]:
            continue
        share = int(row["n_unexpected"]) / max(int(row["n_evaluated"]), 1)
        usual = earlier.get((row["record_table"], row["expectation"], row["column_name"]))
        rows.append(
            {
                "severity": row["severity"],
                "table": row["record_table"],
                "expectation": row["expectation"],
                "column": row["column_name"],
                "rows": f"{row['n_unexpected']} of {row['n_evaluated']}",
                "share": f"{share:.2%}",
                "usual": "" if usual is None else f"{usual:.2%}",
                "trend": trend(share, usual, int(row["n_evaluated"])),
            }
        )
    return sorted(rows, key=lambda row: (order[str(row["severity"])], str(row["table"]), str(row["expectation"]), str(row["column"])))


def find_worse(con: duckdb.DuckDBPyConnection, validations: Sequence[Mapping[str, object]], run_id: str) -> list[str]:
    """Return in sentences which warnings are not as usual: more rows broke them than in earlier runs, and not just a few."""
    broken_by_some = [row for row in validations if int(row["n_unexpected"]) >= FEW_ROWS]
    return [
        f"{row['table']}: {row['expectation']}: {row['share']} of the rows are not so, usual are {row['usual']}"
        for row in quality_rows(con, broken_by_some, run_id)
        if row["severity"] == "warning" and row["trend"] == "worse"
    ]


def trend(share: float, usual: float | None, n_evaluated: int) -> str:
    """Return in a word how a share of broken rows stands to the usual one; a share of few rows says nothing.

    >>> trend(0.1, None, 100), trend(0.1, 0.02, 100), trend(0.02, 0.02, 100), trend(0.0, 0.02, 100), trend(1.0, 0.02, 1)
    ('first run', 'worse', 'as usual', 'better', 'few rows')
    """
    if n_evaluated < FEW_ROWS:
        return "few rows"
    if usual is None:
        return "first run"
    if abs(share - usual) <= max(SHARE * usual, 0.001):
        return "as usual"
    return "worse" if share > usual else "better"


def usual_shares(con: duckdb.DuckDBPyConnection, run_id: str) -> dict[tuple, float]:
    """Return the median share of broken rows in the earlier runs, by table, expectation and column."""
    rows = con.execute(
        "SELECT record_table, expectation, column_name, median(n_unexpected / greatest(n_evaluated, 1)) FROM validations "
        "WHERE run_id <> ? AND run_id IN "
        "(SELECT run_id FROM runs WHERE run_id <> ? AND status LIKE 'loaded%' ORDER BY started_at DESC, run_id LIMIT ?) GROUP BY ALL",
        [run_id, run_id, RUNS_COMPARED],
    ).fetchall()
    return {tuple(key): usual for *key, usual in rows}


# --- freshness --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Freshness:
    """The newest issue of a paper from a source."""

    paper: str
    source: str
    newest: date
    days: int
    is_late: bool

    @property
    def sentence(self) -> str:
        return f"{self.paper}: the newest issue is of {self.newest}, {self.days} days ago" + (", which is late" if self.is_late else "")


def find_freshness(con: duckdb.DuckDBPyConnection, sources: Sequence[Source], now: datetime) -> list[Freshness]:
    """Return the newest issue of every paper, oldest first. A paper is late where a source with a schedule declares so.

    Its days are those of its source's time zone.
    """
    today = {source.location: now.astimezone(ZoneInfo(source.timezone)).date() for source in sources}
    elsewhere = now.astimezone(ZoneInfo(Source.timezone)).date()
    allowed = {source.location: source.late_after_days for source in sources if source.schedule}
    rows = con.execute(
        "SELECT paper, source, max(issue_on) AS newest FROM raw_files WHERE status = 'loaded' AND paper IS NOT NULL AND issue_on IS NOT NULL "
        "GROUP BY ALL ORDER BY newest, paper, source"
    ).fetchall()
    freshness = []
    for paper, source, newest in rows:
        days = (today.get(source, elsewhere) - newest).days
        freshness.append(Freshness(paper, source, newest, days, source in allowed and days > allowed[source]))
    return freshness


# --- lineage ----------------------------------------------------------------------------------------------------------


def lineage(con: duckdb.DuckDBPyConnection) -> tuple[list[tuple[str, list[str]]], dict[str, list[str]]]:
    """Return the layers of the warehouse and what each thing reads, found in the SQL that makes it."""
    views = dict(con.execute("SELECT view_name, sql FROM duckdb_views() WHERE NOT internal ORDER BY view_name").fetchall())
    page, corpus = ([table.name for table in schema.of_layer(layer)] for layer in ("page", "corpus"))
    made = dict.fromkeys(corpus, "")
    for path in files("warehouse").joinpath("corpus").iterdir():
        text = path.read_text("utf-8")
        for name in corpus:
            if re.search(rf"INSERT INTO {name}\b", text):
                made[name] += text
    edges = {name: ["raw files"] for name in page}
    made["near_duplicates"] = "FROM articles JOIN signatures"  # compared in Python, see flows.pipeline.corpus
    edges |= {name: named(text, page) for name, text in made.items()}
    reads = {name: named(sql.split(" AS ", 1)[-1], [*page, *corpus, *views], name) for name, sql in views.items()}
    edges |= {name: read for name, read in reads.items() if read}
    shown = [name for name in views if name in edges]
    return [("raw", ["raw files"]), ("read from each page", page), ("from all pages", corpus), ("views", shown)], edges


def named(sql: str, names: Sequence[str], but: str = "") -> list[str]:
    """Return which of the names an SQL text reads from.

    >>> named("SELECT * FROM articles AS a JOIN mentions USING (article_id)", ["articles", "mentions", "times"])
    ['articles', 'mentions']
    """
    read = set(re.findall(r"(?:FROM|JOIN|,)\s+\(*\s*(?:\w+\.)*\"?(\w+)", sql, re.IGNORECASE))
    return [name for name in names if name in read and name != but]
