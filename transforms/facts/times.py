"""Rows of ``times``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.facts import ReadArticle
from transforms.records import Row


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield a row per time expression."""
    return article.fact_rows("time_id", "t", article.times)
