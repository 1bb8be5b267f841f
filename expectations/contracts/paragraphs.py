"""Paragraphs: repaired text that leads back to the raw text."""

from expectations.contract import CRITICAL, WARNING, contract
from expectations.contracts.common import not_blank
from expectations.gx import gxe
from expectations.gx.row_expectations import ExpectRowsToSatisfy

CONTRACT = contract(
    "paragraphs",
    ExpectRowsToSatisfy(
        column="paragraph_id",
        condition="r.paragraph_id = format('{}-p{:03d}', r.article_id, r.seq)",
        description="paragraph_id is made of article_id and seq",
        **CRITICAL,
    ),
    not_blank("text", "text is more than white space"),
    gxe.ExpectColumnValuesToNotMatchRegex(column="text", regex="\n", description="text has no line break", **CRITICAL),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="role",
        value_set=["duplicate", "furniture", "advert", "unassigned"],
        description="an article has no duplicates, furniture or adverts",
        **WARNING,
    ),
)
