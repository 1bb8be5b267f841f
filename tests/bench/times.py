"""How well times are found: the cases of two peers, misses sorted, and speed.

Run as ``python -m tests.bench.times``. The peers are Recognizers-Text (specs, MIT) and JioNLP (tests, Apache-2.0). A case counts as right
where the value is exactly theirs, carried over to ISO 8601: their open ends of ranges are exclusive, ours are not; for a date without a
year either of their two candidates will do. ``tests/cases/times_peers.json`` holds what a reader found of every miss, by file and line:
``wrong`` is ours to mend, ``other convention`` is a choice explained there, ``not in print`` no newspaper would print. ``exact`` counts
other conventions as misses, ``by ours`` leaves them out.
"""

from __future__ import annotations

import json
import re
import sys
import time as clock
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from tests.shared import SHARED, require_shared
from transforms.records import Time
from transforms.times import find_times

REVIEWED = Path(__file__).parents[1] / "cases" / "times_peers.json"
SPECS = ("DateParser", "DatePeriodParser", "DateTimeModel", "DurationParser")
NO_ANCHOR = date(2021, 6, 14)
CHINA = timedelta(hours=8)


class Outcome(NamedTuple):
    """One expectation of a peer and what was found instead of it."""

    key: str
    text: str
    expected: str
    found: str
    is_right: bool


def overlapping(times: list[Time], start: int, end: int) -> Time | None:
    """Return the time that shares most characters with a span."""
    best = max(times, key=lambda t: min(t.char_end, end) - max(t.char_start, start), default=None)
    return best if best and min(best.char_end, end) > max(best.char_start, start) else None


def shown(time: Time | None) -> str:
    return "-" if time is None else f"{time.text} {time.value} {time.start_on}..{time.end_on}"


def outcomes_of_recognizers() -> Iterator[Outcome]:
    """Yield an outcome per expected time, and one per text that holds none."""
    for spec in SPECS:
        name = f"recognizers_{spec}.jsonl"
        for number, line in enumerate((SHARED / "cases" / name).read_text("utf-8").splitlines(), 1):
            case = json.loads(line)
            anchor = case.get("Context", {}).get("ReferenceDateTime", "")[:10]
            times = find_times(case["Input"], date.fromisoformat(anchor) if anchor else NO_ANCHOR)
            if not case["Results"]:
                yield Outcome(f"{name}:{number}", case["Input"], "none", " ".join(map(shown, times)), not times)
            for place, result in enumerate(case["Results"]):
                end = result["Start"] + result["Length"] if "Length" in result else result["End"] + 1
                time = overlapping(times, result["Start"], end)
                timex, days = expected_of_recognizers(result)
                if time is not None and time.basis.endswith("no such day"):
                    days, timex = [], {None} if is_no_day(result) else timex
                right = time is not None and (time.value in timex or any(fits(time, *span) for span in days))
                key = f"{name}:{number}" + (f".{place + 1}" if place else "")
                yield Outcome(key, case["Input"], f"{sorted(map(str, timex))} {days}", shown(time), right)


def expected_of_recognizers(result: dict) -> tuple[set[str], list[tuple[str, str]]]:
    """Return the values that a result allows, and the spans of days (first, last)."""
    values, days = set(), []
    if "Value" in result:
        parts = [(result["Value"]["Timex"], result["Value"].get(way) or {}) for way in ("PastResolution", "FutureResolution")]
    else:
        parts = [(value.get("timex", ""), value) for value in result["Resolution"]["values"]]
    for timex, resolution in parts:
        span = re.fullmatch(r"\(([^,]+),([^,]+),.*\)", timex)
        if span and "T" in timex:
            values.add(f"{span[1]}/{span[2]}")
            values.add("/".join(re.sub("(:00)+$", "", resolution.get(end, "").replace(" ", "T")) for end in ("start", "end")))
        elif not span:
            values.add(timex)
        first = resolution.get("date") or resolution.get("startDate") or resolution.get("start") or resolution.get("value")
        last = resolution.get("endDate") or resolution.get("end") or first
        is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", first or "") and "T" not in timex
        if is_day and re.fullmatch(r"\d{4}-\d\d-\d\d", last) and not resolution.get("Mod"):
            days.append((first, last))
            if last != first:
                days.append((first, str(date.fromisoformat(last) - timedelta(days=1))))
        elif re.match(r"\d{4}-\d\d-\d\d \d\d", first or "") and last == first:
            stamp = first.replace(" ", "T")
            values |= {stamp, stamp[:-3], stamp[:-6]}
        elif "T" in timex and is_date_time_span(first, last):
            part = re.search("T[A-Z]{2}", timex)
            if part:
                values.add(first[:10] + part[0])
    return values, days


def is_no_day(result: dict) -> bool:
    """Return whether a result says that the calendar has no such day."""
    return "not resolved" in str(result) or "0001-01-01" in str(result)


def is_date_time_span(first: str | None, last: str | None) -> bool:
    return bool(first and last and re.match(r"\d{4}-\d\d-\d\d \d\d", first) and first[:10] == last[:10])


def fits(time: Time, first: str, last: str) -> bool:
    """Return whether a time spans just these days."""
    return str(time.start_on) == first and str(time.end_on) == last and "T" not in (time.value or "")


def outcomes_of_jionlp() -> Iterator[Outcome]:
    """Yield an outcome per case of its parser and its extractor of times."""
    name = "jionlp.jsonl"
    for number, line in enumerate((SHARED / "cases" / name).read_text("utf-8").splitlines(), 1):
        case = json.loads(line)
        key, parts = f"{name}:{number}", case["case"]
        if case["func"] == "test_time_extractor":
            text, expected = parts
            times = find_times(text, NO_ANCHOR)
            right = [(t.char_start, t.char_end) for t in times] == [tuple(e["offset"]) for e in expected]
            yield Outcome(key, text, " ".join(e["text"] for e in expected) or "none", " ".join(map(shown, times)), right)
        elif case["func"] == "test_time_parser":
            text, base, expected = parts[0], parts[1], parts[-1]
            times = find_times(text, anchor_of(base))
            time = overlapping(times, 0, len(text))
            right = time is not None and fits_jionlp(time, expected)
            yield Outcome(key, text, f"{anchor_of(base)} {json.dumps(expected['time'], ensure_ascii=False)}", shown(time), right)


def anchor_of(base) -> date:
    """Return the day that a case of JioNLP counts from; it is given as a timestamp, a list or a dict that may lack month and day."""
    if isinstance(base, int | float):
        return (datetime(1970, 1, 1) + timedelta(seconds=base) + CHINA).date()
    if isinstance(base, list):
        return date(*(base[:3] + [6, 15][len(base) - 1 :])[:3])
    if isinstance(base, dict):
        return date(base["year"], base.get("month", 6), base.get("day", 15))
    return NO_ANCHOR


def fits_jionlp(time: Time, expected: dict) -> bool:
    """Return whether a time is what JioNLP expects, its days and, where it names hours, its hours."""
    wanted = expected["time"]
    if expected["type"] == "time_delta":
        lengths = wanted if isinstance(wanted, list) else [wanted]
        return time.value == "/".join(map(length_of, lengths)) or time.value in {length_of(wanted, unit) for unit in "WMQHm"}
    if expected["type"] == "time_period":
        return time.basis == "recurring" and fits_recurring(time.value or "", wanted)
    first, last = wanted
    if "inf" in (first.strip("-"), last.strip("-")):
        return first.strip("-") != "inf" and str(time.start_on) == first[:10] and time.end_on is None
    days = str(time.start_on) == first[:10] and str(time.end_on) == last[:10]
    if first.endswith("00:00:00") and last.endswith("23:59:59"):
        return days and "T" not in (time.value or "")
    if time.granularity == "daypart":
        return days
    values = (time.value or "").split("/")
    if "T" not in values[0]:
        return days and first[:10] != last[:10]
    start = values[0].split("T")[1]
    return (
        str(time.start_on) == first[:10]
        and first[11:].startswith(start)
        and (len(values) == 1 or last[11:].startswith(values[1].split("T")[-1]))
    )


def length_of(wanted: dict, unit: str = "") -> str:
    """Return a length of JioNLP as ISO 8601; its weeks are days, its quarters months."""
    if not isinstance(wanted, dict):
        return ""
    letters = {"year": "Y", "month": "M", "day": "D", "workday": "D", "hour": "H", "minute": "M", "second": "S"}
    found = {name: Decimal(str(amount)) for name, amount in wanted.items() if name in letters}
    if unit == "W" and "day" in found:
        return f"P{(found['day'] / 7).normalize():f}W"
    days = "".join(f"{found[n].normalize():f}{letters[n]}" for n in ("year", "month", "day", "workday") if n in found)
    hours = "".join(f"{found[n].normalize():f}{letters[n]}" for n in ("hour", "minute", "second") if n in found)
    return f"P{days}" + (f"T{hours}" if hours else "")


def fits_recurring(value: str, wanted: dict) -> bool:
    """Return whether a value with open places fits the first point of a recurring time."""
    point = wanted["point"]
    if point is None:
        return value == length_of(wanted["delta"])
    first = point["time"][0] if isinstance(point["time"][0], str) else point["time"][0][0]
    moment = datetime.fromisoformat(first)
    head, _, hour = value.split("/")[0].partition("T")
    if head.startswith("XXXX-WXX-"):
        return head[9:] == str(moment.isoweekday())
    if not re.fullmatch(head.replace("X", r"\d") + ".*", first):
        return False
    return not hour or first[11:].startswith(hour)


def speed() -> tuple[float, float, int]:
    """Return MB of UTF-8, CPU seconds and the number of times found in the transcripts."""
    texts = []
    for path in sorted((SHARED / "text").glob("*.txt"))[:120]:
        stamp = path.stem[:8]
        texts.append((path.read_text("utf-8"), date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]))))
    find_times(*texts[0])
    started = clock.process_time()
    n_times = sum(len(find_times(text, anchor)) for text, anchor in texts)
    return sum(len(text.encode()) for text, _ in texts) / 1e6, clock.process_time() - started, n_times


def main() -> None:
    """Print the misses with what a reader found of them, the rates and the speed."""
    reviewed = json.loads(REVIEWED.read_text("utf-8")) if REVIEWED.exists() else {}
    counts: dict[str, Counter[str]] = {"recognizers": Counter(), "jionlp": Counter()}
    for outcome in [*outcomes_of_recognizers(), *outcomes_of_jionlp()]:
        verdict, why = ("right", "") if outcome.is_right else reviewed.get(outcome.key, ["not reviewed", ""])
        if outcome.is_right and reviewed.get(outcome.key, [""])[0] == "not in print":
            verdict = "not in print"
        counts[outcome.key.split("_")[0].split(".")[0]][verdict] += 1
        if not outcome.is_right and ("-v" in sys.argv or verdict != "not in print"):
            print(f"{verdict:16} {outcome.key:38} {outcome.text} | {outcome.expected} | {outcome.found} | {why}")
    print(
        f"\n{'peer':12} {'in print':>8} {'right':>6} {'exact':>6} {'by ours':>7} {'other convention':>17} {'wrong':>6} {'not reviewed':>13} {'not in print':>13}"
    )
    for peer, n in counts.items():
        total = sum(n.values()) - n["not in print"]
        print(
            f"{peer:12} {total:8} {n['right']:6} {n['right'] / total:6.3f} {n['right'] / (total - n['other convention']):7.3f} {n['other convention']:17} {n['wrong']:6} {n['not reviewed']:13} "
            f"{n['not in print']:13}"
        )
    size, seconds, n_times = speed()
    print(f"\nspeed: {n_times} times in {size:.2f} MB, {size / seconds:.1f} MB per CPU-second")


if __name__ == "__main__":
    require_shared()
    main()
