"""Stories: one thing that happened, reported by several articles.

Two events are one story when they are of one kind, at most a day apart, and enough of what they name is the same: half
the actors or the place, and the object; or an object that is nearly the same. Events are compared only within a block of one
kind and two neighbouring days, and there only with those that share a two-character piece of their object or an actor,
so that the work grows with the number of events and not with its square.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from transforms.clusters import cluster

MIN_SHARED_OF_BOTH = 0.7
"""Share of the two-character pieces of both objects that are the same where nothing else binds two events: by hand."""
MIN_SHARED_OF_SMALLER = 0.4
"""The same share of the smaller object where actors or place are the same too: by hand."""
MAX_HOLDERS = 200
"""Events that have a piece in common, beyond which it binds none, for it says little and would cost the square of their number."""
MIN_SHARED_AT_A_PLACE = 2
"""Pieces that objects at one place have in common at least: by hand."""


class Told(NamedTuple):
    """An event as the warehouse has it; the columns of table ``events`` that tell stories apart."""

    event_id: str
    article_id: str
    kind: str
    on_date: date | None
    place: str | None
    actors: Sequence[str]
    objects: Sequence[str]


def group_stories(events: Iterable[Told]) -> dict[str, str]:
    """Return for every event its story: the smallest event_id among the reports of the same thing.

    Events without a day stand alone, and two events of one article are never a pair.

    >>> day = date(2024, 11, 28)
    >>> group_stories([
    ...     Told("a-v001", "a", "signing", day, None, ("云渡集团",), ("云渡港战略合作协议",)),
    ...     Told("b-v001", "b", "signing", day, "清浦", ("云渡集团", "李明"), ("战略合作协议",)),
    ...     Told("c-v001", "c", "signing", day, None, ("清浦学院",), ("战略合作协议",)),
    ... ])
    {'a-v001': 'a-v001', 'b-v001': 'a-v001', 'c-v001': 'c-v001'}
    """
    events = list(events)
    story = cluster(_pairs_of_one_day(events))
    return {event.event_id: story.get(event.event_id, event.event_id) for event in events}


def _pairs_of_one_day(events: Sequence[Told]) -> Iterable[tuple[str, str]]:
    blocks: defaultdict[tuple[str, int], list[Told]] = defaultdict(list)
    for event in events:
        if event.on_date:
            blocks[event.kind, event.on_date.toordinal()].append(event)
    for (kind, day), block in sorted(blocks.items()):
        pool = block + blocks.get((kind, day + 1), [])
        yield from _pairs_within(pool, len(block))


def _pairs_within(pool: Sequence[Told], n_first: int) -> Iterable[tuple[str, str]]:
    """Yield the pairs of one story that have at least one of the first events of the pool."""
    pieces = [_pieces(event) for event in pool]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, event in enumerate(pool):
        for key in pieces[number] | set(event.actors):
            holders[key].append(number)
    seen = {
        (left, right)
        for group in holders.values()
        if len(group) <= MAX_HOLDERS
        for left in group
        if left < n_first
        for right in group
        if left < right
    }
    for left, right in sorted(seen):
        if _one_story(pool[left], pool[right], pieces[left], pieces[right]):
            yield pool[left].event_id, pool[right].event_id


def _pieces(event: Told) -> set[str]:
    return {thing[start : start + 2] for thing in event.objects for start in range(len(thing) - 1)}


def _one_story(one: Told, other: Told, pieces: set[str], others: set[str]) -> bool:
    if one.article_id == other.article_id:
        return False
    shared = len(pieces & others)
    of_smaller = shared / max(min(len(pieces), len(others)), 1)
    of_both = shared / max(len(pieces | others), 1)
    common = len(set(one.actors) & set(other.actors))
    meets = common * 2 >= min(len(set(one.actors)), len(set(other.actors))) > 0
    contradicts = bool(one.actors and other.actors and not meets)
    there = bool(one.place and one.place == other.place)
    if meets or (there and not contradicts and shared >= MIN_SHARED_AT_A_PLACE):
        return of_smaller >= MIN_SHARED_OF_SMALLER
    return not contradicts and shared >= 5 and of_both >= MIN_SHARED_OF_BOTH
