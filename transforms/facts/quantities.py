"""Rows of ``quantities``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.facts import ReadArticle
from transforms.records import Row


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield a row per quantity; one that is a part of another names it by its id."""
    for row in article.fact_rows("quantity_id", "n", article.quantities):
        yield row | {"part_of": row["part_of"] and article.fact_id("n", row["part_of"])}
