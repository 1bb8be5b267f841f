"""Articles: a body that is made of its paragraphs, a date with its basis."""

from datetime import date

from expectations.contract import CRITICAL, INFO, WARNING, contract
from expectations.contracts.common import no_blank_members, not_blank, shorter_than
from expectations.gx import gxe
from expectations.gx.row_expectations import ExpectRowsToSatisfy

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
    ExpectRowsToSatisfy(
        column="article_id",
        condition="regexp_full_match(r.article_id, r.file_id || '-a[0-9]{4,}')",
        description="article_id is made of file_id and the number of a block",
        **CRITICAL,
    ),
    ExpectRowsToSatisfy(
        column="article_id",
        condition="b.article_id IS NOT DISTINCT FROM r.article_id",
        description="the block that article_id names is of the article",
        **CRITICAL,
    ),
    ExpectRowsToSatisfy(
        column="issue_on",
        condition="f.file_id IS NULL OR f.issue = row(r.paper, r.issue_on, r.page)",
        description="paper, date and page of the issue are those of its file",
        **CRITICAL,
    ),
    ExpectRowsToSatisfy(
        column="n_chars", condition="length(r.body) = r.n_chars", description="n_chars is the length of the body", **CRITICAL
    ),
    ExpectRowsToSatisfy(
        column="body", condition="coalesce(p.body, '') = r.body", description="the body is its paragraphs, one per line", **CRITICAL
    ),
    not_blank("headline"),
    no_blank_members("reporters", "reporters are named"),
    no_blank_members("photographers", "photographers are named"),
    no_blank_members("subheads", "subheads are not empty"),
    ExpectRowsToSatisfy(
        column="published_basis",
        condition="r.published_on IS NULL OR coalesce(r.published_basis, '') <> ''",
        description="a date of publication says where it comes from",
        **CRITICAL,
    ),
    shorter_than("headline", 120, "headline is shorter than 120 characters"),
    ExpectRowsToSatisfy(
        column="reporters",
        condition="len(list_filter(r.reporters, lambda n: length(n) >= 16)) = 0",
        description="a reporter's name is shorter than 16 characters",
        **WARNING,
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="published_on",
        min_value=date(1900, 1, 1),
        max_value={"$PARAMETER": "in_a_year"},
        description="it was published between 1900 and a year from now",
        **WARNING,
    ),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="published_on",
        column_B="dateline_on",
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        description="the dateline is not after publication",
        **WARNING,
    ),
    ExpectRowsToSatisfy(
        column="body", condition="r.n_chars > 0 OR r.kind IN ('photo', 'notice')", description="an article has text", **WARNING
    ),
    gxe.ExpectColumnValuesToBeInSet(column="is_headless", value_set=[False], description="the beginning is there", **INFO),
    gxe.ExpectColumnValuesToBeInSet(column="is_truncated", value_set=[False], description="the end is there", **INFO),
    beside=BESIDE,
)
