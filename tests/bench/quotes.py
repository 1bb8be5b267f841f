"""Quotations: share right by confidence on pieces that a reader judged, and speed: ``python -m tests.bench.quotes``.

``tests/cases/quotes_judged.json`` holds 50 random finds (25 direct, 25 indirect) on newspaper pages and transcripts, by file
and offset, each with whether it is a quotation and where its speaker is named. A find is right when its ends are, and the
speaker is the one named (with a title or without); a 他 that could not be resolved or a speaker left None is "open", not wrong.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from tests.shared import SHARED
from transforms.quotes import find_quotes
from transforms.records import Quote

JUDGED = Path(__file__).parents[1] / "cases" / "quotes_judged.json"
OPEN = (None, "他", "她", "他们", "她们")


def verdict(got: Quote | None, wanted: dict, text: str) -> str:
    if got is None:
        return "missed" if wanted["is_quotation"] else "rightly left out"
    if not wanted["is_quotation"] or got.char_end != wanted["char_end"]:
        return "wrong"
    if wanted["speaker_start"] is None:
        return "right" if got.speaker is None else "wrong"
    name = text[wanted["speaker_start"] : wanted["speaker_end"]]
    if got.speaker in OPEN and got.speaker != name:
        return "open"
    return "right" if name.endswith(got.speaker) or got.speaker.endswith(name) else "wrong"


def judged(with_names: bool) -> None:
    """Print verdicts, and the share right among finds of each confidence."""
    if with_names:
        from transforms.names import find_names
    by_file = defaultdict(list)
    for wanted in json.loads(JUDGED.read_text("utf-8")):
        by_file[wanted["file"]].append(wanted)
    verdicts, bins = Counter(), defaultdict(Counter)
    for name, wants in by_file.items():
        text = (SHARED / name).read_text("utf-8")
        found = {quote.char_start: quote for quote in find_quotes(text, find_names(text) if with_names else ())}
        for wanted in wants:
            got = found.get(wanted["char_start"])
            said = verdict(got, wanted, text)
            verdicts[said] += 1
            if got is not None:
                bins["0.9 and up" if got.confidence >= 0.9 else "0.8 to 0.9" if got.confidence >= 0.8 else "below 0.8"][said] += 1
    print(f"{'with' if with_names else 'without'} names: {dict(verdicts)}")
    for confidence, counts in sorted(bins.items(), reverse=True):
        print(f"    confidence {confidence}: {counts['right']} right, {counts['open']} open, {counts['wrong']} wrong of {counts.total()}")


def speed() -> None:
    paths = sorted((SHARED / "text").glob("*.txt"))[:60] + sorted((SHARED / "press" / "clean").glob("*.txt"))
    texts = [path.read_text("utf-8") for path in paths]
    find_quotes("区长何立群说，好。")
    start = time.process_time()
    found = sum(len(find_quotes(text)) for text in texts)
    seconds = time.process_time() - start
    rate = sum(len(text.encode()) for text in texts) / 1e6 / seconds
    print(f"speed: {rate:.1f} MB of UTF-8 per CPU-second ({found} quotations, no names given)")


if __name__ == "__main__":
    judged(False)
    if "names" in sys.argv:
        judged(True)
    speed()
