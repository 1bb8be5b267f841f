"""What Dibao makes of the bundled sample, against its gold: every difference is a known failure, and every known failure still fails.

``python -m tests.golden.test_sample_reading`` prints the differences, and what is right beside them, one per line.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from transforms.lexicons.names import polite_words
from transforms.rows import RawFileFacts, Rows, read_file
from warehouse import sample

HERE = Path(__file__).parents[1] / "gold"
GOLD = {page["path"]: page for page in map(json.loads, (HERE / "sample.jsonl").read_text("utf-8").splitlines())}
KNOWN_FAILURES = (HERE / "known_failures.txt").read_text("utf-8").splitlines() if (HERE / "known_failures.txt").exists() else []
Fact = tuple[str, ...]


@cache
def rows_of_files(path: str) -> Rows:
    """Return the rows that a page of the sample gives."""
    gold = GOLD[path]
    known = RawFileFacts("sample", path, gold["paper"], date.fromisoformat(gold["issue_on"]), gold["page"])
    return read_file((sample.path() / path).read_bytes(), known)


def number(block_id: object) -> str:
    """Return the number at the end of an id."""
    return str(int(str(block_id)[-4:]))


def found_in(path: str) -> Iterator[Fact]:
    """Yield what Dibao says of the articles and blocks of a page, in the gold's terms."""
    rows = rows_of_files(path)
    for article in rows["articles"]:
        blocks = [row for row in rows["blocks"] if row["article_id"] == article["article_id"] and row["role"] != "duplicate"]
        numbers = ",".join(sorted((number(row["block_id"]) for row in blocks), key=int))
        yield "article", numbers, str(article["headline"])
        yield "signed", numbers, ",".join(sorted(article["reporters"])), ",".join(sorted(article["photographers"]))  # type: ignore[arg-type]
    for block in rows["blocks"]:
        if block["duplicate_of"]:
            yield "duplicate", number(block["block_id"])
        if block["continues"]:
            yield "join", number(block["continues"]), number(block["block_id"])


def wanted_in(path: str) -> Iterator[Fact]:
    """Yield what the gold says of the articles and blocks of a page."""
    for block in GOLD[path]["blocks"]:
        if "duplicate_of" in block:
            yield "duplicate", str(block["seq"])
        if "continues" in block:
            yield "join", str(block["continues"]), str(block["seq"])
    for article in GOLD[path]["articles"]:
        numbers = ",".join(map(str, sorted(article["blocks"])))
        yield "article", numbers, str(article["headline"])
        yield "signed", numbers, ",".join(sorted(article["reporters"])), ",".join(sorted(article["photographers"]))


def chars(row: dict) -> frozenset[int]:
    """Return the offsets that a fact covers."""
    pairs = [(s["char_start"], s["char_end"]) if isinstance(s, dict) else s for s in row["spans"]]
    return frozenset(at for start, end in pairs for at in range(start, end))


def same_person(mention: dict, gold: dict) -> bool:
    """Return whether a mention is the gold's person: of 郎师傅 the name is 郎. The gold has titles of office only, not 居民 and 骑手."""
    starts = min(chars(mention)) == min(chars(gold))
    polite = gold["text"][len(mention["text"]) :]
    named = mention["text"] == gold["text"] or (gold["text"].startswith(mention["text"]) and polite in polite_words())
    return starts and named and gold["title"] in (mention["title"], None)


def same_time(time: dict, gold: dict) -> bool:
    """Return whether a time is the gold's: the value decides; what names no day may be called PAST_REF and the like."""
    if not chars(time) & chars(gold):
        return False
    value = str(time["value"])
    return gold["value"] in (value, *value.split("/")) or gold["value"] is None and (time["value"] is None or value.endswith("_REF"))


def covers(row: dict, gold: dict) -> bool:
    """Return whether a quantity is the gold's, or says the same and more: 约3.2亿元 for 3.2亿元."""
    return chars(row) >= chars(gold)


def same_misprint(doubt: dict, gold: dict) -> bool:
    """Return whether a doubt is the gold's misprint, with the right suggestion."""
    return (doubt["text"], doubt["suggestion"], chars(doubt)) == (gold["text"], gold["suggestion"], chars(gold))


def shown(kind: str, fact: dict) -> str:
    """Return a fact for a line of differences."""
    return " | ".join(
        str(part) for part in (kind, min(chars(fact)), fact["text"], fact.get("title") or fact.get("value") or "") if part != ""
    )


def fact_differences(path: str) -> Iterator[str]:
    """Yield the facts that are missing or wrong. Times and quantities are marked in the gold where they tell, so none is too many."""
    rows = rows_of_files(path)
    people = [row for row in rows.get("mentions", ()) if row["kind"] == "person" and not row["roles"]]
    measured = rows.get("quantities", []) + rows.get("times", [])
    for article in GOLD[path]["articles"]:
        for kind, found, same in (
            ("persons", people, same_person),
            ("times", rows.get("times", ()), same_time),
            ("quantities", measured, covers),
            ("misprints", rows.get("suspected_misprints", ()), same_misprint),
        ):
            for gold in article[kind]:
                if not any(same(row, gold) for row in found):
                    yield f"{path} missing {shown(kind, gold)}"
    named = [person for article in GOLD[path]["articles"] for person in article["persons"]]
    headlines = frozenset().union(*(range(b["char_start"], b["char_end"]) for b in GOLD[path]["blocks"] if b["role"] == "headline"))
    for row in people:
        if not (chars(row) & headlines or any(chars(row) & chars(person) for person in named)):
            yield f"{path} wrong {shown('persons', row)}"
    misprints = [misprint for article in GOLD[path]["articles"] for misprint in article["misprints"]]
    for row in rows.get("suspected_misprints", ()):
        if not any(same_misprint(row, misprint) for misprint in misprints):
            yield f"{path} wrong {shown('misprints', row)}"


def differences(path: str) -> list[str]:
    """Return what is missing from a page's reading and what is wrong in it."""
    found, wanted = set(found_in(path)), set(wanted_in(path))
    missing = [f"{path} missing {' | '.join(fact)}" for fact in wanted - found]
    wrong = [f"{path} wrong {' | '.join(fact)}" for fact in found - wanted]
    return sorted([*missing, *wrong, *fact_differences(path)])


@pytest.mark.parametrize("path", GOLD)
def test_the_page_is_read_as_its_gold_says(path):
    known = sorted(line for line in KNOWN_FAILURES if line.startswith(f"{path} "))
    assert differences(path) == known


def test_known_failures_are_few():
    assert sum(" missing " in line for line in KNOWN_FAILURES) < 0.1 * sum(count_wanted().values())


def count_wanted() -> Counter[str]:
    """Return how many facts of each kind the gold has."""
    counts = Counter(fact[0] for path in GOLD for fact in wanted_in(path))
    for kind in ("persons", "times", "quantities", "misprints"):
        counts[kind] = sum(len(article[kind]) for page in GOLD.values() for article in page["articles"])
    return counts


if __name__ == "__main__":
    lines = [line for path in GOLD for line in differences(path)]
    print(*lines, sep="\n")
    missed = Counter(line.split(" missing ")[1].split(" | ")[0] for line in lines if " missing " in line)
    for kind, n in count_wanted().items():
        print(f"{kind}: {n - missed[kind]} of {n}; wrong: {sum(f' wrong {kind} ' in line for line in lines)}")
