"""Candidates for quotations: text between marks or after a verb of saying, with the features that speak for each."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from transforms.quotes.layout import CHARS_TO_SPEAKER, CLAUSE_EDGE, LONGEST_NOUN, SpeechLayout, Verb, stripped
from transforms.quotes.marks import LONGEST_INDIRECT, STOP, MarkedPiece
from transforms.quotes.words import noun_class, size_word, words_pattern

SEMICOLON = re.compile("[；;]")
COMMA_OR_COLON = re.compile("[，,：:]")
HEADLINE_BLANK = re.compile("[ \u3000](?<=[一-龥”].)(?=[一-龥“])")
SHORTEST_SAYING = 4  # characters: less is a name or a topic (说明情况)
CHARS_TO_COMMA = 16
"""Characters between a verb of saying and the comma or colon that belongs to it."""

CHARS_TO_PHRASE = 6  # characters of what makes 说 quote nobody (总的来)
CHARS_TO_NEXT_VERB = 4
"""Characters in which another verb of saying begins where the first only leads to it (致歉，并承诺)."""


class Saying(NamedTuple):
    """Something that may be said: where, who leads to it, and how (``rule``)."""

    start: int
    end: int
    verb: Verb | None
    rule: str
    piece: MarkedPiece | None


def sayings(layout: SpeechLayout) -> Iterator[tuple[Saying, list[str]]]:
    """Yield what may be said between marks, with the features that speak for it."""
    for piece in layout.pieces:
        start, end = stripped(layout.text, piece.start, piece.end)
        if start < end:
            saying = Saying(start, end, *_lead(layout, piece), piece)
            yield saying, list(_direct_features(layout, saying))


def _lead(layout: SpeechLayout, piece: MarkedPiece) -> tuple[Verb | None, str]:
    """Return the verb that brings a marked piece, and the rule: before it (他强调：“), after it (”居民曹某说), its colon, or none."""
    text = layout.text
    before = text[max(0, piece.opens - 2) : piece.opens].rstrip()[-1:]
    start = layout.sentence(piece.opens)[0]
    led = [verb for verb in layout.verbs_in(max(start, piece.opens - CHARS_TO_COMMA), piece.opens) if verb.end <= piece.opens]
    if led and (
        led[-1].end >= piece.opens - 1
        or before in "：:"
        and before
        or before in "，,"
        and before
        and layout.clause(led[-1].start) == layout.clause(piece.opens - 2)
    ):
        return led[-1], "verb before"
    if before and before in "：:":
        return None, "colon"
    end = min(layout.sentence(piece.closes)[1], piece.closes + CHARS_TO_SPEAKER)
    following = layout.verbs_in(piece.closes, min(end, layout.next_opening(piece.closes)))
    fitting = [verb for verb in following if text[verb.end : verb.end + 1] in ("", *"，,。：:！!；;\n“” 着这到完起")]
    return (fitting[0], "verb after") if fitting else (None, "alone")


def _direct_features(layout: SpeechLayout, saying: Saying) -> Iterator[str]:
    """Yield what speaks for or against a marked piece being a quotation."""
    text, piece, rule = layout.signs, saying.piece, saying.rule
    said = text[saying.start : saying.end]
    ends, clauses = said[-1] in STOP, len(CLAUSE_EDGE.findall(said[:-1]))
    form = f"{'stop' if ends else 'comma' if said[-1] in '，,' else 'open'} {min(clauses, 2)} {size_word(len(said))}"
    before, after = text[max(0, piece.opens - 1) : piece.opens], text[piece.closes : piece.closes + 1]
    yield from (rule, form, f"{rule} {form}", f"before {before}", f"after {after}", f"{rule} before {before}", f"{rule} after {after}")
    yield f"stop {ends} before {before}"
    yield f"{'stop' if ends else 'open'} after {after}"
    yield f"clauses {min(clauses, 2)} before {before}"
    if saying.verb:
        yield f"{rule} verb {saying.verb.word}"
        yield f"{rule} kind {saying.verb.kind}"
        yield f"{rule} subject {layout.subject_kind(saying.verb.start)}"
        yield f"{rule} lead {layout.lead(saying.verb.start)}"
        yield f"{rule} gap {size_word(abs(saying.verb.start - (piece.closes if rule == 'verb after' else piece.opens)))}"
    if not piece.whole:
        yield "broken"
        yield f"broken {form}"
    if any(sign in said for sign in "我咱你您俺吗吧呢啊了"):
        yield "spoken"
        yield f"{rule} spoken"
    yield f"last {said[-2:]}" if not ends else "stopped"
    yield f"word before {text[max(0, piece.opens - 2) : piece.opens]}"


def indirect_sayings(layout: SpeechLayout, taken: Sequence[MarkedPiece]) -> Iterator[list[tuple[Saying | None, list[str]]]]:
    """Yield for each verb of saying the choice of what it brings: nothing, what follows it, or what follows the comma or colon after it."""
    opens = [piece.opens for piece in taken]
    for verb in layout.verbs:
        end = min(layout.sentence(verb.start)[1], verb.end + LONGEST_INDIRECT)
        following = bisect_left(opens, verb.end)
        limit = opens[following] if following < len(opens) else len(layout.text)
        blank = HEADLINE_BLANK.search(layout.masked, verb.end, end)
        semicolon = SEMICOLON.search(layout.masked, verb.end, end)
        another = semicolon and layout.has_verb(semicolon.start(), end)
        end = min(end, limit, blank.start() if blank else end, semicolon.start() if another else end)
        options: list[tuple[Saying | None, list[str]]] = [(None, [])]
        comma = COMMA_OR_COLON.search(layout.masked, verb.end, min(end, verb.end + CHARS_TO_COMMA))
        if not comma or comma.start() > verb.end:
            options.append(_indirect_option(layout, verb, "bare", verb.end, end))
        if comma:
            options.append(_indirect_option(layout, verb, "comma" if comma[0] in "，," else "colon", comma.end(), end))
        told = layout.names_in(verb.end, verb.end + LONGEST_NOUN)[:1]
        if told and verb.kind == "demand" and told[0].char_end < end and not CLAUSE_EDGE.search(layout.masked, verb.end, told[0].char_end):
            options.append(_indirect_option(layout, verb, "told", told[0].char_end, end))
        yield [one for one in options if one[0] is None or one[0].end - one[0].start >= SHORTEST_SAYING]


def _indirect_option(layout: SpeechLayout, verb: Verb, how: str, begin: int, end: int) -> tuple[Saying, list[str]]:
    """Return what a verb may bring, with what speaks for it."""
    text = layout.signs
    start, _ = layout.sentence(verb.start)
    begin, end = stripped(layout.text, begin, end)
    while end > begin and text[end - 1] in "。，：；¶":
        end -= 1
    between = text[verb.end : begin].rstrip("，,：: ")
    subject, before = layout.subject_kind(verb.start), text[max(start, verb.start - 2) : verb.start]
    features = [
        how,
        f"{how} verb {verb.word}",
        f"{how} kind {verb.kind}",
        f"{how} kind {verb.kind} {subject}",
        f"{how} kind {verb.kind} opens {text[begin : begin + 1]}",
        f"{how} table {verb.comma} {verb.bare}",
        f"{how} subject {subject}",
        f"{how} {subject} {verb.comma} {verb.bare}",
        f"{how} opens {text[begin : begin + 1]}",
        f"{how} opens {text[begin : begin + 2]}",
        f"{how} before {before}",
        f"{how} before {before[-1:]}",
        f"{how} length {size_word(end - begin)}",
        f"{how} stop {text[end : end + 1]}",
        f"{how} between {size_word(len(between))}",
    ]
    if layout.has_verb(begin, begin + CHARS_TO_NEXT_VERB):
        features.append(f"{how} then another verb")
    if between:
        features.append(f"{how} between {between[:3]}")
    if text.startswith("据", layout.clause(verb.start)):
        features += [f"{how} 据", f"{how} 据 {verb.comma}"]
    if words_pattern("phrases", "{}$").search(text, max(start, verb.start - CHARS_TO_PHRASE), verb.start):
        features += [f"{how} phrase", f"phrase {verb.word}"]
    subject_start, subject_end = layout.subject(verb.start)
    lead = layout.lead(verb.start)
    features += [f"{how} lead {lead}", f"{how} lead {lead} {verb.comma} {verb.bare}"]
    if subject == "noun":
        features += [
            f"{how} noun {noun_class(text[subject_start:subject_end])}",
            f"{how} noun size {size_word(subject_end - subject_start)}",
        ]
    features.append(f"{how} gap {size_word(verb.start - subject_end)}")
    if layout.has_verb(start, verb.start):
        features.append(f"{how} after a verb of saying")
    first_clause = CLAUSE_EDGE.search(layout.masked, begin, end)
    held = [one.kind for one in layout.names_in(begin, first_clause.start() if first_clause else end)]
    features += [
        f"{how} then {held[0] if held else 'nobody'}",
        f"{how} verb {verb.word} then {held[0] if held else 'nobody'}",
        f"{how} kind {verb.kind} then {held[0] if held else 'nobody'}",
        f"{how} ends {text[max(begin, end - 2) : end]}",
    ]
    return Saying(begin, end, verb, "indirect", None), features
