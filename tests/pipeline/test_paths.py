"""Path patterns: what a path says of its issue, and errors that teach."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.paths import PathFacts, PatternError, compile_pattern

DAY = date(2025, 3, 4)


@pytest.mark.parametrize(
    ("pattern", "path", "facts"),
    [
        ("{paper}/{date:%Y-%m-%d}/{page}.txt", "云渡日报/2025-03-04/01.txt", PathFacts("云渡日报", DAY, "01")),
        ("{paper}/{date:%Y-%m-%d}/{page}.txt", "/data/in/云渡日报/2025-03-04/A2.txt", PathFacts("云渡日报", DAY, "A2")),
        ("{paper}/{date:%Y-%m-%d}/{page}.txt", "pages.zip!云渡日报/2025-03-04/01.txt", PathFacts("云渡日报", DAY, "01")),
        ("{paper}/{date:%Y-%m-%d}/{page}.txt", "云渡日报\\2025-03-04\\01.txt", PathFacts("云渡日报", DAY, "01")),
        ("{date:%Y%m%d}-{page}.txt", "x/20250304-12.txt", PathFacts(None, DAY, "12")),
        ("{paper}{date:%y%m%d}.txt", "清浦时报250304.txt", PathFacts("清浦时报", DAY, None)),
        ("{year}/{month}/{day}/{*}_{page}.txt.gz", "2025/3/4/scan_7.txt.gz", PathFacts(None, DAY, "7")),
        ("{date:%Y年%m月%d日}.txt", "2025年3月4日.txt", PathFacts(None, DAY, None)),
        ("{date:%Y/%m/%d}/{page}.txt", "2025/03/04/1.txt", PathFacts(None, DAY, "1")),
        ("[{paper}] {page}.txt", "[日报] 1.txt", PathFacts("日报", None, "1")),
        ("{paper}/{date:%Y-%m-%d}/{page}.txt", "云渡日报/2025-02-30/01.txt", None),
        ("{paper}/{date:%Y-%m-%d}/{page}.txt", "云渡日报/2025-03-04/01.md", None),
        ("{paper}/{date:%Y-%m-%d}.txt", "2025-03-04.txt", None),
        ("{date:%Y%m%d}.txt", "120250304.txt", None),
    ],
)
def test_what_a_path_says(pattern, path, facts):
    assert compile_pattern(pattern).match(path) == facts


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("{paper", "position 1: a '{' without its partner"),
        ("paper}/{page}.txt", "position 6: a '}'"),
        ("{nonsense}.txt", "position 1: unknown field {nonsense}"),
        ("{}.txt", "unknown field {}"),
        ("{date}.txt", "needs its form"),
        ("{date:%Y-%m}.txt", "lacks its day"),
        ("{date:%Y-%m-%H}.txt", "%H is not known"),
        ("{date:%Y-%m-%d%Y}.txt", "year twice"),
        ("{page:02d}.txt", "takes no form"),
        ("{paper}/{paper}.txt", "stands there twice"),
        ("{date:%Y-%m-%d}/{year}.txt", "year stands there twice"),
        ("{year}/{month}.txt", "missing: day"),
        ("*.txt", "has no field"),
        ("", "has no field"),
    ],
)
def test_errors_say_where_and_what(pattern, words):
    with pytest.raises(PatternError) as caught:
        compile_pattern(pattern)
    assert words in str(caught.value) and repr(pattern) in str(caught.value)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.text("云渡日报A0", min_size=1), st.text("0123AB", min_size=1))
def test_what_is_written_is_read_again(day, paper, page):
    pattern = compile_pattern("{paper}/{date:%Y-%m-%d}/{page}.txt")
    assert pattern.match(f"{paper}/{day.isoformat()}/{page}.txt") == PathFacts(paper, day, page)


@given(st.text())
def test_any_path_is_matched_or_not(path):
    found = compile_pattern("{*}/{paper}_{date:%Y%m%d}_{page}.txt").match(path)
    assert found is None or isinstance(found, PathFacts)
