"""Facts: what is found in an article, a module for each table of facts.

A module here is called like the table it fills and has ``rows(article)``, which yields its rows. To fill one more table is to add one
more module: nothing lists them. ``extending.md`` shows how. What numpy does is faster for all articles of a page at once, as most are
short: such a module has ``rows_of(articles)`` in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules
from types import ModuleType

from transforms.dating import Dating
from transforms.locating import Locator, Row
from transforms.records import Article, Name, Time
from transforms.times import find_times


@dataclass(frozen=True)
class ReadArticle:
    """An article as the finders of facts get it: what it is, where its text stands, when it was printed, whom and what it names.

    ``at.place(record)`` gives the columns that every fact has: article, sentence, text, spans.
    """

    at: Locator
    article: Article
    dating: Dating
    names: Sequence[Name]
    body: str

    @property
    def article_id(self) -> str:
        return self.at.article_id

    @property
    def text(self) -> str:
        """The paragraphs, one per line: what offsets of records count in."""
        return self.at.whole.text

    @cached_property
    def times(self) -> Sequence[Time]:
        """The time expressions of the text, which events ask for too."""
        return find_times(self.text, self.dating.anchor)


Finder = Callable[[Sequence[ReadArticle]], Iterator[Row]]


@cache
def finders() -> Mapping[str, Finder]:
    """Return what fills each table of facts, by table, in order of their names.

    >>> [table for table in finders() if table.startswith("q")]
    ['quantities', 'quotes']
    """
    return {module.name: finder(import_module(f"{__name__}.{module.name}")) for module in iter_modules(__path__)}


def finder(module: ModuleType) -> Finder:
    """Return what yields a module's rows of all articles of a page."""
    if hasattr(module, "rows_of"):
        return module.rows_of
    return lambda articles: chain.from_iterable(map(module.rows, articles))


def fact_rows(articles: Sequence[ReadArticle]) -> dict[str, list[Row]]:
    """Return the rows of every table of facts that the articles of a page give, article after article."""
    return {table: list(rows_of(articles)) for table, rows_of in finders().items()}
