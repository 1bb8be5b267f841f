"""What a monitor wants to know of a run: does it differ from earlier ones, which rules broke, what is late, what came from where.

Questions are asked of a warehouse; the answers become artifacts on Prefect's pages and lines of ``dibao status``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import duckdb

from flows.orchestration.pictures import COLOURS, PastRun, data_uri, lineage_picture, runs_chart
from flows.shared.settings import served_at
from flows.shared.sources import Source
from warehouse import schema
from warehouse.home import Home
from warehouse.schema import Row

FEW = 5
"""Earlier runs below which nothing is said about drift."""
FEW_ROWS = 20
"""Rows below which the share that broke a rule is no trend."""
SEEN = 30
"""Earlier runs that count."""
SHOWN = 200
"""Rows of quarantine that a page shows."""
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


def compare(measure: str, today: float, earlier: Sequence[float]) -> Drift:
    """Return how a number stands to those of earlier runs; with few of them nothing is unusual.

    >>> compare("articles per file", 2.1, [9.8, 10.1, 9.9, 10.4, 10.0, 9.7]).sentence
    'articles per file: 2.1, usual are 9.95 (median of 6 runs)'
    >>> [compare("x", today, [9.8, 10.1, 9.9, 10.4, 10.0]).is_unusual for today in (9.0, 2.1, 19.0)]
    [False, True, True]
    """
    usual = median(earlier) if earlier else today
    spread = median(abs(number - usual) for number in earlier) if earlier else 0.0
    is_unusual = len(earlier) >= FEW and abs(today - usual) > max(DEVIATIONS * spread, SHARE * abs(usual))
    return Drift(measure, today, usual, len(earlier), is_unusual)


def find_drift(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str], n_quarantined: int) -> list[Drift]:
    """Compare what a run loaded with the last runs that loaded something; nothing where it loaded no file."""
    n_files = len(file_ids)
    n_articles = con.execute("SELECT count(*) FROM articles WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [list(file_ids)]).fetchall()[0][0]
    earlier = con.execute(
        "SELECT n_files_new, n_articles, n_quarantined FROM runs WHERE n_files_new > 0 AND status LIKE 'loaded%' "
        "ORDER BY started_at DESC, run_id LIMIT ?", [SEEN],
    ).fetchall()
    if not n_files:
        return []
    return [
        compare("new files", n_files, [files for files, _, _ in earlier]),
        compare("articles per new file", n_articles / n_files, [articles / files for files, articles, _ in earlier]),
        compare("quarantined per new file", n_quarantined / n_files, [quarantined / files for files, _, quarantined in earlier]),
    ]


def drift_validations(drifts: Sequence[Drift], run_id: str, checked_at) -> list[Row]:
    """Return the comparisons as rows of ``validations``."""
    return [
        {
            "run_id": run_id, "record_table": "runs", "expectation": f"{drift.measure} as usual", "column_name": "", "severity": "warning",
            "success": not drift.is_unusual, "n_evaluated": drift.n_earlier, "n_unexpected": int(drift.is_unusual),
            "examples": [drift.sentence] if drift.is_unusual else [], "checked_at": checked_at,
        }
        for drift in drifts
    ]


def unlike_a_good_run(con: duckdb.DuckDBPyConnection, paths: Sequence[str], n_quarantined: int) -> list[str]:
    """Return what sets a run apart from one that took in all it met, in sentences: what it quarantined, copies among the paths it found."""
    ((n_copies,),) = con.execute(
        "SELECT count(*) FROM file_paths WHERE path IN (SELECT unnest(?::VARCHAR[])) AND file_id IN "
        "(SELECT file_id FROM file_paths GROUP BY file_id HAVING count(*) > 1)", [list(paths)],
    ).fetchall()
    said = {f"{n_quarantined} quarantined: not loaded, see why": n_quarantined, f"{n_copies} files are copies: the same bytes at several paths": n_copies}
    return [sentence for sentence, n in said.items() if n]


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
LONG_PAGE = 1_000
"""Characters of text above which a page without any headline is odd: briefs have none."""
SHOWN_PAGES = 10


def odd_pages(con, file_ids: Sequence[str]) -> list[str]:
    """Return which pages of a run come out as pages seldom do, in sentences: they may have been read wrongly."""
    found = con.execute(ODD_PAGES, {"file_ids": list(file_ids), "few": FEW, "long": LONG_PAGE}).fetchall()
    said = [f"{path} comes out odd: {oddity}" for path, oddity in found[:SHOWN_PAGES]]
    return said + [f"{len(found) - SHOWN_PAGES} more pages come out odd"] * (len(found) > SHOWN_PAGES)


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
        rows.append({
            "severity": row["severity"], "table": row["record_table"], "expectation": row["expectation"], "column": row["column_name"],
            "rows": f"{row['n_unexpected']} of {row['n_evaluated']}", "share": f"{share:.2%}",
            "usual": "" if usual is None else f"{usual:.2%}", "trend": trend(share, usual, int(row["n_evaluated"])),
        })
    return sorted(rows, key=lambda row: (order[str(row["severity"])], str(row["table"]), str(row["expectation"]), str(row["column"])))


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
        [run_id, run_id, SEEN],
    ).fetchall()
    return {tuple(key): usual for *key, usual in rows}


def quarantine_markdown(rows: Sequence[Mapping[str, object]], locations: Mapping[str, str], room: str | None = None) -> str:
    """Return what a run quarantined as a Markdown table, with the place in the raw file that each row is about.

    The place links to the reading room where one is open that knows the row; else it is the file, and the range of its characters.
    ``locations`` says where the bytes of a file are, by file_id.
    """
    if not rows:
        return "Nothing was quarantined."
    lines = ["| raw place | reason | detail | text | table |", "|---|---|---|---|---|"]
    for row in sorted(rows, key=lambda row: (str(row["path"]), row.get("char_start") or 0, str(row["record_table"])))[:SHOWN]:
        place = marks(shown_place(row, locations))
        cells = [f"[{place}]({room}/quarantine/{row['quarantine_id']})" if room else place]
        cells += [marks(str(row.get(name) or "")) for name in ("reason", "detail", "excerpt", "record_table")]
        lines.append(f"| {' | '.join(cells)} |")
    if (more := len(rows) - SHOWN) > 0:
        lines += ["", f"{more} more: `dibao sql 'FROM quarantine'`"]
    return "\n".join(lines)


def shown_place(row: Mapping[str, object], locations: Mapping[str, str]) -> str:
    """Return the file that a row of ``quarantine`` is about, and the range of characters where it says one.

    >>> shown_place({"file_id": "a1", "path": "云渡日报/01.txt", "char_start": 120, "char_end": 140}, {"a1": "/papers/云渡日报/01.txt"})
    '/papers/云渡日报/01.txt:120-140'
    """
    file = locations.get(str(row.get("file_id")), str(row["path"]))
    return file if row.get("char_start") is None else f"{file}:{row['char_start']}-{row['char_end']}"


def reading_room(home: Home) -> str | None:
    """Return the address of the reading room that `dibao serve` keeps open for a home, None where it does not."""
    served = served_at(home)
    return served["reading_room"] if served else None


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
        return f"{self.paper}: the newest issue is of {self.newest}, {self.days} days ago"


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
    found = []
    for paper, source, newest in rows:
        days = (today.get(source, elsewhere) - newest).days
        found.append(Freshness(paper, source, newest, days, source in allowed and days > allowed[source]))
    return found


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


# --- artifacts --------------------------------------------------------------------------------------------------------


def leave_artifacts(con: duckdb.DuckDBPyConnection, sources: Sequence[Source], run_id: str, validations: Sequence[Mapping[str, object]]) -> None:
    """Leave what a monitor looks at after a run that published; ``con`` holds what the warehouse is now."""
    leave_quality(con, validations, run_id)
    leave_lineage(con)
    leave_freshness(find_freshness(con, sources, datetime.now(UTC)))


def leave_quality(con: duckdb.DuckDBPyConnection, validations: Sequence[Mapping[str, object]], run_id: str) -> None:
    """Leave the table of expectations that did not hold, with their trend."""
    from prefect.artifacts import create_table_artifact

    rows = quality_rows(con, validations, run_id)
    worse = sum(row["trend"] == "worse" for row in rows)
    create_table_artifact(
        rows or [{"table": "all", "expectation": "every expectation held"}], key="quality",
        description=f"{len(rows)} of {len(validations)} did not hold, {worse} worse",
    )


def leave_quarantine(rows: Sequence[Mapping[str, object]], locations: Mapping[str, str], room: str | None = None) -> None:
    """Leave what was quarantined. Markdown, for cells of Prefect's tables hold no links."""
    from prefect.artifacts import create_markdown_artifact

    reasons = Counter(str(row["reason"]) for row in rows).most_common(5)
    create_markdown_artifact(
        quarantine_markdown(rows, locations, room), key="quarantine",
        description=f"{len(rows)} quarantined" + (": " + ", ".join(f"{n} {reason}" for reason, n in reasons) if rows else ""),
    )


def leave_lineage(con: duckdb.DuckDBPyConnection) -> None:
    """Leave the picture of what is made from what, with the number of rows."""
    from prefect.artifacts import create_image_artifact

    layers, edges = lineage(con)
    rows = {table: con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in schema.TABLES}
    create_image_artifact(
        data_uri(lineage_picture(layers, edges, rows)), key="lineage",
        description=f"{rows['raw_files']} raw files -> {rows['articles']} articles -> {len(layers[-1][1])} views",
    )


def leave_freshness(found: Sequence[Freshness]) -> None:
    """Leave the table of newest issues, and tell Prefect of every late paper."""
    from prefect.artifacts import create_table_artifact
    from prefect.events import emit_event

    late = [each for each in found if each.is_late]
    rows = [
        {"paper": each.paper, "newest issue": f"{each.newest}", "days ago": each.days, "late": "late" if each.is_late else "",
         "source": each.source}
        for each in found
    ]
    description = f"{len(found)} papers, {len(late)} late" + (": " + "; ".join(marks(each.sentence) for each in late[:3]) if late else "")
    create_table_artifact(rows or [{"paper": "no paper with a dated issue"}], key="freshness", description=description)
    for each in late:
        emit_event(
            "dibao.paper.late", resource={"prefect.resource.id": f"dibao.paper.{each.paper}", "prefect.resource.name": each.paper},
            payload={"text": each.sentence, "days": each.days, "source": each.source},
        )


def tell_of_waiting(run_name: str, reasons: Sequence[str], until: str) -> None:
    """Tell Prefect that a publish waits for a human: the state of a run that waits has no words."""
    from prefect.events import emit_event
    from prefect.runtime import flow_run

    emit_event(
        "dibao.publish.waiting",
        resource={"prefect.resource.id": f"prefect.flow-run.{flow_run.id}", "prefect.resource.name": run_name},
        payload={"text": f"{'; '.join(reasons)}; approve or reject until {until}"},
    )


def leave_chart(home: Home, flow_run_id: str, state: str, timezone: str) -> None:
    """Leave the chart of the last runs of a home, this one with the state it is about to get; days are those of the time zone.

    Prefect knows also the runs that failed; the published warehouse knows what the others loaded. Runs to come are none yet.
    """
    from prefect import get_client
    from prefect.artifacts import create_image_artifact
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterStartTime

    from flows.orchestration.own_runs import INGEST, own_runs

    with get_client(sync_client=True) as client:
        runs = own_runs(home, client, [INGEST], FlowRunFilter(start_time=FlowRunFilterStartTime(is_null_=False)), SEEN)
    loaded = loaded_by_runs(home.published)
    past = [
        PastRun(f"{run.start_time.astimezone(ZoneInfo(timezone)):%Y-%m-%d}", state if str(run.id) == flow_run_id else run.state_name or "",
                *loaded.get(str(run.id), (0, 0)))
        for run in reversed(runs) if run.start_time and run.state and (run.state.is_final() or str(run.id) == flow_run_id)
    ]
    failed = sum(COLOURS.get(run.state) is None for run in past)
    create_image_artifact(data_uri(runs_chart(past)), key="last-runs", description=f"last {len(past)} runs: {failed} failed or blocked")


def loaded_by_runs(published: Path) -> dict[str, tuple[int, int]]:
    """Return how many articles each flow run loaded and how much it quarantined, as the published warehouse tells, were it readable."""
    if not published.exists():
        return {}
    try:
        with duckdb.connect(str(published), read_only=True) as con:
            rows = con.execute("SELECT flow_run_id, n_articles, n_quarantined FROM runs").fetchall()
    except duckdb.Error:
        return {}  # to tell of a run that failed because of that file
    return {run: (articles, quarantined) for run, articles, quarantined in rows}


def clock(at: datetime, timezone: str) -> str:
    """Return a time, given as UTC without saying so, as the clocks of a time zone show it.

    >>> clock(datetime(2025, 3, 7, 18, 0), "Asia/Shanghai")
    '2025-03-08 02:00 Asia/Shanghai'
    """
    return f"{at.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M} {timezone}"


def marks(text: str) -> str:
    """Return text that Markdown shows as it is: text from outside is data.

    >>> print(marks("<script>|*云渡*"))
    \\<script\\>\\|\\*云渡\\*
    """
    return re.sub(r"([\\`*_{}\[\]<>()#!|~&$])", r"\\\1", re.sub(r"[\r\n]+", " ", text))
