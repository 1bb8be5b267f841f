"""Rows of ``suspected_misprints``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from transforms.facts import ReadArticle
from transforms.misprints import find_misprints_of
from transforms.records import Row


def rows_of(articles: Sequence[ReadArticle]) -> Iterator[Row]:
    """Yield a row per doubtful piece of text."""
    doubts = find_misprints_of([article.text for article in articles], [article.names for article in articles])
    for article, some in zip(articles, doubts, strict=True):
        yield from article.fact_rows("misprint_id", "x", some)
