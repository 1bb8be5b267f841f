"""An article is read alike whatever stands behind it on the page, and on which half of a page cut between two articles it stands."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from tests.bench.page_forms import FORMS, Part, Source, print_page
from tests.bench.train_pages import modern
from tests.news_gold import read_gold
from tests.shared import SHARED
from transforms.pages import read_page

CHANGED, CHANGED_ON_PRESS = 0.05, 0.02
"""Of articles, read otherwise: how a page is set is told from the whole of it. Of 898 on all clean press pages it is 0.7 in 100, and 1.2 where a page is cut in two between articles."""
APPENDED = "\n\n区图书馆延长开放时间\n\n本报讯（记者 周明远） 11月28日起，区图书馆每天开放到晚上九点半，市民可以凭身份证入馆阅读。\n\n图书馆馆长赵小棠说，新开的自习室有一百二十个座位。\n"


def articles_in(text: str, offset: int = 0) -> list[tuple]:
    """Return what is read of each article: roles and spans of its paragraphs, ``offset`` added."""
    return [
        tuple((one.role, tuple((span.char_start + offset, span.char_end + offset) for span in one.spans)) for one in article.paragraphs)
        for article in read_page(text).articles
    ]


def printed_pages(form: str) -> list[tuple[str, list[int]]]:
    """Return gold articles printed in a form, and where the line of each article's first character begins."""
    rng = Random(form)
    articles: Sequence[list[Part]] = [modern(article.as_dict()) for article in read_gold("*.txt")]
    pages = []
    for _ in range(10):
        chosen = rng.sample(articles, rng.choice((3, 4, 6, 8)))
        printed = print_page(rng, chosen, FORMS[form](rng))
        first: dict[int, int] = {}
        for at, source in enumerate(printed.sources):
            if isinstance(source, Source):
                first.setdefault(source.article, printed.text.rfind("\n", 0, at) + 1)
        pages.append((printed.text, [first[number] for number in range(len(chosen))]))
    return pages


@pytest.mark.parametrize("form", ["blank lines", "one line each", "metadata", "credits"])
def test_what_stands_behind_an_article_does_not_change_it(form):
    changed = n = 0
    for text, starts in printed_pages(form):
        whole = set(articles_in(text))
        shorter = articles_in(text[: starts[-1]])
        middle = starts[len(starts) // 2]
        halves = articles_in(text[:middle]) + articles_in(text[middle:], middle)
        changed += sum(article not in whole for article in (*shorter, *halves))
        n += len(shorter) + len(halves)
    assert changed <= CHANGED * n, (changed, n)


@pytest.mark.skipif(not SHARED.exists(), reason="the public test data is not beside this checkout")
def test_an_appended_article_leaves_press_pages_as_they_are():
    changed = n = 0
    for path in sorted((SHARED / "press" / "clean").glob("*.txt")):
        text = path.read_text("utf-8").rstrip()
        before, after = articles_in(text), set(articles_in(text + APPENDED))
        changed += sum(article not in after for article in before)
        n += len(before)
    assert changed <= CHANGED_ON_PRESS * n, (changed, n)
