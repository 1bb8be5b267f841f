"""The ledger of issues, and what has to be done again: days that are missing, failed, or made by older code.

A day of a paper is ``loaded``; ``stale`` where the code that read a file of it has changed since; ``failed`` where a file of it is
quarantined; ``missing`` where the paper's own rhythm lets an issue be expected and none is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

import duckdb

from flows.shared.sources import Source, use_credentials
from transforms.paths import compile_pattern
from warehouse.sources import find_raw_files

LOADED, STALE, FAILED_DAY, MISSING = "loaded", "stale", "failed", "missing"
PATTERN_SIGNS = {LOADED: "#", STALE: "s", FAILED_DAY: "F", MISSING: "-"}
USUAL_SHARE = 0.5
"""Share of the weeks in which a paper must appear on a weekday for an issue to be expected on it."""


@dataclass(frozen=True)
class Day:
    """One issue of a paper in the ledger."""

    paper: str
    issue_on: date
    state: str
    n_files: int = 0
    n_failed: int = 0
    n_stale: int = 0


# --- ledger -----------------------------------------------------------------------------------------------------------


def read_ledger(con: duckdb.DuckDBPyConnection, version: str) -> list[Day]:
    """Return the issues of every paper, missing ones among them, in order of paper and day; ``version`` is that of the code now."""
    rows = con.execute(
        """
        WITH made AS (SELECT file_id, bool_or(split_part(code_version, '+', 1) = ?) AS is_current FROM file_paths GROUP BY file_id)
        SELECT paper, issue_on, count(*), count(*) FILTER (status = 'quarantined'), count(*) FILTER (NOT coalesce(is_current, false))
        FROM raw_files LEFT JOIN made USING (file_id)
        WHERE status <> 'superseded' AND paper IS NOT NULL AND issue_on IS NOT NULL
        GROUP BY ALL ORDER BY paper, issue_on
        """,
        [version],
    ).fetchall()
    days = [Day(paper, on, FAILED_DAY if failed else STALE if stale else LOADED, n, failed, stale) for paper, on, n, failed, stale in rows]
    return [day for _, some in groupby(days, key=lambda day: day.paper) for day in with_missing(list(some))]


def with_missing(days: Sequence[Day]) -> list[Day]:
    """Return the days of one paper, in order, with those that are missing between the first and the last.

    >>> monday = date(2025, 3, 3)
    >>> there = [Day("云渡日报", monday + timedelta(days=n), LOADED) for n in (0, 1, 2, 7, 9, 14, 15, 16)]
    >>> [f"{day.issue_on:%m-%d}" for day in with_missing(there) if day.state == MISSING]
    ['03-11']
    """
    there = {day.issue_on: day for day in days}
    first, last = min(there), max(there)
    calendar = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    possible, seen = Counter(on.weekday() for on in calendar), Counter(on.weekday() for on in there)
    return [
        there.get(on) or Day(days[0].paper, on, MISSING)
        for on in calendar
        if on in there or seen[on.weekday()] > USUAL_SHARE * possible[on.weekday()]
    ]


def wanted(days: Iterable[Day], since: date | None, until: date | None, paper: str | None) -> list[Day]:
    """Return the days of a period and a paper."""
    return [
        day for day in days if (paper is None or day.paper == paper) and (since or day.issue_on) <= day.issue_on <= (until or day.issue_on)
    ]


def grid(days: Sequence[Day]) -> Iterator[str]:
    """Yield the ledger as lines: one per paper and month, one sign per day.

    >>> print("\\n".join(grid([Day("云渡日报", date(2025, 3, 3), LOADED), Day("云渡日报", date(2025, 3, 5), MISSING)])))
    云渡日报  1 loaded, 1 missing
      2025-03    # -
    """
    for paper, some in groupby(days, key=lambda day: day.paper):
        of_paper = list(some)
        counts = Counter(day.state for day in of_paper)
        yield f"{paper}  " + ", ".join(f"{counts[state]} {state}" for state in PATTERN_SIGNS if counts[state])
        for (year, month), of_month in groupby(of_paper, key=lambda day: (day.issue_on.year, day.issue_on.month)):
            signs = {day.issue_on.day: PATTERN_SIGNS[day.state] for day in of_month}
            yield f"  {year}-{month:02}  " + "".join(signs.get(day, " ") for day in range(1, 32)).rstrip()


LEGEND = "one sign per day of the month: # loaded, s stale (made by older code), F failed, - missing"


# --- what a backfill would do -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BackfillEstimate:
    """What a source has for a backfill: files by why they are read, and their bytes."""

    source: str
    n_new: int = 0
    n_stale: int = 0
    n_failed: int = 0
    n_bytes: int = 0

    @property
    def n_files(self) -> int:
        return self.n_new + self.n_stale + self.n_failed


def estimate_backfill(
    con: duckdb.DuckDBPyConnection, sources: Sequence[Source], version: str, since: date | None, until: date | None, paper: str | None
) -> list[BackfillEstimate]:
    """Return what a backfill would read from each source. No raw file is opened."""
    known = {
        path: (fingerprint, made_by, status, known_paper, issue_on)
        for path, fingerprint, made_by, status, known_paper, issue_on in con.execute(
            "SELECT f.path, fingerprint, code_version, status, r.paper, r.issue_on FROM file_paths AS f LEFT JOIN raw_files AS r USING (file_id)"
        ).fetchall()
    }
    return [estimate_source(source, known, version, since, until, paper) for source in sources]


def estimate_source(
    source: Source, known: Mapping[str, tuple], version: str, since: date | None, until: date | None, paper: str | None
) -> BackfillEstimate:
    """Return what a backfill would read from one source."""
    pattern = compile_pattern(source.pattern) if source.pattern else None
    estimate = BackfillEstimate(source.name)
    use_credentials(source)
    for raw in find_raw_files(source.location):
        fingerprint, made_by, status, known_paper, issue_on = known.get(raw.location, (None,) * 5)
        said = pattern.match(raw.path) if pattern else None
        on, of = said and said.issue_on or issue_on, said and said.paper or known_paper or source.paper
        if paper is not None and of != paper or (since or until) and not (on and (since or on) <= on <= (until or on)):
            continue
        if fingerprint != raw.fingerprint:
            estimate = replace(estimate, n_new=estimate.n_new + 1, n_bytes=estimate.n_bytes + raw.n_bytes)
        elif status is None or status == "quarantined":
            estimate = replace(estimate, n_failed=estimate.n_failed + 1, n_bytes=estimate.n_bytes + raw.n_bytes)
        elif made_by.partition("+")[0] != version:
            estimate = replace(estimate, n_stale=estimate.n_stale + 1, n_bytes=estimate.n_bytes + raw.n_bytes)
    return estimate


def seconds_per_file(con: duckdb.DuckDBPyConnection) -> float | None:
    """Return how long a file took in the last runs, from their own record; None where none says it."""
    return con.execute(
        "SELECT median(epoch(ended_at - started_at) / n_files_new) FROM "
        "(SELECT * FROM runs WHERE n_files_new > 0 AND ended_at IS NOT NULL AND status LIKE 'loaded%' ORDER BY started_at DESC, run_id LIMIT 10)"
    ).fetchall()[0][0]
