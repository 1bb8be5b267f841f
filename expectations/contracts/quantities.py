"""Quantities: numbers that agree with their bounds and their base unit."""

from expectations.contracts.common import fact_rules
from expectations.rules import contract, critical, info, warning


def _stretches(table: str, where: str) -> str:
    """Return SQL for where the rows of a table stand in each article, from the first character to the last."""
    return f"SELECT article_id, list({{first: spans[1].char_start, last: spans[-1].char_end}}) AS stretches FROM {table} WHERE len(spans) > 0 AND {where} GROUP BY 1"


def _none_of(stretches: str, condition: str) -> str:
    """Return SQL that no stretch x of an article fits a condition."""
    return f"NOT coalesce(list_bool_or(list_transform({stretches}, lambda x: {condition})), false)"


FIRST, LAST = "r.spans[1].char_start", "r.spans[-1].char_end"
BESIDE = f"""
LEFT JOIN ({_stretches("times", "coalesce(rule NOT LIKE 'length%', granularity <> 'duration')")}) AS t ON t.article_id = r.article_id
LEFT JOIN ({_stretches("mentions", "true")}) AS n ON n.article_id = r.article_id
"""

CONTRACT = contract(
    "quantities",
    *fact_rules("quantity_id", "n"),
    critical("value is a finite number", "isfinite(r.value)", "value"),
    critical("base_value is a finite number", "isfinite(r.base_value)", "base_value"),
    critical("low is at most high", "r.low <= r.high", "low"),
    critical("value is not below low", "r.value >= r.low", "value"),
    critical("value is not above high", "r.value <= r.high", "value"),
    critical("base_value has a base_unit", "r.base_value IS NULL OR r.base_unit IS NOT NULL", "base_unit"),
    critical("a total is another quantity of the same article", "starts_with(r.part_of, r.article_id || '-n') AND r.part_of <> r.quantity_id", "part_of"),
    warning("base_value has the sign of value", "sign(r.base_value) = sign(r.value)", "base_value"),
    warning("a percentage is between -10,000 and 10,000", "r.kind <> 'percent' OR r.value BETWEEN -10000 AND 10000", "value"),
    warning("a quantity and a time over the same characters agree", _none_of("t.stretches", f"x.first < {LAST} AND {FIRST} < x.last"), "spans"),
    warning("a number inside a name is no quantity", _none_of("n.stretches", f"x.first < {FIRST} AND {LAST} <= x.last"), "spans"),
    info("value is given", "r.value IS NOT NULL", "value"),
    beside=BESIDE,
)
