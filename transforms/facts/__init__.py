"""Facts: what is found in an article, a module for each table of facts.

A module here is called like the table it fills and has ``rows(article)``, which yields its rows; ``article.fact_rows`` makes them of what a
finder returns. To fill one more table is to add one more module: nothing lists them. ``extending.md`` shows how. What numpy does is faster
for all articles of a page at once, as most are short: such a module has ``rows_of(articles)`` in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules
from types import ModuleType

from transforms.dating import Dating
from transforms.identities import organization_id, person_id, place_id
from transforms.locating import Locator
from transforms.quantities import currency_of, find_quantities, without_pieces
from transforms.records import Article, Name, Quantity, Row, Time
from transforms.text.characters import read, to_raw
from transforms.times import find_times

ENTITY_ID = {"person": person_id, "organization": organization_id, "place": place_id}
LOCATED = {"char_start", "char_end", "text"}
"""Fields of a record that say where it stands: ``Locator.fact_columns`` has columns for them."""


@dataclass(frozen=True)
class ReadArticle:
    """An article as the finders of facts get it: what it is, where its text stands, when it was printed, whom and what it names.

    ``names``, and all that finders give, have offsets in ``text``, the reading text; ``printed`` leads back to the characters of the raw file.
    """

    locator: Locator
    article: Article
    dating: Dating
    names: Sequence[Name]
    body: str

    @property
    def article_id(self) -> str:
        return self.locator.article_id

    @cached_property
    def text(self) -> str:
        """The reading text of the paragraphs, one per line: read once for all finders."""
        return read(self.locator.aligned.text).text

    def printed(self, records: Iterable) -> list:
        """Return records of the reading text with offsets in the locator's text, and as it prints them."""
        return to_raw(records, read(self.locator.aligned.text), self.locator.aligned.text)

    @cached_property
    def printed_names(self) -> Sequence[Name]:
        """The names as printed."""
        return self.printed(self.names)

    @cached_property
    def _times_and_quantities(self) -> tuple[Sequence[Time], Sequence[Quantity]]:
        """The times and quantities of the text: over the same characters one of them goes, but for lengths of time, which are both."""
        times = find_times(self.text, self.dating.anchor)
        quantities = find_quantities(
            self.text, times, self.names, currency_of(self.locator.aligned.text)
        )  # as printed: the reading text has one script
        return without_pieces(times, quantities, self.names), quantities

    @property
    def times(self) -> Sequence[Time]:
        """The time expressions of the text, which events ask for too."""
        return self._times_and_quantities[0]

    @property
    def quantities(self) -> Sequence[Quantity]:
        """The quantities of the text."""
        return self._times_and_quantities[1]

    @cached_property
    def entity_ids(self) -> Mapping[tuple[str, str], str]:
        """The ids of persons, organisations and places by kind and name, as printed or in full; of two that are printed alike, the first."""
        ids: dict[tuple[str, str], str] = {}
        for name in self.printed_names:
            for form in (name.text, name.name):
                ids.setdefault((name.kind, form), ENTITY_ID[name.kind](name.name))
        return ids

    def fact_id(self, letter: str, number: int) -> str:
        """Return the id of the article's fact of that number, counted from 1; ``letter`` tells the tables apart."""
        return f"{self.article_id}-{letter}{number:03d}"

    def fact_rows(self, id_column: str, letter: str, records: Iterable) -> Iterator[Row]:
        """Yield a row per record: its id, the columns that say where it stands, and the record's own fields under their names."""
        for number, record in enumerate(self.printed_names if records is self.names else self.printed(records), 1):
            row = {id_column: self.fact_id(letter, number), **self.locator.fact_columns(record)}
            for field, value in zip(record._fields, record, strict=True):
                if field not in LOCATED:
                    row[field] = list(value) if type(value) is tuple else value
            yield row


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


def all_fact_rows(articles: Sequence[ReadArticle]) -> dict[str, list[Row]]:
    """Return the rows of every table of facts that the articles of a page give, article after article."""
    return {table: list(rows_of(articles)) for table, rows_of in finders().items()}
