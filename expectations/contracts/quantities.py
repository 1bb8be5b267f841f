"""Quantities: numbers that agree with their bounds and their base unit."""

from expectations.contract import CRITICAL, INFO, WARNING, contract
from expectations.contracts.common import fact_expectations
from expectations.gx import gxe
from expectations.gx.row_expectations import ExpectRowsToSatisfy


def _stretches(table: str, where: str) -> str:
    """Return SQL for where the rows of a table stand in each article, from the first character to the last."""
    return f"SELECT article_id, list({{first: spans[1].char_start, last: spans[-1].char_end}}) AS stretches FROM {table} WHERE len(spans) > 0 AND {where} GROUP BY 1"


def _none_of(stretches: str, condition: str) -> str:
    """Return SQL that no stretch x of an article fits a condition."""
    return f"NOT coalesce(list_bool_or(list_transform({stretches}, lambda x: {condition})), false)"


def at_most(lower: str, upper: str, sentence: str) -> gxe.ExpectColumnPairValuesAToBeGreaterThanB:
    """Return that one number is at most another, where both are given."""
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=upper, column_B=lower, or_equal=True, ignore_row_if="either_value_is_missing", description=sentence, **CRITICAL
    )


FIRST, LAST = "r.spans[1].char_start", "r.spans[-1].char_end"
BESIDE = f"""
LEFT JOIN ({_stretches("times", "coalesce(rule NOT LIKE 'length%', granularity <> 'duration')")}) AS t ON t.article_id = r.article_id
LEFT JOIN ({_stretches("mentions", "true")}) AS n ON n.article_id = r.article_id
"""

CONTRACT = contract(
    "quantities",
    *fact_expectations("quantity_id", "n"),
    ExpectRowsToSatisfy(column="value", condition="isfinite(r.value)", description="value is a finite number", **CRITICAL),
    ExpectRowsToSatisfy(column="base_value", condition="isfinite(r.base_value)", description="base_value is a finite number", **CRITICAL),
    at_most("low", "high", "low is at most high"),
    at_most("low", "value", "value is not below low"),
    at_most("value", "high", "value is not above high"),
    ExpectRowsToSatisfy(
        column="base_unit",
        condition="r.base_value IS NULL OR r.base_unit IS NOT NULL",
        description="base_value has a base_unit",
        **CRITICAL,
    ),
    ExpectRowsToSatisfy(
        column="part_of",
        condition="starts_with(r.part_of, r.article_id || '-n') AND r.part_of <> r.quantity_id",
        description="a total is another quantity of the same article",
        **CRITICAL,
    ),
    ExpectRowsToSatisfy(
        column="base_value", condition="sign(r.base_value) = sign(r.value)", description="base_value has the sign of value", **WARNING
    ),
    ExpectRowsToSatisfy(
        column="value",
        condition="r.kind <> 'percent' OR r.value BETWEEN -10000 AND 10000",
        description="a percentage is between -10,000 and 10,000",
        **WARNING,
    ),
    ExpectRowsToSatisfy(
        column="spans",
        condition=_none_of("t.stretches", f"x.first < {LAST} AND {FIRST} < x.last"),
        description="a quantity and a time over the same characters agree",
        **WARNING,
    ),
    ExpectRowsToSatisfy(
        column="spans",
        condition=_none_of("n.stretches", f"x.first < {FIRST} AND {LAST} <= x.last"),
        description="a number inside a name is no quantity",
        **WARNING,
    ),
    gxe.ExpectColumnValuesToNotBeNull(column="value", description="value is given", **INFO),
    beside=BESIDE,
)
