"""Quantities: numbers that agree with their bounds and their base unit."""

from expectations.contracts.common import fact_rules
from expectations.rules import contract, critical, info, warning

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
    info("value is given", "r.value IS NOT NULL", "value"),
)
