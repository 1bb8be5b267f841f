"""The gold of modern local news: reads ``tests/gold/news/*.txt``, checks it, and lays articles out as a paper prints them.

``python -m tests.news_gold [FILE ...]`` checks the files and counts what is in them.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent / "gold" / "news"
MARK = re.compile(r"\[([pol]):([^\[\]]+)\]")
KINDS = {"p": "person", "o": "organization", "l": "place"}
PRINTED_ONCE = ("kicker", "headline", "deck")
DATA = Path(__file__).parents[1] / "transforms" / "data"


def read_column(name: str, column: int) -> frozenset[str]:
    """Return the values of a column of a table of events."""
    lines = (DATA / name).read_text("utf-8").splitlines()
    return frozenset(line.split("\t")[column] for line in lines if line and not line.startswith("#"))


EVENT_KINDS = read_column("event_triggers.tsv", 0)
EVENT_SUBTYPES = read_column("event_subtypes.tsv", 1)


class GoldError(ValueError):
    """An article of the gold contradicts itself; the message names it."""


@dataclass(frozen=True)
class Marked:
    """A printed line with its names: ``names`` are (kind, char_start, char_end) in ``text``, half-open."""

    text: str
    names: tuple[tuple[str, int, int], ...] = ()


@dataclass
class NewsArticle:
    """One article: how it is printed, and its facts.

    ``subheads`` are keyed by the number of the paragraph they stand before, ``details`` (subtype, deaths, injuries) by the number of the event
    they tell more of.
    """

    id: str
    paper: str
    issue_on: date
    page: str
    section: str
    lines: dict[str, Marked]
    byline: str | None
    byline_style: str
    reporters: list[str]
    photographers: list[str]
    is_complete: bool
    paragraphs: list[Marked] = field(default_factory=list)
    subheads: dict[int, Marked] = field(default_factory=dict)
    caption: Marked | None = None
    titles: list[tuple[str, str, str | None]] = field(default_factory=list)
    quotes: list[tuple[str | None, str, bool]] = field(default_factory=list)
    events: list[tuple[str, str | None, list[str], str | None]] = field(default_factory=list)
    details: dict[int, dict[str, str | int]] = field(default_factory=dict)
    same: list[tuple[str, str]] = field(default_factory=list)
    times: list[tuple[str, str | None]] = field(default_factory=list)
    quantities: list[tuple[str, float | None, str, str | None]] = field(default_factory=list)

    def marked_lines(self) -> Iterator[Marked]:
        """Yield the printed lines that carry names, from the kicker to the caption."""
        yield from self.lines.values()
        for number, paragraph in enumerate(self.paragraphs):
            if number in self.subheads:
                yield self.subheads[number]
            yield paragraph
        if self.caption:
            yield self.caption

    def names(self, kind: str) -> list[str]:
        """Return the different names of a kind, in the order of their first naming."""
        return list(dict.fromkeys(line.text[start:end] for line in self.marked_lines() for k, start, end in line.names if k == kind))

    def as_dict(self) -> dict:
        """Return the article in the shape of the shared gold of modern news."""
        text_of = {name: self.lines[name].text if name in self.lines else None for name in PRINTED_ONCE}
        return {
            "id": self.id,
            "paper": self.paper,
            "issue_on": self.issue_on.isoformat(),
            "page": self.page,
            "section": self.section,
            **text_of,
            "byline": self.byline,
            "byline_style": self.byline_style,
            "reporters": self.reporters,
            "photographers": self.photographers,
            "paragraphs": [line.text for line in self.paragraphs],
            "subheads": {str(number): line.text for number, line in self.subheads.items()},
            "caption": self.caption.text if self.caption else None,
            "persons": [
                {"name": name, "titles": [[title, of] for who, title, of in self.titles if who == name]} for name in self.names("person")
            ],
            "organizations": self.names("organization"),
            "places": self.names("place"),
            "times": [list(row) for row in self.times],
            "quantities": [list(row) for row in self.quantities],
            "quotes": [list(row) for row in self.quotes],
            "events": [list(row) for row in self.events],
        }


def read_marked(text: str) -> Marked:
    """Return a line with its marks taken out of the text.

    >>> read_marked("[o:县农业农村局]局长[p:苏明远]介绍")
    Marked(text='县农业农村局局长苏明远介绍', names=(('organization', 0, 6), ('person', 8, 11)))
    """
    plain, names, end = "", [], 0
    for mark in MARK.finditer(text):
        plain += text[end : mark.start()]
        names.append((KINDS[mark[1]], len(plain), len(plain) + len(mark[2])))
        plain += mark[2]
        end = mark.end()
    return Marked(plain + text[end:], tuple(names))


def read_article(text: str) -> NewsArticle:
    """Return one article of a file, its first line being the id. Raises GoldError where its form or its facts do not hold."""
    name, _, rest = text.partition("\n")
    parts = [part.strip("\n") for part in re.split(r"^---$", rest, flags=re.M)]
    if len(parts) != 3:
        raise GoldError(f"{name}: three parts are wanted, parted by ---, {len(parts)} found")
    printed: dict[str, str] = {}
    for line in filter(None, parts[0].splitlines()):
        key, colon, value = line.partition(":")
        if not colon:
            raise GoldError(f"{name}: {line!r} has no key")
        printed[key.strip()] = value.strip()
    style = next((key.removeprefix("byline").strip() for key in printed if key.startswith("byline")), "none")
    if unknown := set(printed) - {"paper", "issue", "page", *PRINTED_ONCE, f"byline {style}", "reporters", "photographers", "complete"}:
        raise GoldError(f"{name}: unknown key {sorted(unknown)}")
    if style not in ("inline", "line", "end", "none"):
        raise GoldError(f"{name}: unknown style of byline {style!r}")
    page, _, section = printed["page"].partition(" ")
    article = NewsArticle(
        name.strip(),
        printed["paper"],
        date.fromisoformat(printed["issue"]),
        page,
        section,
        {key: read_marked(printed[key]) for key in PRINTED_ONCE if printed.get(key)},
        printed.get(f"byline {style}"),
        style,
        printed.get("reporters", "").split(),
        printed.get("photographers", "").split(),
        printed.get("complete") == "yes",
    )
    for line in filter(None, map(str.strip, parts[1].splitlines())):
        if line.startswith("## "):
            article.subheads[len(article.paragraphs)] = read_marked(line[3:])
        elif line.startswith("caption:"):
            article.caption = read_marked(line.removeprefix("caption:").strip())
        else:
            article.paragraphs.append(read_marked(line))
    for line in filter(None, map(str.strip, parts[2].splitlines())):
        add_fact(article, line)
    check(article)
    return article


def add_fact(article: NewsArticle, line: str) -> None:
    """Add one line of facts to the article. Raises GoldError for a line that cannot be read."""
    key, _, value = line.partition(":")
    cells = [None if cell.strip() == "-" else cell.strip() for cell in value.split("|")]
    try:
        if key == "title":
            who, title = map(str.strip, value.split(" = "))
            title, _, of = map(str.strip, title.partition(" @ "))
            article.titles.append((who, title, of or None))
        elif key == "quote":
            article.quotes.append((cells[0], cells[2], {"direct": True, "indirect": False}[cells[1]]))
        elif key == "event":
            if len(cells) > 4:
                article.details[len(article.events)] = read_details(cells[4])
            article.events.append((cells[0], cells[1], (cells[2] or "").split("、") if cells[2] else [], cells[3]))
        elif key == "same":
            article.same.append(tuple(map(str.strip, value.split(" = "))))
        elif key == "time":
            text, at = map(str.strip, value.split(" = "))
            article.times.append((text, None if at == "-" else at))
        elif key == "quantity":
            text, amount = map(str.strip, cells[0].split(" = "))
            article.quantities.append((text, None if amount == "-" else float(amount), cells[1], cells[2] if len(cells) > 2 else None))
        else:
            raise GoldError(f"{article.id}: unknown fact {line!r}")
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        raise error if isinstance(error, GoldError) else GoldError(f"{article.id}: cannot read {line!r}") from error


def read_details(text: str) -> dict[str, str | int]:
    """Return what is told more closely of an accident or a case. Raises KeyError for a subtype or a word that is not known.

    >>> read_details("traffic, deaths 1, injuries 2")
    {'subtype': 'traffic', 'deaths': 1, 'injuries': 2}
    """
    details: dict[str, str | int] = {}
    for word in text.split(", "):
        key, _, count = word.rpartition(" ")
        if key not in ("deaths", "injuries") and word not in EVENT_SUBTYPES:
            raise KeyError(word)
        details |= {key: int(count)} if key else {"subtype": word}
    return details


def check(article: NewsArticle) -> None:
    """Raise GoldError where a fact of the article names what its text does not have."""
    text = "\n".join(line.text for line in article.marked_lines())
    people, organizations = article.names("person"), article.names("organization")
    wrong = [f"no mark is closed in {line.text[:20]}" for line in article.marked_lines() if "[" in line.text or "]" in line.text]
    wrong += [f"{who}, who has a title, is not marked" for who, _, _ in article.titles if who not in people]
    wrong += [f"title {title} is not printed" for _, title, _ in article.titles if title not in text]
    wrong += [f"quotation {said} is not printed" for _, said, _ in article.quotes if said not in text]
    wrong += [f"unknown kind of event {kind}" for kind, *_ in article.events if kind not in EVENT_KINDS]
    wrong += [f"day {day} of an event" for _, day, *_ in article.events if day and not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", day)]
    wrong += [
        f"{name} of {what} is not printed"
        for kind, _, actors, place in article.events
        for what, named in (("an event", actors), ("an event's place", [place] if place else []))
        for name in named
        if name not in text
    ]
    wrong += [
        f"{short} = {whole}: not marked" for short, whole in article.same if short not in people + organizations + article.names("place")
    ]
    wrong += [f"{who} signed, but is not in the byline" for who in article.reporters if who not in (article.byline or "").replace("　", "")]
    wrong += [f"{printed} is not printed" for printed, *_ in [*article.times, *article.quantities] if printed not in text]
    if not article.paragraphs or "headline" not in article.lines:
        wrong.append("no headline or no text")
    if wrong:
        raise GoldError(f"{article.id}: " + "; ".join(wrong))


def read_gold(*patterns: str) -> list[NewsArticle]:
    """Return the articles of the gold's files that fit the patterns (all by default; ``learn_*.txt``, ``held_*.txt``)."""
    files = sorted(file for pattern in patterns or ("*.txt",) for file in FOLDER.glob(pattern))
    return [article for file in files for article in read_file(file)]


def read_file(file: Path) -> list[NewsArticle]:
    """Return the articles of one file."""
    return [read_article(text) for text in re.split(r"^=== ", file.read_text("utf-8"), flags=re.M)[1:]]


def main(files: list[str]) -> int:
    """Check the files and print what is in them; returns the number of articles that do not hold."""
    counts, wrong = Counter(), 0
    for file in map(Path, files or sorted(map(str, FOLDER.glob("*.txt")))):
        for text in re.split(r"^=== ", file.read_text("utf-8"), flags=re.M)[1:]:
            try:
                article = read_article(text)
            except GoldError as error:
                wrong += 1
                print(error)
                continue
            counts["articles"] += 1
            counts["complete"] += article.is_complete
            counts["sentences"] += sum(len(re.findall("[。！？…]+[”’」』]?|[^。！？…]$", line.text)) for line in article.paragraphs)
            counts.update(kind for line in article.marked_lines() for kind, _, _ in line.names)
            for kind in ("titles", "quotes", "events", "times", "quantities"):
                counts[kind] += len(getattr(article, kind))
    print(dict(counts))
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
