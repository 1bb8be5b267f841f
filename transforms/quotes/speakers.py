"""Candidates for the speaker of a quotation, with the features that speak for each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from transforms.quotes.layout import CHARS_TO_SPEAKER, LONGEST_NOUN, SpeechLayout, Standing
from transforms.quotes.marks import LONGEST_MARKED
from transforms.quotes.sayings import Saying
from transforms.quotes.words import can_speak, noun_class, size_word

MAX_NAMES_AROUND = 40
"""Namings that are looked at for a speaker: a list of hundreds holds none."""


class Speaker(NamedTuple):
    """Someone who may speak; ``kind`` is person, organization, noun or nobody."""

    kind: str
    name: str | None
    start: int
    end: int


class Turn(NamedTuple):
    """What was said before: by whom, and where it ends."""

    speaker: str | None
    end: int


def speakers(layout: SpeechLayout, saying: Saying, said: Sequence[Turn]) -> list[tuple[Speaker, list[str]]]:
    """Return who may say something, each with what speaks for it; ``said`` is what was said before, with its speakers."""
    text = layout.text
    offset = saying.verb.start if saying.verb else saying.start
    first, last = layout.sentence(saying.piece.opens if saying.piece else offset)
    kind = _subject_kind(layout, saying)
    setting = f"{saying.rule} {kind}"
    turn = _how_it_follows(layout, saying, said)
    options: list[tuple[Speaker, list[str]]] = [
        (Speaker("nobody", None, offset, offset), [*_nobody_features(layout, saying, setting, said), f"nobody {turn}"])
    ]
    limit = (
        saying.verb.start
        if saying.verb
        else saying.piece.opens
        if saying.rule == "colon"
        else max(last, layout.sentence(min(saying.piece.closes, len(text) - 1))[1])
    )
    near = layout.names_in(max(0, first - CHARS_TO_SPEAKER, offset - LONGEST_MARKED), min(limit, offset + LONGEST_MARKED))[
        -MAX_NAMES_AROUND:
    ]
    sex = _sex_meant(layout, saying)
    clause = layout.clause(offset) if saying.verb else len(text)
    rivals = 0
    for name in reversed(near):
        standing = layout.standing(name)
        is_told = kind in ("pronoun", "stand-in") and name.char_start >= clause  # 他对某某说
        if not is_told and not (standing.goes_on and name is not near[-1]):
            speaker = Speaker(name.kind, standing.called, name.char_start, name.char_end)
            features = [*_speaker_features(layout, saying, setting, sex, speaker, standing, rivals)]
            for number, one in enumerate(said[:-3:-1], 1):
                if one.speaker == speaker.name:
                    features += [f"said {number}", f"said {number} {turn}", f"{setting} said {number}", f"{setting} said {number} {turn}"]
                    break
            options.append((speaker, features))
        rivals += name.kind == "person"
    if saying.verb:
        start, end = layout.subject(offset)
        noun = text[start:end]
        is_noun = 2 <= len(noun) <= LONGEST_NOUN and kind != "pronoun" and not any(one.char_end == end for one in near)
        if kind == "stand-in" and any(one.kind == "person" for one in near):
            is_noun = False
        if is_noun and can_speak(noun):
            has_name = any(one.char_end > start for one in near)
            features = [
                "noun",
                f"noun {setting}",
                f"noun {noun_class(noun)}",
                f"noun {noun_class(noun)} {has_name}",
                f"noun ends {noun[-2:]}",
                f"noun ends {noun[-1]}",
                f"noun begins {noun[0]}",
                f"noun size {size_word(len(noun))}",
                f"noun gap {size_word(offset - end)}",
            ]
            options.append((Speaker("noun", noun, start, end), features))
    if said and said[-1].speaker and all(said[-1].speaker != speaker.name for speaker, _ in options):
        features = ["as before", f"as before {turn}", f"{setting} as before", f"{setting} as before {turn}"]
        options.append((Speaker("noun", said[-1].speaker, offset, offset), features))
    return options


def _how_it_follows(layout: SpeechLayout, saying: Saying, said: Sequence[Turn]) -> str:
    """Return how something said follows on what was said before: in its sentence, in its line, in the next line, later, or first of all."""
    if not said:
        return "first"
    asked = " asked" if layout.signs[said[-1].end - 1] == "？" else ""
    start, before = saying.piece.opens if saying.piece else saying.verb.start, said[-1].end
    if start < before or layout.sentence(before)[1] > start:
        return f"one sentence{asked}"
    lines = layout.text.count("\n", before, start)
    return ("one line" if not lines else "next line" if lines == 1 else "later line") + asked


def _subject_kind(layout: SpeechLayout, saying: Saying) -> str:
    """Return what stands where the subject of a quotation is looked for: before its verb or colon, or after its marks."""
    if saying.verb:
        return layout.subject_kind(saying.verb.start)
    if saying.rule == "colon":
        return layout.subject_kind(saying.piece.opens - 1)
    after = layout.masked[saying.piece.closes : saying.piece.closes + 2]
    return "end" if not after.strip() else "pronoun" if after[:1] in "他她" else "noun"


def _nobody_features(layout: SpeechLayout, saying: Saying, setting: str, said: Sequence[Turn]) -> Iterator[str]:
    is_after_one = said and said[-1].speaker
    yield from ("nobody", f"nobody {setting}", f"nobody {saying.rule}", f"nobody after {'one' if is_after_one else 'none'}")
    if saying.verb:
        yield f"nobody {saying.verb.word}"
        if layout.text.startswith("据", layout.clause(saying.verb.start)):
            yield "nobody 据"
            yield f"nobody 据 {saying.verb.word}"


def _speaker_features(
    layout: SpeechLayout, saying: Saying, setting: str, sex: str, speaker: Speaker, standing: Standing, rivals: int
) -> Iterator[str]:
    """Yield what speaks for or against a named one having said something; ``sex`` is 他, 她 or empty, ``rivals`` are the persons named nearer."""
    where, kind, order = _where(layout, saying, speaker), speaker.kind, standing.order
    nearness = "nearest" if not rivals else "farther"
    yield from (kind, where, f"{kind} {where}", f"{setting} {where}", f"{setting} {kind} {where}")
    yield from (f"{where} {order}", f"{setting} {where} {order}")
    yield f"{where} {'second' if rivals == 1 else nearness}"
    yield f"{kind} {setting} {nearness}"
    yield f"{kind} {where} before {standing.before}"
    yield f"{kind} {where} after {standing.after}"
    if standing.is_kin:
        yield from ("kin", f"kin {where}", f"{setting} kin")
    if standing.owns:
        yield from ("owns", f"owns {where}", f"{setting} owns")
    yield f"{where} lead {standing.lead}"
    yield f"{where} lead {bool(standing.lead)} {standing.opens}"
    yield f"{where} opens {standing.opens}"
    yield f"{setting} {where} opens {standing.opens}"
    if kind == "person":
        if sex:
            yield f"{sex} {standing.sex}"
            yield f"{sex} {standing.sex} {where}"
        yield f"{where} sole {standing.is_sole}"
        yield f"{setting} {where} sole {standing.is_sole}"
    if standing.is_hero:
        yield from ("hero", f"hero {where}", f"{setting} hero")
    if standing.is_object:
        yield from ("object", f"object {where}", f"object {setting}")
    if saying.verb and where == "clause":
        gap = layout.signs[speaker.end : saying.verb.start]
        left = layout.subject(saying.verb.start)[1]
        yield f"{kind} gap {size_word(max(0, left - speaker.end))}"
        yield f"{kind} gap {'的' in gap} {'、' in gap}"


def _sex_meant(layout: SpeechLayout, saying: Saying) -> str:
    """Return 他 or 她 where that is who speaks."""
    if saying.verb:
        subject = layout.text[slice(*layout.subject(saying.verb.start))]
    else:
        subject = layout.text[saying.piece.closes : saying.piece.closes + 1] if saying.piece else ""
    return next((word for word in "他她" if subject.startswith(word) or subject.endswith(word)), "")


def _where(layout: SpeechLayout, saying: Saying, speaker: Speaker) -> str:
    """Return where a named one stands: in the clause of the verb, its sentence, after the marks, or sentences before."""
    if saying.piece and speaker.start >= saying.piece.closes and not saying.verb:
        return "after" if layout.clause(speaker.start) <= saying.piece.closes else "after later"
    offset = saying.verb.start if saying.verb else saying.start
    if speaker.start >= layout.clause(offset):
        return "clause"
    anchor = saying.piece.opens if saying.piece else offset
    between = bisect_right(layout.ends, anchor) - bisect_right(layout.ends, speaker.start)
    if between <= 0:
        return "sentence"
    return f"{min(between, 3)} before{' across lines' if chr(10) in layout.text[speaker.start : anchor] else ''}"
