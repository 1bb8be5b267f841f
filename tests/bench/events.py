"""Events: share right by confidence on finds that a reader judged, and speed: ``python -m tests.bench.events``.

``tests/cases/events_judged.json`` holds random finds on newspaper pages, by file and offset of the trigger, each with what a reader said
of it: right when the thing happened, is of its kind, and did so on the day given, if one is given. A find that was right and is no
longer made is "lost"; one that was wrong and is still made is "wrong".
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

from tests.shared import SHARED
from transforms.rows import RawFileFacts, read_file

JUDGED = Path(__file__).parents[1] / "cases" / "events_judged.json"


def found_in(name: str) -> list[dict]:
    """Return the rows of ``events`` of a page, read as a run would read it, dated by its file name (19980106-11.txt)."""
    stamp = Path(name).stem[:8]
    known = RawFileFacts("bench", name, issue_on=date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:])))
    return read_file((SHARED / name).read_bytes(), known).get("events", [])


def holds(row: dict, wanted: dict) -> bool:
    """Return whether a row is the find that was judged: of its kind, and the trigger stands in its evidence."""
    return row["kind"] == wanted["kind"] and any(span["char_start"] <= wanted["char_start"] < span["char_end"] for span in row["spans"])


def main() -> None:
    """Print the verdicts by confidence, and the speed of reading whole pages."""
    by_file = defaultdict(list)
    for wanted in json.loads(JUDGED.read_text("utf-8")):
        by_file[wanted["file"]].append(wanted)
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    started, n_events = time.process_time(), 0
    for name, wants in by_file.items():
        rows = found_in(name)
        n_events += len(rows)
        for wanted in wants:
            row = next((row for row in rows if holds(row, wanted)), None)
            if row is None:
                verdicts["not made"]["lost" if wanted["is_right"] else "rightly left out"] += 1
            else:
                verdicts[f"confidence {row['confidence']}"]["right" if wanted["is_right"] else "wrong"] += 1
    for name, counts in sorted(verdicts.items(), reverse=True):
        print(f"{name}: {dict(counts)}")
    print(f"{n_events} events on {len(by_file)} pages in {time.process_time() - started:.1f} CPU-s, reading and names included")


if __name__ == "__main__":
    main()
