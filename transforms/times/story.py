"""What a text has told so far, from which what is left open later is taken."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date

from transforms.text.sentences import SENTENCE_END
from transforms.times.expressions import Expression
from transforms.times.years import Said


class Story:
    """What a text has told up to an expression.

    ``said`` is the year said last, ``told`` the date told last; ``year``, ``month`` (its year too) and ``day`` those that 次年, 次月, 次日 count from;
    ``day_end`` and ``daily_end`` where the day, and what recurs every day, end in the text; ``clock`` the last hour of an afternoon or evening in
    minutes, its end, and its day; ``period`` the months or days that 去年同期 is of: first, last, and value.
    """

    def __init__(self, text: str) -> None:
        self.sentence_ends = [match.start() for match in SENTENCE_END.finditer(text)]
        self.line_ends = [end for end in self.sentence_ends if text[end] == "\n"]
        self.said: Said | None = None
        self.told: Said | None = None
        self.year: int | None = None
        self.month: tuple[int, int] | None = None
        self.day: date | None = None
        self.day_end = 0
        self.daily_end = 0
        self.clock: tuple[int, int, int] | None = None
        self.period: tuple[date, date, str] | None = None

    def say(self, year: int, expression: Expression) -> None:
        """Remember a year as said."""
        self.said, self.year = Said(year, expression.start, expression.end), year

    def tell(self, first: date, expression: Expression, anchor: date | None, *, is_day: bool) -> None:
        """Remember the first day of a date as told, and that the story has come so far."""
        self.told = Said(first.year, expression.start, expression.end, first, is_day)
        if self.said and (
            self.said.start == expression.start or self.said.first and self.said.year <= first.year != (anchor and anchor.year)
        ):
            self.said = self.told

    def is_year_said_near(self, expression: Expression) -> bool:
        """Tell whether a year was said in the same paragraph."""
        return self.said is not None and not self.is_new_paragraph(self.said.end, expression.start)

    def lines_between(self, start: int, end: int) -> int:
        """Return how many ends of lines lie between two places."""
        return bisect_left(self.line_ends, end) - bisect_left(self.line_ends, start)

    def is_new_paragraph(self, start: int, end: int) -> bool:
        """Tell whether a line ends between two places."""
        return self.lines_between(start, end) > 0

    def is_new_sentence(self, start: int, end: int) -> bool:
        """Tell whether a sentence ends between two places."""
        return bisect_left(self.sentence_ends, start) < bisect_left(self.sentence_ends, end)
