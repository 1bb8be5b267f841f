"""Mentions: who and what is named, with what only its kind can have."""

from expectations.contracts.common import fact_rules
from expectations.rules import contract, critical, has_text, warning

BRACKETS = (("（(", "）)"), ("《", "》"), ("“", "”"), ("「", "」"), ("[【", "]】"))
BALANCED = " AND ".join(f"length(translate(r.name, '{opening}', '')) = length(translate(r.name, '{closing}', ''))" for opening, closing in BRACKETS)

CONTRACT = contract(
    "mentions",
    *fact_rules("mention_id", "m"),
    critical("name is not empty", has_text("name"), "name"),
    critical("only persons have a title", "r.kind = 'person' OR r.title IS NULL", "title"),
    critical("only persons have a role in the byline", "r.kind = 'person' OR r.roles IS NULL", "roles"),
    critical("only places have a level, a code and a parent", "r.kind = 'place' OR coalesce(r.level, r.adcode, r.parent) IS NULL"),
    critical("only organisations have their kind", "r.kind = 'organization' OR r.organization_kind IS NULL", "organization_kind"),
    warning("a mention stands for an entity", "r.entity_id IS NOT NULL", "entity_id"),
    warning("a name is shorter than 60 characters", "length(r.text) < 60", "text"),
    warning("a person's name is shorter than 20 characters", "r.kind <> 'person' OR length(r.text) < 20", "text"),
    warning("brackets balance in a name", BALANCED, "name"),
    warning("adcode is 6 to 12 digits", "regexp_full_match(r.adcode, '[0-9]{6,12}')", "adcode"),
)
