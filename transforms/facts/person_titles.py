"""Rows of ``person_titles``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.facts import ReadArticle
from transforms.facts.mentions import mention_id_of
from transforms.identities import person_id
from transforms.locating import Row


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield the rows of ``person_titles``; a title printed twice in an article is kept where it stands first."""
    seen = set()
    for number, name in enumerate(article.names, 1):
        for title in name.titles:
            key = (name.name, title.text, title.organization)
            if name.kind != "person" or key in seen:
                continue
            seen.add(key)
            row = article.at.place(title)
            yield {
                "person_id": person_id(name.name),
                "mention_id": mention_id_of(article.article_id, number),
                "title": row.pop("text"),
                "organization": title.organization,
                "held_on": article.dating.published_on,
                **row,
            }
