"""Rows of ``person_titles``."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.facts import ReadArticle
from transforms.identities import person_id
from transforms.lexicons.names import title_words
from transforms.records import Row, Title

TENURES = {"原": "former", "前": "former", "时任": "former", "代": "acting", "代理": "acting", "拟任": "designate", "候任": "designate"}
"""What stands before a title, or begins it, that is not simply held."""
SEPARATORS = frozenset("，、。；：（(“\n ,;:")


def rows(article: ReadArticle) -> Iterator[Row]:
    """Yield a row per title and person; a title printed twice in an article is kept where it stands first."""
    seen = set()
    for number, name in enumerate(article.names, 1):
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
                "tenure": tenure_of(title, article.text),
                "held_on": article.dating.published_on,
                "confidence": name.confidence,
                "rule": name.rule,
                **row,
            }


def tenure_of(title: Title, text: str) -> str:
    """Return whether a title is held, by the word that begins it or that stands before it and its organisation: see ``TENURES``.

    >>> text = "代区长蒋承宇、原水务局局长罗伯钧"
    >>> tenure_of(Title("代区长", 0, 3), text), tenure_of(Title("局长", 11, 13, "水务局"), text), tenure_of(Title("代表", 0, 2), "代表蒋承宇")
    ('acting', 'former', 'current')
    """
    if title.tenure != "current":
        return title.tenure
    start = title.char_start
    if title.organization and text.endswith(title.organization, 0, start):
        start -= len(title.organization)
    for word, tenure in TENURES.items():
        before = start - len(word)
        if title.text.startswith(word) and any(title.text.endswith(office) for office in title_words() if len(office) <= len(title.text) - len(word)):
            return tenure
        if before >= 0 and text.startswith(word, before) and (not before or text[before - 1] in SEPARATORS):
            return tenure
    return "current"
