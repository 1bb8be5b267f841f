"""Edits: each step of repair can be followed back."""

from expectations.rules import contract, critical, has_text, warning

CONTRACT = contract(
    "edits",
    critical("edit_id is made of file_id", "starts_with(r.edit_id, r.file_id || '-e')", "edit_id"),
    critical("an edit touches a block of its file", "starts_with(r.block_id, r.file_id)", "block_id"),
    critical("the target is another block of its file", "starts_with(r.target_block_id, r.file_id) AND r.target_block_id <> r.block_id", "target_block_id"),
    critical("an edit repairs an article of its file", "starts_with(r.article_id, r.file_id)", "article_id"),
    critical("evidence is not empty", has_text("evidence"), "evidence"),
    warning("a join and a dropped duplicate name their target", "r.kind NOT IN ('join', 'drop_duplicate') OR r.target_block_id IS NOT NULL", "target_block_id"),
)
