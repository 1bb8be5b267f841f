"""Rows of ``times``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.facts import ReadArticle
from transforms.locating import Row


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield a row per time expression."""
    for number, time in enumerate(article.times, 1):
        yield {
            "time_id": f"{article.article_id}-t{number:03d}",
            **article.at.place(time),
            "value": time.value,
            "start_on": time.start_on,
            "end_on": time.end_on,
            "granularity": time.granularity,
            "basis": time.basis,
        }
