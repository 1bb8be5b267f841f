"""Look for a text that breaks a law, guided by coverage: ``python -m tests.bench.fuzz --seconds 60``.

Every check of ``tests/laws.py`` gets its time in a process of its own, under Atheris (libFuzzer; ``pip install atheris``, Python 3.11; it is
no part of the test extra, for it is large and few need it). What libFuzzer makes is bytes; ``text_of`` makes newspapers of
them, so that nearly every mutation is a text worth reading. A find is printed with its text and the traceback; it belongs, made
small, into the cases of the function. Exits with 1 where something was found.

    --seconds N   for each function (60)
    --only NAME   one function, may be given several times
    --corpus DIR  keep what reached new code, and start from it
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

WHAT_LIBFUZZER_SAYS = re.compile(r"Done (\d+) runs in (\d+) second|^#(\d+)\s.*?cov: (\d+)", re.M)
HANG_SECONDS, MEMORY_MB, LONGEST = 20, 2048, 600


def text_of(data: bytes) -> str:
    """Return the text that bytes stand for: a low byte is a letter, a high one begins a clause, a run of one letter, or any code point."""
    from tests.newspaper_text import BREAKS, DIGITS, NAMES, ODD, SIGNS, UNITS, clauses

    letters, printed = [*BREAKS, *DIGITS, *UNITS, *SIGNS, *NAMES, *ODD], clauses()
    parts: list[str] = []
    at = 0
    while at < len(data):
        first, second, third = (data[at : at + 3] + b"\0\0")[:3]
        if first < 0xC0:
            parts.append(letters[(first + second * 0xC0) % len(letters)] if first >= 0xA0 else letters[first % len(letters)])
            at += 2 if first >= 0xA0 else 1
            continue
        number = second << 8 | third
        if first < 0xE8:
            parts.append(printed[number % len(printed)])
        elif first < 0xF4:
            clause = printed[number % len(printed)]
            parts.append(clause[first - 0xE8 :] if number & 1 else clause[: first - 0xE7])
        elif first < 0xFA:
            parts.append(letters[second % len(letters)] * third)
        else:
            parts.append(chr((first - 0xFA) << 16 | number))
        at += 3
    return "".join(parts)


def fuzz_one(name: str, arguments: list[str]) -> None:
    """Fuzz one check in this process, until libFuzzer ends it."""
    import atheris

    with atheris.instrument_imports(include=["transforms"]):
        from tests.laws import LAWS

    def check(data: bytes) -> None:
        text = text_of(data)
        try:
            LAWS[name](text)
        except BaseException:
            print(f"FOUND {ascii(text)}\n{traceback.format_exc()}", file=sys.stderr, flush=True)
            raise

    atheris.Setup([name, *arguments], check)
    atheris.Fuzz()


def run(name: str, seconds: int, corpus: Path) -> bool:
    """Fuzz one check in a process of its own, print what came of it, and return whether the law held."""
    corpus.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as finds:
        options = [
            f"-max_total_time={seconds}",
            f"-max_len={LONGEST}",
            f"-timeout={HANG_SECONDS}",
            f"-rss_limit_mb={MEMORY_MB}",
            f"-artifact_prefix={finds}/",
        ]
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.fuzz", "--within", name, *options, str(corpus)],
            capture_output=True,
            text=True,
            errors="replace",
        )
        left = [path for path in Path(finds).iterdir() if path.name.startswith(("crash", "timeout", "oom"))]
        runs, coverage = 0, 0
        for said in WHAT_LIBFUZZER_SAYS.finditer(done.stderr):
            runs = max(runs, int(said[1] or said[3]))
            coverage = int(said[4] or coverage)
        held = not left and done.returncode == 0
        print(f"{name:22} {runs:>9} runs  coverage {coverage:>5}  {'held' if held else 'FOUND'}", flush=True)
        for path in left:
            print(f"  {path.name.split('-')[0]}: {ascii(text_of(path.read_bytes()))}")
        if not held:
            print(done.stderr[done.stderr.find("FOUND") :][:3000], flush=True)
    return held


def main() -> int:
    """Fuzz what the command line names and return the exit code."""
    if "--within" in sys.argv:
        at = sys.argv.index("--within")
        fuzz_one(sys.argv[at + 1], sys.argv[at + 2 :])
        return 0
    from importlib.util import find_spec

    from tests.laws import LAWS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--only", action="append", choices=LAWS)
    parser.add_argument("--corpus", type=Path)
    given = parser.parse_args()
    if find_spec("atheris") is None:
        print(
            "skipped: atheris is not installed; run pip install atheris (Python 3.11) in an environment of its own that sees Dibao's packages"
        )
        return 0
    with tempfile.TemporaryDirectory() as folder:
        held = [run(name, given.seconds, (given.corpus or Path(folder)) / name) for name in given.only or LAWS]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
