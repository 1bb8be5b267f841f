"""Sentences: pieces of their paragraph, in its order."""

from expectations.contract import CRITICAL, contract
from expectations.contracts.common import not_blank, shorter_than
from expectations.gx.row_expectations import ExpectIdsToExtend, ExpectRowsToSatisfy

CONTRACT = contract(
    "sentences",
    ExpectRowsToSatisfy(
        column="sentence_id",
        condition="r.sentence_id = format('{}-s{:03d}', r.article_id, r.seq)",
        description="sentence_id is made of article_id and seq",
        **CRITICAL,
    ),
    not_blank("text", "text is more than white space"),
    ExpectIdsToExtend(
        column="paragraph_id", extended="article_id", letter="p", description="a sentence stands in a paragraph of its article", **CRITICAL
    ),
    ExpectRowsToSatisfy(
        column="text", condition="contains(p.text, r.text)", description="the paragraph has the text of the sentence", **CRITICAL
    ),
    shorter_than("text", 1000, "a sentence is shorter than 1,000 characters"),
    beside="LEFT JOIN (SELECT paragraph_id, any_value(text) AS text FROM paragraphs GROUP BY 1) AS p ON p.paragraph_id = r.paragraph_id",
)
