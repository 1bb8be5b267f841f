"""What Dibao does of what its peers do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.bench.peers import CLEAN, DUPLICATES, timed


def duplicates(articles: Path, out: Path) -> Callable[[], str]:
    """Read the articles and find near-duplicates."""
    from transforms.duplicates import find_near_duplicates, sketch

    sketch("云渡区")

    def work() -> str:
        with articles.open(encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line in lines]
        return f"{len(find_near_duplicates(texts)):,} pairs"

    return work


def clean(articles: Path, out: Path) -> Callable[[], str]:
    """Read the articles, each as a page of its own, and write what they were repaired to."""
    from transforms.decoding import decode
    from transforms.pages import read_page

    read_page("云渡区开展志愿服务活动\n\n本报讯（记者 王小明） 昨天，活动在云渡区举行。\n")

    def work() -> str:
        n_edits = 0
        with articles.open(encoding="utf-8") as lines, (out / "clean.jsonl").open("w", encoding="utf-8") as cleaned:
            for line in lines:
                page = read_page(decode(json.loads(line)["text"].encode()).text)
                n_edits += len(page.edits)
                for article in page.articles:
                    body = "\n".join(paragraph.text for paragraph in article.paragraphs)
                    cleaned.write(json.dumps({"headline": article.headline, "text": body}, ensure_ascii=False) + "\n")
        return f"{n_edits:,} repairs"

    return work


if __name__ == "__main__":
    timed({DUPLICATES: duplicates, CLEAN: clean})
