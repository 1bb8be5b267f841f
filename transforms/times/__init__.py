"""Times as newspapers print them, found and resolved to the calendar.

One compiled scan of the text finds *tokens*: a number with a unit (28日, 16年, 上午9时30分), a word (去年, 近日, 国庆节), a weekday, a
date in figures. Everything else works on these few tokens:

- ``fields``        what a token or an expression says, one typed record;
- ``word_tokens``, ``number_tokens``  read tokens; what only looks like a time (30日元, 3年级, 第39届) is dropped there;
- ``tokens``        the table of rules that find them, each with examples;
- ``expressions``   neighbouring tokens from coarse to fine make a point (2024年|11月|28日|下午), two points with 至 between them a range,
                    neighbouring lengths one duration; what the characters around say (近, 未来, 前, 后, 以来) goes with it;
- ``years``         the year of a date printed without one;
- ``story``         what the text has told so far: a year said before, the time named before (同日, 次年);
- ``resolve``       an expression becomes days of the calendar, by a table of rules with examples. What it leaves open comes from the story, else
                    from the anchor; ``basis`` names which. Without evidence the value stays None.
- ``values``        how values are written, from what is known;
- ``calendar``      months, weeks, lunar dates, named days.

JioNLP and Recognizers-Text were the alternatives: the one needs a GPL part, takes 1.4 ms a sentence and reads 12月28日 in a January paper,
1至10月, 上月 and 日前 wrongly; the other is no longer kept for Python. Both are oracles in the bench.
"""

from transforms.times.resolve import find_times, is_length

__all__ = ["find_times", "is_length"]
