"""Identities over articles: stable ids from names, and namesakes told apart.

One person per name, unless what is printed beside the name contradicts itself: a reporter is not an official, an official no resident,
and who works at a school does not run a company; where that tells nothing, who was born years apart is not one, nor who comes from
another county or town. Ids are hashes of names, so they hold over runs and machines; the person whom most
articles name keeps the plain id when another of the name turns up.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
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
    """What one article prints with a name: a title (and its organisation), the part in a byline, the year of birth that an age says, where
    the person comes from, or nothing."""

    article_id: str
    title: str | None = None
    organization: str | None = None
    role: str | None = None
    born: int | None = None
    home: str | None = None


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
    born: dict[str, int] = {}
    homes: dict[str, str] = {}
    for one in sorted(evidence, key=repr):
        of_article[one.article_id].append((one.title, one.organization, one.role))
        if one.born:
            born.setdefault(one.article_id, one.born)
        if one.home:
            homes.setdefault(one.article_id, one.home)
    walks = {article: _walk_of_life(tuple(some)) for article, some in of_article.items()}
    n_articles = Counter(walk for walk in walks.values() if walk)
    if "office" in n_articles and (firm := [walk for walk in n_articles if walk in EXCLUSIVE_KINDS]):
        joined = max(firm, key=lambda walk: (n_articles[walk], walk))  # a headmaster may hold an office too
        walks = {article: joined if walk == "office" else walk for article, walk in walks.items()}
        n_articles[joined] += n_articles.pop("office")
    if len(n_articles) < 2:
        groups = _generations(born) or _home_groups(homes)
        return _people_of(name, groups, of_article) if len(set(groups.values())) > 1 else {}
    main = max(n_articles, key=lambda walk: (n_articles[walk], walk))
    of_walk: dict[str | None, Counter[Shown]] = defaultdict(Counter)
    for article, some in of_article.items():
        of_walk[walks[article]].update(some)
    words = {walk: _words_for(of_walk[walk]) for walk in n_articles}
    people = {walk: Person(person_id(name, None if walk == main else words[walk]), words[walk]) for walk in n_articles}
    return {article: people[walk or main] for article, walk in walks.items()}


YEARS_APART = 2
"""Years between births from which on more are two people: an age may be counted from one, and the birthday may be before or after."""
AGE_BEHIND = re.compile("[，,（(]?(?:[男女][，,、])?(?:今年|现年|年仅|时年)?([0-9]{1,3})周?岁(?=[，,。；;、）)]|$)")
AGE_BEFORE = re.compile("(?<![0-9多余近约])([0-9]{1,3})周?岁的?(?:村民|居民|市民|农民|老人|男子|女子|党员|老党员)?$")
AGED_AT_MOST = 120
FROM_HOME = re.compile("(?:的|籍|籍的|人)?(?:村民|居民|市民|农民|男子|女子|老人)?$")
HOME_RANKS = (re.compile("[\u4e00-\u9fff]{2,5}[县区旗]"), re.compile("[\u4e00-\u9fff]{2,5}(?:镇|乡|街道)"))
"""Full names of counties and of towns; a 市 may hold the other's county."""


def age_in(sentence: str, name: str) -> int | None:
    """Return the age that a sentence prints right beside a name, None where it prints none; that of a relative is not the person's.

    >>> age_in("王建国（男，72岁）在家。", "王建国"), age_in("63岁的村民王建国说", "王建国"), age_in("王建国，8岁的女儿", "王建国")
    (72, 63, None)
    """
    at = sentence.find(name)
    if at < 0:
        return None
    found = AGE_BEHIND.match(sentence, at + len(name)) or AGE_BEFORE.search(sentence[:at])
    return int(found[1]) if found and int(found[1]) <= AGED_AT_MOST else None


def home_in(sentence: str, name: str, places: Collection[str]) -> str | None:
    """Return where a sentence says right before a name that the person comes from, given the places it names; None where it does not say.

    >>> home_in("云渡区石塘镇村民王建国说", "王建国", ["云渡区", "石塘镇"]), home_in("王建国来到云渡区", "王建国", ["云渡区"])
    ('云渡区石塘镇', None)
    """
    end = FROM_HOME.search(sentence, 0, max(sentence.find(name), 0)).start()
    start = end
    while place := next((place for place in places if place and sentence.endswith(place, 0, start)), None):
        start -= len(place)
    is_said = start < end < sentence.find(name)
    return sentence[start:end] if is_said and any(rank.search(sentence, start, end) for rank in HOME_RANKS) else None


def _generations(born: Mapping[str, int]) -> dict[str, str]:
    """Return the articles by who was born about when; none where all may be of one age."""
    groups: dict[str, str] = {}
    first = last = None
    for article, year in sorted(born.items(), key=lambda one: (one[1], one[0])):
        if last is None or year - last > YEARS_APART:
            first = year
        groups[article], last = f"约{first}年生", year
    return groups if len(set(groups.values())) > 1 else {}


def _home_groups(homes: Mapping[str, str]) -> dict[str, str]:
    """Return the articles by the county, else the town, that all these homes name, in full."""
    for rank in HOME_RANKS:
        named = {article: found[0] for article, home in homes.items() if (found := rank.search(home))}
        if len(set(named.values())) > 1:
            return named
    return {}


def _people_of(name: str, groups: Mapping[str, str], articles: Iterable[str]) -> dict[str, Person]:
    """Return the person of each article, given what tells those apart of which it says something: the others mean the one of most articles."""
    n_articles = Counter(groups.values())
    main = max(n_articles, key=lambda words: (n_articles[words], words))
    people = {words: Person(person_id(name, None if words == main else words), words) for words in n_articles}
    return {article: people[groups.get(article, main)] for article in articles}


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
