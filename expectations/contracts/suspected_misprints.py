"""Doubtful text: what is suggested differs from what is printed, and says why."""

from expectations.contract import CRITICAL, contract
from expectations.contracts.common import fact_expectations, not_blank
from expectations.gx.row_expectations import ExpectRowsToSatisfy

CONTRACT = contract(
    "suspected_misprints",
    *fact_expectations("misprint_id", "x"),
    not_blank("suggestion", "the suggestion is not empty"),
    ExpectRowsToSatisfy(
        column="suggestion", condition="r.suggestion <> r.text", description="the suggestion differs from the text", **CRITICAL
    ),
    not_blank("evidence"),
)
