"""Rows of ``signatures``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from transforms.duplicates import sketches
from transforms.facts import ReadArticle
from transforms.records import Row


def rows_of(articles: Sequence[ReadArticle]) -> Iterator[Row]:
    """Yield the one row of each article: the sketch of its body."""
    for article, shingles in zip(articles, sketches([article.body for article in articles]), strict=True):
        yield {"article_id": article.article_id, "n_shingles": shingles.n_shingles, "sketch": list(shingles.values)}
