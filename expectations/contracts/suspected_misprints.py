"""Doubtful text: what is suggested differs from what is printed, and says why."""

from expectations.contracts.common import fact_rules
from expectations.rules import contract, critical, has_text

CONTRACT = contract(
    "suspected_misprints",
    *fact_rules("misprint_id", "x"),
    critical("the suggestion is not empty", has_text("suggestion"), "suggestion"),
    critical("the suggestion differs from the text", "r.suggestion <> r.text", "suggestion"),
    critical("evidence is not empty", has_text("evidence"), "evidence"),
)
