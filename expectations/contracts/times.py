"""Times: a value that agrees with its days, or a word on why there is none."""

from expectations.contracts.common import fact_rules
from expectations.rules import contract, critical, has_text, info, warning

PRINTED = "regexp_escape(r.text)"
BESIDE = """
LEFT JOIN (SELECT article_id, any_value(published_on) AS published_on FROM articles GROUP BY 1) AS a ON a.article_id = r.article_id
LEFT JOIN (SELECT sentence_id, any_value(text) AS text FROM sentences GROUP BY 1) AS s ON s.sentence_id = r.sentence_id
LEFT JOIN (
    SELECT time_id, any_value(start_before) AS start_before, any_value(text_before) AS text_before
    FROM (SELECT time_id, lag(start_on) OVER w AS start_before, lag(text) OVER w AS text_before FROM times WINDOW w AS (PARTITION BY sentence_id ORDER BY time_id))
    GROUP BY 1
) AS b ON b.time_id = r.time_id
"""

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
    warning(
        "what is told as past is no later than the issue",
        f"r.start_on <= a.published_on OR r.start_on IS NULL OR NOT regexp_matches(s.text, {PRINTED} || '[^，,。；;将的]{{0,12}}(了|已|曾)')",
        "start_on",
    ),
    warning(
        "the day of news is not of a year long ago",
        "r.basis <> 'year from text' OR r.granularity NOT IN ('day', 'daypart', 'hour', 'minute') OR r.start_on >= a.published_on - INTERVAL 2 YEAR",
        "start_on",
    ),
    warning(
        "what begins in a sentence does not end before",
        "r.start_on >= b.start_before OR NOT regexp_matches(s.text, regexp_escape(b.text_before) || '[^。；;]{0,8}(开幕|开工|开始|启动|动工)[^。；;]{0,4}' || "
        f"{PRINTED} || '[^。；;]{{0,8}}(闭幕|竣工|完工|结束|通车|建成)')",
        "start_on",
    ),
    info("it lies between 1000 and 2200", "year(r.start_on) BETWEEN 1000 AND 2200", "start_on"),
    info("it is resolved", "NOT starts_with(r.basis, 'unresolved')", "basis"),
    beside=BESIDE,
)
