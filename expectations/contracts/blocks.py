"""Blocks: the raw text, cut at its line breaks. A bad block spoils the accounting of its file and takes it along."""

from expectations.contract import CRITICAL, INFO, WARNING, contract
from expectations.contracts.common import not_blank
from expectations.gx import gxe
from expectations.gx.row_expectations import ExpectIdsToExtend, ExpectOrder, ExpectRowsToSatisfy

BEFORE = """
LEFT JOIN (SELECT row, lag(char_end) OVER (PARTITION BY file_id ORDER BY seq) AS char_end FROM blocks) AS before ON before.row = r.row
"""

CONTRACT = contract(
    "blocks",
    ExpectRowsToSatisfy(
        column="block_id",
        condition="r.block_id = format('{}-b{:04d}', r.file_id, r.seq)",
        description="block_id is made of file_id and seq",
        **CRITICAL,
    ),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="char_end",
        column_B="char_start",
        ignore_row_if="either_value_is_missing",
        description="a block ends after it starts",
        **CRITICAL,
    ),
    ExpectRowsToSatisfy(
        column="text", condition="length(r.text) = r.char_end - r.char_start", description="text is as long as its range", **CRITICAL
    ),
    not_blank("text", "text is more than white space"),
    gxe.ExpectColumnValuesToNotMatchRegex(column="text", regex="\n", description="text has no line break", **CRITICAL),
    ExpectOrder(
        column="char_start", previous="before.char_end", description="a block starts where the one before it has ended", **CRITICAL
    ),
    ExpectRowsToSatisfy(
        column="duplicate_of",
        condition="starts_with(r.duplicate_of, r.file_id) AND r.duplicate_of <> r.block_id",
        description="a block repeats another block of its file",
        **CRITICAL,
    ),
    ExpectRowsToSatisfy(
        column="continues",
        condition="starts_with(r.continues, r.file_id) AND r.continues <> r.block_id",
        description="a block continues another block of its file",
        **CRITICAL,
    ),
    ExpectRowsToSatisfy(
        column="duplicate_kind",
        condition="(r.duplicate_of IS NULL) = (r.duplicate_kind IS NULL)",
        description="duplicate_kind is given where duplicate_of is",
        **CRITICAL,
    ),
    ExpectIdsToExtend(column="article_id", extended="file_id", description="a block belongs to an article of its file", **CRITICAL),
    ExpectRowsToSatisfy(
        column="duplicate_of",
        condition="r.role <> 'duplicate' OR r.duplicate_of IS NOT NULL",
        description="a duplicate names the block that says the same",
        **WARNING,
    ),
    ExpectRowsToSatisfy(
        column="article_id",
        condition="r.role <> 'body' OR r.article_id IS NOT NULL",
        description="body text belongs to an article",
        **WARNING,
    ),
    ExpectRowsToSatisfy(
        column="article_id",
        condition="r.role NOT IN ('furniture', 'advert') OR r.article_id IS NULL",
        description="furniture and adverts belong to no article",
        **WARNING,
    ),
    gxe.ExpectColumnValuesToNotBeInSet(column="role", value_set=["unassigned"], description="the role of a block is known", **INFO),
    beside=BEFORE,
)
