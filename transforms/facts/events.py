"""Rows of ``events``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.events import find_events
from transforms.facts import ReadArticle
from transforms.identities import place_id
from transforms.locating import Row


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield the rows of ``events``; the place is one of the article's mentions where it is named so."""
    places = {name.text: name.name for name in article.names if name.kind == "place"}
    for number, event in enumerate(find_events(article.text, article.names, article.times), 1):
        yield {
            "event_id": f"{article.article_id}-v{number:03d}",
            **article.at.place(event),
            "kind": event.kind,
            "trigger": event.trigger,
            "on_date": event.on_date,
            "place_id": place_id(places[event.place]) if event.place in places else None,
            "place": event.place,
            "actors": list(event.actors),
            "objects": list(event.objects),
            "confidence": event.confidence,
        }
