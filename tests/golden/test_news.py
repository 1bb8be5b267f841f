"""The gate of a release: facts of held-out modern news are found at least as well as the model card says."""

import re
from pathlib import Path

import pytest

from tests.bench.news import score
from tests.news_gold import GoldError, read_article, read_gold

CARD = Path(__file__).parents[2] / "transforms" / "model_card.md"
ROW = re.compile(r"^\| (\w+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| (\d+) \|", re.M)


@pytest.fixture(scope="module")
def scores():
    return score(read_gold("held_*.txt"))


@pytest.mark.parametrize("kind, precision, recall, f1, there", ROW.findall(CARD.read_text("utf-8")))
def test_facts_are_found_as_the_card_says(scores, kind, precision, recall, f1, there):
    measured = scores[kind]
    assert measured.there == int(there)
    assert measured.f1 >= float(f1) - 0.005, measured.misses[:20]
    assert measured.precision >= float(precision) - 0.01, measured.misses[:20]


def test_the_card_tells_of_every_kind(scores):
    assert [row[0] for row in ROW.findall(CARD.read_text("utf-8"))] == list(scores)


def test_nothing_is_learned_from_what_is_held_out():
    learned, held = read_gold("learn_*.txt"), read_gold("held_*.txt")
    assert learned and held and not {article.id for article in learned} & {article.id for article in held}
    assert not {article.paper for article in learned} & {article.paper for article in held}


@pytest.mark.parametrize(
    "fact, why",
    [
        ("title: 赵小棠 = 局长", "赵小棠, who has a title, is not marked"),
        ("quote: - | direct | 没有说过", "没有说过 is not printed"),
        ("event: party | - | - | -", "unknown kind of event party"),
        ("event: accident | - | - | - | flu, deaths 1", "cannot read"),
        ("quantity: 410吨 = many | kg", "cannot read"),
    ],
)
def test_gold_that_contradicts_its_text_is_refused(fact, why):
    article = f"a-001\npaper: 云渡日报\nissue: 2024-03-21\npage: 01 要闻\nheadline: 渔民上了岸\n---\n局长[p:苏明远]介绍，去年产鱼410吨。\n---\n{fact}\n"
    with pytest.raises(GoldError, match=re.escape(why)):
        read_article(article)
