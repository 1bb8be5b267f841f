"""What dolma does of what Dibao does; runs in an environment of its own."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.bench.peers import CLEAN, DUPLICATES, timed

TAGGERS = ("char_length_with_paragraphs_v1", "paragraph_repetitions_v1")


def documents(articles: Path, out: Path) -> Path:
    """Lay the articles where dolma looks for documents, compressed as it wants them."""
    target = out / "documents" / "articles.jsonl.gz"
    target.parent.mkdir()
    with articles.open("rb") as plain, gzip.open(target, "wb", 1) as packed:
        shutil.copyfileobj(plain, packed)
    return target


def duplicates(articles: Path, out: Path) -> Callable[[], str]:
    """Mark paragraphs that were seen before."""
    from dolma.cli.main import main

    target = documents(articles, out)

    def work() -> str:
        main(["dedupe", "--documents", str(target), "--dedupe.name", "repeated", "--dedupe.paragraphs.attribute_name", "repeated",
              "--no-bloom_filter.read_only", "--bloom_filter.file", str(out / "bloom"), "--bloom_filter.estimated_doc_count", "1000000",
              "--bloom_filter.desired_false_positive_rate", "0.0001", "--processes", "1"])
        return marked(out, "repeated")

    return work


def clean(articles: Path, out: Path) -> Callable[[], str]:
    """Tag lengths and repetitions."""
    from dolma.cli.main import main

    target = documents(articles, out)

    def work() -> str:
        main(["tag", "--documents", str(target), "--taggers", *TAGGERS, "--experiment", "tags", "--processes", "1"])
        return marked(out, "tags")

    return work


def marked(out: Path, name: str) -> str:
    """Return how many documents have attributes. Raises ValueError where there are none: dolma ends quietly when it finds no documents."""
    files = list((out / "attributes" / name).rglob("*.gz"))
    n_lines = sum(gzip.decompress(path.read_bytes()).count(b"\n") for path in files)
    if not n_lines:
        raise ValueError(f"{out}: dolma wrote no attributes")
    return f"{n_lines:,} documents marked"


if __name__ == "__main__":
    timed({DUPLICATES: duplicates, CLEAN: clean})
