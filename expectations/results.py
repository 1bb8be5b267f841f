"""What an audit finds: rows of ``validations``, and from which rows of a batch a result was taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from great_expectations.core import ExpectationValidationResult

from expectations.contract import Contract, columns_of
from expectations.gx import Expectation
from warehouse.schema import Row

MAX_EXAMPLES = 10  # keys of rows that a result names


@dataclass
class Audit:
    """What an audit found; ``counts`` are rows by table: ``input``, ``good``, ``quarantined``."""

    validations: list[Row] = field(default_factory=list)
    quarantine: list[Row] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    blocked: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Finding:
    """What one expectation met in a table: how many rows it speaks of, the numbers of those that broke it, or why it has no result."""

    table: str
    expectation: Expectation
    n_evaluated: int = 0
    n_unexpected: int = 0
    rows: tuple = ()
    error: str = ""

    @property
    def sentence(self) -> str:
        return self.expectation.description

    @property
    def is_critical(self) -> bool:
        return severity_of(self.expectation) == "critical"

    def row(self, examples: Iterable[str], run_id: str, checked_at: datetime) -> Row:
        """Return the row of ``validations``; ``examples`` are keys of rows that broke the expectation."""
        return {
            "run_id": run_id,
            "record_table": self.table,
            "expectation": self.sentence,
            "column_name": ", ".join(columns_of(self.expectation)),
            "severity": severity_of(self.expectation),
            "success": not self.error and not self.n_unexpected,
            "n_evaluated": self.n_evaluated,
            "n_unexpected": self.n_unexpected,
            "examples": list(examples)[:MAX_EXAMPLES],
            "checked_at": checked_at,
        }


def severity_of(expectation: Expectation) -> str:
    """Return critical, warning or info."""
    return str(getattr(expectation.severity, "value", expectation.severity))


def findings(contract: Contract, results: Iterable[ExpectationValidationResult]) -> list[Finding]:
    """Return the findings of a contract, in its order, from the results of its suite, which are matched by sentence and columns."""
    by_name = {}
    for result in results:
        one = result.expectation_config.to_domain_obj()
        by_name[table_of(contract, one), one.description, columns_of(one)] = result
    return [finding(contract, one, by_name[table_of(contract, one), one.description, columns_of(one)]) for one in contract.expectations]


def table_of(contract: Contract, expectation: Expectation) -> str:
    """Return the table that an expectation is about."""
    return (expectation.meta or {}).get("record_table", contract.table)


def finding(contract: Contract, expectation: Expectation, result: ExpectationValidationResult) -> Finding:
    """Return the finding of an expectation. A result without counts is no result, whatever it says of its success."""
    table = table_of(contract, expectation)
    details = result.result or {}
    if "element_count" not in details:
        return Finding(table, expectation, error=error_in(result.exception_info) or "no result and no reason")
    n_evaluated = details["element_count"] - (details.get("missing_count") or 0)
    return Finding(table, expectation, n_evaluated, details["unexpected_count"], tuple(sorted(details.get("unexpected_index_list") or ())))


def error_in(info: object) -> str:
    """Return the message of an exception that Great Expectations caught, without its trace."""
    if isinstance(info, Mapping):
        if message := info.get("exception_message"):
            return " ".join(str(message).split())[:300]
        return next(filter(None, map(error_in, info.values())), "")
    return ""


def validation_rows(
    found: Iterable[Finding], keys_of: Callable[[Iterable[int]], Mapping[int, str]], run_id: str, checked_at: datetime
) -> list[Row]:
    """Return the findings of a contract as rows of ``validations``, with the keys of the first rows that broke each."""
    found = list(found)
    keys = keys_of({row for one in found for row in one.rows[:MAX_EXAMPLES]})
    return [one.row((keys[row] for row in one.rows[:MAX_EXAMPLES]), run_id, checked_at) for one in found]


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
        into["examples"] = (into["examples"] + list(row["examples"]))[:MAX_EXAMPLES]
    return list(merged.values())
