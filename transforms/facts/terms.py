"""Rows of ``terms``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.facts import ReadArticle
from transforms.records import Row
from transforms.terms import find_terms


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield a row per candidate keyword."""
    for term in find_terms(article.text, article.article.headline, article.names):
        yield {"article_id": article.article_id, "term": term.term, "n": term.n}
