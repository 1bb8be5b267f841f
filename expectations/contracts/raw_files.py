"""Raw files: what was read is known to the byte, and every character of it is accounted for."""

from expectations.rules import contract, critical, info, warning

BLOCKS = """
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
    critical("file_id is 16 hex digits", "regexp_full_match(r.file_id, '[0-9a-f]{16}')", "file_id"),
    critical(
        "a loaded file has an encoding and a length",
        "r.status <> 'loaded' OR (r.encoding IS NOT NULL AND r.n_chars IS NOT NULL AND r.n_replaced IS NOT NULL)",
    ),
    critical("a file that is not loaded says why", "r.status = 'loaded' OR coalesce(r.reason, '') <> ''", "reason"),
    critical("a file that is not loaded has no blocks", "r.status = 'loaded' OR b.n_blocks IS NULL"),
    critical("there are no more characters than bytes", "r.n_chars <= r.n_bytes", "n_chars"),
    critical("blocks end inside the file", "b.last_end <= r.n_chars", "n_chars"),
    critical("blocks follow one another without overlap", "b.n_overlaps = 0"),
    critical("blocks are numbered without gap", "b.n_misplaced = 0"),
    critical("blocks and the white space between them make up the file", "b.n_rebuilt = r.n_chars", "n_chars"),
    warning("a file with characters has blocks", "r.status <> 'loaded' OR r.n_chars = 0 OR b.n_blocks IS NOT NULL"),
    warning("less than half of the file is white space between blocks", "b.n_in_blocks * 2 >= r.n_chars", "n_chars"),
    warning("at most 1 % of the characters stand for bytes that could not be decoded", "r.n_replaced <= r.n_chars * 0.01", "n_replaced"),
    warning(
        "the issue appeared between 1900 and a year from now",
        "r.issue_on BETWEEN DATE '1900-01-01' AND getvariable('checked_on') + INTERVAL 1 YEAR",
        "issue_on",
    ),
    warning(
        "what is known of the issue says where from",
        "(r.paper IS NULL AND r.issue_on IS NULL) OR r.issue_basis IS NOT NULL",
        "issue_basis",
    ),
    info("paper and date of the issue are known", "r.status <> 'loaded' OR (r.paper IS NOT NULL AND r.issue_on IS NOT NULL)"),
    beside=BLOCKS,
)
