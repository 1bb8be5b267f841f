"""Learns ``transforms/data/confidence.tsv``: how often each rule of times and quantities is right on gold articles.

Run as ``python -m tests.bench.calibrate`` to see it, with ``--write`` to keep it. The gold are the shared articles and those of
``tests/gold/news/learn_*.txt`` that are complete. Rules were mended on these articles, so a rule is drawn to the share that was right when they
were first read, as if ``PRIOR`` more of its rows had that.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tests.news_gold import read_gold
from tests.shared import SHARED, require_shared
from transforms.confidence import OVERALL
from transforms.quantities import find_quantities, without_pieces
from transforms.times import find_times

OUT = Path(__file__).parents[2] / "transforms" / "data" / "confidence.tsv"
PRIOR = 20
SUREST = 0.99
FIRST_SIGHT = {"times": 0.91, "quantities": 0.97}
"""Share of rows that were right on 365 times and 545 quantities of articles that nothing had been mended on (November 2026)."""
HEAD = """# How often each rule of times and quantities is right: table, rule, rows it found, rows that are right, share. Learned from gold articles by
# tests/bench/calibrate.py; a rule with few rows is drawn to what was right at first sight (rule *). Source: gold articles of own making, Apache-2.0.
# table\trule\tn_found\tn_right\tshare
"""


def articles() -> Iterator[tuple[str, date, list, list]]:
    """Yield text, issue, times and quantities of each gold article."""
    for line in (SHARED / "modern" / "articles.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        lines = [
            one.get("kicker"),
            one["headline"],
            one.get("deck"),
            *one["paragraphs"],
            *(one.get("subheads") or {}).values(),
            one.get("caption"),
        ]
        yield "\n".join(filter(None, lines)), date.fromisoformat(one["issue_on"]), one["times"], one["quantities"]
    for article in read_gold("learn_*.txt"):
        if article.is_complete:
            yield "\n".join(line.text for line in article.marked_lines()), article.issue_on, article.times, article.quantities


def squeezed(text: str) -> str:
    return "".join(text.split())


def overlap(one: str, other: str) -> bool:
    return squeezed(one) in squeezed(other) or squeezed(other) in squeezed(one)


def near(one: float | None, other: float | None) -> bool:
    return one is other or None not in (one, other) and abs(one - other) <= 1e-6 * max(abs(one), abs(other), 1)


def counts() -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """Return how many rows each rule found, and how many of them are right; a rule of quantities counts by kind."""
    found, right = Counter(), Counter()
    for text, issue_on, times, quantities in articles():
        read_times = find_times(text, issue_on)
        read_quantities = find_quantities(text, read_times)
        left = list(times)
        for time in without_pieces(read_times, read_quantities):
            hit = next((gold for gold in left if overlap(gold[0], time.text) and gold[1] == time.value), None)
            tally(found, right, "times", time.rule, hit, left)
        left = list(quantities)
        for one in read_quantities:
            hit = next(
                (gold for gold in left if overlap(gold[0], one.text) and near(gold[1], one.base_value) and gold[2] == one.base_unit), None
            )
            tally(found, right, "quantities", f"{one.rule}, {one.kind}", hit, left)
    return found, right


def tally(found: Counter, right: Counter, table: str, rule: str, hit, left: list) -> None:
    for key in ((table, rule), (table, OVERALL)):
        found[key] += 1
        right[key] += hit is not None
    if hit is not None:
        left.remove(hit)


def main() -> None:
    found, right = counts()
    lines = []
    for table, rule in sorted(found):
        first = FIRST_SIGHT[table]
        share = first if rule == OVERALL else min((right[table, rule] + PRIOR * first) / (found[table, rule] + PRIOR), SUREST)
        lines.append(f"{table}\t{rule}\t{found[table, rule]}\t{right[table, rule]}\t{share:.2f}\n")
    print("".join(lines))
    if "--write" in sys.argv:
        OUT.write_text(HEAD + "".join(lines), "utf-8")


if __name__ == "__main__":
    require_shared()
    main()
