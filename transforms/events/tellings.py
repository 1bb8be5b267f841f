"""Tellings: clauses that may tell an event, with the features that speak for it, and those that speak for two of them telling one event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from transforms.events.layout import LONG_GRAINS, LONGEST_SENTENCE, ArticleLayout, Sentence, is_day
from transforms.events.triggers import Trigger, context, trigger_words, uses_by_word
from transforms.text.patterns import MASK

NOUN_WITHIN = 40
"""Characters after a verb in which its noun must follow (签署…协议)."""
NEGATED = re.compile("(?:没有|没|未|未能|不能|不会|不再|不予|无)$")
FURTHER_APPOINTED = re.compile(f"(?<=[，,；;、])(?:{MASK}+、)*{MASK}+(?P<word>[为任])")
"""Persons, who are masked, with what they become, where the verb was said before: 选举■■■为主任，■■、■■■为副主任."""
AGES = (("to come", -1), ("same day", 0), ("a day ago", 1), ("days ago", 3), ("a week ago", 7), ("a month ago", 31))
"""How long ago a day is, in words, each with the most days."""
MAX_SENTENCES_APART = 3
"""Sentences apart that are near each other."""


class Telling(NamedTuple):
    """A clause that may tell an event of a kind, with the words that do, and its sentence."""

    kind: str
    sentence: Sentence
    triggers: tuple[Trigger, ...]


def tellings(layout: ArticleLayout) -> Iterator[tuple[Telling, set[str]]]:
    """Yield the clauses that may tell an event, by kind, with what speaks for it: a sentence may tell several (选举…为市长，选举…为副市长)."""
    above: dict[str, set[str]] = {"headline": set(), "lead": set(), "body": set()}
    for sentence in layout.sentences:
        by_kind: dict[tuple[str, int], list[Trigger]] = {}
        for trigger in _triggers(layout, sentence):
            by_kind.setdefault((trigger.kind, trigger.clause[0]), []).append(trigger)
        if not by_kind:
            continue
        kinds, when = frozenset(kind for kind, _ in by_kind), _when(layout, sentence)
        for (kind, _), triggers in by_kind.items():
            telling = Telling(kind, sentence, tuple(triggers))
            of_triggers = (_features_of_trigger(layout, telling, trigger, when) for trigger in triggers)
            of_article = _features_of_article(layout, telling, above)
            yield telling, _features_of_sentence(layout, telling, kinds, when).union(of_article, *of_triggers)
        above[sentence.position] |= kinds


def _triggers(layout: ArticleLayout, sentence: Sentence) -> Iterator[Trigger]:
    """Yield the words of a sentence that may tell an event, those last for which a verb stands that was said before."""
    appointed: Trigger | None = None
    days = [(time.char_start, time.char_end) for time in layout.times_in(sentence.start, sentence.end)]
    for start, word in trigger_words().find(layout.masked, sentence.start, min(sentence.end, sentence.start + LONGEST_SENTENCE)):
        end = start + len(word)
        if layout.in_organization(start, end) or any(low <= start < high for low, high in days):  # 国际志愿者日 is a day
            continue
        clause = layout.clause(sentence, start, end)
        for kind, form, noun in uses_by_word()[word]:
            if form == "gathering" and len(word) == 1 and _is_within_word(layout, start):
                continue
            if not noun or noun in layout.text[end : min(end + NOUN_WITHIN, sentence.end)]:
                trigger = Trigger(kind, word + noun, form, start, end, clause)
                yield trigger
                appointed = appointed or (trigger if kind == "appointment" and noun else None)
    for match in FURTHER_APPOINTED.finditer(layout.masked, appointed.end, sentence.end) if appointed else ():
        clause = match.start(), layout.clause(sentence, *match.span())[1]
        yield appointed._replace(form="further", start=match.start("word"), end=match.end("word"), clause=clause)


def _is_within_word(layout: ArticleLayout, offset: int) -> bool:
    """Tell whether a character is part of another word (会长, 社会), not a word or the end of one that says more closely what it says (会, 品鉴会)."""
    words = layout.words
    number = words.index_at(offset)
    return (
        words.starts[number] + len(words.words[number]) > offset + 1 or context("no_gathering").fullmatch(words.words[number]) is not None
    )


def _features_of_sentence(layout: ArticleLayout, telling: Telling, kinds: frozenset[str], when: str) -> set[str]:
    """Return what a sentence says for or against telling an event of a kind, whatever the words."""
    kind, (start, end, _, position) = telling.kind, telling.sentence
    features = {"any", kind, position, f"{kind} {position}", f"{position} {when}", f"{kind} {when}", f"size {min((end - start) // 20, 4)}"}
    for sort in {name.kind for name in layout.names_in(start, end)}:
        features |= {f"{kind} with {sort}", f"{position} with {sort}"}
    features |= {f"{kind} beside {other}" for other in kinds if other != kind}
    if MASK * 4 in layout.quoted[start:end]:
        features.add("marks")
    if layout.masked[end - 1] in "？?":
        features.add("asks")
    for word in layout.words_in(*telling.triggers[0].clause):
        features |= {f"clause {word}", f"{kind} clause {word}"}
    actors = {name.name for name in layout.actors_in(start, end)}
    features |= {f"actors {min(len(actors), 3)}", f"{kind} actors {min(len(actors), 3)}"}
    if layout.hero in actors:
        features |= {"hero", f"{kind} hero"}
    return features


def _features_of_article(layout: ArticleLayout, telling: Telling, above: dict[str, set[str]]) -> set[str]:
    """Return what speaks for or against a telling that lies outside its sentence: whether the headline or the lead may tell the kind, how long ago its day is."""
    kind, (start, end, _, position) = telling.kind, telling.sentence
    features = set()
    for part in {"body": ("headline", "lead"), "lead": ("headline",)}.get(position, ()):
        shown = f"{part} {kind in above[part]}"
        features |= {shown, f"{kind} {shown}", f"{position} {shown}"}
    times = layout.times_in(start, end)
    day = next((time.start_on for time in times if is_day(time)), None)
    for since, until in (("issue", layout.issue_on), ("news", layout.lead_day)):
        if day and until:
            ago = f"{since} {_how_long((until - day).days)}"
            features |= {ago, f"{kind} {ago}", f"{position} {ago}"}
    if layout.issue_on and any(time.granularity in LONG_GRAINS and time.end_on and time.end_on < layout.issue_on for time in times):
        features |= {"over", f"{kind} over", f"over {day is not None}"}
    return features


def _how_long(days: int) -> str:
    """Return how long a day is ago, in words: a day after the one counted from is to come."""
    return next((name for name, most in AGES if days <= most), "long ago")


def _when(layout: ArticleLayout, sentence: Sentence) -> str:
    """Return what kind of time a sentence names: a day, a vague time, one to come, another, or none."""
    grains = {
        "to come" if layout.is_to_come(time) else "day" if is_day(time) else "vague" if time.granularity == "vague" else "other"
        for time in layout.times_in(sentence.start, sentence.end)
    }
    return min(grains, key=("day", "vague", "other", "to come").index, default="none")


def _features_of_trigger(layout: ArticleLayout, telling: Telling, trigger: Trigger, when: str) -> set[str]:
    """Return what speaks for or against a word telling an event: what it is, and what stands around it in its clause."""
    kind, word, form, position = trigger.kind, trigger.word, trigger.form, telling.sentence.position
    low, high = trigger.clause
    before = layout.masked[low : trigger.start]
    after, ahead = layout.signs[trigger.end : min(trigger.end + 2, high)], layout.signs[max(low, trigger.start - 2) : trigger.start]
    features = {
        f"{kind} {word}",
        f"{kind} {form}",
        f"{kind} {word} {position}",
        f"{word} {when}",
        f"{word} then {after[:1]}",
        f"then {after}",
        f"{kind} then {after[:1]}",
        f"{word} after {ahead[-1:]}",
        f"after {ahead}",
    }
    for group in ("unreal", "future", "request"):
        if context(group).search(before):
            features |= {group, f"{kind} {group}", f"{word} {group}"}
    if NEGATED.search(before):
        features.add("negated")
    if context("future").search(layout.masked, telling.sentence.start, trigger.start):
        features |= {"future before", f"{kind} future before", f"{word} future before"}
    if context("said").search(layout.masked, telling.sentence.start, trigger.start):
        features |= {"said", f"{kind} said"}
    if held := context("hold").search(layout.masked, low, high):
        features |= {f"{kind} held", f"{kind} {form} held", f"{kind} {held[0]}"}
    for name in layout.names_in(low, high):
        features.add(f"{kind} {name.kind} {'before' if name.char_start < trigger.start else 'after'}")
    if when == "none":
        return features
    times = layout.times_in(low, trigger.start)
    for shown, holds in (
        ("day in clause", any(map(layout.has_come, times))),
        ("day to come in clause", any(map(layout.is_to_come, times))),
        ("day to come after", any(map(layout.is_to_come, layout.times_in(trigger.end, high)))),
        ("year in clause", any(time.granularity in LONG_GRAINS and not layout.is_to_come(time) for time in times)),
    ):
        if holds:
            features |= {shown, f"{kind} {shown}"}
    return features


def sameness(layout: ArticleLayout, one: Telling, other: Telling) -> set[str]:
    """Return what speaks for or against two tellings of a kind telling one thing that happened."""
    first, second = sorted((one, other), key=lambda telling: telling.triggers[0].start)
    kind, apart = one.kind, second.sentence.number - first.sentence.number
    near = "one sentence" if not apart else "next sentence" if apart == 1 else "near" if apart <= MAX_SENTENCES_APART else "far"
    if apart and "\n" in layout.text[first.sentence.start : second.sentence.start]:
        near += ", other line"
    where = f"{first.sentence.position} {second.sentence.position}"
    who = _shared(*({name.name for name in layout.actors_in(*telling.triggers[0].clause)} for telling in (first, second)))
    when = _shared(*({day.start_on for day in layout.days_in(*telling.sentence[:2])} for telling in (first, second)))
    share_of_places = _shared(
        *({name.name for name in layout.names_in(*telling.sentence[:2]) if name.kind == "place"} for telling in (first, second))
    )
    words = _shared(*({trigger.word for trigger in telling.triggers} for telling in (first, second)))
    features = {
        "any",
        kind,
        near,
        where,
        f"{kind} {where}",
        f"{kind} {near}",
        f"who {who}",
        f"when {when}",
        f"at {share_of_places}",
        f"words {words}",
        f"{kind} who {who}",
        f"{kind} when {when}",
        f"{where} who {who}",
        f"{where} when {when}",
        f"who {who} when {when}",
        f"{near} who {who}",
        f"{kind} words {words}",
        f"{where} words {words}",
    }
    trigger = second.triggers[0]
    for start, shown in ((trigger.clause[0], f"also {kind}"), (second.sentence.start, "also")):
        if context("also").search(layout.masked, start, trigger.start):
            features.add(shown)
    return features


def _shared(one: set, other: set) -> str:
    return "neither" if not one | other else "one" if not one or not other else "shared" if one & other else "apart"
