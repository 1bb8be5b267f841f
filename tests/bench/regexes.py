"""Attack every regular expression of Dibao and see how its time grows: ``python -m tests.bench.regexes``.

All compiled patterns are collected from the modules (also those in lists, tables and cached functions). From each pattern's own
parse come its attacks: what leads up to a repetition, the repeated piece again and again, and then something that does not fit.
Searching an attack of eight times the length takes 8 times as long, or 64 where each place of the text is tried in vain to its end: such
patterns are listed, and are right only where Dibao shows them a piece of bounded length (``tests.bench.growth`` sees to that). What is
steeper than a square, or takes more than ``TOO_MUCH`` seconds, blows up: then the exit code is 1. Where the package regexploit is installed
it is asked too; it finds such repetitions by analysis.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
import re
import signal
import sys
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import islice
from re import _parser as parser  # the parser of re itself; its public name, sre_parse, is deprecated

ROOMS = ("transforms", "expectations", "warehouse", "flows")
TIMES, SQUARE, BLOWS_UP, TOO_QUICK, MANY = 8, 16.0, 120.0, 0.02, 16
FEW, TOO_LONG = 24, 0.2
TOO_MUCH = 30
"""Seconds that no pattern may take for one attack of full length, on a machine that others use too: the search is broken off then."""
MOST_PREFIXES, MOST_PUMPS = 8, 12
CATEGORY = {
    "CATEGORY_DIGIT": "1",
    "CATEGORY_SPACE": " ",
    "CATEGORY_WORD": "a",
    "CATEGORY_NOT_DIGIT": "x",
    "CATEGORY_NOT_SPACE": "x",
    "CATEGORY_NOT_WORD": "，",
}


def patterns() -> dict[str, re.Pattern]:
    """Return every compiled pattern that a module of Dibao holds, by where it was found first; each once."""
    found: dict[tuple, str] = {}
    kept: dict[str, re.Pattern] = {}
    for room in ROOMS:
        package = importlib.import_module(room)
        for info in pkgutil.walk_packages(package.__path__, f"{room}."):
            for name, value in list(vars(importlib.import_module(info.name)).items()):
                for number, pattern in enumerate(patterns_in(value, info.name)):
                    where = f"{info.name}.{name}" + (f"[{number}]" if number else "")
                    if found.setdefault((pattern.pattern, pattern.flags), where) == where:
                        kept[where] = pattern
    return kept


def patterns_in(value: object, module: str, depth: int = 0) -> Iterator[re.Pattern]:
    """Yield the patterns that a value holds: itself, its items, what a cached function without arguments returns, what a class of the module has."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth > 4:
        return
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from patterns_in(item, module, depth + 1)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in islice(value, 5000):
            yield from patterns_in(item, module, depth + 1)
    elif hasattr(value, "cache_clear") and value.__module__ == module and not inspect.signature(value).parameters:
        yield from patterns_in(value(), module, depth + 1)
    elif inspect.isclass(value) and value.__module__ == module:
        for item in vars(value).values():
            yield from patterns_in(item, module, depth + 1)


def sample(parsed: Sequence) -> str:
    """Return a short string much like what a piece of a parsed pattern matches."""
    return "".join(sample_of(str(op), value) for op, value in parsed)


def sample_of(op: str, value) -> str:
    if op == "LITERAL":
        return chr(value)
    if op == "NOT_LITERAL":
        return chr(value + 1)
    if op == "ANY":
        return "渡"
    if op == "IN":
        return next(letters_of(value), "渡")
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return sample(value[2]) * max(value[0], 1)
    if op == "SUBPATTERN":
        return sample(value[3])
    if op == "ATOMIC_GROUP":
        return sample(value)
    if op == "BRANCH":
        return sample(value[1][0])
    return ""


def letters_of(items: Sequence) -> Iterator[str]:
    """Yield some letters of a set; of one that says what it is not, one that it does not name."""
    if str(items[0][0]) == "NEGATE":
        named = {value for op, value in items[1:] if str(op) == "LITERAL"}
        yield from (letter for letter in "渡a1，" if ord(letter) not in named)
        return
    for op, value in items:
        if str(op) == "LITERAL":
            yield chr(value)
        elif str(op) == "RANGE":
            yield from (chr(value[0]), chr(value[1]))
        elif str(op) == "CATEGORY":
            yield CATEGORY.get(str(value), "a")


def repetitions(parsed: Sequence, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield, for each long repetition of a pattern, what leads up to it and what is repeated."""
    for op, value in parsed:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            if value[1] >= MANY:
                yield before, sample(value[2])
                if len(value[2]) == 1 and str(value[2][0][0]) == "IN":
                    yield from ((before, letter) for letter in islice(letters_of(value[2][0][1]), 4))
            yield from repetitions(value[2], before)
        elif name == "SUBPATTERN":
            yield from repetitions(value[3], before)
        elif name == "ATOMIC_GROUP":
            yield from repetitions(value, before)
        elif name == "BRANCH":
            for branch in value[1]:
                yield from repetitions(branch, before)
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from repetitions(value[1], before)
        before += sample_of(name, value)


def attacks(pattern: re.Pattern, n: int) -> Iterator[str]:
    """Yield texts of about n characters that make a pattern work: each beginning with each repeated piece, and a misfit at the end."""
    source = pattern.pattern
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = parser.parse(source, pattern.flags)
    found = list(repetitions(parsed))
    befores = list(dict.fromkeys(["", *(before for before, _ in found)]))[:MOST_PREFIXES]
    pumps = list(dict.fromkeys([pump for _, pump in found if pump] or [sample(parsed) or "渡"]))[:MOST_PUMPS]
    whole = sample(parsed)
    for pump in pumps:
        for before in befores:
            yield before + pump * (n // len(pump)) + "\x01"
    if whole:
        yield whole[:-1] * (n // max(len(whole) - 1, 1))


def strike(pattern: re.Pattern, text: str) -> None:
    """Search the text in every way that Dibao does."""
    if isinstance(pattern.pattern, bytes):
        text = text.encode("latin-1", "replace")
    for _ in pattern.finditer(text):
        pass
    pattern.match(text), pattern.fullmatch(text)


@contextmanager
def broken_off(seconds: float) -> Iterator[None]:
    """Break the block off with TimeoutError after so many seconds; ``re`` looks for signals while it searches.

    By the wall clock: a timer of CPU seconds makes the kernel count them in steps of 4 ms.
    """

    def stop(*_) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def cpu_seconds(pattern: re.Pattern, text: str, times: int = 1) -> float:
    """Return the CPU seconds of a search, the best of several; infinitely many where one had to be broken off."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        try:
            with broken_off(TOO_MUCH):
                strike(pattern, text)
        except TimeoutError:
            return float("inf")
        best = min(best, time.process_time() - start)
    return best


def analysed(found: Mapping[str, re.Pattern]) -> Iterator[str]:
    """Yield what regexploit says of ambiguous repetitions. A possessive repetition, that it does not know, is shown to it as a plain one."""
    from regexploit.ast.sre import SreOpParser
    from regexploit.redos import find

    for where, pattern in found.items():
        if isinstance(pattern.pattern, str):
            plain = re.sub(r"(?<=[+*?}])\+", "", pattern.pattern)
            yield from (
                f"{where}: {redos.starriness} stars {str(redos)[:200]!r}"
                for redos in find(SreOpParser().parse_sre(plain, pattern.flags))
                if redos.starriness > 2
            )


def main() -> int:
    """Measure, print, and return the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--chars", type=int, default=1000)
    n = arguments.parse_args().chars
    found = patterns()
    n_attacks, n_square, suspects = 0, 0, []
    for where, pattern in found.items():
        if any(cpu_seconds(pattern, attack) > TOO_LONG for attack in attacks(pattern, FEW)):
            suspects.append(f"{where}: takes for ever over {FEW} characters")
            print(suspects[-1], flush=True)
            continue
        for short, long in zip(attacks(pattern, n), attacks(pattern, n * TIMES), strict=True):
            n_attacks += 1
            seconds = cpu_seconds(pattern, long)
            if TOO_QUICK < seconds < TOO_MUCH:
                seconds = min(seconds, cpu_seconds(pattern, long))
            ratio = seconds / cpu_seconds(pattern, short, 3) if seconds > TOO_QUICK else 0
            if ratio > SQUARE:
                said = f"{where}: {ratio:.0f} times as long, {seconds:.2f} s for {len(long)} characters of {long[:12]!r}"
                print(said, flush=True)
                n_square += ratio <= BLOWS_UP
                suspects += [said] * (ratio > BLOWS_UP)
                break
    if find_spec("regexploit"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            suspects += (more := list(analysed(found)))
        print("\n".join(more) or "regexploit finds none")
    else:
        print("regexploit is not installed: no analysis, attacks alone")
    print(f"{len(found)} patterns, {n_attacks} attacks: {n_square} grow with the square on their own, {len(suspects)} blow up")
    return 1 if suspects else 0


if __name__ == "__main__":
    sys.exit(main())
