"""Share of samples whose encoding and text come back right, wrong ones that are not flagged, and milliseconds a sample.

    python -m tests.bench.decoding [--chars 200] [--samples 300] [--chardet]

Samples are cut from the shared newspaper pages. Traditional text comes from OpenCC where it is installed; without it the
lines for Big5 and Big5-HKSCS are left out.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.shared import SHARED
from transforms.decoding import UndecodableError, decode

SIMPLIFIED = ("utf-8", "utf-8-sig", "gb2312", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "hz")
TRADITIONAL = ("big5", "big5hkscs", "gbk", "utf-16-le", "utf-8")
SAME = {"utf-8-sig": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "utf-16": "utf-16-le", "big5hkscs": "big5"}
"""What decode reports for an encoding that is a part of, or a marked form of, another."""


def converter() -> Callable[[str], str] | None:
    """Return a converter to traditional characters, None where OpenCC is not installed."""
    try:
        from opencc import OpenCC
    except ImportError:
        return None
    return OpenCC("s2t").convert


def samples(texts: list[str], n_chars: int, n_samples: int, encoding: str, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield text and bytes; what an encoding lacks is left out of the text."""
    while n_samples:
        text = rng.choice(texts)
        start = rng.randrange(max(len(text) - n_chars, 1))
        cut = text[start : start + n_chars + n_chars // 3]
        raw = cut.encode(encoding, "ignore") if encoding != "hz" else cut.encode("gb2312", "ignore").decode("gb2312").encode("hz")
        cut = raw.decode(encoding)[:n_chars]
        if len(cut) == n_chars:
            n_samples -= 1
            yield cut, cut.encode(encoding)


def same_text(found: str, text: str) -> bool:
    """Say whether two texts agree but for signs that GB2312 and GBK give other code points, and Big5's twins."""
    twins = str.maketrans("\u30fb\u2015\u2027\u2550\u2014", "\u00b7\u2014\u00b7\u2550\u2014")
    return found.translate(twins) == text.translate(twins)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--chars", type=int, default=200)
    arguments.add_argument("--samples", type=int, default=300)
    arguments.add_argument("--chardet", action="store_true", help="compare with chardet")
    wanted = arguments.parse_args()
    texts = [path.read_text("utf-8") for path in sorted(Path(SHARED, "press", "clean").glob("*.txt"))]
    texts = [text for text in texts if len(text) > wanted.chars]
    if not texts:
        raise SystemExit("the shared newspaper pages are not beside this checkout")
    kinds = [(texts, encoding) for encoding in SIMPLIFIED]
    if convert := converter():
        traditional = [convert(text) for text in texts]
        kinds += [(traditional, encoding) for encoding in TRADITIONAL]
    rng = random.Random(1)
    print(f"{wanted.samples} samples of {wanted.chars} characters\n{'encoding':18} right  wrong and not flagged  doubtful  ms")
    for some, encoding in kinds:
        right = silent = doubtful = 0
        seconds = 0.0
        for text, raw in samples(some, wanted.chars, wanted.samples, encoding, rng):
            started = time.process_time()
            if wanted.chardet:
                found_text, found_encoding, doubt = ask_chardet(raw)
            else:
                try:
                    decoded = decode(raw)
                    found_text, found_encoding, doubt = decoded.text, decoded.encoding, decoded.doubtful
                except UndecodableError as error:
                    found_text, found_encoding, doubt = "", "", str(error)
            seconds += time.process_time() - started
            fits = same_text(found_text, text) and (wanted.chardet or SAME.get(found_encoding, found_encoding) == SAME.get(encoding, encoding))
            right += fits
            silent += not fits and doubt is None
            doubtful += doubt is not None
        label = f"{encoding}{' (traditional)' if some is not texts else ''}"
        print(f"{label:24} {100 * right / wanted.samples:6.2f} % {silent:6} {doubtful:6} {1000 * seconds / wanted.samples:8.3f}")


def ask_chardet(raw: bytes) -> tuple[str, str, str | None]:
    """Return what chardet makes of the bytes."""
    import chardet

    name = chardet.detect(raw)["encoding"] or "ascii"
    try:
        return raw.decode(name).removeprefix("\ufeff"), name, None
    except (UnicodeDecodeError, LookupError):
        return "", name, "failed"


if __name__ == "__main__":
    main()
