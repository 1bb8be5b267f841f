"""An article as the choices of events look at it: sentences, clauses, names and times by offset, and a text in which what triggers nothing is masked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from transforms.records import Name, Time
from transforms.text.patterns import MASK, masked, with_visible_space
from transforms.text.segmentation import Words, segmented

MASKED = re.compile("“[^”\n]{0,600}”|「[^」\n]{0,600}」|《[^》\n]{0,100}》|（[^（）\n]{1,60}）")
SENTENCE = re.compile("[^。！？!?\n]+[。！？!?]?[”」』]?")
CLAUSE_SIGN = re.compile("[，,：:；;。！？!?\n]")
DAY_GRAINS = frozenset(("day", "daypart", "hour", "minute"))
LONG_GRAINS = frozenset(("month", "year"))
"""Grains of times that say of what they are told with that it is of the past, where they were over before the day of the news."""
WIRED = ("讯", "电")
"""What ends the dateline of a report after its day."""
HEADLINE_LONGEST, PROSE_ENDS = 60, ("。", "！", "；", "？", "”", "：", ".", "!", ";", "?")
LEAD_SENTENCES = 2  # sentences of prose that make the lead
LONGEST_SENTENCE, MOST_NAMES, MOST_TIMES = 600, 30, 6
"""Characters, names and times of a sentence that are looked at: lists of hundreds tell no event."""


class Sentence(NamedTuple):
    """A sentence of an article: where it stands, its number, and its position: headline, lead or body."""

    start: int
    end: int
    number: int
    position: str


class ArticleLayout:
    """An article laid out: ``quoted`` is its text with speech, titles of works and brackets masked, ``masked`` with the names of persons masked too.

    ``signs`` is ``masked`` with ¶ for white space; ``lead_day`` is the first day that its prose names, else the last one of the lines above it. The day on which a report was wired
    (新华社1月5日电) is no time of it where its sentence names another.
    """

    def __init__(self, text: str, names: Sequence[Name], times: Sequence[Time], issue_on: date | None = None) -> None:
        self.text = text
        self.issue_on = issue_on
        self.names = sorted(names, key=lambda name: name.char_start)
        self.name_starts = [name.char_start for name in self.names]
        self.times = sorted(times, key=lambda time: time.char_start)
        self.quoted = MASKED.sub(lambda quoted: MASK * len(quoted[0]), text)
        self.masked = without_persons(self.quoted, self.names)
        self.signs = with_visible_space(self.masked)
        self.sentences = list(self._sentences())
        first_prose = next((sentence.start for sentence in self.sentences if sentence.position != "headline"), len(text))
        days = [time for time in self.times if self.has_come(time) and time.char_start >= first_prose]
        if len(days) > 1 and text[days[0].char_end : days[0].char_end + 1] in WIRED and days[1].char_start < self._sentence_end(days[0]):
            self.times.remove(days.pop(0))
        self.time_starts = [time.char_start for time in self.times]
        above = [time for time in self.times if self.has_come(time)]
        self.lead_day = days[0].start_on if days else above[-1].start_on if above else None

    def _headline_end(self) -> int:
        """Return where the lines above the first prose end: short, and without a stop; 0 where there is no prose."""
        start = 0
        while start < len(self.text):
            end = self.text.find("\n", start)
            line = self.text[start : end if end >= 0 else len(self.text)].strip()
            if len(line) > HEADLINE_LONGEST or line.endswith(PROSE_ENDS):
                return start
            if end < 0:
                break
            start = end + 1
        return 0

    def _sentences(self) -> Iterator[Sentence]:
        headline_end, prose = self._headline_end(), 0
        for number, match in enumerate(SENTENCE.finditer(self.masked)):
            position = "headline" if match.end() <= headline_end else "lead" if prose < LEAD_SENTENCES else "body"
            prose += position != "headline"
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield Sentence(start, match.end(), number, position)

    @cached_property
    def clause_signs(self) -> list[int]:
        """Where signs stand that end a clause."""
        return [sign.start() for sign in CLAUSE_SIGN.finditer(self.masked)]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each of the persons and organisations is named."""
        return Counter(name.name for name in self.names if name.kind != "place")

    @cached_property
    def hero(self) -> str | None:
        """Who of the persons and organisations is named most often, the first of several."""
        return max(self.counts, key=self.counts.__getitem__, default=None)

    @cached_property
    def lead_actors(self) -> frozenset[str]:
        """The persons and organisations that the lead names."""
        leads = (sentence for sentence in self.sentences if sentence.position == "lead")
        return frozenset(name.name for sentence in leads for name in self.actors_in(sentence.start, sentence.end))

    @cached_property
    def words(self) -> Words:
        """The words of the text."""
        return segmented(self.text)

    def _sentence_end(self, time: Time) -> int:
        """Return where the sentence ends that names a time."""
        return next((sentence.end for sentence in self.sentences if sentence.end > time.char_start), len(self.text))

    def clause(self, sentence: Sentence, start: int, end: int) -> tuple[int, int]:
        """Return the clause of a sentence around a range."""
        before, after = bisect_left(self.clause_signs, start) - 1, bisect_left(self.clause_signs, end)
        is_low = before >= 0 and self.clause_signs[before] >= max(sentence.start, start - LONGEST_SENTENCE)
        is_high = after < len(self.clause_signs) and self.clause_signs[after] < sentence.end
        return (
            self.clause_signs[before] + 1 if is_low else sentence.start,
            self.clause_signs[after] if is_high else sentence.end,
        )

    def names_in(self, start: int, end: int) -> list[Name]:
        return self.names[bisect_left(self.name_starts, start) : bisect_left(self.name_starts, end)][:MOST_NAMES]

    def actors_in(self, start: int, end: int) -> list[Name]:
        """Return the persons and organisations named in a range, but for those who sign."""
        return [name for name in self.names_in(start, end) if name.kind != "place" and not name.roles]

    def words_in(self, start: int, end: int) -> list[str]:
        """Return the words that begin in a range, but for speech and persons."""
        words = self.words
        first, behind = bisect_left(words.starts, start), bisect_left(words.starts, end)
        return [words.words[number] for number in range(first, behind) if self.masked[words.starts[number]] != MASK]

    def times_in(self, start: int, end: int) -> list[Time]:
        return self.times[bisect_left(self.time_starts, start) : bisect_left(self.time_starts, end)][:MOST_TIMES]

    def days_in(self, start: int, end: int) -> list[Time]:
        """Return the days named in a range that have come by the day of the issue."""
        return [time for time in self.times_in(start, end) if self.has_come(time)]

    def has_come(self, time: Time) -> bool:
        """Tell whether a time is a day that is not after the issue."""
        return is_day(time) and not self.is_to_come(time)

    def is_to_come(self, time: Time) -> bool:
        """Tell whether a time begins after the issue."""
        return time.start_on is not None and self.issue_on is not None and time.start_on > self.issue_on

    def in_organization(self, start: int, end: int) -> bool:
        """Tell whether a range lies in the name of a person or an organisation."""
        index = bisect_left(self.name_starts, start + 1) - 1
        return index >= 0 and self.names[index].kind != "place" and self.names[index].char_end >= end


def is_day(time: Time) -> bool:
    return time.granularity in DAY_GRAINS and time.start_on is not None


def without_persons(text: str, names: Sequence[Name]) -> str:
    """Return the text with the names of persons masked: a name may hold any word (沈若水)."""
    return masked(text, ((name.char_start, name.char_end) for name in names if name.kind == "person"))
