"""What data-juicer does of what Dibao does; runs in an environment of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.bench.peers import CLEAN, DUPLICATES, FEWEST_CHARACTERS, timed


def process(articles: Path, out: Path, operators: list) -> Callable[[], str]:
    """Return the work of some operators on the articles."""
    from data_juicer.core.data import NestedDataset
    from datasets import load_dataset
    from loguru import logger

    logger.remove()

    def work() -> str:
        read = NestedDataset(load_dataset("json", data_files=str(articles), split="train", cache_dir=str(out)))
        kept = read.process(operators, open_monitor=False)
        kept.to_json(str(out / "kept.jsonl"), force_ascii=False)
        return f"{len(kept):,} of {len(read):,} kept"

    return work


def duplicates(articles: Path, out: Path) -> Callable[[], str]:
    """Take near-duplicates out."""
    from data_juicer.ops.deduplicator.document_minhash_deduplicator import DocumentMinhashDeduplicator

    return process(articles, out, [DocumentMinhashDeduplicator(tokenization="character", num_proc=1)])


def clean(articles: Path, out: Path) -> Callable[[], str]:
    """Mend characters and spaces, leave out what is short, repeats itself or is full of signs."""
    from data_juicer.ops.filter.character_repetition_filter import CharacterRepetitionFilter
    from data_juicer.ops.filter.special_characters_filter import SpecialCharactersFilter
    from data_juicer.ops.filter.text_length_filter import TextLengthFilter
    from data_juicer.ops.mapper.fix_unicode_mapper import FixUnicodeMapper
    from data_juicer.ops.mapper.whitespace_normalization_mapper import WhitespaceNormalizationMapper

    return process(articles, out, [
        FixUnicodeMapper(num_proc=1), WhitespaceNormalizationMapper(num_proc=1), TextLengthFilter(min_len=FEWEST_CHARACTERS, num_proc=1),
        CharacterRepetitionFilter(num_proc=1), SpecialCharactersFilter(num_proc=1),
    ])


if __name__ == "__main__":
    timed({DUPLICATES: duplicates, CLEAN: clean})
