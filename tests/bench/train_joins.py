"""Make ``seams.bin``, the character model of ``transforms.pages.language``, and ``common_pairs.txt`` from plain texts.

``python -m tests.bench.train_joins --texts FOLDER`` reads every ``*.txt`` below the folder, in the order of their names, and
gives the same file each time. N-grams that fewer than two texts have are dropped; of the others a hash and a rounded
logarithm of the count are kept.
"""

from __future__ import annotations

import argparse
import re
from array import array
from collections import Counter
from math import log
from pathlib import Path
from zlib import compress

from transforms.pages.language import LOGS_PER_COUNT, MAX_ORDER, START, flatten, hash_gram

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = re.compile(r"[^。！？\n]+[。！？]*[”’）]*")
MIN_TEXTS = 2
COMMON_IN = 50
PAIRS_HEAD = "# Pairs of characters that stand in at least 50 of 500 texts of broadcast news: statistics of own making, CC0.\n"


def grams_of(text: str) -> Counter[str]:
    """Return how often each n-gram of up to four characters stands in the sentences of a text."""
    counts: Counter[str] = Counter()
    for sentence in SENTENCE.findall(text):
        flat = START + flatten(sentence.strip())
        for order in range(1, MAX_ORDER + 1):
            counts.update(flat[at : at + order] for at in range(len(flat) - order + 1))
    return counts


def train(texts: list[Path]) -> bytes:
    """Return the model made from these files."""
    counts: Counter[str] = Counter()
    n_texts: Counter[str] = Counter()
    for path in texts:
        grams = grams_of(path.read_text("utf-8"))
        counts.update(grams)
        n_texts.update(grams.keys())
    rows: dict[int, int] = {}
    for gram, count in counts.items():
        if n_texts[gram] >= MIN_TEXTS:
            rows[hash_gram(gram)] = max(rows.get(hash_gram(gram), 0), min(round(log(count) * LOGS_PER_COUNT), 255))
    hashes = sorted(rows)
    total = sum(count for gram, count in counts.items() if len(gram) == 1)
    head = len(hashes).to_bytes(4, "little") + total.to_bytes(8, "little")
    return compress(head + array("I", hashes).tobytes() + bytes(rows[key] for key in hashes), 9)


def common_pairs(texts: list[Path]) -> str:
    """Return the pairs of characters that many of these files have, as a data file."""
    n_texts: Counter[str] = Counter()
    for path in texts:
        text = path.read_text("utf-8")
        n_texts.update(pair for pair in set(map(str.__add__, text, text[1:])) if pair.isalpha() and not pair.isascii())
    common = sorted(pair for pair, n in n_texts.items() if n >= COMMON_IN)
    return PAIRS_HEAD + "".join(" ".join(common[at : at + 40]) + "\n" for at in range(0, len(common), 40))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, default=ROOT.parent / "shared" / "data" / "text")
    parser.add_argument("--out", type=Path, default=ROOT / "transforms" / "data" / "seams.bin")
    options = parser.parse_args()
    texts = sorted(options.texts.rglob("*.txt"))
    options.out.with_name("common_pairs.txt").write_text(common_pairs(texts), "utf-8")
    data = train(texts)
    options.out.write_bytes(data)
    print(f"{options.out.name}: {len(data) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
