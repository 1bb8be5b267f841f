"""Articles: a body that is made of its paragraphs, a date with its basis."""

from expectations.rules import contract, critical, has_text, info, warning

PARAGRAPHS = """
LEFT JOIN (
  SELECT article_id, coalesce(  -- photo news has a caption and no body
    string_agg(text, chr(10) ORDER BY seq) FILTER (WHERE role = 'body'), string_agg(text, chr(10) ORDER BY seq) FILTER (WHERE role = 'caption')
  ) AS body
  FROM paragraphs GROUP BY article_id
) AS p ON p.article_id = r.article_id
"""

CONTRACT = contract(
    "articles",
    critical("article_id is made of file_id and seq", "r.article_id = format('{}-a{:02d}', r.file_id, r.seq)", "article_id"),
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
    beside=PARAGRAPHS,
)
