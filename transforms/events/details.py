"""Details of events: subtype, deaths and injuries, place and objects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from transforms.events.layout import LONGEST_SENTENCE, ArticleLayout, Sentence
from transforms.events.triggers import Trigger, context, subtypes
from transforms.text.numerals import parse_int

OBJECT_LONGEST = 40  # characters of what an event is about
ADVERBS_AT_END = re.compile(
    "(?:宣告|宣布|正式|已经?|全线|顺利|日前|成功|圆满|全面|如期|同时|也|全部|集中|突然|相继|又|先后|隆重|并|后|现已|均)+$"
)
OBJECT_START = re.compile("(?:了|着|过|的|在|对|向|和|与|、|：|:|到(?!访|会|任)|为期.{1,4}的)*")
PLACE_WITHIN = 3
"""Characters before a place in which the word stands that brings it (在, 来到)."""
COUNT = "([0-9]+|[一二两三四五六七八九十百]+)"
PARTS = ("重伤", "轻伤")
"""Those who were hurt, where they are counted by how badly: together they are all."""
CASUALTY_SENTENCES = 8
"""Sentences from the one that tells an accident in which those are counted who died or were hurt."""


def subtype(layout: ArticleLayout, kind: str, sentence: Sentence) -> str | None:
    """Return what an event is more closely, by the first word that shows it in its sentence, else in the headline, else in the article; None where none does."""
    headline = "\n".join(layout.text[one.start : one.end] for one in layout.sentences if one.position == "headline")
    for text in (layout.text[sentence.start : sentence.end], headline, layout.text):
        named = [(shown.start(), name) for name, pattern in subtypes(kind) if (shown := pattern.search(text))]
        if named:
            return min(named)[1]
    return None


def casualties(layout: ArticleLayout, kind: str, sentence: Sentence, actors: Sequence[str]) -> tuple[int | None, int | None]:
    """Return how many died and how many were hurt, as counted or named; 0 where the text says that nobody was, None where it says nothing.

    Cases count what their own sentence says, accidents what the headline and the next sentences say too. Of a death those who died are its actors.

    >>> layout = ArticleLayout("昨天，一辆货车与一辆校车相撞，造成2人死亡，5人重伤、9人轻伤。", (), ())
    >>> casualties(layout, "accident", layout.sentences[0], ())
    (2, 14)
    """
    if kind == "death":
        return max(len(actors), 1), None
    near = [sentence] if kind == "case" else _near(layout, sentence)
    return _first_count(layout, near, "killed"), _first_count(layout, near, "hurt")


def _near(layout: ArticleLayout, sentence: Sentence) -> list[Sentence]:
    """Return the sentences that may count the casualties of an accident: its own, the headlines if it is of the lead, and the next ones."""
    headlines = [one for one in layout.sentences if one.position == "headline"] if sentence.position != "body" else []
    return [sentence, *headlines, *layout.sentences[sentence.number + 1 : sentence.number + CASUALTY_SENTENCES]]


def _first_count(layout: ArticleLayout, sentences: Sequence[Sentence], group: str) -> int | None:
    """Return what the first of some sentences that says it says of how many were killed, or hurt."""
    for start, end, *_ in sentences:
        text = layout.text[start : min(end, start + LONGEST_SENTENCE)]
        if context(f"none_{group}").search(text):
            return 0
        if found := [
            (word, parse_int(before or after)) for before, word, other, after in _counted(group).findall(text) for word in (word or other,)
        ]:
            parts = {word: count for word, count in found if word in PARTS}
            return sum(parts.values()) if found[0][0] in PARTS else found[0][1]
        for word in context(group).finditer(layout.masked, start, end):
            low = layout.text.rfind("，", start, word.start()) + 1
            if named := [name for name in layout.names_in(max(low, start), word.start()) if name.kind == "person"]:
                return len({name.name for name in named})
    return None


@cache
def _counted(group: str) -> re.Pattern:
    """Return what finds a number of people with a word of a group behind it, or before it: 4名工人死亡, 1死, 死亡4人."""
    word = context(group).pattern
    return re.compile(f"{COUNT}(?:名|位|人|个)?[^，。、；：:0-9只头条尾羽岁]{{0,8}}?({word})|({word})(?:了|者)?{COUNT}[人名]")


def place_brought_in(layout: ArticleLayout, sentence: Sentence) -> str | None:
    """Return the place that 在 or 来到 brings in a sentence, as printed."""
    for name in layout.names_in(sentence.start, sentence.end):
        if name.kind == "place" and context("place").search(
            layout.masked[max(sentence.start, name.char_start - PLACE_WITHIN) : name.char_start]
        ):
            return name.text
    return None


def objects(layout: ArticleLayout, trigger: Trigger) -> tuple[str, ...]:
    """Return what an event is about, as printed: the noun before what happens or is held, else what follows the verb in its clause."""
    low, high = trigger.clause
    if trigger.form in ("gathering", "happens") and trigger.start - low >= 2:
        held = context("hold").search(layout.masked, low, trigger.start)
        start, stop = held.end() if held else low, trigger.end if trigger.form == "gathering" else trigger.start
    else:
        start, stop = trigger.end, high
    for time in layout.times_in(start, stop):
        if not layout.text[start : time.char_start].strip():
            start = time.char_end
        elif time.char_end <= stop and not layout.text[time.char_end : stop].strip("起日，"):
            stop = time.char_start
    start += len(OBJECT_START.match(layout.text[start:stop]).group())
    printed = ADVERBS_AT_END.sub("", layout.text[start:stop]).strip("了。！，；：　 \n")
    return (printed,) if 2 <= len(printed) <= OBJECT_LONGEST else ()
