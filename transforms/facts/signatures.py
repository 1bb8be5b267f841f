"""Rows of ``signatures``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.duplicates import sketch
from transforms.facts import ReadArticle
from transforms.locating import Row


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield the one row of the article: the sketch of its body."""
    shingles = sketch(article.body)
    yield {"article_id": article.article_id, "n_shingles": shingles.n_shingles, "sketch": list(shingles.values)}
