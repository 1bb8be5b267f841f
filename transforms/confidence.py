"""Confidence of each rule: the share of the rows that it found in gold articles that is right."""

from __future__ import annotations

from functools import cache

from transforms.lexicons import read_table

OVERALL = "*"


@cache
def _shares() -> dict[tuple[str, str], float]:
    return {(table, rule): float(share) for table, rule, _, _, share in read_table("confidence.tsv")}


def confidence_of(table: str, rule: str) -> float:
    """Return the share of a rule's rows that is right; of a rule that the gold has no row of, that of the whole table.

    >>> confidence_of("times", "no such rule") == confidence_of("times", "*")
    True
    """
    shares = _shares()
    return shares.get((table, rule), shares[table, OVERALL])
