"""Events: what happened, by a word of the text."""

from expectations.contract import CRITICAL, INFO, WARNING, contract
from expectations.contracts.common import fact_expectations, no_blank_members, not_blank
from expectations.gx.row_expectations import ExpectRowsToSatisfy

CONTRACT = contract(
    "events",
    *fact_expectations("event_id", "v"),
    not_blank("trigger"),
    no_blank_members("actors", "actors are named"),
    ExpectRowsToSatisfy(
        column="actor_ids",
        condition="NOT coalesce(list_bool_or(list_transform(r.actor_ids, lambda x: x IS NULL)), false)",
        description="ids of actors are given",
        **CRITICAL,
    ),
    ExpectRowsToSatisfy(
        column="actor_ids", condition="len(r.actor_ids) <= len(r.actors)", description="no more actors are known than are named", **CRITICAL
    ),
    no_blank_members("objects", "objects are named"),
    ExpectRowsToSatisfy(
        column="trigger",
        condition="r.text LIKE '%' || array_to_string(string_split(r.trigger, ''), '%') || '%'",
        description="the trigger stands in the evidence",  # in one piece or in several (选举…为)
        **WARNING,
    ),
    ExpectRowsToSatisfy(
        column="on_date",
        condition="r.on_date BETWEEN DATE '1000-01-01' AND getvariable('checked_on') + INTERVAL 10 YEAR",
        description="it happens between 1000 and ten years from now",
        **WARNING,
    ),
    ExpectRowsToSatisfy(column="actors", condition="len(r.actors) > 0", description="someone does it", **INFO),
)
