"""Titles of persons: printed with a person's mention, held on the day the article appeared."""

from expectations.contract import CRITICAL, contract
from expectations.contracts.common import not_blank, shorter_than, stands_in_article
from expectations.gx.row_expectations import ExpectIdsToExtend, ExpectRowsToSatisfy

CONTRACT = contract(
    "person_titles",
    *stands_in_article("title"),
    ExpectIdsToExtend(column="mention_id", extended="article_id", letter="m", description="the mention is of the same article", **CRITICAL),
    ExpectRowsToSatisfy(column="mention_id", condition="m.kind = 'person'", description="the mention is of a person", **CRITICAL),
    ExpectRowsToSatisfy(
        column="held_on",
        condition="a.article_id IS NULL OR r.held_on IS NOT DISTINCT FROM a.published_on",
        description="it was held on the day of the article",
        **CRITICAL,
    ),
    not_blank("organization"),
    shorter_than("title", 40, "a title is shorter than 40 characters"),
    beside="""
LEFT JOIN (SELECT mention_id, any_value(kind) AS kind FROM mentions GROUP BY 1) AS m ON m.mention_id = r.mention_id
LEFT JOIN (SELECT article_id, any_value(published_on) AS published_on FROM articles GROUP BY 1) AS a ON a.article_id = r.article_id
""",
)
