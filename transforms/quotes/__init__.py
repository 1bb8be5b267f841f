"""Quotations, direct and indirect, with who says them.

How it works. Quotation marks are paired over the whole text (``marks``), also where a quotation runs on over paragraphs, has lost
its beginning or its end. Each piece between marks may be a quotation, and so may what follows a verb of saying (``data/speech_verbs.tsv``),
right after it or after its comma or colon, up to the end of the sentence. Whether it is one is a choice that was learned from gold, and so is who
says it: the persons and organisations around it, the noun before the verb (会议, 《意见》, 该公司负责人), or nobody. What the
choices see are the features of ``sayings`` and ``speakers``, what each counts is in ``data/quote_weights.tsv`` (``tests/bench/train_facts.py`` makes it).

Conventions: ``text`` is what is said, without the marks, one contiguous piece, so a quotation broken by 某某说 is two. ``speaker`` is None where
the text names none (据介绍), and where no one is likely enough: then ``candidates`` are those who may be. 老张 and 谷阿姨 are called by the whole name
where one of that surname was named before. 据了解 and 据悉 quote nobody.
``confidence`` is the share of such finds that are right in the gold, text and speaker. ``rule`` says what leads to the quotation: ``verb
before``, ``verb after``, ``colon``, ``alone`` (marks only), or ``indirect``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from transforms.choices import Weights, calibrated, read_weights, share, shares
from transforms.names import find_names
from transforms.quotes.layout import SpeechLayout
from transforms.quotes.marks import MarkedPiece
from transforms.quotes.sayings import Saying, indirect_sayings, sayings
from transforms.quotes.speakers import Turn, speakers
from transforms.records import Name, Quote
from transforms.text.characters import finds_in_reading_text

LEAST_PROBABILITY_OF_QUOTE = 0.5
"""What a quotation, and a speaker, must be more likely than not to be."""
CANDIDATE = 0.1  # probability from which one is named among those who may have said it


@finds_in_reading_text
def find_quotes(text: str, names: Sequence[Name] | None = None) -> list[Quote]:
    """Return the quotations of a text in order, direct and indirect, with their speakers; ``names`` are those found in it.

    Quoted terms, slogans and titles of activities are left out.

    >>> for q in find_quotes("“水管修好了，大家都方便。”居民陈桂兰说。区长何立群强调，要把好事办好。“护河岗”机制已建成。"):
    ...     print(q.speaker, q.verb, q.is_direct, q.text)
    陈桂兰 说 True 水管修好了，大家都方便。
    何立群 强调 False 要把好事办好
    """
    if names is None:
        names = find_names(text)
    return quotes_of(SpeechLayout(text, names), read_weights("quote_weights.tsv"))


def quotes_of(layout: SpeechLayout, weights: dict[str, Weights]) -> list[Quote]:
    """Return the quotations of a text that are likelier than not by these weights, with their likeliest speakers."""
    said = [
        (saying, likely)
        for saying, features in sayings(layout)
        if (likely := share(weights["direct"], features)) >= LEAST_PROBABILITY_OF_QUOTE
    ]
    said += _indirect(layout, weights["indirect"], [saying.piece for saying, _ in said])
    quotes: list[Quote] = []
    turns: list[Turn] = []
    for saying, likely in sorted(said, key=lambda one: one[0].start):
        quotes.append(_quote(layout, saying, likely, weights, turns))
        turns.append(Turn(quotes[-1].speaker, saying.end))
    return quotes


def _indirect(layout: SpeechLayout, weights: Weights, taken: Sequence[MarkedPiece]) -> Iterator[tuple[Saying, float]]:
    """Yield what is said without marks and how likely it is said; what stands in another's speech is part of it."""
    busy = 0
    for options in indirect_sayings(layout, taken):
        likely = shares(weights, [features for _, features in options])
        best = max(range(len(options)), key=likely.__getitem__)
        saying = options[best][0]
        if saying and saying.verb.start >= busy:
            yield saying, likely[best]
            busy = saying.end


def _quote(layout: SpeechLayout, saying: Saying, likely: float, weights: dict[str, Weights], said: Sequence[Turn]) -> Quote:
    """Return the quotation with its most likely speaker, nobody where none is likely enough."""
    options = speakers(layout, saying, said)
    by_name: dict[str | None, float] = {}
    for (speaker, _), chance in zip(options, shares(weights["speaker"], [features for _, features in options]), strict=True):
        by_name[speaker.name] = by_name.get(speaker.name, 0.0) + chance
    best = max(by_name, key=by_name.__getitem__)
    is_sure = by_name[best] >= LEAST_PROBABILITY_OF_QUOTE
    candidates = () if is_sure else tuple(name for name, chance in by_name.items() if name and chance >= CANDIDATE)
    confidence = calibrated(weights["confidence"], likely * by_name[best])
    verb = saying.verb.word if saying.verb else None
    return Quote(
        layout.text[saying.start : saying.end],
        saying.start,
        saying.end,
        best if is_sure else None,
        verb,
        saying.piece is not None,
        confidence,
        candidates,
        saying.rule,
    )
