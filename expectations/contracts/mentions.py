"""Mentions: who and what is named, with what only its kind can have."""

from expectations.contract import CRITICAL, WARNING, contract
from expectations.contracts.common import fact_expectations, not_blank, shorter_than
from expectations.gx import gxe
from expectations.gx.row_expectations import ExpectRowsToSatisfy

BRACKETS = (("（(", "）)"), ("《", "》"), ("“", "”"), ("「", "」"), ("[【", "]】"))
BALANCED = " AND ".join(
    f"length(translate(r.name, '{opening}', '')) = length(translate(r.name, '{closing}', ''))" for opening, closing in BRACKETS
)

CONTRACT = contract(
    "mentions",
    *fact_expectations("mention_id", "m"),
    not_blank("name"),
    ExpectRowsToSatisfy(
        column="title", condition="r.kind = 'person' OR r.title IS NULL", description="only persons have a title", **CRITICAL
    ),
    ExpectRowsToSatisfy(
        column="roles", condition="r.kind = 'person' OR r.roles IS NULL", description="only persons have a role in the byline", **CRITICAL
    ),
    ExpectRowsToSatisfy(
        column="level",
        condition="r.kind = 'place' OR coalesce(r.level, r.adcode, r.parent) IS NULL",
        description="only places have a level, a code and a parent",
        **CRITICAL,
    ),
    ExpectRowsToSatisfy(
        column="organization_kind",
        condition="r.kind = 'organization' OR r.organization_kind IS NULL",
        description="only organisations have their kind",
        **CRITICAL,
    ),
    gxe.ExpectColumnValuesToNotBeNull(column="entity_id", description="a mention stands for an entity", **WARNING),
    shorter_than("text", 60, "a name is shorter than 60 characters"),
    ExpectRowsToSatisfy(
        column="text",
        condition="r.kind <> 'person' OR length(r.text) < 20",
        description="a person's name is shorter than 20 characters",
        **WARNING,
    ),
    ExpectRowsToSatisfy(column="name", condition=BALANCED, description="brackets balance in a name", **WARNING),
    gxe.ExpectColumnValuesToMatchRegex(column="adcode", regex="^[0-9]{6,12}$", description="adcode is 6 to 12 digits", **WARNING),
)
