"""What datatrove does of what Dibao does; runs in an environment of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path

from tests.bench.peers import CLEAN, DUPLICATES, timed


def run(*steps, rank: int = 0, world_size: int = 1) -> None:
    """Run a pipeline in this process. datatrove's executor copies its steps, and those with a tokenizer for Chinese cannot be copied."""
    data = None
    for step in steps:
        data = step.run(data, rank, world_size)
    deque(data or (), maxlen=0)


def n_lines(folder: Path) -> int:
    """Return the lines of all files of a folder."""
    return sum(sum(1 for _ in path.open("rb")) for path in folder.rglob("*.jsonl"))


def language() -> str:
    """Return the name that this release has for Mandarin, with its tokenizer loaded."""
    from datatrove.utils.word_tokenizers import load_word_tokenizer

    name = "cmn_Hani"
    load_word_tokenizer(name).word_tokenize("云渡区开展志愿服务活动")
    return name


def duplicates(articles: Path, out: Path) -> Callable[[], str]:
    """Take near-duplicates out, in the four steps that datatrove has for it."""
    from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    config, chinese = MinhashConfig(), language()

    def reader() -> JsonlReader:
        return JsonlReader(str(articles.parent), glob_pattern=articles.name)

    def work() -> str:
        run(reader(), MinhashDedupSignature(str(out / "sigs"), config, language=chinese))
        for number in range(config.num_buckets):
            run(MinhashDedupBuckets(str(out / "sigs"), str(out / "buckets"), config=config), rank=number, world_size=config.num_buckets)
        run(MinhashDedupCluster(str(out / "buckets"), str(out / "remove"), config))
        run(reader(), MinhashDedupFilter(str(out / "remove")), JsonlWriter(str(out / "kept"), compression=None))
        return f"{n_lines(out / 'kept'):,} kept"

    return work


def clean(articles: Path, out: Path) -> Callable[[], str]:
    """Mend characters and leave out what repeats itself."""
    from datatrove.pipeline.filters import GopherRepetitionFilter
    from datatrove.pipeline.formatters import FTFYFormatter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    chinese = language()

    def work() -> str:
        run(
            JsonlReader(str(articles.parent), glob_pattern=articles.name), FTFYFormatter(), GopherRepetitionFilter(language=chinese),
            JsonlWriter(str(out / "kept"), compression=None),
        )
        return f"{n_lines(out / 'kept'):,} kept"

    return work


if __name__ == "__main__":
    timed({DUPLICATES: duplicates, CLEAN: clean})
