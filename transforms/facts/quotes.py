"""Rows of ``quotes``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.facts import ReadArticle
from transforms.quotes import find_quotes
from transforms.records import Row


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield a row per quotation; the speaker is a person or an organisation where the article names one so."""
    for row in article.fact_rows("quote_id", "q", find_quotes(article.text, article.names)):
        yield row | {
            "person_id": article.entity_ids.get(("person", row["speaker"])),
            "organization_id": article.entity_ids.get(("organization", row["speaker"])),
        }
