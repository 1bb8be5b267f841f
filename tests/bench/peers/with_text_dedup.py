"""What text-dedup does of what Dibao does; runs in an environment of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.bench.peers import DUPLICATES, timed


def duplicates(articles: Path, out: Path) -> Callable[[], str]:
    """Take near-duplicates out. A space is laid between all characters before, for its n-grams are of what spaces part."""
    from datasets import load_from_disk
    from text_dedup.minhash import main

    spaced = out / "spaced.jsonl"
    with articles.open(encoding="utf-8") as lines, spaced.open("w", encoding="utf-8") as wide:
        for line in lines:
            article = json.loads(line)
            wide.write(json.dumps({"id": article["id"], "text": " ".join(article["text"])}, ensure_ascii=False) + "\n")

    def work() -> str:
        words = ["--path", "json", "--data_files", str(spaced), "--split", "train", "--cache_dir", str(out / "cache"), "--output", str(out / "kept"),
                 "--column", "text", "--num_proc", "1"]
        main(words, standalone_mode=False)
        return f"{len(load_from_disk(str(out / 'kept'))):,} kept"

    return work


if __name__ == "__main__":
    timed({DUPLICATES: duplicates})
