"""Rows of ``quantities``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.facts import ReadArticle
from transforms.locating import Row
from transforms.quantities import find_quantities


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield a row per quantity."""
    for number, found in enumerate(find_quantities(article.text), 1):
        yield {
            "quantity_id": f"{article.article_id}-n{number:03d}",
            **article.at.place(found),
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "unit": found.unit,
            "kind": found.kind,
            "base_value": found.base_value,
            "base_unit": found.base_unit,
            "qualifier": found.qualifier,
            "per": found.per,
            "of": found.of,
        }
