"""Likely misprints: false alarms on clean text, share found of made ones, and speed.

    python -m tests.bench.misprints [--texts N]

Clean text is that of ``press/clean`` and of N days of broadcasts: what is doubted there is printed, for it is nearly always right as it
stands. Misprints are made of the same articles: in a name that an article prints four times or more one occurrence, in a set phrase one
character is exchanged for one that looks like it (the extractor's own mistake).
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator

from tests.shared import SHARED, require_shared
from transforms.lexicons import read_lines, read_words
from transforms.misprints import MIN_PRINTED, broken_phrases, find_misprints, look_alike
from transforms.names import find_names
from transforms.pages import read_page
from transforms.text.sentences import split_sentences


def articles(n_texts: int) -> Iterator[str]:
    for path in sorted((SHARED / "press" / "clean").glob("*.txt")):
        for article in read_page(path.read_text("utf-8")).articles:
            yield "\n".join(part.text for part in article.paragraphs)
    for path in sorted((SHARED / "text").glob("*.txt"))[:n_texts]:
        yield path.read_text("utf-8")


def alike_of(char: str) -> list[str]:
    """Return the characters that look like one."""
    lines = (line.split() for line in read_lines("similar_characters.tsv"))
    return sorted({other for group in lines if char in group for other in group if other != char and look_alike(char, other)})


def spoilt(text: str, start: int, end: int, rng: random.Random) -> str | None:
    """Return the text with one character of a stretch exchanged for one that looks like it, None where none does."""
    places = [(at, alike_of(text[at])) for at in range(start, end)]
    places = [(at, alike) for at, alike in places if alike]
    if not places:
        return None
    at, alike = rng.choice(places)
    return text[:at] + rng.choice(alike) + text[at + 1 :]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=40, help="days of broadcasts to read beside the press")
    rng = random.Random(7)
    n_sentences = n_alarms = made = caught = 0
    taken = size = 0.0
    for text in articles(parser.parse_args().texts):
        names = find_names(text)
        began = time.process_time()
        alarms = find_misprints(text, names)
        taken += time.process_time() - began
        size += len(text.encode()) / 1e6
        n_sentences += sum(1 for line in text.split("\n") for _ in split_sentences(line))
        n_alarms += len(alarms)
        for alarm in alarms:
            around = text[max(alarm.char_start - 8, 0) : alarm.char_end + 8].replace("\n", " ")
            print(f"alarm: {alarm.text} -> {alarm.suggestion} ({alarm.evidence}) in {around}")
        counts = Counter(name.text for name in names if len(name.text) > 2)
        for name in names:
            if counts[name.text] > MIN_PRINTED and made < 300 and (bad := spoilt(text, name.char_start, name.char_end, rng)):
                counts[name.text] = 0  # one occurrence of each name
                made += 1
                caught += any(alarm.char_start == name.char_start for alarm in find_misprints(bad, find_names(bad)))
    print(f"\n{n_alarms} alarms in {n_sentences} sentences: {1000 * n_alarms / n_sentences:.2f} in a thousand")
    print(f"names: {caught} of {made} made misprints are doubted")
    phrases = read_words("idioms.tsv")
    spoilt_phrases = [bad for phrase in rng.sample(phrases, 400) if (bad := spoilt(f"要{phrase}地做", 1, 5, rng))]
    caught = sum(any(True for _ in broken_phrases(bad)) for bad in spoilt_phrases)
    print(f"set phrases: {caught} of {len(spoilt_phrases)} made misprints are doubted")
    print(f"{size / taken:.1f} MB per CPU-second")


if __name__ == "__main__":
    require_shared()
    main()
