"""Rows of ``mentions``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.facts import ENTITY_ID, ReadArticle
from transforms.records import Row


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield a row per name; a person's id is that of the name until the corpus knows better."""
    for row in article.fact_rows("mention_id", "m", article.names):
        del row["titles"]  # rows of person_titles
        roles = row["roles"] or (None,)
        yield row | {"entity_id": ENTITY_ID[row["kind"]](row["name"]), "role": roles[0], "roles": row["roles"] or None}
