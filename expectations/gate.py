"""The gate: what the results of an audit mean for the publish.

A critical expectation that more rows break than it tolerates, or that could not be evaluated, blocks. Within its tolerance the rows are
quarantined and the rest goes on. Warnings publish and are flagged; info is recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

MAX_BAD_ROWS_OF_SMALL_RUN = 3
"""Rows that never block by themselves where an expectation tolerates any: one bad file must not stop the others of a small run."""
N_EXAMPLES = 3  # keys of rows that a sentence names


@dataclass
class Decision:
    """Why nothing may be published (if so), and what is to be flagged, as sentences for people."""

    blocked: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def decide(validations: Iterable[Mapping[str, object]], tolerances: Mapping[tuple, float]) -> Decision:
    """Return what the rows of ``validations`` mean; ``tolerances`` are shares of rows by (record_table, expectation, column_name), 0 where none is given."""
    decision = Decision()
    unevaluated: Counter[str] = Counter()
    for row in validations:
        if row["success"]:
            continue
        tolerance = tolerances.get((row["record_table"], row["expectation"], row["column_name"]), 0)
        if not row["n_unexpected"]:
            unevaluated[str(row["record_table"])] += 1
        elif row["severity"] == "critical" and row["n_unexpected"] > allowed(tolerance, int(row["n_evaluated"])):
            decision.blocked.append(sentence(row) + (f"; {tolerance:.0%} are tolerated" if tolerance else ""))
        elif row["severity"] != "info":
            decision.warnings.append(sentence(row) + ("; quarantined" if row["severity"] == "critical" else ""))
    decision.blocked += [f"{table}: {n} expectations could not be evaluated" for table, n in unevaluated.items()]
    return decision


def allowed(tolerance: float, n_evaluated: int) -> int:
    """Return how many rows may break a critical expectation.

    >>> allowed(0.05, 1000), allowed(0.05, 1), allowed(0, 1000)
    (50, 3, 0)
    """
    return max(MAX_BAD_ROWS_OF_SMALL_RUN, int(tolerance * n_evaluated)) if tolerance else 0


def expectation_name(row: Mapping[str, object]) -> str:
    """Return which expectation a row of ``validations`` speaks of."""
    return f"{row['record_table']}: {row['expectation']}"


def sentence(row: Mapping[str, object]) -> str:
    """Return a row of ``validations`` as a sentence."""
    examples: Sequence[str] = row["examples"]
    such = f", such as {', '.join(examples[:N_EXAMPLES])}" if examples else ""
    return f"{expectation_name(row)}: {row['n_unexpected']:,} of {row['n_evaluated']:,} rows are not so{such}"
