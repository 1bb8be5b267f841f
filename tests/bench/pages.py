"""Measure the reading of pages: ``python -m tests.bench.pages [--half even|odd|second|unseen|all] [--errors]``.

A flag of a lost beginning is right where the gold has lost the beginning of the first paragraph below it, whatever article that is of.

Prints, for clean and messy press pages, B-cubed F1 of blocks over articles, boundary F1, pairs of copies, joins and articles without
their beginnings; false claims per 1,000 blocks of clean pages; the figures of the real page against a reading by hand, told by
block numbers alone; and megabytes of raw text per CPU-second. ``--without-model`` measures without the character model.
Blocks are matched by offsets. Figures are printed, never asserted.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path

from tests.shared import SHARED, require_shared
from transforms.pages import joins, read_page, truncation
from transforms.records import Page

PARTS = {"all": (0, 1), "even": (0, 2), "odd": (1, 2), "second": (1, 4), "unseen": (3, 4)}
LONGEST_BYLINE = 30
"""Characters of the longest author's line that the gold counts as body."""
HERE = Path(__file__).resolve().parent


def load(kind: str, half: str) -> list[tuple[str, str, list[dict]]]:
    """Return name, text and gold blocks of the press pages of a kind; a part is every nth by sorted name."""
    folder = SHARED / "press" / kind
    golds = sorted((json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()), key=lambda g: g["page"])
    start, step = PARTS[half]
    golds = golds[start::step]
    return [(gold["page"], (folder / f"{gold['page']}.txt").read_text("utf-8"), gold["blocks"]) for gold in golds]


def ratio(part: float, whole: float) -> float:
    """Return part of whole, 1 for nothing of nothing."""
    return part / whole if whole else 1.0


def f1(right: float, claimed: float, wanted: float) -> float:
    """Return the harmonic mean of precision and recall."""
    precision, recall = ratio(right, claimed), ratio(right, wanted)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def b_cubed(pages: list[tuple[dict[int, object], dict[int, object]]]) -> float:
    """Return B-cubed F1 of found clusters against gold clusters, over all blocks of all pages."""
    precision = recall = n = 0.0
    for found, gold in pages:
        sizes_found, sizes_gold = Counter(found.values()), Counter(gold.values())
        both = Counter((found[key], gold[key]) for key in gold)
        for key in gold:
            same = both[found[key], gold[key]]
            precision += same / sizes_found[found[key]]
            recall += same / sizes_gold[gold[key]]
            n += 1
    precision, recall = ratio(precision, n), ratio(recall, n)
    return 2 * precision * recall / (precision + recall)


def aligned(page: Page, gold: list[dict]) -> tuple[dict[int, int], int]:
    """Return the index of the gold block of each block (by offsets), and how many blocks have none."""
    by_offset = {(block["start"], block["end"]): block["i"] for block in gold}
    found = {
        block.seq: by_offset[block.char_start, block.char_end] for block in page.blocks if (block.char_start, block.char_end) in by_offset
    }
    return found, len(page.blocks) - len(found)


def measure(kind: str, half: str, *, errors: bool) -> None:
    """Print the figures for one kind of press page."""
    clusters, counts = [], Counter()
    for name, text, gold in load(kind, half):
        page = read_page(text)
        index, missing = aligned(page, gold)
        counts["unaligned"] += missing
        counts["blocks"] += len(gold)
        article = {index[b.seq]: b.article if b.article else f"f{b.seq}" for b in page.blocks if b.seq in index}
        wanted = {b["i"]: b["article"] for b in gold}
        for key in wanted:
            article.setdefault(key, f"missing{key}")
        clusters.append((article, wanted))
        first_found = {index[min(a.blocks)] for a in page.articles if min(a.blocks) in index}
        first_gold = set()
        seen = set()
        for block in gold:
            if block["article"] not in seen:
                seen.add(block["article"])
                first_gold.add(block["i"])
        counts["boundary right"] += len(first_found & first_gold)
        counts["boundary claimed"] += len(first_found)
        counts["boundary wanted"] += len(first_gold)
        claims = {index[b.seq]: b for b in page.blocks if b.seq in index}
        headless = {article.seq for article in page.articles if article.is_headless}
        begun: set[int] = set()
        copies = {frozenset((block["i"], block["dup_of"])) for block in gold if block["role"] == "duplicate"}
        claimed = {
            frozenset((index[b.seq], index[b.duplicate_of]))
            for b in page.blocks
            if b.duplicate_of and {b.seq, b.duplicate_of} <= index.keys()
        }
        counts["copies wanted"] += len(copies)
        counts["copies claimed"] += len(claimed)
        counts["copies right"] += len(copies & claimed)
        for pair in copies ^ claimed if errors else ():
            print(f"  {name} {sorted(pair)}: duplicate {'missed' if pair in copies else 'claimed'}: {head(text, gold[max(pair)], 30)}")
        for block in gold:
            claim = claims.get(block["i"])
            if claim is None:
                continue
            wanted_left = block.get("joins")
            claimed_left = index.get(claim.continues) if claim.continues else None
            if wanted_left is not None:
                between = [b for b in gold if wanted_left < b["i"] < block["i"] and b["role"] != "duplicate"]
                how = "adjacent" if wanted_left < block["i"] and not between else "moved"
                counts[f"{how} joins wanted"] += 1
                counts[f"{how} joins right"] += claimed_left == wanted_left
                if errors and claimed_left != wanted_left:
                    print(
                        f"  {name} {block['i']}: join missed, {how} {wanted_left}, claimed {claimed_left}: {tail(text, gold[wanted_left])}|{head(text, block)}"
                    )
            if claimed_left is not None:
                between = [b for b in gold if claimed_left < b["i"] < block["i"] and b["role"] != "duplicate"]
                how = "adjacent" if claimed_left < block["i"] and not between else "moved"
                counts[f"{how} joins claimed"] += 1
                counts[f"{how} joins held"] += claimed_left == wanted_left
                if errors and wanted_left is None:
                    print(
                        f"  {name} {block['i']}: join claimed, {how} {claimed_left}: {tail(text, gold[claimed_left])}|{head(text, block)}"
                    )
            if block["role"] == "body" and block["article"] not in begun and block["end"] - block["start"] > LONGEST_BYLINE:
                begun.add(block["article"])
                wanted, flagged = bool(block.get("headless")), claim.article in headless
                counts["headless wanted"] += wanted
                counts["headless right"] += wanted and flagged
                if errors and wanted and not flagged:
                    print(f"  {name} {block['i']}: headless missed: {head(text, block)}")
            if block.get("truncated"):
                counts["truncated wanted"] += 1
                counts["truncated right"] += any(a.is_truncated for a in page.articles if a.seq == claim.article)
        for article in page.articles:
            if article.is_headless:
                first = next(seq for seq in article.blocks if page.blocks[seq - 1].role == "body")
                held = bool(gold[index[first]].get("headless"))
                counts["headless claimed"] += 1
                counts["headless held"] += held
                if errors and not held:
                    print(f"  {name} {index[first]}: headless claimed: {head(text, gold[index[first]])}")
        if errors:
            for i in sorted(first_gold ^ first_found):
                block = gold[i]
                verb = "missed" if i in first_gold else "claimed"
                before = tail(text, gold[i - 1]) if i else ""
                after = head(text, gold[i + 1], 14) if i + 1 < len(gold) else ""
                print(f"  {name} {i}: article start {verb}: {before} / {head(text, block, 30)} ({block['end'] - block['start']}) / {after}")
    c = counts
    print(f"press/{kind} ({half}), {c['blocks']} blocks, {c['unaligned']} not aligned")
    print(
        f"  B-cubed F1 {b_cubed(clusters):.4f}   boundary F1 {f1(c['boundary right'], c['boundary claimed'], c['boundary wanted']):.4f}"
        f" (P {ratio(c['boundary right'], c['boundary claimed']):.3f} R {ratio(c['boundary right'], c['boundary wanted']):.3f})"
    )
    print(
        f"  duplicates P {ratio(c['copies right'], c['copies claimed']):.4f} R {ratio(c['copies right'], c['copies wanted']):.4f} ({c['copies wanted']})"
    )
    for how in ("adjacent", "moved"):
        print(
            f"  joins {how} P {ratio(c[f'{how} joins held'], c[f'{how} joins claimed']):.4f} ({c[f'{how} joins claimed']})"
            f" R {ratio(c[f'{how} joins right'], c[f'{how} joins wanted']):.4f} ({c[f'{how} joins wanted']})"
        )
    print(
        f"  headless P {ratio(c['headless held'], c['headless claimed']):.3f} ({c['headless claimed']}) R {ratio(c['headless right'], c['headless wanted']):.3f}"
        f" ({c['headless wanted']}) of {c['boundary wanted']} articles;  truncated R {ratio(c['truncated right'], c['truncated wanted']):.3f} ({c['truncated wanted']})"
    )
    if kind == "clean":
        claimed = c["copies claimed"] + c["adjacent joins claimed"] + c["moved joins claimed"]
        print(f"  false duplicates and joins: {1000 * claimed / c['blocks']:.2f} per 1,000 blocks")


def head(text: str, block: dict, n: int = 10) -> str:
    return text[block["start"] : block["end"]][:n]


def tail(text: str, block: dict, n: int = 8) -> str:
    return text[block["start"] : block["end"]][-n:]


def measure_page() -> None:
    """Print the figures for the real page, against ``pages_gold.json``: block numbers, no text."""
    gold = json.loads((HERE / "pages_gold.json").read_text("utf-8"))
    text = (SHARED / "page.txt").read_text("utf-8")
    page = read_page(text)
    found = {frozenset(article.blocks): article for article in page.articles}
    right = [article for article in gold["articles"] if frozenset(article["blocks"]) in found]
    copies = {(b.seq, b.duplicate_of) for b in page.blocks if b.duplicate_of}
    joins = {(b.seq, b.continues) for b in page.blocks if b.continues}
    wanted_copies = {tuple(pair) for pair in gold["duplicates"]}
    wanted_joins = {tuple(pair) for pair in gold["joins"]}
    reporters = sum(len(found[frozenset(a["blocks"])].reporters) == a["n_reporters"] for a in right)
    datelines = sum((found[frozenset(a["blocks"])].dateline or "").startswith(a["dateline"]) for a in right)
    headless = {seq for article in page.articles for seq in ([article.seq] if article.is_headless else [])}
    print(f"page.txt: articles with exactly their blocks {len(right)} of {len(gold['articles'])}, claimed {len(page.articles)}")
    print(f"  duplicates {len(copies & wanted_copies)} of {len(wanted_copies)}, wrong {sorted(copies - wanted_copies)}")
    print(
        f"  joins {len(joins & wanted_joins)} of {len(wanted_joins)}, wrong {sorted(joins - wanted_joins)}, missed {sorted(wanted_joins - joins)}"
    )
    print(
        f"  reporters {reporters}, datelines {datelines} of {len(gold['articles'])}; headless {sorted(headless)} wanted {gold['headless']}"
    )


def measure_speed() -> None:
    """Print megabytes (UTF-8) of raw text per CPU-second, of read_page alone."""
    texts = [text for kind in ("clean", "messy") for _, text, _ in load(kind, "all")]
    read_page(texts[0])
    began = time.process_time()
    for text in texts:
        read_page(text)
    spent = time.process_time() - began
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(f"speed: {size / spent:.2f} MB per CPU-second ({size:.1f} MB)")


def forget_model() -> None:
    """Make the character model know nothing: everything is as likely as everything else."""
    joins.follows = lambda left, right: 0.0
    joins.finishes = lambda left: joins.UNFINISHED_FROM
    joins.begins = truncation.begins = truncation.occurs = lambda right: 0.0
    truncation.log_count = lambda gram: None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", default="all", choices=tuple(PARTS))
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--kind", choices=("clean", "messy"))
    parser.add_argument("--without-model", action="store_true")
    options = parser.parse_args()
    if options.without_model:
        forget_model()
    for kind in ("clean", "messy"):
        if options.kind in (None, kind):
            measure(kind, options.half, errors=options.errors)
    measure_page()
    measure_speed()


if __name__ == "__main__":
    require_shared()
    main()
