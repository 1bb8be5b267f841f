"""See that the time of every transform grows with the length of the text and not with its square: ``python -m tests.bench.growth``.

Each function reads each hostile text at one length and at eight times that length; what takes more than ``SUSPECT`` times as long is
listed, and exits with 1. Linear is 8. CPU time, the suspects measured again; what takes under ``TOO_QUICK`` seconds at full length says
nothing.

    --chars N       length of the short text (4000)
    --only NAME     one function, may be given several times
    --all           print every figure, not only the largest of each function
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import cache, lru_cache
from types import ModuleType

from tests.newspaper_text import BREAKS, ODD, clauses
from transforms.decoding import UndecodableError, decode
from transforms.duplicates import compare_texts, sketch
from transforms.events import find_events
from transforms.misprints import find_misprints
from transforms.names import find_names
from transforms.pages import read_page
from transforms.pages.masthead import read_masthead
from transforms.quantities import find_quantities
from transforms.quotes import find_quotes
from transforms.rows import RawFileFacts, read_file
from transforms.terms import find_terms
from transforms.text.sentences import split_sentences
from transforms.times import find_times

TIMES, SUSPECT, TOO_QUICK = 8, 14.0, 0.04
ANCHOR = date(2025, 3, 4)


def of_print(n: int) -> str:
    """Return n characters of print, each clause with a number so that none repeats another."""
    some = clauses()
    return "".join(f"{some[at % len(some)]}{at}" for at in range(n // 8))[:n]


def numbered(piece: str) -> Callable[[int], str]:
    """Return a maker of texts in which the piece comes again and again, each time with another number."""
    return lambda n: "".join(piece.format(at) for at in range(n // max(len(piece) - 2, 1)))[:n]


def again(piece: str) -> Callable[[int], str]:
    """Return a maker of texts that are the piece again and again."""
    return lambda n: (piece * (n // len(piece) + 1))[:n]


def nested(opening: str, closing: str) -> Callable[[int], str]:
    """Return a maker of texts in which marks open one within the other, and all close at the end."""
    return lambda n: again(opening)(n // 2) + again(closing)(n // 2)


TEXTS: dict[str, Callable[[int], str]] = {
    "print": of_print,
    "print, a line a clause": lambda n: of_print(n).replace("，", "，\n").replace(",", ",\n"),
    "print, a paragraph a clause": lambda n: of_print(n).replace("，", "\n\n").replace(",", "\n\n"),
    "one headline": lambda n: of_print(n).translate(dict.fromkeys(map(ord, "，,。！？；：\n"))),
    **{
        f"only {piece!r}": again(piece)
        for piece in (
            "渡",
            "a",
            "1",
            "１",
            "一",
            "十",
            "万",
            "年",
            "月",
            "日",
            "王",
            "王李张",
            "区",
            "路",
            "号",
            "。",
            "，",
            "、",
            "…",
            "—",
            ".",
            "·",
            "“",
            "”",
            '"',
            "'",
            "（",
            "）",
            "(",
            "《",
            "》",
            "「",
            "」",
            "%",
            "元",
            "个",
            "说",
            "：",
            " ",
            "　",
            "\n",
            "\t",
            "\r",
            "\0",
            "\x1b",
            "\ud800",
            "\u202e",
            "\u200b",
            "\ufffd",
            "😀",
            "的",
            "省市县",
            "记者",
            "本报讯",
            "时",
            "至",
            "-",
            "/",
            "=",
            "<",
            "&",
            "第",
        )
    },
    **{
        f"again {piece!r}": again(piece)
        for piece in (
            "“‘「",
            "「“‘",
            "他说：“",
            "“好。”他说，",
            "本报讯（",
            "（记者 ",
            "1,",
            "1.",
            "1至",
            "一至",
            "二〇",
            "3月",
            "3月4日",
            "1:",
            "百分之",
            "万元/",
            "每",
            "约",
            "第三",
            "(1)",
            "区委书记、",
            "区长王",
            "王某，",
            "市教育局",
            "清浦镇",
            "路1号",
            "召开会议，",
            "签署",
            "渡口\n",
            "渡口。\n",
            "渡口通航，两岸居民往来\n\n",
            "云渡日报\n",
            "第01版\n",
            "（图文",
            "·王",
            "拉·",
            "，",
            "，说",
            "\n\n　　",
            "……”",
            "？！",
            "年年",
            "2025年3月4日",
            "电话12345678",
            "http://a.b/",
            "&lt;",
            "=1+1,",
            "a b ",
            "A1",
            "一、",
            "①",
            "□",
            "摄影 ",
        )
    },
    **{
        f"numbered {piece!r}": numbered(piece)
        for piece in (
            "渡口{}\n",
            "渡口通航第{}天，两岸居民往来不绝，大家都说是好事，更多的客人到\n",
            "第{}届",
            "{}，",
            "{}元",
            "王{}说，",
            "“渡口{}。”",
            "清浦{}公司",
            "（{}）\n",
            "{}月",
            "渡口通航{}。",
            "区委书记王{}、",
            "{}号路",
            "3月{}日，渡口",
            "老张说，渡口{}通航。",
            "A{}",
            "渡口通航，本报讯（记者王{}）\n",
        )
    },
    **{
        f"{head!r}, then only {piece!r}": (lambda n, head=head, piece=piece: head + piece * n)
        for head in ("1", "区长", "3月4日", "本报讯（记者", "他说：“")
        for piece in (" ", "渡", "一", "0", "、", "·")
    },
    **{
        f"nested {opening!r}": nested(opening, closing)
        for opening, closing in (("“", "”"), ("（", "）"), ("「", "」"), ("“‘", "’”"), ("《", "》"), ("(", ")"), ("{", "}"), ("[", "]"))
    },
    "odd characters": lambda n: again(ODD)(n),
    "all line breaks": lambda n: again("".join(BREAKS))(n),
    "one line, then short ones": lambda n: "渡" * (n // 2) + "\n渡口" * (n // 6),
}
"""Makers of hostile texts of about n characters."""


@lru_cache(maxsize=2)
def names_in(text: str):
    return find_names(text)


@lru_cache(maxsize=2)
def times_in(text: str):
    return find_times(text, ANCHOR)


def whole_file(text: str) -> None:
    with suppress(UndecodableError):
        read_file(text.encode("utf-8", "replace"), RawFileFacts("s", "p"))


def bytes_of_all_kinds(text: str) -> None:
    for encoding in ("utf-8", "gb18030", "utf-16-le"):
        with suppress(UndecodableError):
            decode(text.encode(encoding, "replace"))


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "decode": bytes_of_all_kinds,
    "read_page": read_page,
    "read_masthead": read_masthead,
    "split_sentences": split_sentences,
    "find_times": lambda text: find_times(text, ANCHOR),
    "find_quantities": find_quantities,
    "find_names": find_names,
    "find_quotes": lambda text: find_quotes(text, names_in(text)),
    "find_events": lambda text: find_events(text, names_in(text), times_in(text)),
    "find_terms": lambda text: find_terms(text, text[:30], names_in(text)),
    "find_misprints": lambda text: find_misprints(text, names_in(text)),
    "sketch, compare": lambda text: (sketch(text), compare_texts(text, text[: len(text) // 2])),
    "read_file": whole_file,
}
GIVEN_NAMES = frozenset(FUNCTIONS[name] for name in ("find_quotes", "find_events", "find_terms", "find_misprints"))


@cache
def caches() -> list:
    """Return every cache of the transforms that remembers texts, to be emptied before a text is timed."""
    modules = [module for name, module in sys.modules.items() if name.startswith("transforms") and isinstance(module, ModuleType)]
    found = {id(each): each for module in modules for each in vars(module).values() if hasattr(each, "cache_clear")}
    return [each for each in found.values() if each.cache_parameters()["maxsize"] is not None]


def cpu_seconds(function: Callable[[str], object], text: str, times: int) -> float:
    """Return the CPU seconds of one call, the best of several. What finders are given is found beforehand, its time is not theirs."""
    best = float("inf")
    if function in GIVEN_NAMES:
        names_in(text), times_in(text)
    for _ in range(times):
        for each in caches():
            each.cache_clear()
        gc.collect()
        start = time.process_time()
        function(text)
        best = min(best, time.process_time() - start)
    return best


def growth(function: Callable[[str], object], make: Callable[[int], str], n: int) -> tuple[float, float]:
    """Return how many times as long a text of eight times n characters takes, and its seconds; 0 times where it takes next to none."""
    long = cpu_seconds(function, make(n * TIMES), 1)
    if long < TOO_QUICK:
        return 0.0, long
    ratio = long / max(cpu_seconds(function, make(n), 2), 1e-4)
    if ratio > SUSPECT:
        long = min(long, cpu_seconds(function, make(n * TIMES), 2))
        ratio = long / max(cpu_seconds(function, make(n), 5), 1e-4)
    return ratio, long


def main() -> int:
    """Measure, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chars", type=int, default=4000)
    parser.add_argument("--only", action="append", choices=FUNCTIONS)
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    suspects = 0
    print(f"{'function':18} {'ratio':>6} {'s/M chars':>9}  text ({given.chars} and {given.chars * TIMES} characters)")
    for name in given.only or FUNCTIONS:
        function, rows = FUNCTIONS[name], []
        for what, make in TEXTS.items():
            ratio, long = growth(function, make, given.chars)
            if ratio:
                rows.append((ratio, long / (given.chars * TIMES) * 1e6, what))
        rows.sort(reverse=True)
        bad = [row for row in rows if row[0] > SUSPECT]
        suspects += len(bad)
        for ratio, rate, what in rows if given.all else bad or rows[:1]:
            print(f"{name:18} {ratio:6.1f} {rate:9.2f}  {what}{'  SUSPECT' if ratio > SUSPECT else ''}", flush=True)
        if not rows:
            print(f"{name:18} all under {TOO_QUICK} s", flush=True)
        elif rows:
            slowest = max(rows, key=lambda row: row[1])
            print(f"{'':18} slowest: {slowest[1]:.1f} s a million characters, {slowest[2]}", flush=True)
    print(f"{len(TEXTS)} texts, {suspects} suspects")
    return 1 if suspects else 0


if __name__ == "__main__":
    sys.exit(main())
