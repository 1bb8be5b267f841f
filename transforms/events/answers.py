"""Candidates for the day of an event and for its actors, with the features that speak for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from transforms.events.layout import CLAUSE_SIGN, LONG_GRAINS, LONGEST_SENTENCE, ArticleLayout, Sentence, is_day
from transforms.events.tellings import Telling
from transforms.events.triggers import context
from transforms.records import Name, Time
from transforms.text.patterns import MASK

SENTENCES_BEFORE, SENTENCES_BEHIND = 2, 4
"""Sentences before and after the one that tells an event in which its actors are looked for: who is 他 or 双方 is said before, who took part behind."""
TITLE_LONGEST = 16
"""Characters of a title at most: an organisation so near before a person is part of the title."""


def day_options(layout: ArticleLayout, telling: Telling) -> Iterator[tuple[date | None, list[str]]]:
    """Yield the days on which an event may have happened, with what speaks for each: none, of the lead, of the sentence, of the one before."""
    kind, sentence, trigger = telling.kind, telling.sentence, telling.triggers[0]
    inside = layout.times_in(sentence.start, sentence.end)
    others = {time.granularity for time in inside if not is_day(time)}
    days = [time for time in inside if layout.has_come(time)]
    state = f"{'days' if days else 'no day'} {sentence.position}"
    same = "same day " if context("same_day").search(layout.masked, sentence.start, sentence.end) else ""
    opens = layout.signs[sentence.start : sentence.start + 2]
    actors = {name.name for name in layout.actors_in(sentence.start, sentence.end)}
    marks = [
        state,
        f"{same}{state}",
        f"opens {opens}",
        *(f"beside {grain}" for grain in others),
        *(f"beside {grain} {state}" for grain in others),
        kind,
        f"{kind} {sentence.position}",
        f"actors {min(len(actors), 2)}",
        f"an actor of the lead {not actors.isdisjoint(layout.lead_actors)}",
        *(f"clause {word}" for word in layout.words_in(*trigger.clause)),
        f"after {_last_grain(layout, sentence)}",
        *(f"word {word[0]}" for word in context("stage").finditer(layout.masked, sentence.start, sentence.end)),
    ]
    yield None, ["none", *(f"none {mark}" for mark in marks)]
    before = [time.end_on for time in inside if time.granularity in LONG_GRAINS and time.end_on and time.char_start < trigger.start]
    lead_day = None if layout.lead_day and any(end_on < layout.lead_day for end_on in before) else layout.lead_day
    if lead_day:
        yield lead_day, ["lead", *(f"lead {mark}" for mark in marks)]
    paragraph = layout.text.rfind("\n", 0, sentence.start) + 1
    earlier = layout.days_in(max(paragraph, sentence.start - LONGEST_SENTENCE), sentence.start)
    if earlier and not any(end_on < earlier[-1].start_on for end_on in before):
        yield earlier[-1].start_on, ["earlier", f"earlier {state}", f"earlier {kind}"]
    for time in days:
        features = _day_features(layout, telling, time, days)
        if lead_day:
            features.append(f"day {'of' if time.start_on == lead_day else 'before' if time.start_on < lead_day else 'after'} the lead")
        yield time.start_on, features


def _last_grain(layout: ArticleLayout, sentence: Sentence) -> str:
    """Return the grain of the last time that the paragraph names before a sentence, day for all finer ones."""
    times = layout.times_in(layout.text.rfind("\n", 0, sentence.start) + 1, sentence.start)
    return "none" if not times else "day" if is_day(times[-1]) else times[-1].granularity


def _day_features(layout: ArticleLayout, telling: Telling, time: Time, days: Sequence[Time]) -> list[str]:
    """Return what speaks for one of the days of the sentence: where it stands to the word that tells the event, its number, its grain, what is beside it."""
    trigger, kind = telling.triggers[0], telling.kind
    low, high = trigger.clause
    where = "clause" if low <= time.char_start < high else "before" if time.char_start < trigger.start else "after"
    order = "only" if len(days) == 1 else "first" if time is days[0] else "later"
    return [
        "day",
        f"day {where}",
        f"day {order}",
        f"day {where} {order}",
        f"day {kind}",
        f"day {kind} {where}",
        f"day {time.granularity}",
        f"day then {layout.signs[time.char_end : time.char_end + 1]}",
        f"day after {layout.signs[max(0, time.char_start - 1) : time.char_start]}",
    ]


def actor_options(layout: ArticleLayout, telling: Telling) -> Iterator[tuple[Name, list[str]]]:
    """Yield the persons and organisations who may have acted in an event, of its sentence and those around it, with what speaks for each."""
    first = telling.sentence
    own = {name.name for name in layout.actors_in(first.start, first.end)}
    dead = _who_may_have_died(layout, telling) if telling.kind == "death" else None
    for start, end, at, _ in layout.sentences[max(0, first.number - SENTENCES_BEFORE) : first.number + SENTENCES_BEHIND + 1]:
        step = at - first.number
        named = layout.actors_in(start, end)
        attends = " attends" if step > 0 and context("attends").search(layout.masked, start, end) else ""
        line = ", other line" if step and "\n" in layout.text[min(first.start, start) : max(first.start, start)] else ""
        for number, name in enumerate(named):
            if (step >= 0 or name.name not in own) and (dead is None or name in dead):
                where = f"next {step}{attends}{line}" if step > 0 else f"last {-step}{line}" if step else _side(telling, name)
                yield name, _actor_features(layout, telling, named, number, where, bool(step))


def _who_may_have_died(layout: ArticleLayout, telling: Telling) -> list[Name]:
    """Return the persons of whom a death may be told: those of its item of a list parted by ；, if there are none those named before its sentence (他)."""
    start, trigger, end = telling.sentence.start, telling.triggers[0], telling.sentence.end
    low, high = layout.text.rfind("；", start, trigger.start) + 1 or start, layout.text.find("；", trigger.start, end)
    named = layout.actors_in(low, high if high >= 0 else end)
    return [name for name in named or layout.actors_in(0, start) if name.kind == "person"]


def _side(telling: Telling, name: Name) -> str:
    """Return where a name of the sentence stands: before or after the word that tells the event, in its clause or not."""
    trigger = telling.triggers[0]
    low, high = trigger.clause
    side = "before" if name.char_start < trigger.start else "after"
    return f"clause {side}" if low <= name.char_start < high else side


def _actor_features(layout: ArticleLayout, telling: Telling, named: list[Name], number: int, where: str, is_elsewhere: bool) -> list[str]:
    """Return what speaks for or against one of those named in a sentence having acted in an event."""
    kind, trigger, name = telling.kind, telling.triggers[0], named[number]
    following = next((one for one in named[number + 1 :] if one.kind == "person" and one.char_start - name.char_end <= TITLE_LONGEST), None)
    is_title = name.kind == "organization" and following and not CLAUSE_SIGN.search(layout.text, name.char_end, following.char_start)
    sort = "title" if is_title else name.kind
    before, after = layout.signs[max(0, name.char_start - 1) : name.char_start], layout.signs[name.char_end : name.char_end + 2]
    alone = "alone" if len(named) == 1 else "of many"
    features = [
        "any",
        sort,
        where,
        f"{sort} {where}",
        f"{kind} {sort}",
        f"{kind} {where}",
        f"{kind} {sort} {where}",
        f"{sort} after {before}",
        f"{sort} then {after[:1]}",
        f"{sort} then {after}",
        f"{sort} number {min(number, 3)} {is_elsewhere}",
        f"{telling.sentence.position} {where}",
        f"{where} after {before}",
        f"{trigger.word} {sort} {where}",
        f"{where} {alone}",
        f"{sort} {where} {alone}",
        f"{kind} {sort} {alone}",
        f"{where} hero {name.name == layout.hero}",
        f"{sort} {where} of the lead {name.name in layout.lead_actors}",
        f"{where} again {layout.counts[name.name] > 1}",
    ]
    if not is_elsewhere:
        is_before = name.char_start < trigger.start
        gap = min(max(0, trigger.start - name.char_end if is_before else name.char_start - trigger.end) // 4, 5)
        side = "gap" if is_before else "after gap"
        features += [f"{where} {side} {gap}", f"{sort} {side} {gap}", f"{kind} {side} {gap}"]
        if is_before:
            near = "nearest" if number + 1 == len(named) or named[number + 1].char_start > trigger.start else "farther"
            features += [f"{where} {near}", f"{sort} {where} {near}", f"{kind} {sort} {near}"]
    if layout.quoted[name.char_start] == MASK:
        features.append("marked")
    return features
