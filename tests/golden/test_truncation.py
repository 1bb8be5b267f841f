"""What is flagged as missing is missing: gold articles that nothing was learned from, whole and with the beginnings of their texts cut off."""

from __future__ import annotations

from random import Random

from tests.bench.train_pages import modern
from tests.news_gold import read_gold
from transforms.pages import read_page

LEAST_LEFT = 40


def test_a_beginning_that_is_flagged_as_missing_is_missing():
    rng = Random(3)
    flagged_whole = flagged_cut = cut_articles = 0
    for article in read_gold("held_*.txt"):
        headline, *paragraphs = [part.text for part in modern(article.as_dict())]
        first = next((at for at, text in enumerate(paragraphs) if len(text) > 2 * LEAST_LEFT), None)
        if first is None:
            continue
        flagged_whole += any(one.is_headless for one in read_page("\n\n".join((headline, *paragraphs))).articles)
        for _ in range(3):
            cut = rng.randrange(20, len(paragraphs[first]) - LEAST_LEFT)
            rest = [*paragraphs[:first], paragraphs[first][cut:], *paragraphs[first + 1 :]]
            cut_articles += 1
            flagged_cut += any(one.is_headless for one in read_page("\n\n".join((headline, *rest))).articles)
    assert flagged_whole == 0
    assert flagged_cut > 0.1 * cut_articles, (flagged_cut, cut_articles)
