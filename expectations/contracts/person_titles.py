"""Titles of persons: printed with a person's mention, held on the day the article appeared."""

from expectations.contracts.common import stands_in_article
from expectations.rules import contract, critical, has_text, warning

CONTRACT = contract(
    "person_titles",
    *stands_in_article("title"),
    critical("the mention is of the same article", "starts_with(r.mention_id, r.article_id || '-m')", "mention_id"),
    critical("the mention is of a person", "m.kind = 'person'", "mention_id"),
    critical("it was held on the day of the article", "a.article_id IS NULL OR r.held_on IS NOT DISTINCT FROM a.published_on", "held_on"),
    critical("organization is not empty", has_text("organization"), "organization"),
    warning("a title is shorter than 40 characters", "length(r.title) < 40", "title"),
    beside="""
LEFT JOIN (SELECT mention_id, any_value(kind) AS kind FROM mentions GROUP BY 1) AS m ON m.mention_id = r.mention_id
LEFT JOIN (SELECT article_id, any_value(published_on) AS published_on FROM articles GROUP BY 1) AS a ON a.article_id = r.article_id
""",
)
