"""Articles: a body that is made of its paragraphs, a date with its basis."""

from expectations.rules import contract, critical, has_text, info, warning

BESIDE = """
LEFT JOIN (
  SELECT article_id, coalesce(  -- photo news has a caption and no body
    string_agg(text, chr(10) ORDER BY seq) FILTER (WHERE role = 'body'), string_agg(text, chr(10) ORDER BY seq) FILTER (WHERE role = 'caption')
  ) AS body
  FROM paragraphs GROUP BY article_id
) AS p ON p.article_id = r.article_id
LEFT JOIN (SELECT block_id, any_value(article_id) AS article_id FROM blocks GROUP BY block_id) AS b ON b.block_id = replace(r.article_id, '-a', '-b')
LEFT JOIN (SELECT file_id, any_value(row(paper, issue_on, page)) AS issue FROM raw_files GROUP BY file_id) AS f ON f.file_id = r.file_id
"""

CONTRACT = contract(
    "articles",
    critical("article_id is made of file_id and the number of a block", "regexp_full_match(r.article_id, r.file_id || '-a[0-9]{4,}')", "article_id"),
    critical("the block that article_id names is of the article", "b.article_id IS NOT DISTINCT FROM r.article_id", "article_id"),
    critical("paper, date and page of the issue are those of its file", "f.file_id IS NULL OR f.issue = row(r.paper, r.issue_on, r.page)", "issue_on"),
    critical("n_chars is the length of the body", "length(r.body) = r.n_chars", "n_chars"),
    critical("the body is its paragraphs, one per line", "coalesce(p.body, '') = r.body", "body"),
    critical("headline is not empty", has_text("headline"), "headline"),
    critical("reporters are named", "NOT list_contains(r.reporters, '')", "reporters"),
    critical("photographers are named", "NOT list_contains(r.photographers, '')", "photographers"),
    critical("subheads are not empty", "NOT list_contains(r.subheads, '')", "subheads"),
    critical("a date of publication says where it comes from", "r.published_on IS NULL OR coalesce(r.published_basis, '') <> ''", "published_basis"),
    warning("headline is shorter than 120 characters", "length(r.headline) < 120", "headline"),
    warning("a reporter's name is shorter than 16 characters", "len(list_filter(r.reporters, lambda n: length(n) >= 16)) = 0", "reporters"),
    warning(
        "it was published between 1900 and a year from now",
        "r.published_on BETWEEN DATE '1900-01-01' AND getvariable('checked_on') + INTERVAL 1 YEAR",
        "published_on",
    ),
    warning("the dateline is not after publication", "r.dateline_on <= r.published_on", "dateline_on"),
    warning("an article has text", "r.n_chars > 0 OR r.kind IN ('photo', 'notice')", "body"),
    info("the beginning is there", "NOT r.is_headless", "is_headless"),
    info("the end is there", "NOT r.is_truncated", "is_truncated"),
    beside=BESIDE,
)
