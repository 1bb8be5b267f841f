"""Quotations: what is said, and by whom where the text says it."""

from expectations.contract import CRITICAL, INFO, WARNING, contract
from expectations.contracts.common import fact_expectations, no_blank_members, not_blank, shorter_than
from expectations.gx import gxe
from expectations.gx.row_expectations import ExpectRowsToSatisfy

CONTRACT = contract(
    "quotes",
    *fact_expectations("quote_id", "q"),
    not_blank("speaker"),
    no_blank_members("candidates", "candidates are named"),
    ExpectRowsToSatisfy(
        column="organization_id", condition="r.person_id IS NULL OR r.organization_id IS NULL", description="one speaks", **CRITICAL
    ),
    ExpectRowsToSatisfy(
        column="speaker",
        condition="r.person_id IS NULL OR r.speaker IS NOT NULL",
        description="a known person speaks under a name",
        **WARNING,
    ),
    shorter_than("speaker", 60, "a speaker is named in fewer than 60 characters"),
    gxe.ExpectColumnValuesToNotBeNull(column="speaker", description="the speaker is known", **INFO),
)
