"""Learn what the features of quotations and events count, from the gold of modern local news: ``python -m tests.bench.train_facts``.

Reads ``tests/gold/news/learn_*.txt``, for events ``told_*.txt`` too, and the golden cases (``tests/cases/quotes.json``, ``events.json``), each article with
the names that are found in it, and once more without some of them, and writes ``transforms/data/quote_weights.tsv`` and ``event_weights.tsv``, the same each time. Each choice is a
log-linear model: the likelihood of the options that are right, with a normal prior of the weights, is made greatest (scipy, which only
this script needs: ``pip install scipy``). Features that fewer than MIN_COUNT choices see are left out. Confidences are the shares of right rows by
what the models say of articles of hands that they did not learn from, with names as found (each hand left out in turn), in steps that only rise.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from zlib import crc32

import numpy as np

from tests.golden.test_events import issue_of, names_of, times_of
from tests.golden.test_quotes import persons
from tests.news_gold import NewsArticle, read_gold
from transforms import events
from transforms.names import find_names
from transforms.quotes import quotes_of
from transforms.quotes.layout import SpeechLayout
from transforms.quotes.sayings import Saying, indirect_sayings, sayings
from transforms.quotes.speakers import Turn, speakers
from transforms.records import Name, Time
from transforms.text.characters import read
from transforms.times import find_times

CASES = Path(__file__).resolve().parents[1] / "cases"
DATA = Path(__file__).resolve().parents[2] / "transforms" / "data"
MIN_COUNT = 3
PRIOR = {"direct": 1.0, "indirect": 1.0, "speaker": 1.0, "event": 0.3, "day": 0.2, "actor": 0.3, "same": 1.0}
"""Variance of the weights' prior, by choice."""
CASE_WEIGHT = {"quotes": 4, "events": 6}
"""How often each golden case counts."""
MISSED_IN_LEARNING, MISSED_IN_CALIBRATION = 3, 10
"""One in so many of the names found in an article is taken away: names were learned from these articles, in others one in ten is missed."""
TOLD_BY = 6
"""Characters by which a quotation is told from another: the gold has how it begins."""
LEAST_WEIGHT = 0.02
HEAD = """# {what}
# Learned by tests/bench/train_facts.py from tests/gold/news/learn_*.txt (invented articles made for Dibao, Apache-2.0); do not edit by hand.
# choice\tfeature\tweight; for confidence: least likelihood, share right
"""

Options = list[list[str]]
Choice = tuple[Options, list[bool]]


@dataclass
class Example:
    """An article as the finders read it: its reading text, the names of the gold in it, its times, its facts."""

    text: str
    names: list[Name]
    times: Sequence[Time]
    article: NewsArticle | None
    quotes: list[tuple[str | None, str]]
    """Who says what, by how it begins."""
    events: list[tuple[str, str | None, list[str], str | None]]
    """Kind, day, actors and place."""
    issue_on: date | None = None


def example(article: NewsArticle) -> Example:
    """Return an article laid out a line a paragraph, as rows of articles have it."""
    text, names = "", []
    for key in ("kicker", "headline", "deck"):
        if key in article.lines:
            text = add_line(text, names, article.lines[key])
    for number, paragraph in enumerate(article.paragraphs):
        if number in article.subheads:
            text = add_line(text, names, article.subheads[number])
        text = add_line(text, names, paragraph)
    quotes = [(speaker and read(speaker).text, begins(read(said).text)) for speaker, said, _ in article.quotes]
    return Example(text, names, find_times(text, article.issue_on), article, quotes, article.events, article.issue_on)


def as_found(one: Example) -> Example:
    """Return an article with the names that are found in it."""
    return replace(one, names=find_names(one.text))


def with_missed(one: Example, one_in: int) -> Example:
    """Return an article without one in so many of its names."""
    return replace(one, names=[name for name in one.names if crc32(name.name.encode()) % one_in])


def doubled(examples: Iterable[Example]) -> list[Example]:
    """Return the articles, each with its names and without some."""
    return [version for one in examples for version in (one, with_missed(one, MISSED_IN_LEARNING))]


def persons_of(case: dict) -> list[Name]:
    """Return the persons whom a golden case names, else those found in it."""
    return persons(case["text"], case["names"]) if "names" in case else find_names(case["text"])


def case_examples() -> list[Example]:
    """Return the golden cases of quotations, which hold what articles seldom do (slogans, proverbs, marks that are lost)."""
    cases = [case for case in json.loads((CASES / "quotes.json").read_text("utf-8")) if case["kind"] != "known failure"]
    return [
        Example(case["text"], persons_of(case), (), None, [(quote["speaker"], begins(quote["text"])) for quote in case["expect"]], [])
        for case in cases
    ]


def event_case_examples() -> list[Example]:
    """Return the golden cases of events, which hold what articles seldom do (wishes, habits, denials, plans)."""
    cases = json.loads((CASES / "events.json").read_text("utf-8"))
    return [
        Example(
            case["text"],
            names_of(case),
            times_of(case),
            None,
            [],
            [(one["kind"], one.get("on_date"), one.get("actors", []), one.get("place")) for one in case["events"]],
            issue_of(case),
        )
        for case in cases
    ]


def add_line(text: str, names: list[Name], line) -> str:
    """Return the text with one more line; its names are added to those given."""
    plain = read(line.text).text
    for kind, start, end in sorted(line.names, key=lambda one: one[1]):
        name = plain[start:end]
        names.append(Name(kind, name, len(text) + start, len(text) + end, name, 0.99))
    return f"{text}{plain}\n"


def fit(choices: Sequence[Choice], variance: float) -> dict[str, float]:
    """Return the weights that make the right options of the choices most likely, under a normal prior of that variance."""
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    seen = Counter(feature for options, _ in choices for feature in {one for option in options for one in option})
    index = {feature: number for number, feature in enumerate(sorted(feature for feature, count in seen.items() if count >= MIN_COUNT))}
    rows = [
        (row, index[feature])
        for row, option in enumerate(option for options, _ in choices for option in options)
        for feature in option
        if feature in index
    ]
    n_options = sum(len(options) for options, _ in choices)
    matrix = csr_matrix((np.ones(len(rows)), tuple(zip(*rows, strict=True))), shape=(n_options, len(index)))
    starts = np.cumsum([0, *(len(options) for options, _ in choices[:-1])])
    of = np.repeat(np.arange(len(choices)), [len(options) for options, _ in choices])
    right = np.array([is_right for _, marks in choices for is_right in marks])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
        share = powers / np.add.reduceat(powers, starts)[of]
        share_right = np.add.reduceat(share * right, starts)
        gradient = matrix.T @ (share - share * right / share_right[of])
        return -np.log(share_right).sum() + weights @ weights / (2 * variance), gradient + weights / variance

    found = minimize(loss, np.zeros(len(index)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return {feature: round(float(found.x[number]), 2) for feature, number in index.items() if abs(found.x[number]) >= LEAST_WEIGHT}


def begins(said: str) -> str:
    return said.lstrip("“‘「『")[:TOLD_BY]


def same_speaker(gold: str | None, found: str | None) -> bool:
    """Return whether two speakers are one: the same name, with or without what stands before it."""
    return gold == found or bool(gold and found and (gold in found or found in gold))


def quote_choices(one: Example) -> Iterator[tuple[str, Choice]]:
    """Yield the choices that an article's quotations ask for, with what the gold says."""
    layout, gold = SpeechLayout(one.text, one.names), one.quotes
    said: list[tuple[Saying, str | None]] = []

    def spoken(saying: Saying | None) -> list[str | None]:
        return [
            speaker for speaker, beginning in gold if saying and one.text[saying.start : saying.end].lstrip("“‘「『").startswith(beginning)
        ]

    for saying, features in sayings(layout):
        found = spoken(saying)
        said += [(saying, found[0])] if found else []
        yield "direct", ([features, []], [bool(found), not found])
    for options in indirect_sayings(layout, [saying.piece for saying, _ in said]):
        right = [bool(spoken(saying)) for saying, _ in options]
        right[0] = not any(right)
        said += [(saying, spoken(saying)[0]) for (saying, _), is_right in zip(options, right, strict=True) if is_right and saying][:1]
        yield "indirect", ([features for _, features in options], right)
    turns: list[Turn] = []
    for saying, speaker in sorted(said, key=lambda pair: pair[0].start):
        options = speakers(layout, saying, turns)
        right = [same_speaker(speaker, found.name) for found, _ in options]
        if any(right):
            yield "speaker", ([features for _, features in options], right)
        turns.append(Turn(speaker, saying.end))


def told(one: Example, layout: events.ArticleLayout, options: Sequence[events.Telling]) -> dict[int, list[int]]:
    """Return which tellings tell which event of the gold best, by the number of the event: the best first, then what tells it too.

    Events of the past, of which the gold knows a year or month only, are no events here: a row has a day or is of the day of the news.
    """
    found: dict[int, list[int]] = {}
    for number, (kind, day, actors, place) in enumerate(one.events):
        if day and len(day) < len("2024-03-20"):
            continue

        def fit(telling: events.Telling, day=day, actors=actors, place=place) -> float:
            start, end = telling.sentence[:2]
            sentence, days = one.text[start:end], {str(time.start_on) for time in layout.times_in(start, end)}
            clause = one.text[slice(*telling.triggers[0].clause)]
            named = sum((read(actor).text in sentence) + 0.5 * (read(actor).text in clause) for actor in actors)
            return (
                named
                + (1.5 if day in days else 0.0)
                + (0.5 if place and read(place).text in sentence else 0.0)
                + 0.3 * (telling.sentence.position != "headline")
            )

        of_kind = sorted(((fit(telling), -at) for at, telling in enumerate(options) if telling.kind == kind), reverse=True)
        if of_kind:
            found[number] = [-at for score, at in of_kind if score >= min(1.0, of_kind[0][0])]
    return found


def event_choices(one: Example) -> Iterator[tuple[str, Choice]]:
    """Yield the choices that an article's events ask for, with what the gold says; who tells an event again is no choice."""
    layout = events.ArticleLayout(one.text, one.names, one.times, one.issue_on)
    found = list(events.tellings(layout))
    telling_of = told(one, layout, [telling for telling, _ in found])
    best = {options[0]: number for number, options in telling_of.items()}
    tellings = [telling for telling, _ in found]
    for at in best:
        for other in best:
            if at != other and tellings[at].kind == tellings[other].kind:
                yield "same", ([events.sameness(layout, tellings[at], tellings[other]), []], [False, True])
        for other in telling_of[best[at]][1:]:
            if other not in best:
                yield "same", ([events.sameness(layout, tellings[at], tellings[other]), []], [True, False])
    again = {at for options in telling_of.values() for at in options[1:]}
    for at, (telling, features) in enumerate(found):
        if at in best:
            _, day, actors, _ = one.events[best[at]]
            yield "event", ([features, []], [True, False])
            options = list(events.day_options(layout, telling))
            right = [(str(one_day) if one_day else None) == day for one_day, _ in options]
            if one.issue_on and any(right):
                yield "day", ([features for _, features in options], right)
            for name, features in events.actor_options(layout, telling) if actors else ():
                acts = any(same_speaker(read(actor).text, name.name) for actor in actors)
                yield "actor", ([features, []], [acts, not acts])
        elif at not in again:
            yield "event", ([features, []], [False, True])


def is_event(gold: tuple, found) -> bool:
    """Return whether a find is the event of the gold: of its kind and day, with one of its actors."""
    kind, day, actors, _ = gold
    is_same = kind == found.kind and day == (str(found.on_date) if found.on_date else None)
    return is_same and (not actors or any(same_speaker(read(actor).text, other) for actor in actors for other in found.actors))


def judged_events(one: Example, weights: dict[str, dict[str, float]]) -> Iterator[tuple[float, bool]]:
    """Yield for each event found in an article how likely it was held to be, and whether the gold has it."""
    left = list(one.events)
    for found in events.events_of(events.ArticleLayout(one.text, one.names, one.times, one.issue_on), {**weights, "confidence": IDENTITY}):
        gold = next((event for event in left if is_event(event, found)), None)
        if gold:
            left.remove(gold)
        yield found.confidence, gold is not None


def learn(examples: Sequence[Example], choices_of: Callable[[Example], Iterator[tuple[str, Choice]]]) -> dict[str, dict[str, float]]:
    """Return the weights of each choice, learned from these articles."""
    by_choice: dict[str, list[Choice]] = defaultdict(list)
    for one in examples:
        for choice, made in choices_of(one):
            by_choice[choice].append(made)
    return {choice: fit(made, PRIOR[choice]) for choice, made in by_choice.items()}


def steps(judged: list[tuple[float, bool]], size: int = 40) -> dict[str, float]:
    """Return the share that is right by least likelihood, in groups of that size at least, never falling (pool adjacent violators)."""
    groups: list[list[float]] = []
    for likely, is_right in sorted(judged):
        groups.append([likely, 1, is_right])
        while (
            len(groups) > 1 and groups[-2][2] / groups[-2][1] >= groups[-1][2] / groups[-1][1] or len(groups) > 1 and groups[-2][1] < size
        ):
            last = groups.pop()
            groups[-1][1] += last[1]
            groups[-1][2] += last[2]
    if len(groups) > 1 and groups[-1][1] < size:
        last = groups.pop()
        groups[-1][1] += last[1]
        groups[-1][2] += last[2]
    shares = np.maximum.accumulate([(right + 1) / (n + 2) for _, n, right in groups])  # Laplace's: no group is right for sure
    return {f"{least:.3f}": round(float(share), 2) for (least, *_), share in zip(groups, shares, strict=True)}


def write(name: str, what: str, weights: dict[str, dict[str, float]]) -> None:
    lines = [f"{choice}\t{feature}\t{weight:g}" for choice in sorted(weights) for feature, weight in sorted(weights[choice].items())]
    (DATA / name).write_text(HEAD.format(what=what) + "\n".join(lines) + "\n", "utf-8")


def judged_quotes(one: Example, weights: dict[str, dict[str, float]]) -> Iterator[tuple[float, bool]]:
    """Yield for each quotation found in an article how likely it was held to be, and whether the gold has it with its speaker."""
    gold = one.quotes
    for quote in quotes_of(SpeechLayout(one.text, one.names), {**weights, "confidence": IDENTITY}):
        yield (
            quote.confidence,
            any(quote.text.lstrip("“‘「『").startswith(said) and same_speaker(speaker, quote.speaker) for speaker, said in gold),
        )


IDENTITY = {f"{number / 1000}": number / 1000 for number in range(1001)}


def calibration(examples: Sequence[Example], choices_of, judged_of, cases: Sequence[Example]) -> dict[str, float]:
    """Return the confidences: what was right among finds in articles whose whole hand was left out of the learning, by how likely they were held to be."""
    judged: list[tuple[float, bool]] = []
    for hand in sorted(set(map(hand_of, examples))):
        weights = learn([*doubled(one for one in examples if hand_of(one) != hand), *cases], choices_of)
        for one in examples:
            if hand_of(one) == hand:
                judged += judged_of(with_missed(one, MISSED_IN_CALIBRATION), weights)
    return steps(judged)


def hand_of(one: Example) -> str:
    """Return who wrote and marked an article of the gold, as its id tells (county-101): a newspaper is read by weights that never saw its hand."""
    return one.article.id.partition("-")[0]


def main() -> None:
    """Learn, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", nargs="*", default=["quotes", "events"])
    kinds = parser.parse_args().kind
    examples = [as_found(example(article)) for article in read_gold("learn_*.txt")]
    if "quotes" in kinds:
        cases = CASE_WEIGHT["quotes"] * case_examples()
        weights = learn([*doubled(examples), *cases], quote_choices)
        weights["confidence"] = calibration(examples, quote_choices, judged_quotes, cases)
        write("quote_weights.tsv", "What features count for quotations (direct, indirect) and their speakers.", weights)
    if "events" in kinds:
        examples += [as_found(example(article)) for article in read_gold("told_*.txt")]
        cases = CASE_WEIGHT["events"] * event_case_examples()
        weights = learn([*doubled(examples), *cases], event_choices)
        weights["confidence"] = calibration(examples, event_choices, judged_events, cases)
        write("event_weights.tsv", "What features count for events, their days and their actors.", weights)


if __name__ == "__main__":
    main()
