"""Rows of ``mentions``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.facts import ReadArticle
from transforms.identities import organization_id, person_id, place_id
from transforms.locating import Row

ENTITY_ID = {"person": person_id, "organization": organization_id, "place": place_id}


def mention_id_of(article_id: str, number: int) -> str:
    """Return the id of the article's mention of that number, counted from 1."""
    return f"{article_id}-m{number:03d}"


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield the rows of ``mentions``; a person's id is that of the name until the corpus knows better."""
    for number, name in enumerate(article.names, 1):
        yield {
            "mention_id": mention_id_of(article.article_id, number),
            **article.at.place(name),
            "kind": name.kind,
            "name": name.name,
            "entity_id": ENTITY_ID[name.kind](name.name),
            "title": name.title,
            "role": name.role,
            "level": name.level,
            "adcode": name.adcode,
            "parent": name.parent,
            "organization_kind": name.organization_kind,
            "confidence": name.confidence,
        }
