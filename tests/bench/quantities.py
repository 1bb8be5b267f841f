"""Quantities against peers' cases and for speed: ``python -m tests.bench.quantities``.

The peers' cases are those for currency, dimension and percent of Recognizers-Text and for money of JioNLP. A case is right
when the quantities of its kind are as many as expected, each with the expected value, currency and place. Each miss is sorted
by a reader: wrong (ours), or another convention (with the reason), in ``tests/cases/quantities_peers.json``, by case number.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

from tests.shared import SHARED, require_shared
from transforms.quantities import find_quantities
from transforms.records import Quantity

REVIEWED = Path(__file__).parents[1] / "cases" / "quantities_peers.json"
NOT_DIMENSIONS = ("money", "percent", "count", "fraction", "duration", "multiple")


def lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (SHARED / "cases" / name).read_text("utf-8").splitlines()]


def same(got: float | None, wanted: float | None) -> bool:
    return got is not None and wanted is not None and abs(got - wanted) <= 1e-9 * max(abs(wanted), 1e-9)


def recognizers_misses(name: str) -> tuple[int, list[int]]:
    """Return how many cases there are, and the numbers of those missed."""
    cases = lines(f"recognizers_{name}Model.jsonl")
    return len(cases), [number for number, case in enumerate(cases, 1) if not recognized(name, case)]


def recognized(name: str, case: dict) -> bool:
    found = find_quantities(case["Input"])
    if name == "Dimension":
        found = [one for one in found if one.kind not in NOT_DIMENSIONS]
    else:
        found = [one for one in found if one.kind == {"Currency": "money", "Percent": "percent"}[name]]
    return len(found) == len(case["Results"]) and all(map(agrees, found, case["Results"]))


def agrees(got: Quantity, wanted: dict) -> bool:
    value, currency = wanted["Resolution"].get("value"), wanted["Resolution"].get("isoCurrency")
    overlaps = got.char_start <= wanted["End"] and wanted["Start"] < got.char_end
    if value is None or not overlaps or currency and got.base_unit != currency:
        return False
    if value.endswith("%"):
        return same(got.base_value, float(value[:-1]) / 100)
    return same(got.value, float(value))


def jionlp_misses() -> tuple[int, list[int]]:
    """Return how many cases for money there are, and the numbers (lines of the file) of those missed."""
    cases = [(number, case) for number, case in enumerate(lines("jionlp.jsonl"), 1) if "money" in case["file"]]
    return len(cases), [number for number, case in cases if not parsed(case)]


def parsed(case: dict) -> bool:
    text, wanted = case["case"]
    found = [one for one in find_quantities(text) if one.kind == "money"]
    if case["func"] == "test_money_extractor":
        return [one.text for one in found] == [one["text"] for one in wanted]
    if len(found) != 1:
        return False
    number = wanted["num"]
    if isinstance(number, list):
        return same(found[0].low, float(number[0])) and same(found[0].high, float(number[1]))
    return same(found[0].value, float(number))


def speed() -> tuple[float, int]:
    """Return MB of UTF-8 per CPU-second over 60 days of transcripts and the newspaper pages, and how many were found."""
    paths = sorted((SHARED / "text").glob("*.txt"))[:60] + sorted((SHARED / "press" / "clean").glob("*.txt"))
    texts = [path.read_text("utf-8") for path in paths]
    find_quantities("共3个。")
    start = time.process_time()
    found = sum(len(find_quantities(text)) for text in texts)
    seconds = time.process_time() - start
    return sum(len(text.encode()) for text in texts) / 1e6 / seconds, found


def main() -> None:
    reviewed = json.loads(REVIEWED.read_text("utf-8"))
    total, wrong, other = 0, 0, 0
    for name in ("Currency", "Dimension", "Percent", "jionlp"):
        cases, misses = jionlp_misses() if name == "jionlp" else recognizers_misses(name)
        sorts = Counter(reviewed[name].get(str(number), ["not reviewed"])[0] for number in misses)
        print(f"{name:10} {cases - len(misses)} of {cases} right; misses: {dict(sorts)}")
        for number in misses:
            print(f"    case {number}: {': '.join(reviewed[name].get(str(number), ['not reviewed']))}")
        total, other = total + cases, other + sorts["other convention"]
        wrong += len(misses) - sorts["other convention"]
    right = total - wrong - other
    print(f"all        {right} of {total} = {right / total:.3f}")
    print(f"           without other conventions {right} of {right + wrong} = {right / (right + wrong):.3f}")
    rate, found = speed()
    print(f"speed      {rate:.1f} MB of UTF-8 per CPU-second ({found} quantities)")


if __name__ == "__main__":
    require_shared()
    main()
