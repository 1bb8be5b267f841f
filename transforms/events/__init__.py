"""Events: what happened, who did it, to what, where and when.

How it works. What stands in quotation marks, book-title marks and brackets, and the names of persons, are masked, so that speech and slogans
trigger nothing (``layout``). Each sentence is searched for the words of ``data/event_triggers.tsv``; a clause with words of a kind may tell an
event of that kind (``tellings``). Whether it does is a choice that was learned from gold by what stands around the words: what makes them future,
wished or negated (``data/event_context.tsv``), words, times, names, the place in the article, what headline and lead tell. So are the day (of the sentence, of the lead, none) and the
actors (persons and organisations of the sentence and those around it; ``answers``), and whether two sentences tell one thing. What each feature counts
is in ``data/event_weights.tsv`` (``tests/bench/train_facts.py`` makes it). ``details`` reads the rest: subtype, deaths and injuries, place, objects.

One row stands for one thing that happened: of sentences that tell the same the likeliest is kept. ``confidence`` is the share
of such finds that are right in the gold: kind, day and an actor. ``rule`` is where the event is told: ``headline``, ``lead`` or ``body``.

Kinds: meeting, inspection (officials look at something), visit (meeting or calling on people), signing, opening (also
start of building, launch, completion), award, appointment, competition, accident, case (police and courts),
volunteering, policy (rules and decisions issued), investment, training, performance (also exhibitions and festivals),
publication, donation, death, ceremony, activity (a public event that is none of these).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import prod
from typing import NamedTuple

from transforms.choices import Weights, calibrated, read_weights, share, shares
from transforms.events.answers import actor_options, day_options
from transforms.events.details import casualties, objects, place_brought_in, subtype
from transforms.events.layout import CLAUSE_SIGN, ArticleLayout
from transforms.events.tellings import Telling, sameness, tellings
from transforms.events.triggers import Trigger
from transforms.records import Event, Name, Time
from transforms.text.characters import finds_in_reading_text

LEAST_PROBABILITY_OF_EVENT = 0.5
"""What an event with its day and an actor must at least be held to be: likelier right than not."""
LIKELY_ACTOR, LIKELIEST_ACTOR = 0.4, 0.2
"""What an actor must at least be held to be, and what the likeliest must be where no other is."""
LEAST_PROBABILITY_OF_ONE = 0.4
"""From what likelihood on two tellings are held to tell one thing."""
SIDE_BY_SIDE = 1
"""Characters between two words that tell one thing, each as another kind (开工活动)."""
WITH_CASUALTIES = frozenset(("accident", "case", "death"))
EVIDENCE_LONGEST = 400  # characters of the sentence that is given as evidence


class Find(NamedTuple):
    """An event held to be told, with how likely it is."""

    telling: Telling
    trigger: Trigger
    day: date | None
    actors: tuple[str, ...]
    likely: float


@finds_in_reading_text
def find_events(text: str, names: Sequence[Name], times: Sequence[Time], issue_on: date | None = None) -> list[Event]:
    """Return the things that happened according to an article, in reading order, one row each.

    ``names`` and ``times`` are those of the same text. ``text`` of an event is the sentence that tells it; ``place`` is as
    printed; ``objects`` are as printed; ``on_date`` is None where neither sentence nor lead names a day. Days after ``issue_on``, the day of
    the paper, are to come: nothing has happened on them.

    >>> from transforms.times import find_times
    >>> text = "3月20日，清浦大桥正式通车。"
    >>> found = find_events(text, (), find_times(text, date(2024, 3, 21)))[0]
    >>> found.kind, found.trigger, found.on_date.isoformat(), found.objects
    ('opening', '通车', '2024-03-20', ('清浦大桥',))
    >>> find_events("云渡区将加快推进清浦大桥建设，力争明年通车。", (), ())
    []
    """
    return events_of(ArticleLayout(text, names, times, issue_on), read_weights("event_weights.tsv"))


def events_of(layout: ArticleLayout, weights: dict[str, Weights], least: float = LEAST_PROBABILITY_OF_EVENT) -> list[Event]:
    """Return the events of an article that are at least as likely by these weights, each told once."""
    finds = []
    for telling, features in tellings(layout):
        if (likely := share(weights["event"], features)) >= least:
            finds.append(_find(layout, telling, likely, weights))
    finds = [find for find in finds if find.likely >= least and (find.actors or find.telling.kind != "death")]  # who died is named
    return [_event(layout, find, weights) for find in _told_once(layout, finds, weights)]


def _find(layout: ArticleLayout, telling: Telling, likely: float, weights: dict[str, Weights]) -> Find:
    """Return a telling with its likeliest day and its actors."""
    options = list(day_options(layout, telling))
    by_day: dict[date | None, float] = {}
    for (day, _), chance in zip(options, shares(weights["day"], [features for _, features in options]), strict=True):
        by_day[day] = by_day.get(day, 0.0) + chance
    day = max(by_day, key=by_day.__getitem__)
    acting = [(name, share(weights["actor"], features)) for name, features in actor_options(layout, telling)]
    least = min(LIKELY_ACTOR, max((chance for _, chance in acting if chance >= LIKELIEST_ACTOR), default=LIKELY_ACTOR))
    actors = tuple(dict.fromkeys(name.name for name, chance in acting if chance >= least))
    nobody = prod(1 - chance for _, chance in acting)
    trigger = max(telling.triggers, key=lambda one: (one.form != "word", weights["event"].get(f"{one.kind} {one.word}", 0.0)))
    return Find(telling, trigger, day, actors, likely * by_day[day] * (1 - nobody if actors else max(nobody, LIKELY_ACTOR)))


def _told_once(layout: ArticleLayout, finds: Sequence[Find], weights: dict[str, Weights]) -> list[Find]:
    """Return the finds, of those that tell one thing the likeliest."""
    kept: list[Find] = []
    for find in sorted(finds, key=lambda one: -one.likely):
        if not any(_are_one(layout, other, find, weights) for other in kept):
            kept.append(find)
    return sorted(kept, key=lambda one: one.trigger.start)


def _are_one(layout: ArticleLayout, one: Find, other: Find, weights: dict[str, Weights]) -> bool:
    """Tell whether two finds tell one thing: by words side by side, or of one kind, not on different days, and likely the same."""
    first, second = sorted((one.trigger, other.trigger), key=lambda trigger: trigger.start)
    is_beside = second.start - first.end <= SIDE_BY_SIDE and not CLAUSE_SIGN.search(layout.masked, first.end, second.start)
    if is_beside and one.telling.sentence == other.telling.sentence:
        return True
    if one.telling.kind != other.telling.kind or one.day and other.day and one.day != other.day:
        return False
    return share(weights["same"], sameness(layout, one.telling, other.telling)) >= LEAST_PROBABILITY_OF_ONE


def _event(layout: ArticleLayout, find: Find, weights: dict[str, Weights]) -> Event:
    kind, sentence = find.telling.kind, find.telling.sentence
    end = min(sentence.end, sentence.start + EVIDENCE_LONGEST)
    deaths, injuries = casualties(layout, kind, sentence, find.actors) if kind in WITH_CASUALTIES else (None, None)
    return Event(
        kind=kind,
        trigger=find.trigger.word,
        text=layout.text[sentence.start : end],
        char_start=sentence.start,
        char_end=end,
        on_date=find.day,
        place=place_brought_in(layout, sentence),
        actors=find.actors,
        objects=objects(layout, find.trigger),
        confidence=calibrated(weights["confidence"], find.likely),
        subtype=subtype(layout, kind, sentence),
        deaths=deaths,
        injuries=injuries,
        rule=sentence.position,
    )
