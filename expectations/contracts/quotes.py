"""Quotations: what is said, and by whom where the text says it."""

from expectations.contracts.common import fact_rules
from expectations.rules import contract, critical, has_text, info, warning

CONTRACT = contract(
    "quotes",
    *fact_rules("quote_id", "q"),
    critical("speaker is not empty", has_text("speaker"), "speaker"),
    critical("candidates are named", "NOT list_contains(r.candidates, '')", "candidates"),
    critical("one speaks", "r.person_id IS NULL OR r.organization_id IS NULL", "organization_id"),
    warning("a known person speaks under a name", "r.person_id IS NULL OR r.speaker IS NOT NULL", "speaker"),
    warning("a speaker is named in fewer than 60 characters", "length(r.speaker) < 60", "speaker"),
    info("the speaker is known", "r.speaker IS NOT NULL", "speaker"),
)
