"""Edits: each step of repair can be followed back."""

from expectations.contract import CRITICAL, WARNING, contract
from expectations.contracts.common import not_blank
from expectations.gx.row_expectations import ExpectIdsToExtend, ExpectRowsToSatisfy

CONTRACT = contract(
    "edits",
    ExpectIdsToExtend(column="edit_id", extended="file_id", letter="e", description="edit_id is made of file_id", **CRITICAL),
    ExpectIdsToExtend(column="block_id", extended="file_id", description="an edit touches a block of its file", **CRITICAL),
    ExpectRowsToSatisfy(
        column="target_block_id",
        condition="starts_with(r.target_block_id, r.file_id) AND r.target_block_id <> r.block_id",
        description="the target is another block of its file",
        **CRITICAL,
    ),
    ExpectIdsToExtend(column="article_id", extended="file_id", description="an edit repairs an article of its file", **CRITICAL),
    not_blank("evidence"),
    ExpectRowsToSatisfy(
        column="target_block_id",
        condition="r.kind NOT IN ('join', 'drop_duplicate') OR r.target_block_id IS NOT NULL",
        description="a join and a dropped duplicate name their target",
        **WARNING,
    ),
)
