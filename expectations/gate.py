"""The gate: what the results of an audit mean for the publish.

A critical rule that more rows break than it tolerates, or that could not be evaluated, blocks. Within its tolerance the rows are
quarantined and the rest goes on. Warnings publish and are flagged; info is recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from expectations.rules import TOLERANCE
from warehouse.schema import Row

A_HANDFUL = 3
"""Rows that never block by themselves where a rule tolerates any: one bad file must not stop the others of a small run."""
N_EXAMPLES = 3


@dataclass
class Decision:
    """Why nothing may be published (if so), and what is to be flagged, as sentences for people."""

    blocked: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def decide(validations: Iterable[Mapping[str, object]], tolerances: Mapping[tuple, float] | None = None) -> Decision:
    """Return what the rows of ``validations`` mean.

    ``tolerances`` are shares of rows by (record_table, expectation, column_name); without them, those of the contracts count.
    """
    if tolerances is None:
        tolerances = known_tolerances()
    decision = Decision()
    unevaluated: Counter[str] = Counter()
    for row in validations:
        if row["success"]:
            continue
        tolerance = tolerances.get((row["record_table"], row["expectation"], row["column_name"]), TOLERANCE)
        if not row["n_unexpected"]:
            unevaluated[str(row["record_table"])] += 1
        elif row["severity"] == "critical" and row["n_unexpected"] > allowed(tolerance, int(row["n_evaluated"])):
            decision.blocked.append(sentence(row) + (f"; {tolerance:.0%} are tolerated" if tolerance else ""))
        elif row["severity"] != "info":
            decision.warnings.append(sentence(row) + ("; quarantined" if row["severity"] == "critical" else ""))
    decision.blocked += [f"{table}: {n} rules could not be evaluated" for table, n in unevaluated.items()]
    return decision


def allowed(tolerance: float, n_evaluated: int) -> int:
    """Return how many rows may break a critical rule.

    >>> allowed(0.05, 1000), allowed(0.05, 1), allowed(0, 1000)
    (50, 3, 0)
    """
    return max(A_HANDFUL, int(tolerance * n_evaluated)) if tolerance else 0


def rule_of(row: Mapping[str, object]) -> str:
    """Return which rule a row of ``validations`` speaks of."""
    return f"{row['record_table']}: {row['expectation']}"


def sentence(row: Mapping[str, object]) -> str:
    """Return a row of ``validations`` as a sentence."""
    examples: Sequence[str] = row["examples"]
    such = f", such as {', '.join(examples[:N_EXAMPLES])}" if examples else ""
    return f"{rule_of(row)}: {row['n_unexpected']:,} of {row['n_evaluated']:,} rows are not so{such}"


@cache
def known_tolerances() -> dict[tuple, float]:
    """Return the tolerance of every rule of every contract, by table, sentence and column."""
    from expectations.contracts import balances, contracts, layouts
    from expectations.warehouse_checks import warehouse_contracts

    known = (layouts(), contracts(), balances(), warehouse_contracts())
    return {
        (contract.table, rule.sentence, rule.column): rule.tolerance
        for contracts_of_kind in known
        for contract in contracts_of_kind.values()
        for rule in contract.rules
    }


def merge_validations(lists: Iterable[Iterable[Mapping[str, object]]]) -> list[Row]:
    """Return the rows of ``validations`` of several batches as one list: counts add up, success is that of all.

    What could not be evaluated in one batch stays a failure. The first ten examples are kept.
    """
    merged: dict[tuple, Row] = {}
    for row in (row for rows in lists for row in rows):
        key = (row["record_table"], row["expectation"], row["column_name"])
        if key not in merged:
            merged[key] = {**row, "examples": list(row["examples"])}
            continue
        into = merged[key]
        into["success"] = into["success"] and row["success"]
        into["n_evaluated"] += row["n_evaluated"]
        into["n_unexpected"] += row["n_unexpected"]
        into["examples"] = (into["examples"] + list(row["examples"]))[:10]
    return list(merged.values())
