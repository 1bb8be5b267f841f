"""How well the facts of modern local news are found: precision, recall, F1 and calibration by kind, on the gold that ships.

    python -m tests.bench.news [PATTERN] [--misses N]

PATTERN is ``held_*.txt`` by default: articles that nothing was taught with. Each is printed as a page of its own (``as_page``), read as a raw
file is, and its rows are compared with the gold. Names count once an article. A title is right where one of the two ends the other, a
time and a quantity where its text overlaps and its value is right, a quotation by how it begins and by its speaker, an event by kind, day and one of its actors.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tests.news_gold import NewsArticle, read_gold
from transforms.rows import RawFileFacts, Rows, read_file

KINDS = ("headline", "body", "reporters", "persons", "titles", "organizations", "places", "times", "quantities", "quotes", "events")
BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)


def as_page(article: NewsArticle) -> str:
    """Return the page of a paper that prints just this article, blank lines between its paragraphs."""
    day = article.issue_on
    lines = [
        article.paper,
        f"{day.year}年{day.month}月{day.day}日 第{article.page}版 {article.section}",
        "",
        *(line.text for line in article.lines.values()),
        "",
    ]
    if article.byline_style == "line":
        lines += [article.byline, ""]
    for number, paragraph in enumerate(article.paragraphs):
        if number in article.subheads:
            lines += [article.subheads[number].text, ""]
        lines += [(article.byline if number == 0 and article.byline_style == "inline" else "") + paragraph.text, ""]
    if article.byline_style == "end":
        lines += [article.byline, ""]
    return "\n".join([*lines, *([article.caption.text] if article.caption else [])])


def rows_of_files(article: NewsArticle) -> Rows:
    """Return the rows that the page of an article gives."""
    known = RawFileFacts("gold", article.id, article.paper, article.issue_on, article.page)
    return read_file(as_page(article).encode(), known)


def squeezed(text: str | None) -> str:
    """Return a text without its white space."""
    return "".join((text or "").split())


@dataclass
class Score:
    """Counts of one kind, with what was missed and what was wrong, and how sure what was found said that it was."""

    right: int = 0
    found: int = 0
    there: int = 0
    misses: list[str] = field(default_factory=list)
    calibration: dict[float, Counter] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.there) if self.found + self.there else 0.0

    def add(self, article: str, gold: Sequence, found: Sequence[tuple[object, float]], same: Callable[[object, object], bool]) -> None:
        """Count one article: each of ``found`` (with its confidence) is matched with at most one of ``gold``."""
        left = list(gold)
        for item, confidence in found:
            match = next((one for one in left if same(one, item)), None)
            if match is None:
                self.misses.append(f"{article} wrong {item}")
            else:
                left.remove(match)
                self.right += 1
            self.calibration[max(low for low in BINS if low <= confidence)]["wrong" if match is None else "right"] += 1
        self.misses += [f"{article} missed {item}" for item in left]
        self.found += len(found)
        self.there += len(gold)


def distinct(items: Iterable[tuple[object, float]]) -> list[tuple[object, float]]:
    """Return each item once, with the highest of its confidences."""
    best: dict[object, float] = {}
    for item, confidence in items:
        best[item] = max(best.get(item, 0.0), confidence or 0.0)
    return list(best.items())


def overlap(one: str | None, other: str | None) -> bool:
    """Return whether one of two texts holds the other."""
    return bool(one) and bool(other) and (one in other or other in one)


def is_near(one: float | None, other: float | None) -> bool:
    """Return whether two values are equal but for rounding, or both unknown."""
    return (
        one is None and other is None or one is not None and other is not None and abs(one - other) <= 1e-6 * max(abs(one), abs(other), 1)
    )


def is_same_person(gold: str, found: str) -> bool:
    """Return whether a name is the gold's; of 王大爷 a bare 王 will do."""
    return gold == found or len(found) == 1 and gold.startswith(found)


def score(articles: Iterable[NewsArticle]) -> dict[str, Score]:
    """Return the scores by kind; times and quantities are counted in complete articles only."""
    scores = {kind: Score() for kind in KINDS}
    for article in articles:
        rows = rows_of_files(article)
        table = lambda name, rows=rows: rows.get(name, [])  # noqa: E731

        def add(
            kind: str,
            gold: Sequence,
            found: Iterable[tuple[object, float]],
            same: Callable = lambda one, other: one == other,
            of: str = article.id,
        ) -> None:
            scores[kind].add(of, gold, list(found), same)

        add(
            "headline",
            [squeezed("".join(line.text for line in article.lines.values()))],
            [(squeezed(row["headline"]), 1.0) for row in table("articles")],
        )
        text = squeezed("".join(line.text for line in article.paragraphs))
        add("body", [text], [(squeezed(row["body"]), 1.0) for row in table("articles")], lambda one, other: other.endswith(one))
        add(
            "reporters",
            article.reporters,
            distinct(
                (row["name"], row["confidence"]) for row in table("mentions") if {"reporter", "correspondent"} & {*(row["roles"] or ())}
            ),
        )
        mentions = [
            (row["kind"], squeezed(row["name"] if row["kind"] == "person" else row["text"]), row["confidence"])
            for row in table("mentions")
            if not row["roles"]
        ]
        for kind, names in (("persons", "person"), ("organizations", "organization"), ("places", "place")):
            same = is_same_person if names == "person" else lambda one, other: one == other
            whole = dict(article.same) if names == "person" else {}
            add(
                kind,
                list(dict.fromkeys(squeezed(whole.get(name, name)) for name in article.names(names))),
                distinct((name, sure) for of, name, sure in mentions if of == names),
                same,
            )
        name_of = {row["mention_id"]: squeezed(row["name"]) for row in table("mentions")}
        add(
            "titles",
            sorted({(squeezed(who), squeezed(title)) for who, title, _ in article.titles}),
            distinct(((name_of[row["mention_id"]], squeezed(row["title"])), row["confidence"]) for row in table("person_titles")),
            lambda one, other: is_same_person(one[0], other[0]) and (one[1].endswith(other[1]) or other[1].endswith(one[1])),
        )
        if article.is_complete:
            add(
                "times",
                article.times,
                [((row["text"], row["value"]), row["confidence"]) for row in table("times")],
                lambda one, other: overlap(one[0], other[0]) and one[1] == other[1],
            )
            add(
                "quantities",
                article.quantities,
                [((row["text"], row["base_value"], row["base_unit"]), row["confidence"]) for row in table("quantities")],
                lambda one, other: overlap(one[0], other[0]) and is_near(one[1], other[1]) and one[2] == other[2],
            )
        add(
            "quotes",
            article.quotes,
            [((squeezed(row["speaker"]) or None, squeezed(row["text"])), row["confidence"]) for row in table("quotes")],
            lambda one, other: (
                other[1].lstrip("“‘「『").startswith(squeezed(one[1])[:6].lstrip("“‘「『"))
                and (one[0] == other[0] or overlap(one[0], other[0]))
            ),
        )
        add(
            "events",
            article.events,
            [
                ((row["kind"], str(row["on_date"]) if row["on_date"] else None, tuple(row["actors"])), row["confidence"])
                for row in table("events")
            ],
            lambda one, other: (
                one[0] == other[0] and one[1] == other[1] and (not one[2] or any(overlap(a, b) for a in one[2] for b in other[2]))
            ),
        )
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pattern", nargs="?", default="held_*.txt")
    parser.add_argument("--misses", type=int, default=0, help="print so many differences by kind")
    arguments = parser.parse_args()
    scores = score(read_gold(arguments.pattern))
    print(f"{'kind':14} precision  recall     F1  gold   share right by confidence")
    for kind, counts in scores.items():
        calibration = "  ".join(
            f"{low:.2f}: {tally['right'] / tally.total():.2f} of {tally.total()}" for low, tally in sorted(counts.calibration.items())
        )
        print(f"{kind:14} {counts.precision:9.3f} {counts.recall:7.3f} {counts.f1:6.3f} {counts.there:5}   {calibration}")
    for kind, counts in scores.items():
        print("\n".join(f"  {kind}: {line}" for line in counts.misses[: arguments.misses]))


if __name__ == "__main__":
    main()
