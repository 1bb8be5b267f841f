"""Identities over articles: stable ids from names, and namesakes told apart.

One person per name, unless what is printed beside the name contradicts itself: a reporter is not an official, an official no resident,
and who works at a school does not run a company. Ids are hashes of names, so they hold over runs and machines; the person whom most
articles name keeps the plain id when another of the name turns up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from transforms.lexicons.names import title_words, trades
from transforms.names.organizations import organization_kind

EXCLUSIVE_KINDS = frozenset(["school", "hospital", "court", "company", "military"])


@lru_cache(maxsize=1 << 14)
def _hash(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def person_id(name: str, disambiguated_by: str | None = None) -> str:
    """Return the id of the person of that name; ``disambiguated_by`` where several people bear it."""
    return _hash("person", name, disambiguated_by) if disambiguated_by else _hash("person", name)


def organization_id(name: str) -> str:
    """Return the id of the organisation of that name."""
    return _hash("organization", name)


def place_id(name: str) -> str:
    """Return the id of the place of that name."""
    return _hash("place", name)


class PersonEvidence(NamedTuple):
    """What one article prints with a name: a title (and its organisation), the part in a byline, or nothing."""

    article_id: str
    title: str | None = None
    organization: str | None = None
    role: str | None = None


Shown = tuple[str | None, str | None, str | None]
"""Title, organisation and role of ``PersonEvidence``."""


class Person(NamedTuple):
    """One of several people of a name: the id, and the words that tell this one from the others."""

    person_id: str
    disambiguated_by: str


def disambiguate(name: str, evidence: Iterable[PersonEvidence]) -> dict[str, Person]:
    """Return the person whom each article means, by article; nothing where all of them may mean one person.

    Articles that print nothing with the name, or what fits several, mean the one whom most articles name.

    >>> told = disambiguate("李云川", [PersonEvidence("a1", "区长"), PersonEvidence("a2", "区长"), PersonEvidence("a3", role="reporter"), PersonEvidence("a4")])
    >>> {article: person.disambiguated_by for article, person in told.items()}
    {'a1': '区长', 'a2': '区长', 'a3': '记者', 'a4': '区长'}
    >>> disambiguate("李云川", [PersonEvidence("a1", "区长"), PersonEvidence("a2", "教授"), PersonEvidence("a3")])
    {}
    """
    of_article: dict[str, list[Shown]] = defaultdict(list)
    for article, *shown in evidence:
        of_article[article].append(tuple(shown))
    walks = {article: _walk_of_life(tuple(some)) for article, some in of_article.items()}
    n_articles = Counter(walk for walk in walks.values() if walk)
    if "office" in n_articles and (firm := [walk for walk in n_articles if walk in EXCLUSIVE_KINDS]):
        joined = max(firm, key=lambda walk: (n_articles[walk], walk))  # a headmaster may hold an office too
        walks = {article: joined if walk == "office" else walk for article, walk in walks.items()}
        n_articles[joined] += n_articles.pop("office")
    if len(n_articles) < 2:
        return {}
    main = max(n_articles, key=lambda walk: (n_articles[walk], walk))
    of_walk: dict[str | None, Counter[Shown]] = defaultdict(Counter)
    for article, some in of_article.items():
        of_walk[walks[article]].update(some)
    words = {walk: _words_for(of_walk[walk]) for walk in n_articles}
    people = {walk: Person(person_id(name, None if walk == main else words[walk]), words[walk]) for walk in n_articles}
    return {article: people[walk or main] for article, walk in walks.items()}


@lru_cache(maxsize=1 << 14)
def _walk_of_life(shown: tuple[Shown, ...]) -> str | None:
    """Return what kind of person an article shows: reporter, office, civil, or the kind of the organisation; None where it does not say."""
    if any(role for _, _, role in shown):
        return "reporter"
    kinds = [organization_kind(organization) for _, organization, _ in shown if organization]
    found = next((kind for kind in kinds if kind in EXCLUSIVE_KINDS), None)
    if found:
        return found
    classes = {_class_of(title) for title, _, _ in shown if title}
    return next((each for each in ("office", "civil") if each in classes), None)


def _class_of(title: str) -> str | None:
    """Return the class of a title by its last word; trades are as civil as residents."""
    head = next((title[start:] for start in range(len(title) - 1) if title[start:] in title_words()), None)
    return "civil" if head in trades() else title_words()[head] if head else None


def _words_for(shown: Mapping[Shown, int]) -> str:
    """Return the words that stand with the name most often."""
    words: Counter[str] = Counter()
    for (title, organization, role), n in shown.items():
        words[
            {"reporter": "记者", "correspondent": "通讯员", "photographer": "摄影", "editor": "编辑"}.get(role or "")
            or f"{organization or ''}{title or ''}"
        ] += n
    words.pop("", None)
    return max(words, key=lambda each: (words[each], each))
