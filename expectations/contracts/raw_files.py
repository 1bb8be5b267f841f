"""Raw files: what was read is known to the byte, and every character of it is accounted for."""

from datetime import date

from expectations.contract import CRITICAL, INFO, WARNING, contract
from expectations.gx import gxe
from expectations.gx.row_expectations import ExpectRowsToSatisfy, ExpectSumOfBlocks

BESIDE = """
LEFT JOIN (
  SELECT file_id, count(*) AS n_blocks, sum(char_end - char_start) AS n_in_blocks,
    sum(length(space_before) + char_end - char_start + length(space_after)) AS n_rebuilt, max(char_end) AS last_end,
    count_if(char_start < previous_end) AS n_overlaps, count_if(seq IS DISTINCT FROM place) AS n_misplaced
  FROM (
    SELECT *, lag(char_end) OVER (PARTITION BY file_id ORDER BY seq) AS previous_end,
      row_number() OVER (PARTITION BY file_id ORDER BY seq) AS place
    FROM blocks
  )
  GROUP BY file_id
) AS b ON b.file_id = r.file_id
"""

CONTRACT = contract(
    "raw_files",
    gxe.ExpectColumnValuesToMatchRegex(column="file_id", regex="^[0-9a-f]{16}$", description="file_id is 16 hex digits", **CRITICAL),
    ExpectRowsToSatisfy(
        column="encoding",
        condition="r.status <> 'loaded' OR (r.encoding IS NOT NULL AND r.n_chars IS NOT NULL AND r.n_replaced IS NOT NULL)",
        description="a loaded file has an encoding and a length",
        **CRITICAL,
    ),
    ExpectRowsToSatisfy(
        column="reason",
        condition="r.status = 'loaded' OR coalesce(r.reason, '') <> ''",
        description="a file that is not loaded says why",
        **CRITICAL,
    ),
    ExpectRowsToSatisfy(
        column="status",
        condition="r.status = 'loaded' OR b.n_blocks IS NULL",
        description="a file that is not loaded has no blocks",
        **CRITICAL,
    ),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="n_bytes",
        column_B="n_chars",
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        description="there are no more characters than bytes",
        **CRITICAL,
    ),
    ExpectRowsToSatisfy(column="n_chars", condition="b.last_end <= r.n_chars", description="blocks end inside the file", **CRITICAL),
    ExpectRowsToSatisfy(
        column="file_id", condition="b.n_overlaps = 0", description="blocks follow one another without overlap", **CRITICAL
    ),
    ExpectRowsToSatisfy(column="file_id", condition="b.n_misplaced = 0", description="blocks are numbered without gap", **CRITICAL),
    ExpectSumOfBlocks(
        column="n_chars", total="b.n_rebuilt", description="blocks and the white space between them make up the file", **CRITICAL
    ),
    ExpectRowsToSatisfy(
        column="n_chars",
        condition="r.status <> 'loaded' OR r.n_chars = 0 OR b.n_blocks IS NOT NULL",
        description="a file with characters has blocks",
        **WARNING,
    ),
    ExpectRowsToSatisfy(
        column="n_chars",
        condition="b.n_in_blocks * 2 >= r.n_chars",
        description="less than half of the file is white space between blocks",
        **WARNING,
    ),
    ExpectRowsToSatisfy(
        column="n_replaced",
        condition="r.n_replaced <= r.n_chars * 0.01",
        description="at most 1 % of the characters stand for bytes that could not be decoded",
        **WARNING,
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="issue_on",
        min_value=date(1900, 1, 1),
        max_value={"$PARAMETER": "in_a_year"},
        description="the issue appeared between 1900 and a year from now",
        **WARNING,
    ),
    ExpectRowsToSatisfy(
        column="issue_basis",
        condition="(r.paper IS NULL AND r.issue_on IS NULL) OR r.issue_basis IS NOT NULL",
        description="what is known of the issue says where from",
        **WARNING,
    ),
    ExpectRowsToSatisfy(
        column="issue_on",
        condition="r.status <> 'loaded' OR (r.paper IS NOT NULL AND r.issue_on IS NOT NULL)",
        description="paper and date of the issue are known",
        **INFO,
    ),
    beside=BESIDE,
)
