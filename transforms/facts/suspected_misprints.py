"""Rows of ``suspected_misprints``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.facts import ReadArticle
from transforms.locating import Row
from transforms.misprints import find_misprints


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield a row per doubtful piece of text."""
    for number, found in enumerate(find_misprints(article.text, article.names), 1):
        yield {
            "misprint_id": f"{article.article_id}-x{number:03d}",
            **article.at.place(found),
            "suggestion": found.suggestion,
            "evidence": found.evidence,
            "confidence": found.confidence,
        }
