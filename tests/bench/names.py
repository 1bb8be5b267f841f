"""Names: precision, recall and F1 by kind, calibration of the confidence, and speed.

    python -m tests.bench.names [--misses N] [--uner zh_gsdsimp-test.iob2]

The measure is the exact span on ``press/names.jsonl``, of which nothing was used in training, in two halves, or on a file of Universal
NER, sentences of an encyclopedia. The organisations of the press are under-marked: it marks the parts of long ones. So of ours that it
does not have, those are counted apart that hold a name which it marks, or end in a word that organisations end in. Speed is CPU time over
whole articles of ``press/clean``.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from pathlib import Path

from tests.bench.train_names import marked_uner
from tests.shared import SHARED, require_shared
from transforms.names import find_names, organization_kind
from transforms.pages import read_page

KINDS = ("person", "place", "organization")
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.01)


def share(part: float, whole: float) -> str:
    return f"{part / whole:.3f}" if whole else "  -  "


def accuracy(paragraphs: list[dict], misses: int) -> None:
    """Print F1 by half and kind, then the share right by confidence."""
    counts: dict[str, Counter] = {name: Counter() for name in ("right", "said", "there")}
    bins: dict[tuple[str, float], Counter] = defaultdict(Counter)
    examples: dict[str, Counter] = defaultdict(Counter)
    for number, paragraph in enumerate(paragraphs):
        half = "first half" if number < len(paragraphs) // 2 else "second half"
        text = paragraph["text"]
        gold = {tuple(name) for name in paragraph["names"]}
        found = {(name.char_start, name.char_end, name.kind): name.confidence for name in find_names(text)}
        for name, some in (("right", gold & found.keys()), ("said", found.keys()), ("there", gold)):
            counts[name].update(key for start, end, kind in some for key in ((half, kind), ("both", kind)))
        for (start, end, kind), confidence in found.items():
            is_right = (start, end, kind) in gold
            whole = kind == "organization" and not is_right and organization_kind(text[start:end]) != "other"
            low = max(low for low in BINS if low <= confidence)
            bins[kind, low]["right" if is_right else "not marked" if whole else "wrong"] += 1
            if not is_right and not whole:
                examples[f"{kind} not in the gold"][text[start:end]] += 1
        for start, end, kind in gold - found.keys():
            examples[f"{kind} missed"][text[start:end]] += 1
    for half in ("first half", "second half", "both"):
        for kind in KINDS:
            right, said, there = (counts[name][half, kind] for name in ("right", "said", "there"))
            print(
                f"{half:12} {kind:13} precision {share(right, said)}  recall {share(right, there)}  F1 {share(2 * right, said + there)}  of {there}"
            )
    print("\nshare right by confidence (organisations: of those that the gold can have)")
    for kind in KINDS:
        for low, high in zip(BINS, BINS[1:], strict=False):
            tally = bins[kind, low]
            n = tally["right"] + tally["wrong"]
            if n:
                print(f"{kind:13} {low:.2f} to {min(high, 1):.2f}: {share(tally['right'], n)} of {n}")
    if misses:
        for what, tally in sorted(examples.items()):
            print(f"\n{what} ({tally.total()}): " + "  ".join(f"{name} {n}" for name, n in tally.most_common(misses)))


def speed() -> None:
    """Print megabytes of UTF-8 per CPU-second over whole articles."""
    pages = [path.read_text("utf-8") for path in sorted((SHARED / "press" / "clean").glob("*.txt"))]
    articles = ["\n".join(part.text for part in article.paragraphs) for page in pages for article in read_page(page).articles]
    size = sum(len(text.encode()) for text in articles) / 1e6
    find_names(articles[0])
    began = time.process_time()
    for text in articles:
        find_names(text)
    taken = time.process_time() - began
    print(f"\n{len(articles)} articles, {size:.2f} MB in {taken:.2f} s: {size / taken:.2f} MB per CPU-second")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", type=int, default=0, help="print so many of the most frequent differences by kind")
    parser.add_argument("--uner", type=Path, help="a file of Universal NER to measure on instead, for weights that were learned without it")
    arguments = parser.parse_args()
    if arguments.uner:
        sentences = marked_uner(arguments.uner)
        accuracy([{"text": text, "names": names} for text, names in sentences], arguments.misses)
        return
    require_shared()
    with (SHARED / "press" / "names.jsonl").open(encoding="utf-8") as source:
        accuracy([json.loads(line) for line in source], arguments.misses)
    speed()


if __name__ == "__main__":
    main()
