"""Times: a value that agrees with its days, or a word on why there is none."""

from expectations.contract import CRITICAL, INFO, WARNING, contract
from expectations.contracts.common import fact_expectations, not_blank
from expectations.gx import gxe
from expectations.gx.row_expectations import ExpectRowsToSatisfy

PRINTED = "regexp_escape(r.text)"
"""A pattern of its own for each row is dear: five seconds for 30,000 rows. So it stands in a CASE, which asks only of the few that need it."""
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
    *fact_expectations("time_id", "t"),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="end_on",
        column_B="start_on",
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        description="it does not end before it starts",
        **CRITICAL,
    ),
    not_blank("basis"),
    not_blank("value"),
    ExpectRowsToSatisfy(
        column="value",
        condition="(r.value IS NULL) = starts_with(r.basis, 'unresolved')",
        description="a time has a value unless it is unresolved",
        **WARNING,
    ),
    ExpectRowsToSatisfy(
        column="end_on",
        condition="(r.start_on IS NULL) = (r.end_on IS NULL)",
        description="first and last day are given together",
        **WARNING,
    ),
    ExpectRowsToSatisfy(
        column="start_on",
        description="a whole date is its first day",
        **WARNING,
        condition="NOT regexp_full_match(r.value, '\\d{4}-\\d{2}-\\d{2}') OR r.start_on = try_cast(r.value AS DATE)",
    ),
    ExpectRowsToSatisfy(
        column="start_on",
        description="a year or month begins on its first day",
        **WARNING,
        condition="NOT regexp_full_match(r.value, '\\d{4}(-\\d{2})?') OR r.start_on IS NULL OR starts_with(r.start_on::VARCHAR, r.value)",
    ),
    ExpectRowsToSatisfy(
        column="start_on",
        description="what is told as past is no later than the issue",
        **WARNING,
        condition="CASE WHEN r.start_on <= a.published_on OR r.start_on IS NULL THEN true WHEN r.start_on > a.published_on THEN "
        f"NOT regexp_matches(s.text, {PRINTED} || '[^，,。；;将的]{{0,12}}(了|已|曾)') END",
    ),
    ExpectRowsToSatisfy(
        column="start_on",
        description="the day of news is not of a year long ago",
        **WARNING,
        condition="r.basis <> 'year from text' OR r.granularity NOT IN ('day', 'daypart', 'hour', 'minute') "
        "OR r.start_on >= a.published_on - INTERVAL 2 YEAR",
    ),
    ExpectRowsToSatisfy(
        column="start_on",
        description="what begins in a sentence does not end before",
        **WARNING,
        condition="CASE WHEN r.start_on >= b.start_before THEN true WHEN r.start_on < b.start_before THEN NOT regexp_matches(s.text, "
        "regexp_escape(b.text_before) || '[^。；;]{0,8}(开幕|开工|开始|启动|动工)[^。；;]{0,4}' || "
        f"{PRINTED} || '[^。；;]{{0,8}}(闭幕|竣工|完工|结束|通车|建成)') END",
    ),
    ExpectRowsToSatisfy(
        column="start_on", condition="year(r.start_on) BETWEEN 1000 AND 2200", description="it lies between 1000 and 2200", **INFO
    ),
    gxe.ExpectColumnValuesToNotMatchRegex(column="basis", regex="^unresolved", description="it is resolved", **INFO),
    beside=BESIDE,
)
