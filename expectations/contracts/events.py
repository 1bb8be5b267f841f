"""Events: what happened, by a word of the text."""

from expectations.contracts.common import fact_rules
from expectations.rules import contract, critical, has_text, info, warning

CONTRACT = contract(
    "events",
    *fact_rules("event_id", "v"),
    critical("trigger is not empty", has_text("trigger"), "trigger"),
    critical("actors are named", "NOT list_contains(r.actors, '')", "actors"),
    critical("ids of actors are given", "NOT coalesce(list_bool_or(list_transform(r.actor_ids, lambda x: x IS NULL)), false)", "actor_ids"),
    critical("no more actors are known than are named", "len(r.actor_ids) <= len(r.actors)", "actor_ids"),
    critical("objects are named", "NOT list_contains(r.objects, '')", "objects"),
    warning("the trigger stands in the evidence", "contains(r.text, r.trigger)", "trigger"),
    warning(
        "it happens between 1000 and ten years from now",
        "r.on_date BETWEEN DATE '1000-01-01' AND getvariable('checked_on') + INTERVAL 10 YEAR",
        "on_date",
    ),
    info("someone does it", "len(r.actors) > 0", "actors"),
)
