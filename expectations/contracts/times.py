"""Times: a value that agrees with its days, or a word on why there is none."""

from expectations.contracts.common import fact_rules
from expectations.rules import contract, critical, has_text, info, warning

CONTRACT = contract(
    "times",
    *fact_rules("time_id", "t"),
    critical("it does not end before it starts", "r.end_on >= r.start_on", "end_on"),
    critical("basis is not empty", has_text("basis"), "basis"),
    critical("value is not empty", has_text("value"), "value"),
    warning("a time has a value unless it is unresolved", "(r.value IS NULL) = starts_with(r.basis, 'unresolved')", "value"),
    warning("first and last day are given together", "(r.start_on IS NULL) = (r.end_on IS NULL)", "end_on"),
    warning(
        "a whole date is its first day",
        "NOT regexp_full_match(r.value, '\\d{4}-\\d{2}-\\d{2}') OR r.start_on = try_cast(r.value AS DATE)",
        "start_on",
    ),
    warning(
        "a year or month begins on its first day",
        "NOT regexp_full_match(r.value, '\\d{4}(-\\d{2})?') OR r.start_on IS NULL OR starts_with(r.start_on::VARCHAR, r.value)",
        "start_on",
    ),
    info("it lies between 1000 and 2200", "year(r.start_on) BETWEEN 1000 AND 2200", "start_on"),
    info("it is resolved", "NOT starts_with(r.basis, 'unresolved')", "basis"),
)
