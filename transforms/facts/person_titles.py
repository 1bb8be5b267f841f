"""Rows of ``person_titles``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.facts import ReadArticle
from transforms.identities import person_id
from transforms.records import Row


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield a row per title and person; a title printed twice in an article is kept where it stands first."""
    seen = set()
    for number, name in enumerate(article.printed_names, 1):
        for title in name.titles:
            key = (name.name, title.text, title.organization)
            if name.kind != "person" or key in seen:
                continue
            seen.add(key)
            row = article.locator.fact_columns(title)
            yield {
                "person_id": person_id(name.name),
                "mention_id": article.fact_id("m", number),
                "title": row.pop("text"),
                "organization": title.organization,
                "organization_id": article.entity_ids.get(("organization", title.organization)),
                "tenure": title.tenure,
                "held_on": article.dating.published_on,
                "confidence": name.confidence,
                "rule": name.rule,
                **row,
            }
