"""Events: what happened, who did it, to what, where and when.

How it works. What stands in quotation marks, book-title marks and brackets, and the names of persons, are masked, so that speech and slogans
trigger nothing. Each sentence is searched for the words of ``data/event_triggers.tsv``; a sentence with words of a kind may tell an event of that
kind. Whether it does is a choice that was learned from gold by what stands around the words: what makes them future, wished or negated
(``data/event_context.tsv``), times, names, the place in the article. So are the day (a day of the sentence, the day of the lead, none) and the
actors (persons and organisations of the sentence and the next ones). What each feature counts is in ``data/event_weights.tsv``
(``tests/bench/train_facts.py`` makes it).

One row stands for one thing that happened: of sentences that tell events of one kind, day and actors the likeliest is kept. ``confidence`` is the share
of such finds that are right in the gold: kind, day and an actor. ``rule`` is where the event is told: ``headline``, ``lead`` or ``body``.

Kinds: meeting, inspection (officials look at something), visit (meeting or calling on people), signing, opening (also
start of building, launch, completion), award, appointment, competition, accident, case (police and courts),
volunteering, policy (rules and decisions issued), investment, training, performance (also exhibitions and festivals),
publication, donation, death, ceremony, activity (a public event that is none of these).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from transforms.choices import Weights, calibrated, read_weights, share, shares
from transforms.lexicons import read_groups, read_table
from transforms.records import Event, Name, Time
from transforms.text.characters import finds_in_reading_text
from transforms.text.numerals import parse_int
from transforms.text.patterns import one_of

MASKED = re.compile("“[^”\n]{0,600}”|「[^」\n]{0,600}」|《[^》\n]{0,100}》|（[^（）\n]{1,60}）")
MASK = "\ue000"
SENTENCE = re.compile("[^。！？!?\n]+[。！？!?]?[”」』]?")
CLAUSE_SIGN = re.compile("[，,：:；;。！？!?\n]")
BLANK = re.compile(r"\s")
DAY_GRAINS = frozenset(("day", "daypart", "hour", "minute"))
HEADLINE_LONGEST, PROSE_ENDS = 60, ("。", "！", "；", "？", "”", "：", ".", "!", ";", "?")
EVIDENCE_LONGEST, OBJECT_LONGEST = 400, 40
LEAD_SENTENCES = 2
LONGEST_SENTENCE, MOST_NAMES, MOST_TIMES = 600, 30, 6
"""Characters, names and times of a sentence that are looked at: lists of hundreds tell no event."""
NEXT_SENTENCES = 4
"""Sentences after the one that tells an event in which its actors are looked for: who took part is often said there."""
LIKELY = 0.35
"""What an event with its day and an actor must at least be held to be: of learned articles left out, 73 % of such finds are right (61 % from 0.3 on, which has the best F1)."""
LIKELY_ACTOR = 0.4
FALLBACK = 0.2
SAME = 0.4
ONE_OF_EACH_PERSON = frozenset(("appointment", "award", "death"))
"""Kinds of which an article may tell several, one for each of those whom they befall."""
TITLE_LONGEST = 16
NEGATED = re.compile("(?:没有|没|未|未能|不能|不会|不再|不予|无)$")
ADVERBS_AT_END = re.compile("(?:宣告|宣布|正式|已经?|全线|顺利|日前|成功|圆满|全面|如期|同时|也|全部|集中|突然|相继|又|先后|隆重|并|后|现已|均)+$")
OBJECT_START = re.compile("(?:了|着|过|的|在|对|向|和|与|、|：|:|到(?!访|会|任)|为期.{1,4}的)*")
NUMBER = "([0-9]+|[一两二三四五六七八九十百]+)"
KILLED = re.compile(f"(?:死亡|遇难|身亡|溺亡|罹难){NUMBER}人|{NUMBER}(?:名|位)?[^，。、0-9]{{0,6}}?(?:死亡|遇难|身亡|罹难|溺亡|死(?=[0-9一二三四五六七八九十两]*伤))|{NUMBER}死")
HURT = re.compile(f"(?:受伤|轻伤|重伤){NUMBER}人|{NUMBER}(?:名|位)?[^，。、0-9]{{0,6}}?(?:受伤|重伤|轻伤)|{NUMBER}伤")
NONE_HURT = re.compile("(?:无|没有|未造成)人员(?:伤亡|受伤或死亡)")


class Trigger(NamedTuple):
    """A word of a kind of event, found at ``start`` in the range ``clause``; ``form`` is a form of ``data/event_triggers.tsv``."""

    kind: str
    word: str
    form: str
    start: int
    end: int
    clause: tuple[int, int]


class Sentence(NamedTuple):
    """A sentence of an article: where it stands, its number, and its position: headline, lead or body."""

    start: int
    end: int
    number: int
    position: str


class Telling(NamedTuple):
    """A sentence that may tell an event of a kind, with the words that do."""

    kind: str
    sentence: Sentence
    triggers: tuple[Trigger, ...]


class Find(NamedTuple):
    """An event held to be told, with how likely it is."""

    telling: Telling
    trigger: Trigger
    day: date | None
    actors: tuple[str, ...]
    likely: float


@cache
def _words() -> dict[str, tuple[tuple[str, str, str], ...]]:
    """Return what a word may trigger: kind, form, and the noun that must follow in its clause."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for kind, form, words in read_table("event_triggers.tsv"):
        for word in words.split():
            verb, _, noun = word.partition("+")
            if not any(kind == known and noun == other for known, _, other in found.get(verb, ())):
                found.setdefault(verb, []).append((kind, form, noun))
    return {word: tuple(uses) for word, uses in found.items()}


@cache
def _trigger_pattern() -> re.Pattern:
    return re.compile(one_of(_words()))


@cache
def _context(group: str) -> re.Pattern:
    return re.compile(one_of(word for name in group.split() for word in read_groups("event_context.tsv")[name]))


@cache
def _subtypes() -> dict[str, list[tuple[str, re.Pattern]]]:
    """Return the closer sorts of accidents and cases, each with what shows it, by kind, in the order of the file."""
    found: dict[str, list[tuple[str, re.Pattern]]] = {}
    for kind, subtype, words in read_table("event_subtypes.tsv"):
        found.setdefault(kind, []).append((subtype, re.compile(one_of(words.split()))))
    return found


class Layout:
    """An article as the choices look at it: masked text, sentences with their position, names and times by offset."""

    def __init__(self, text: str, names: Sequence[Name], times: Sequence[Time], issue_on: date | None = None) -> None:
        self.text = text
        self.issue_on = issue_on
        self.names = sorted(names, key=lambda name: name.char_start)
        self.name_starts = [name.char_start for name in self.names]
        self.times = sorted(times, key=lambda time: time.char_start)
        self.time_starts = [time.char_start for time in self.times]
        self.quoted = MASKED.sub(lambda found: MASK * len(found[0]), text)
        self.masked = _without_persons(self.quoted, self.names)
        self.signs = BLANK.sub("¶", self.masked)
        self.sentences = list(self._sentences())
        first_prose = next((sentence.start for sentence in self.sentences if sentence.position != "headline"), len(text))
        self.lead_day = next((time.start_on for time in self.times if self.has_come(time) and time.char_start >= first_prose), None)

    def _headline_end(self) -> int:
        """Return where the lines above the first prose end: short, and without a stop; 0 where there is no prose."""
        at = 0
        while at < len(self.text):
            end = self.text.find("\n", at)
            line = self.text[at : end if end >= 0 else len(self.text)].strip()
            if len(line) > HEADLINE_LONGEST or line.endswith(PROSE_ENDS):
                return at
            if end < 0:
                break
            at = end + 1
        return 0

    def _sentences(self) -> Iterator[Sentence]:
        headline_end, prose = self._headline_end(), 0
        for number, found in enumerate(SENTENCE.finditer(self.masked)):
            position = "headline" if found.end() <= headline_end else "lead" if prose < LEAD_SENTENCES else "body"
            prose += position != "headline"
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            yield Sentence(start, found.end(), number, position)

    def clause(self, sentence: Sentence, start: int, end: int) -> tuple[int, int]:
        """Return the clause of a sentence around a range."""
        low = max((sign.end() for sign in CLAUSE_SIGN.finditer(self.masked, max(sentence.start, start - LONGEST_SENTENCE), start)), default=sentence.start)
        sign = CLAUSE_SIGN.search(self.masked, end, sentence.end)
        return low, sign.start() if sign else sentence.end

    def names_in(self, start: int, end: int) -> list[Name]:
        return self.names[bisect_left(self.name_starts, start) : bisect_left(self.name_starts, end)][:MOST_NAMES]

    def times_in(self, start: int, end: int) -> list[Time]:
        return self.times[bisect_left(self.time_starts, start) : bisect_left(self.time_starts, end)][:MOST_TIMES]

    def has_come(self, time: Time) -> bool:
        """Tell whether a time is a day that is not after the issue."""
        return _is_day(time) and not self.is_to_come(time)

    def is_to_come(self, time: Time) -> bool:
        """Tell whether a time begins after the issue."""
        return time.start_on is not None and self.issue_on is not None and time.start_on > self.issue_on

    def in_organization(self, start: int, end: int) -> bool:
        at = bisect_left(self.name_starts, start + 1) - 1
        return at >= 0 and self.names[at].kind != "place" and self.names[at].char_end >= end


def _is_day(time: Time) -> bool:
    return time.granularity in DAY_GRAINS and time.start_on is not None


def _without_persons(text: str, names: Sequence[Name]) -> str:
    """Return the text with the names of persons masked: a name may hold any word (沈若水)."""
    parts, at = [], 0
    for name in names:
        if name.kind == "person" and name.char_start >= at:
            parts += [text[at : name.char_start], MASK * (name.char_end - name.char_start)]
            at = name.char_end
    return "".join([*parts, text[at:]])


def tellings(layout: Layout) -> Iterator[tuple[Telling, list[str]]]:
    """Yield the sentences that may tell an event, by kind (and clause, where each may be of another person), with what speaks for it."""
    for sentence in layout.sentences:
        by_kind: dict[tuple[str, int], list[Trigger]] = {}
        for found in _trigger_pattern().finditer(layout.masked, sentence.start, min(sentence.end, sentence.start + LONGEST_SENTENCE)):
            if layout.in_organization(*found.span()):
                continue
            clause = layout.clause(sentence, *found.span())
            for kind, form, noun in _words()[found[0]]:
                if not noun or noun in layout.text[found.end() : min(found.end() + OBJECT_LONGEST, sentence.end)]:
                    first = clause[0] if kind in ONE_OF_EACH_PERSON else sentence.start
                    by_kind.setdefault((kind, first), []).append(Trigger(kind, found[0] + noun, form, *found.span(), clause))
        kinds = frozenset(kind for kind, _ in by_kind)
        for (kind, _), triggers in by_kind.items():
            telling = Telling(kind, sentence, tuple(triggers))
            yield telling, list(_telling_features(layout, telling, kinds))


def _telling_features(layout: Layout, telling: Telling, kinds: frozenset[str]) -> set[str]:
    """Return what speaks for or against a sentence telling an event of a kind."""
    kind, (start, end, _, position) = telling.kind, telling.sentence
    named = layout.names_in(start, end)
    grains = {"to come" if layout.is_to_come(time) else "day" if _is_day(time) else "vague" if time.granularity == "vague" else "other" for time in layout.times_in(start, end)} or {"none"}
    when = "day" if "day" in grains else "vague" if "vague" in grains else min(grains)
    sorts = {name.kind for name in named}
    features = {"any", kind, position, f"{kind} {position}", f"{position} {when}", f"{kind} {when}", f"size {min((end - start) // 20, 4)}"}
    features |= {f"{kind} with {sort}" for sort in sorts} | {f"{position} with {sort}" for sort in sorts}
    features |= {f"{kind} beside {other}" for other in kinds if other != kind}
    if MASK * 4 in layout.quoted[start:end]:
        features.add("marks")
    if layout.masked[end - 1] in "？?":
        features.add("asks")
    said = _context("said").search(layout.masked, start, end)
    for trigger in telling.triggers:
        low, high = trigger.clause
        before, word = layout.masked[low : trigger.start], trigger.word
        after, ahead = layout.signs[trigger.end : min(trigger.end + 2, high)], layout.signs[max(low, trigger.start - 2) : trigger.start]
        features |= {f"{kind} {word}", f"{kind} {trigger.form}", f"{word} then {after[:1]}", f"then {after}", f"{kind} then {after[:1]}", f"{word} after {ahead[-1:]}", f"after {ahead}"}
        features |= {f"{kind} {word} {position}", f"{word} {when}"}
        for group in ("unreal", "future", "request"):
            if _context(group).search(before):
                features |= {group, f"{kind} {group}", f"{word} {group}"}
        if NEGATED.search(before):
            features.add("negated")
        if _context("future").search(layout.masked, telling.sentence.start, trigger.start):
            features |= {"future before", f"{kind} future before", f"{word} future before"}
        if said and said.end() <= trigger.start:
            features |= {"said", f"{kind} said"}
        if held := _context("hold").search(layout.masked, low, high):
            features |= {f"{kind} held", f"{kind} {trigger.form} held", f"{kind} {held[0]}"}
        clause_names = layout.names_in(low, high)
        for name in clause_names:
            features.add(f"{kind} {name.kind} {'before' if name.char_start < trigger.start else 'after'}")
        before_it = layout.times_in(low, trigger.start)
        if any(layout.has_come(time) for time in before_it):
            features |= {"day in clause", f"{kind} day in clause"}
        if any(layout.is_to_come(time) for time in before_it):
            features |= {"day to come in clause", f"{kind} day to come in clause"}
        if any(layout.is_to_come(time) for time in layout.times_in(trigger.end, high)):
            features |= {"day to come after", f"{kind} day to come after"}
        if any(time.granularity in ("year", "month") and not layout.is_to_come(time) for time in before_it):
            features |= {"year in clause", f"{kind} year in clause"}
    return features


def day_options(layout: Layout, telling: Telling) -> list[tuple[date | None, list[str]]]:
    """Return the days on which an event may have happened, with what speaks for each: none, the day of the lead, of the sentence, of the one before."""
    kind, sentence = telling.kind, telling.sentence
    at = telling.triggers[0].start
    inside = layout.times_in(sentence.start, sentence.end)
    others = {"vague" if time.granularity == "vague" else time.granularity for time in inside if not _is_day(time)}
    days = [time for time in inside if layout.has_come(time)]
    state = f"{'days' if days else 'no day'} {sentence.position}"
    same = "same day " if _context("same_day").search(layout.masked, sentence.start, sentence.end) else ""
    opens = layout.signs[sentence.start : sentence.start + 2]
    marks = [state, f"{same}{state}", f"opens {opens}", *(f"beside {grain}" for grain in others), *(f"beside {grain} {state}" for grain in others)]
    options: list[tuple[date | None, list[str]]] = [(None, ["none", *(f"none {mark}" for mark in marks), f"none {kind}", f"none {kind} {sentence.position}"])]
    if layout.lead_day:
        options.append((layout.lead_day, ["lead", *(f"lead {mark}" for mark in marks), f"lead {kind}", f"lead {kind} {sentence.position}"]))
    paragraph = layout.text.rfind("\n", 0, sentence.start) + 1
    earlier = [time for time in layout.times_in(max(paragraph, sentence.start - LONGEST_SENTENCE), sentence.start) if layout.has_come(time)]
    if earlier:
        options.append((earlier[-1].start_on, ["earlier", f"earlier {state}", f"earlier {kind}"]))
    for number, time in enumerate(days):
        low, high = telling.triggers[0].clause
        where = "clause" if low <= time.char_start < high else "before" if time.char_start < at else "after"
        order = "only" if len(days) == 1 else "first" if not number else "later"
        features = ["day", f"day {where}", f"day {order}", f"day {where} {order}", f"day {kind}", f"day {kind} {where}", f"day {time.granularity}"]
        features += [f"day then {layout.signs[time.char_end : time.char_end + 1]}", f"day after {layout.signs[max(0, time.char_start - 1) : time.char_start]}"]
        if layout.lead_day:
            features.append(f"day {'of the lead' if time.start_on == layout.lead_day else 'before the lead' if time.start_on < layout.lead_day else 'after the lead'}")
        options.append((time.start_on, features))
    return options


def actor_options(layout: Layout, telling: Telling) -> list[tuple[Name, list[str]]]:
    """Return the persons and organisations who may have acted in an event, with what speaks for each."""
    kind, sentence, trigger = telling.kind, telling.sentence, telling.triggers[0]
    found = []
    low, high = trigger.clause
    for step in range(NEXT_SENTENCES + 1):
        if sentence.number + step >= len(layout.sentences):
            break
        start, end = layout.sentences[sentence.number + step][:2]
        named = [name for name in layout.names_in(start, end) if name.kind != "place" and not name.roles]
        attends = _context("attends").search(layout.masked, start, end) is not None
        for number, name in enumerate(named):
            side = "clause before" if low <= name.char_start < trigger.start else "clause after" if trigger.end <= name.char_start < high else "before" if name.char_start < trigger.start else "after"
            where = side if not step else f"next {step}{' attends' if attends else ''}{' line' if chr(10) in layout.text[sentence.start : start] else ''}"
            following = next((one for one in named[number + 1 :] if one.kind == "person" and one.char_start - name.char_end <= TITLE_LONGEST), None)
            sort = "title" if name.kind == "organization" and following and not CLAUSE_SIGN.search(layout.text, name.char_end, following.char_start) else name.kind
            before, after = layout.signs[max(0, name.char_start - 1) : name.char_start], layout.signs[name.char_end : name.char_end + 1]
            features = ["any", sort, where, f"{sort} {where}", f"{kind} {sort}", f"{kind} {where}", f"{kind} {sort} {where}", f"{sort} after {before}", f"{sort} then {after}",
                        f"{sort} number {min(number, 3)} {bool(step)}", f"{sentence.position} {where}", f"{where} after {before}"]
            after_two, word = layout.signs[name.char_end : name.char_end + 2], trigger.word
            nearest = number + 1 == len(named) or named[number + 1].char_start > trigger.start
            alone = "alone" if len(named) == 1 else "of many"
            features += [f"{sort} then {after_two}", f"{word} {sort} {where}", f"{where} {alone}", f"{sort} {where} {alone}", f"{kind} {sort} {alone}"]
            if not step and name.char_start < trigger.start:
                features += [f"{where} {'nearest' if nearest else 'farther'}", f"{sort} {where} {'nearest' if nearest else 'farther'}", f"{kind} {sort} {'nearest' if nearest else 'farther'}"]
                between = layout.masked[name.char_end : trigger.start]
                features += [f"{where} gap {min(len(between) // 4, 5)}", f"{sort} gap {min(len(between) // 4, 5)}"]
            elif not step:
                features += [f"after gap {min((name.char_start - trigger.end) // 4, 5)}", f"{kind} after gap {min((name.char_start - trigger.end) // 4, 5)}"]
            if layout.quoted[name.char_start] == MASK:
                features.append("marked")
            found.append((name, features))
    return found


def sameness(layout: Layout, told: Telling, telling: Telling) -> list[str]:
    """Return what speaks for two tellings of a kind telling one thing that happened; ``told`` is the likelier."""
    first, second = sorted((told, telling), key=lambda one: one.triggers[0].start)
    kind, one, other = told.kind, first.sentence, second.sentence
    apart = other.number - one.number
    near = "one sentence" if not apart else "neighbours" if apart == 1 else "near" if apart <= 3 else "far"
    if apart and "\n" in layout.text[one.start : other.start]:
        near += " lines"
    where = f"{one.position} {other.position}"
    def days(telling: Telling) -> set:
        return {time.start_on for time in layout.times_in(*telling.sentence[:2]) if layout.has_come(time)}
    def actors(telling: Telling) -> set:
        low, high = telling.triggers[0].clause
        span = (low, high) if kind in ONE_OF_EACH_PERSON else telling.sentence[:2]
        return {name.name for name in layout.names_in(*span) if name.kind != "place" and not name.roles}
    def places(telling: Telling) -> set:
        return {name.name for name in layout.names_in(*telling.sentence[:2]) if name.kind == "place"}
    def relation(a: set, b: set) -> str:
        return "none" if not a and not b else "one none" if not a or not b else "shared" if a & b else "apart"
    who, when, at = relation(actors(first), actors(second)), relation(days(first), days(second)), relation(places(first), places(second))
    words = "same word" if {t.word for t in first.triggers} & {t.word for t in second.triggers} else "other words"
    return ["any", kind, near, where, f"{kind} {where}", f"{kind} {near}", f"who {who}", f"when {when}", f"at {at}", f"{kind} who {who}", f"{kind} when {when}", f"{where} who {who}", f"{where} when {when}",
            f"who {who} when {when}", f"{near} who {who}", words, f"{kind} {words}", f"{where} {words}", *(f"also {kind}" for _ in range(1) if _context("also").search(layout.masked, second.triggers[0].clause[0], second.triggers[0].start)), *( "also" for _ in range(1) if _context("also").search(layout.masked, other.start, second.triggers[0].start))]


def _find(layout: Layout, telling: Telling, likely: float, weights: dict[str, Weights]) -> Find:
    """Return a telling with its likeliest day and its actors."""
    options = day_options(layout, telling)
    by_day: dict[date | None, float] = {}
    for (day, _), chance in zip(options, shares(weights["day"], [features for _, features in options]), strict=True):
        by_day[day] = by_day.get(day, 0.0) + chance
    day = max(by_day, key=by_day.__getitem__)
    acting = [(name, share(weights["actor"], features)) for name, features in actor_options(layout, telling)]
    nobody = 1.0
    for _, chance in acting:
        nobody *= 1 - chance
    actors = dict.fromkeys(name.name for name, chance in acting if chance >= LIKELY_ACTOR)
    if not actors and acting and nobody < 1 - FALLBACK:
        actors = {max(acting, key=lambda pair: pair[1])[0].name: None}
    trigger = max(telling.triggers, key=lambda one: weights["event"].get(f"{one.kind} {one.word}", 0.0))
    return Find(telling, trigger, day, tuple(actors), likely * by_day[day] * ((1 - nobody) if actors else max(nobody, LIKELY_ACTOR)))


def _told_once(layout, finds: Sequence[Find], weights, least) -> list[Find]:
    """Return the finds, of those that tell one thing the likeliest: by the same words, or of one kind and day and not surely of other actors."""
    kept: list[Find] = []
    for find in sorted(finds, key=lambda one: -one.likely):
        for other in kept:
            shares_words = other.telling.sentence == find.telling.sentence and other.trigger.start < find.trigger.end and find.trigger.start < other.trigger.end
            if shares_words:
                break
            if other.telling.kind == find.telling.kind and not (other.day and find.day and other.day != find.day):
                same = share(weights["same"], sameness(layout, other.telling, find.telling))
                if same >= SAME:
                    break
        else:
            kept.append(find)
    return sorted(kept, key=lambda one: one.trigger.start)


def events_of(layout: Layout, weights: dict[str, Weights], least: float = LIKELY) -> list[Event]:
    """Return the events of an article that are at least as likely by these weights, each told once."""
    finds = []
    for telling, features in tellings(layout):
        if (likely := share(weights["event"], features)) >= least:
            finds.append(_find(layout, telling, likely, weights))
    return [_event(layout, find, weights) for find in _told_once(layout, [find for find in finds if find.likely >= least], weights, least)]


def _event(layout: Layout, find: Find, weights: dict[str, Weights]) -> Event:
    kind, sentence = find.telling.kind, find.telling.sentence
    end = min(sentence.end, sentence.start + EVIDENCE_LONGEST)
    place = _place(layout, find)
    deaths, injuries = _casualties(layout, sentence) if kind in ("accident", "case", "death") else (None, None)
    return Event(
        kind=kind, trigger=find.trigger.word, text=layout.text[sentence.start : end], char_start=sentence.start, char_end=end, on_date=find.day, place=place,
        actors=find.actors, objects=_objects(layout, find), confidence=calibrated(weights["confidence"], find.likely), subtype=_subtype(layout, find),
        deaths=deaths, injuries=injuries, rule=sentence.position,
    )


def _subtype(layout: Layout, find: Find) -> str | None:
    """Return what an accident or a case is more closely, by the words of its sentence, else of the article."""
    start, end = find.telling.sentence[:2]
    sorts = _subtypes().get(find.telling.kind, ())
    return next((name for text in (layout.text[start:end], layout.text) for name, pattern in sorts if pattern.search(text)), None)


def _casualties(layout: Layout, sentence: Sentence) -> tuple[int | None, int | None]:
    """Return how many died and how many were hurt, where the sentence, or the next one, says so; none where it says that none were."""
    following = layout.sentences[min(sentence.number + 1, len(layout.sentences) - 1)]
    text = layout.text[sentence.start : max(sentence.end, following.end if following.end - sentence.start < LONGEST_SENTENCE else 0)]
    if NONE_HURT.search(text):
        return 0, 0

    def count(pattern: re.Pattern) -> int | None:
        found = pattern.search(text)
        return parse_int(next(filter(None, found.groups()))) if found else None

    return count(KILLED), count(HURT)


def _place(layout: Layout, find: Find) -> str | None:
    """Return the place that 在 or 来到 brings in the sentence, as printed."""
    start, end = find.telling.sentence[:2]
    for name in layout.names_in(start, end):
        if name.kind == "place" and _context("place").search(layout.masked[max(start, name.char_start - 3) : name.char_start]):
            return name.text
    return None


def _objects(layout: Layout, find: Find) -> tuple[str, ...]:
    """Return what the event is about, as printed: the noun before what happens or is held, else what follows the verb in its clause."""
    trigger = find.trigger
    low, high = trigger.clause
    if trigger.form in ("gathering", "happens") and trigger.start - low >= 2:
        held = _context("hold").search(layout.masked, low, trigger.start)
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
    return events_of(Layout(text, names, times, issue_on), read_weights("event_weights.tsv"))
