"""Rows of ``events``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.events import find_events
from transforms.facts import ReadArticle
from transforms.records import Row


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield a row per event; its place and its actors are those of the article's mentions that are named so."""
    for row in article.fact_rows("event_id", "v", find_events(article.text, article.names, article.times, article.dating.published_on)):
        actors = (article.entity_ids.get(("person", actor)) or article.entity_ids.get(("organization", actor)) for actor in row["actors"])
        yield row | {
            "place_id": article.entity_ids.get(("place", row["place"])),
            "actor_ids": [entity_id for entity_id in actors if entity_id],
        }
