"""Persons in Latin letters, of whom the tagger has seen too few."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from transforms.lexicons.names import title_words
from transforms.names.tagging import CandidateSpan

LONGEST_TITLE = 8  # characters
LATIN_NAME = re.compile("(?<![A-Za-z])[A-Z][a-z]+(?:[-'’ ·.]{1,2}[A-Z][a-z]*){0,3}")


def latin_names(text: str, tagged: Iterable[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield names in Latin letters behind a title, and the title where it is not tagged (总监 Marco Rossi): the tagger has seen few."""
    known = {span.end for span in tagged if span.kind == "title"}
    titles = title_words()
    for match in LATIN_NAME.finditer(text):
        end = match.start() - (text[match.start() - 1 : match.start()] == " ")
        title = next((end - size for size in range(min(LONGEST_TITLE, end), 1, -1) if text[end - size : end] in titles), None)
        if title is not None and end not in known:
            yield CandidateSpan(title, end, "title", 0.9)
        if title is not None:
            yield CandidateSpan(match.start(), match.end(), "person", 0.9)
