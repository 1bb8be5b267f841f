"""Blocks: the raw text, cut at its line breaks. A bad block spoils the accounting of its file and takes it along."""

from expectations.rules import contract, critical, has_text, info, warning

BEFORE = """
LEFT JOIN (SELECT row, lag(char_end) OVER (PARTITION BY file_id ORDER BY seq) AS char_end FROM blocks) AS before ON before.row = r.row
"""

CONTRACT = contract(
    "blocks",
    critical("block_id is made of file_id and seq", "r.block_id = format('{}-b{:04d}', r.file_id, r.seq)", "block_id"),
    critical("a block ends after it starts", "r.char_start < r.char_end", "char_end"),
    critical("text is as long as its range", "length(r.text) = r.char_end - r.char_start", "text"),
    critical("text is more than white space", has_text("text"), "text"),
    critical("text has no line break", "NOT contains(r.text, chr(10))", "text"),
    critical(
        "a block starts where the one before it has ended",
        "r.char_start >= before.char_end",
        "char_start",
    ),
    critical("a block repeats another block of its file", "starts_with(r.duplicate_of, r.file_id) AND r.duplicate_of <> r.block_id", "duplicate_of"),
    critical("a block continues another block of its file", "starts_with(r.continues, r.file_id) AND r.continues <> r.block_id", "continues"),
    critical("duplicate_kind is given where duplicate_of is", "(r.duplicate_of IS NULL) = (r.duplicate_kind IS NULL)", "duplicate_kind"),
    critical("a block belongs to an article of its file", "starts_with(r.article_id, r.file_id)", "article_id"),
    warning("a duplicate names the block that says the same", "r.role <> 'duplicate' OR r.duplicate_of IS NOT NULL", "duplicate_of"),
    warning("body text belongs to an article", "r.role <> 'body' OR r.article_id IS NOT NULL", "article_id"),
    warning("furniture and adverts belong to no article", "r.role NOT IN ('furniture', 'advert') OR r.article_id IS NULL", "article_id"),
    info("the role of a block is known", "r.role <> 'unassigned'", "role"),
    beside=BEFORE,
)
