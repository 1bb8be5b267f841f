"""What must hold before anything is loaded, and between tables before anything is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from flows.pipeline.batches import DEFECT, Outcome
from flows.pipeline.planning import Plan
from flows.pipeline.request import Run
from transforms.records import Row

MIN_ARTICLES_GUARDED = 50
"""Articles below which what is held of a paper or a source is not guarded against loss: a few pages more or less are a large share of it."""


class BlockedError(RuntimeError):
    """A critical expectation failed; nothing is loaded or published. ``reasons`` are sentences for people."""

    def __init__(self, reasons: Sequence[str], validations: Sequence[Row] = ()) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)
        self.validations = tuple(validations)


@dataclass(frozen=True)
class Findings:
    """What checks found: their results as rows of ``validations``, and what is to be flagged, as sentences for people."""

    validations: tuple[Row, ...] = ()
    warnings: tuple[str, ...] = ()
    degradations: tuple[str, ...] = ()
    """Warnings of what sets the run apart from a good one: somebody should look at them."""

    def __add__(self, other: Findings) -> Findings:
        return Findings(self.validations + other.validations, self.warnings + other.warnings, self.degradations + other.degradations)


def raise_unless_approved(reasons: Sequence[str], validations: Sequence[Row], run: Run) -> tuple[str, ...]:
    """Return the reasons to hold a publish back as warnings where a human has approved this change. Raises BlockedError where nobody has."""
    if reasons and run.approval is None:
        raise BlockedError(reasons, validations)
    return tuple(f"{reason} ({run.approval})" for reason in reasons)


def check_batches(plan: Plan, outcomes: Sequence[Outcome], run: Run) -> Findings:
    """Return what the audits of all batches together mean. Raises BlockedError where nothing may be loaded."""
    from expectations.contract import TOLERANCE  # with Great Expectations: 2.5 s, not where nothing is new
    from expectations.contracts import tolerances
    from expectations.gate import allowed, decide
    from expectations.results import merge_validations

    validations = [
        {**row, "run_id": run.run_id, "checked_at": run.started_at}
        for row in merge_validations([outcome.validations for outcome in outcomes])
    ]
    blocked = sorted({reason for outcome in outcomes for reason in outcome.blocked})
    defects = [str(row["detail"]) for outcome in outcomes for row in outcome.quarantine if row["reason"] == DEFECT]
    if len(defects) > allowed(TOLERANCE, plan.n_new):
        blocked.append(f"raw_files: {len(defects)} of {plan.n_new} files met {DEFECT}, such as {defects[0]}")
    return Findings(tuple(validations), (*decide(validations, tolerances()).warnings, *raise_unless_approved(blocked, validations, run)))


def check_warehouse(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str], findings: Findings, run: Run, max_loss: float) -> Findings:
    """Return what was found so far and what checks between tables find, for files that came or went.

    Raises BlockedError where nothing may be published; the build is then in doubt and made anew by the next run.
    """
    from expectations.warehouse_checks import audit_warehouse  # likewise

    n_files = con.execute("SELECT count(*) FROM raw_files").fetchall()[0][0]
    is_most = 2 * len(file_ids) > n_files  # where most is new all is looked at, which takes no longer
    audit = audit_warehouse(con, run_id=run.run_id, checked_at=run.started_at, file_ids=None if is_most else list(file_ids))
    all_findings = findings + Findings(tuple(audit.validations), tuple(audit.warnings))
    return all_findings + Findings(
        warnings=raise_unless_approved([*audit.blocked, *find_losses(con, max_loss)], all_findings.validations, run)
    )


def note_articles(con: duckdb.DuckDBPyConnection) -> None:
    """Note in the temporary table ``articles_before`` how many articles each file has, of which paper and source: before anything is taken out."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE articles_before AS
        SELECT file_id, source, raw_files.paper, count(*) AS n FROM articles JOIN raw_files USING (file_id) GROUP BY ALL
    """)


def find_losses(con: duckdb.DuckDBPyConnection, max_loss: float) -> list[str]:
    """Return the reasons to hold a publish back that would lose a larger share of all articles, of a source's or of a paper's than allowed.

    A file that was there before counts for its source and paper of before: that it is called otherwise now is no loss. Needs ``note_articles``.
    """
    rows = con.execute("""
        WITH now AS (
            SELECT coalesce(b.source, r.source) AS source, CASE WHEN b.file_id IS NULL THEN r.paper ELSE b.paper END AS paper
            FROM articles JOIN raw_files AS r USING (file_id) LEFT JOIN articles_before AS b USING (file_id)
        )
        SELECT source, paper, sum(before)::BIGINT, sum(after)::BIGINT
        FROM (SELECT source, paper, n AS before, 0 AS after FROM articles_before UNION ALL SELECT source, paper, 0, 1 FROM now)
        GROUP BY GROUPING SETS ((), (source), (paper)) HAVING grouping(paper) = 1 OR paper IS NOT NULL
        ORDER BY source NULLS FIRST, paper NULLS FIRST
    """).fetchall()
    (*_, before_all, after_all), *parts = rows
    reasons = [loss_of("articles", before_all or 0, after_all or 0, max_loss)]
    reasons += [
        loss_of(f"articles of {paper}" if paper else f"articles from {source}", before, after, max_loss)
        for source, paper, before, after in parts
        if (before, after) != (before_all, after_all)
    ]
    return list(filter(None, reasons))


def loss_of(whose: str, before: int, after: int, max_loss: float) -> str | None:
    """Return the reason to hold a publish back that would lose a larger share of some articles than allowed, None where it does not.

    >>> loss_of("articles of 云渡日报", 1000, 850, 0.1)
    'articles of 云渡日报: 150 of 1000 would be lost (15%), at most 10% may be'
    >>> loss_of("articles", 1000, 900, 0.1), loss_of("articles", 20, 5, 0.1)
    (None, None)
    """
    if before < MIN_ARTICLES_GUARDED or before - after <= max_loss * before:
        return None
    return f"{whose}: {before - after} of {before} would be lost ({(before - after) / before:.0%}), at most {max_loss:.0%} may be"
