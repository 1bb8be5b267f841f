"""Rows of ``suspected_misprints``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from transforms.facts import ReadArticle
from transforms.locating import Row
from transforms.misprints import find_misprints_of


def rows_of(articles: Sequence[ReadArticle]) -> Iterator[Row]:
    """Yield a row per doubtful piece of text."""
    doubts = find_misprints_of([article.text for article in articles], [article.names for article in articles])
    for article, some in zip(articles, doubts, strict=True):
        for number, found in enumerate(some, 1):
            yield {
                "misprint_id": f"{article.article_id}-x{number:03d}",
                **article.at.place(found),
                "suggestion": found.suggestion,
                "evidence": found.evidence,
                "confidence": found.confidence,
            }
