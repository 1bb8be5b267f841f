"""What Dibao makes of the bundled sample, against its gold: every difference is a known failure, and every known failure still fails.

``python -m tests.test_sample_reading`` prints the differences, and what is right beside them, one per line.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from transforms.rows import RawFileFacts, Rows, read_file
from warehouse import sample

HERE = Path(__file__).parent / "gold"
GOLD = {page["path"]: page for page in map(json.loads, (HERE / "sample.jsonl").read_text("utf-8").splitlines())}
KNOWN_FAILURES = (HERE / "known_failures.txt").read_text("utf-8").splitlines() if (HERE / "known_failures.txt").exists() else []
Fact = tuple[str, ...]


@cache
def rows_of(path: str) -> Rows:
    """Return the rows that a page of the sample gives."""
    gold = GOLD[path]
    known = RawFileFacts("sample", path, gold["paper"], date.fromisoformat(gold["issue_on"]), gold["page"])
    return read_file((sample.path() / path).read_bytes(), known)


def number(block_id: object) -> str:
    """Return the number at the end of an id."""
    return str(int(str(block_id)[-4:]))


def place(spans: object) -> str:
    """Return spans as text."""
    return " ".join(f"{s['char_start']}-{s['char_end']}" if isinstance(s, dict) else f"{s[0]}-{s[1]}" for s in spans)  # type: ignore[attr-defined]


def found_in(path: str) -> Iterator[Fact]:
    """Yield what Dibao says of a page, in the gold's terms."""
    rows = rows_of(path)
    for article in rows["articles"]:
        blocks = [row for row in rows["blocks"] if row["article_id"] == article["article_id"] and row["role"] != "duplicate"]
        numbers = ",".join(sorted((number(row["block_id"]) for row in blocks), key=int))
        yield "article", numbers
        yield "headline", numbers, str(article["headline"])
        yield "reporters", numbers, ",".join(article["reporters"])  # type: ignore[arg-type]
        yield "photographers", numbers, ",".join(article["photographers"])  # type: ignore[arg-type]
    for block in rows["blocks"]:
        if block["duplicate_of"]:
            yield "duplicate", number(block["block_id"])
        if block["continues"]:
            yield "join", number(block["continues"]), number(block["block_id"])
    for mention in rows.get("mentions", ()):
        if mention["kind"] == "person" and not mention["role"]:
            yield "person", place(mention["spans"]), str(mention["text"]), str(mention["title"])
    for time in rows.get("times", ()):
        yield "time", place(time["spans"]), str(time["text"]), str(time["value"])
    for quantity in rows.get("quantities", ()):
        yield "quantity", place(quantity["spans"]), str(quantity["text"])


def wanted_in(path: str) -> Iterator[Fact]:
    """Yield what the gold says of a page."""
    for block in GOLD[path]["blocks"]:
        if "duplicate_of" in block:
            yield "duplicate", str(block["seq"])
        if "continues" in block:
            yield "join", str(block["continues"]), str(block["seq"])
    for article in GOLD[path]["articles"]:
        numbers = ",".join(map(str, sorted(article["blocks"])))
        yield "article", numbers
        yield "headline", numbers, str(article["headline"])
        yield "reporters", numbers, ",".join(article["reporters"] + article["correspondents"])
        yield "photographers", numbers, ",".join(article["photographers"])
        for person in article["persons"]:
            yield "person", place(person["spans"]), person["text"], str(person["title"])
        for time in article["times"]:
            yield "time", place(time["spans"]), time["text"], str(time["value"])
        for quantity in article["quantities"]:
            yield "quantity", place(quantity["spans"]), quantity["text"]


RECALL_ONLY = {"time", "quantity"}
"""Of these the gold marks the telling ones, so what it does not mark is not wrong."""


def differences(path: str) -> list[str]:
    """Return what is missing from a page's reading and what is wrong in it."""
    found, wanted = set(found_in(path)), set(wanted_in(path))
    missing = [f"{path} missing {' | '.join(fact)}" for fact in wanted - found]
    wrong = [f"{path} wrong {' | '.join(fact)}" for fact in found - wanted if fact[0] not in RECALL_ONLY]
    return sorted(missing + wrong)


@pytest.mark.parametrize("path", GOLD)
def test_the_page_is_read_as_its_gold_says(path):
    known = sorted(line for line in KNOWN_FAILURES if line.startswith(f"{path} "))
    assert differences(path) == known


def test_known_failures_are_few():
    wanted = sum(1 for path in GOLD for _ in wanted_in(path))
    assert sum(" missing " in line for line in KNOWN_FAILURES) < 0.05 * wanted


if __name__ == "__main__":
    for path in GOLD:
        print(*differences(path), sep="\n")
    missed = Counter(line.split(" missing ")[1].split(" | ")[0] for path in GOLD for line in differences(path) if " missing " in line)
    for kind, n in Counter(fact[0] for path in GOLD for fact in wanted_in(path)).items():
        print(f"{kind}: {n - missed[kind]} of {n}")
