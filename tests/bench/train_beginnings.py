"""Learn ``transforms/data/lost_beginnings.tsv``: what each trace of a lost beginning weighs.

    python -m tests.bench.train_beginnings --press PAGES.jsonl [--out FILE]

First paragraphs of articles of the press pages (PFR corpus: the text may not be passed on, weights may) and of the gold articles that may be
learned from, whole and cut at random, are told apart by a logistic regression. Prints what is found at thresholds that few whole paragraphs
pass, pages judged by weights that are learned from others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np

from tests.bench.join_weights import logistic
from tests.bench.page_forms import pages_of
from tests.bench.train_pages import modern
from tests.news_gold import read_gold
from transforms.pages import truncation
from transforms.pages.block_features import features_of
from transforms.pages.joins import openings_of
from transforms.text.characters import fold

OUT = Path(truncation.__file__).parents[1] / "data" / "lost_beginnings.tsv"
HEAD = """# What each trace of a lost beginning weighs, as a logarithm of odds: trace, weight. Source: learned by tests/bench/train_beginnings.py from pages
# of the PFR corpus (January 1998, Peking University) and gold articles of own making. Weights alone, no text; CC0.
# trace\tweight
"""
SHORTEST, LEAST_LEFT, ARTICLES_ON_PAGE, PARTS = 60, 40, 5, 5


def pages(press: Path) -> list[list[list[str]]]:
    """Return pages of articles of paragraphs, headlines first."""
    gold = [[part.text for part in modern(article.as_dict())] for article in read_gold("learn_*.txt")]
    Random(5).shuffle(gold)
    return [[[part.text for part in parts] for parts in articles] for _, articles in pages_of(press)] + [
        gold[at : at + ARTICLES_ON_PAGE] for at in range(0, len(gold), ARTICLES_ON_PAGE)
    ]


def examples(articles: Sequence[Sequence[str]], rng: Random) -> Iterator[tuple[list[float], bool]]:
    """Yield the traces of each article's first paragraph, whole and cut within a sentence, and whether it was cut."""
    whole_page = "\n".join(fold(paragraph) for paragraphs in articles for paragraph in paragraphs)
    for paragraphs in articles:
        first = next((fold(paragraph) for paragraph in paragraphs[1:] if len(paragraph) > SHORTEST), None)
        if first is None:
            continue
        for cut in (0, rng.randrange(2, len(first) - LEAST_LEFT)):
            text = first[cut:].strip()
            if cut and first[cut - 1] in "。！？”" or not truncation.can_be_headless(features_of(text)):
                continue
            page = whole_page.replace(first, text)
            yield list(traces_of(text, page).values()), cut > 0


def traces_of(text: str, page: str) -> dict[str, float]:
    """Return all traces of a lost beginning that a paragraph of a page shows."""
    return truncation.traces_of_characters(text, openings_of(page)) | truncation.traces_of_words(text, page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--press", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    rng = Random(5)
    found = [(number, *one) for number, articles in enumerate(pages(options.press)) for one in examples(articles, rng)]
    page, traces, is_cut = (np.array(column, float) for column in zip(*found, strict=True))
    points = np.zeros(len(page))
    for part in range(PARTS):
        judged = page % PARTS == part
        points[judged] = traces[judged] @ logistic(traces[~judged], is_cut[~judged])
    whole = np.sort(points[is_cut == 0])[::-1]
    for n in (0, 1, 2, 4, 8):
        print(f"{n} of {len(whole)} whole ones above {whole[n]:.2f}, and {np.mean(points[is_cut == 1] > whole[n]):.3f} of the cut ones")
    names = traces_of("渡口", "")
    weights = zip(names, logistic(traces, is_cut), strict=True)
    options.out.write_text(HEAD + "".join(f"{name}\t{weight:.2f}\n" for name, weight in weights), "utf-8")


if __name__ == "__main__":
    main()
