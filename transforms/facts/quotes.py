"""Rows of ``quotes``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.facts import ReadArticle
from transforms.identities import person_id
from transforms.locating import Row
from transforms.quotes import find_quotes


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield the rows of ``quotes``; the speaker is a person where the article names one so."""
    people = {name.name for name in article.names if name.kind == "person"}
    for number, quote in enumerate(find_quotes(article.text, article.names), 1):
        yield {
            "quote_id": f"{article.article_id}-q{number:03d}",
            **article.at.place(quote),
            "speaker": quote.speaker,
            "person_id": person_id(quote.speaker) if quote.speaker in people else None,
            "verb": quote.verb,
            "is_direct": quote.is_direct,
            "confidence": quote.confidence,
        }
