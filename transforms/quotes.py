"""Quotations, direct and indirect, with who says them.

How it works. Quotation marks are paired over the whole text (``marked_pieces``), also where a quotation runs on over paragraphs, has lost
its beginning or its end. Each piece between marks may be a quotation, and so may what follows a verb of saying (``data/speech_verbs.tsv``),
right after it or after its comma or colon, up to the end of the sentence. Whether it is one is a choice that was learned from gold, and so is who
says it: the persons and organisations around it, the noun before the verb (会议, 《意见》, 该公司负责人), or nobody. What the
choices see are the features below, what each counts is in ``data/quote_weights.tsv`` (``tests/bench/train_facts.py`` makes it).

Conventions: ``text`` is what is said, without the marks, one contiguous piece, so a quotation broken by 某某说 is two. ``speaker`` is None where
the text names none (据介绍), and where no one is likely enough: then ``candidates`` are those who may be. 据了解 and 据悉 quote nobody.
``confidence`` is the share of such finds that are right in the gold, text and speaker. ``rule`` says what leads to the quotation: ``verb
before``, ``verb after``, ``colon``, ``alone`` (marks only), or ``indirect``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import NamedTuple

from transforms.choices import Weights, calibrated, read_weights, share, shares
from transforms.lexicons import read_groups, read_table
from transforms.names import find_names
from transforms.records import Name, Quote
from transforms.text.characters import finds_in_reading_text
from transforms.text.patterns import MASK, masked, one_of, with_visible_space

OPENING, CLOSING, NESTED = "“「『", "”」』", "『』"
MARK = re.compile(f'[{OPENING}{CLOSING}"＂\n]')
STOP = "。！？!?…"
STOPS = re.compile(r"[。！？!?…\n]")
CLAUSE_EDGE = re.compile("[，,。！？!?；;：:…\n“”「」『』]|(?<=[一-龥]) (?=[一-龥])")
SEMICOLON = re.compile("[；;]")
COMMA_OR_COLON = re.compile("[，,：:]")
HEADLINE_BLANK = re.compile("(?<=[一-龥”])[ \u3000](?=[一-龥“])")
FULL_WIDTH_SIGNS = str.maketrans(",:;!?()", "，：；！？（）")
BRACKETED = re.compile("（[^（）()\n]{1,40}）|\\([^（）()\n]{1,40}\\)")
LONGEST_MARKED, LONGEST_INDIRECT = 1200, 600
SHORTEST_SAYING = 4  # characters: less is a name or a topic (说明情况)
FAR_CLAUSE = 60
"""Characters of a clause that are looked at before a verb: the noun that speaks stands there."""
CHARS_TO_SPEAKER = 240
"""Characters before a quotation in which its speaker is looked for."""
LEAST_PROBABILITY_OF_QUOTE = 0.5
"""What a quotation, and a speaker, must be more likely than not to be."""
CANDIDATE = 0.1  # probability from which one is named among those who may have said it
MAX_NAMES_AROUND = 40
"""Namings that are looked at for a speaker: a list of hundreds holds none."""
CHARS_TO_COMMA = 16
"""Characters between a verb of saying and the comma or colon that belongs to it."""
DOUBTFUL_NAME = 0.5  # confidence below which a name speaks for nobody
PRONOUN = re.compile("^(?:他|她)(?!们)|(?:他|她)$")
LONGEST_NOUN = 24  # characters of the noun that speaks
LONGEST_SILENT = 4
ADVERBS_AT_MOST = 5  # between a subject and its verb
LIST_GAP = 20  # characters between two persons of a list: 、 and a title
LIST_LINK = re.compile("[、和与及]{1,2}[一-龥]{0,12}")


class MarkedPiece(NamedTuple):
    """What stands between a pair of marks, half-open; ``opens`` and ``closes`` hold the marks too. ``whole`` is False where one of them is missing."""

    start: int
    end: int
    opens: int
    closes: int
    whole: bool


class Verb(NamedTuple):
    """A verb of saying in a text; ``bare`` and ``comma`` say what may follow it (``data/speech_verbs.tsv``)."""

    word: str
    start: int
    end: int
    bare: bool
    comma: str


class Saying(NamedTuple):
    """Something that may be said: where, who leads to it, and how (``rule``)."""

    start: int
    end: int
    verb: Verb | None
    rule: str
    piece: MarkedPiece | None


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


class Standing(NamedTuple):
    """How a name stands in its sentence, whatever is said around it.

    ``called`` is the name as a speaker's, ``before`` and ``after`` are the signs beside it, ``order`` says whether it is the first person of its sentence
    or a later one, ``is_object`` that something is done to it, ``goes_on`` that a list goes on with another person, ``is_hero`` that no one is named more often.
    """

    called: str
    before: str
    after: str
    order: str
    is_object: bool
    goes_on: bool
    is_hero: bool


@cache
def _words() -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(words, key=len, reverse=True)) for name, words in read_groups("speech_words.tsv").items()}


@cache
def _verbs() -> dict[str, tuple[tuple[str, ...], str]]:
    return {
        verb: (("",) if bare == "*" else () if bare == "-" else tuple(bare.split()), comma)
        for verb, bare, comma in read_table("speech_verbs.tsv")
    }


@cache
def _verb_pattern() -> re.Pattern:
    return re.compile(one_of(_verbs()))


@cache
def _pattern(group: str, form: str) -> re.Pattern:
    """Return a pattern of the words of a group; ``form`` has {} where they stand."""
    return re.compile(form.format(one_of(_words()[group])))


def marked_pieces(text: str) -> Iterator[MarkedPiece]:
    """Yield what stands between quotation marks, in order; nested marks are part of the outer piece."""
    opened: int | None = None
    paragraph, marked = 0, False
    marks = [(match.start(), match.group()) for match in MARK.finditer(text)]
    for index, (offset, mark) in enumerate(marks):
        if mark in '"＂':
            mark = OPENING[0] if opened is None else CLOSING[0]
        if mark == "\n":
            following = marks[index + 1][1] if index + 1 < len(marks) else ""
            goes_on = following and following in CLOSING or following == "\n" and not text[offset : marks[index + 1][0]].strip()
            if opened is not None and not goes_on:
                yield MarkedPiece(opened + 1, offset, opened, offset, False)
                opened = None
            if opened is None:
                paragraph, marked = offset + 1, False
            continue
        if opened is not None and mark in NESTED and text[opened] not in NESTED:
            continue
        if mark in OPENING:
            if opened is not None and text[offset - 1] in STOP and offset - opened > 1:
                yield MarkedPiece(opened + 1, offset, opened, offset, True)
            opened = offset
        elif opened is not None:
            if offset - opened <= LONGEST_MARKED:
                yield MarkedPiece(opened + 1, offset, opened, offset + 1, True)
            opened = None
        elif not marked:
            yield MarkedPiece(paragraph, offset, paragraph, offset + 1, False)
        marked = True
    if opened is not None:
        yield MarkedPiece(opened + 1, len(text), opened, len(text), False)


class SpeechLayout:
    """A text as the choices look at it: its quoted pieces masked, its sentences, clauses, verbs of saying and names by offset."""

    def __init__(self, text: str, names: Sequence[Name]) -> None:
        self.text = text
        self.signs = with_visible_space(text).translate(FULL_WIDTH_SIGNS)
        self.pieces = list(marked_pieces(text))
        self.openings = [piece.opens for piece in self.pieces]
        self.masked = self._masked()
        self.ends = [0, *(match.end() for match in STOPS.finditer(self.masked)), len(text)]
        self.clause_ends = [0, *(match.end() for match in CLAUSE_EDGE.finditer(self.masked)), len(text)]
        fit = (one for one in names if one.kind != "place" and not one.roles and one.confidence >= DOUBTFUL_NAME)
        self.names = sorted((one for one in fit if self.masked[one.char_start] != MASK), key=lambda one: one.char_start)
        self.starts = [one.char_start for one in self.names]
        self._standings: dict[int, Standing] = {}

    def _masked(self) -> str:
        """Return the text with what stands between marks, or in brackets, masked."""
        text = masked(self.text, ((piece.start, piece.end) for piece in self.pieces))
        return BRACKETED.sub(lambda bracketed: MASK * len(bracketed[0]), text)

    def sentence(self, offset: int) -> tuple[int, int]:
        """Return the sentence that holds a place; what is between marks ends none."""
        index = bisect_right(self.ends, offset)
        return self.ends[index - 1], self.ends[min(index, len(self.ends) - 1)]

    def clause(self, offset: int) -> int:
        """Return where the clause that a verb at this place ends begins."""
        return max(self.clause_ends[bisect_right(self.clause_ends, offset) - 1], offset - FAR_CLAUSE)

    def names_in(self, start: int, end: int) -> list[Name]:
        return self.names[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    @cached_property
    def verbs(self) -> list[Verb]:
        """The verbs of saying outside quotation marks and names, but for words that only end in one (访问)."""
        verbs = []
        for match in _verb_pattern().finditer(self.masked):
            start, end = match.span()
            bare, comma = _verbs()[match.group()]
            inside = [one for one in self.names_in(start - LONGEST_NOUN, start + 1) if one.char_end > start]
            if not inside and not (end - start == 1 and _pattern("silent", "{}$").search(self.masked, max(0, end - LONGEST_SILENT), end)):
                verbs.append(Verb(match.group(), start, end, bool(bare) and self.text.startswith(bare, end), comma))
        return verbs

    @cached_property
    def verb_starts(self) -> list[int]:
        return [verb.start for verb in self.verbs]

    def next_opening(self, offset: int) -> int:
        """Return where the next marked piece after a place opens that does not adjoin the one before it."""
        while (index := bisect_left(self.openings, offset)) < len(self.pieces) and self.pieces[index].opens == offset:
            offset = max(self.pieces[index].closes, offset + 1)
        return self.openings[index] if index < len(self.pieces) else len(self.text)

    def standing(self, name: Name) -> Standing:
        """Return how one of the names stands."""
        if name.char_start not in self._standings:
            start = name.char_start
            sentence = self.sentence(start)[0]
            nearby = self.names_in(max(sentence, start - LONGEST_INDIRECT), start)
            following = self.names_in(name.char_end, name.char_end + LIST_GAP)[:1]
            self._standings[start] = Standing(
                _called(self, name),
                self.signs[max(sentence, start - 1) : start],
                self.signs[name.char_end : name.char_end + 1],
                "later" if any(one.kind == "person" for one in nearby) else "first",
                bool(_pattern("objects", "{}").search(self.signs, self.clause(start), start)),
                bool(following) and _are_listed(self.text, name, following[0]),
                name.name == self.hero,
            )
        return self._standings[name.char_start]

    @cached_property
    def hero(self) -> str | None:
        """Who is named most often in the text, if one is, and not once only."""
        counts = Counter(one.name for one in self.names if one.kind == "person").most_common(2)
        return counts[0][0] if counts and counts[0][1] > 1 and (len(counts) == 1 or counts[0][1] > counts[1][1]) else None

    def verbs_in(self, start: int, end: int) -> list[Verb]:
        return self.verbs[bisect_left(self.verb_starts, start) : bisect_left(self.verb_starts, end)]

    def has_verb(self, start: int, end: int) -> bool:
        index = bisect_left(self.verb_starts, start)
        return index < len(self.verbs) and self.verb_starts[index] < end

    def subject(self, verb_start: int) -> tuple[int, int]:
        """Return the noun before the verb at ``verb_start``, without times, adverbs and what 在, 对 or 就 brings; empty where there is none.

        >>> layout = SpeechLayout("会议昨日明确要求，各镇要举一反三。", ())
        >>> layout.text[slice(*layout.subject(layout.verbs[0].start))]
        '会议'
        """
        start = self.clause(verb_start)
        title = self.text.rfind("《", start, verb_start)
        if not _pattern("not_openers", "{}").match(self.text, start, verb_start):
            start = _pattern("openers", "{}*").match(self.text, start, verb_start).end()
        end = verb_start
        for _ in range(ADVERBS_AT_MOST):
            tail = _pattern("adverbs", "{}$").search(self.text, start, end)
            if not tail or tail.start() == end:
                break
            end = tail.start()
        brings = _pattern("prepositions", "(?<=.){}").search(self.text, max(start, title), end)
        end = brings.start() if brings else end
        of = self.text.rfind("的", start, end - 1) + 1
        if of > start and _pattern("people", "{}$").search(self.text, of, end) and end - of >= 3:
            start = of
        return (start, end) if start < end else (end, end)

    def subject_kind(self, verb_start: int) -> str:
        """Return what stands as subject before the verb at ``verb_start``: name, pronoun, noun or none."""
        start, end = self.subject(verb_start)
        if any(one.char_end <= verb_start for one in self.names_in(self.clause(verb_start), verb_start)):
            return "name"
        return "none" if start == end else "pronoun" if PRONOUN.search(self.text[start:end]) else "noun"


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
    form = f"{'stop' if ends else 'comma' if said[-1] in '，,' else 'open'} {min(clauses, 2)} {_size(len(said))}"
    before, after = text[max(0, piece.opens - 1) : piece.opens], text[piece.closes : piece.closes + 1]
    yield from (rule, form, f"{rule} {form}", f"before {before}", f"after {after}", f"{rule} before {before}", f"{rule} after {after}")
    yield f"stop {ends} before {before}"
    yield f"{'stop' if ends else 'open'} after {after}"
    yield f"clauses {min(clauses, 2)} before {before}"
    if saying.verb:
        yield f"{rule} verb {saying.verb.word}"
        yield f"{rule} subject {layout.subject_kind(saying.verb.start)}"
        yield f"{rule} gap {_size(abs(saying.verb.start - (piece.closes if rule == 'verb after' else piece.opens)))}"
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
        f"{how} table {verb.comma} {verb.bare}",
        f"{how} subject {subject}",
        f"{how} {subject} {verb.comma} {verb.bare}",
        f"{how} opens {text[begin : begin + 1]}",
        f"{how} opens {text[begin : begin + 2]}",
        f"{how} before {before}",
        f"{how} before {before[-1:]}",
        f"{how} length {_size(end - begin)}",
        f"{how} stop {text[end : end + 1]}",
        f"{how} between {_size(len(between))}",
    ]
    if between:
        features.append(f"{how} between {between[:3]}")
    if text.startswith("据", layout.clause(verb.start)):
        features += [f"{how} 据", f"{how} 据 {verb.comma}"]
    if _pattern("phrases", "{}$").search(text, start, verb.start):
        features += [f"{how} phrase", f"phrase {verb.word}"]
    subject_start, subject_end = layout.subject(verb.start)
    if subject == "noun":
        features += [f"{how} noun {_noun_class(text[subject_start:subject_end])}", f"{how} noun size {_size(subject_end - subject_start)}"]
    features.append(f"{how} gap {_size(verb.start - subject_end)}")
    if layout.has_verb(start, verb.start):
        features.append(f"{how} after a verb of saying")
    first_clause = CLAUSE_EDGE.search(layout.masked, begin, end)
    held = [one.kind for one in layout.names_in(begin, first_clause.start() if first_clause else end)]
    features += [
        f"{how} then {held[0] if held else 'nobody'}",
        f"{how} verb {verb.word} then {held[0] if held else 'nobody'}",
        f"{how} ends {text[max(begin, end - 2) : end]}",
    ]
    return Saying(begin, end, verb, "indirect", None), features


def _size(length: int) -> str:
    """Return a word for a length in characters."""
    return next(
        name for most, name in ((0, "none"), (2, "two"), (5, "five"), (10, "ten"), (20, "twenty"), (10**9, "long")) if length <= most
    )


def _noun_class(noun: str) -> str:
    return next((group for group in ("people", "bodies", "documents") if _pattern(group, "{}$").search(noun)), "other")


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
    rivals = 0
    for name in reversed(near):
        standing = layout.standing(name)
        if not (standing.goes_on and name is not near[-1]):
            speaker = Speaker(name.kind, standing.called, name.char_start, name.char_end)
            features = [*_speaker_features(layout, saying, setting, speaker, standing, rivals)]
            for number, one in enumerate(said[:-3:-1], 1):
                if one.speaker == speaker.name:
                    features += [f"said {number}", f"said {number} {turn}", f"{setting} said {number}", f"{setting} said {number} {turn}"]
                    break
            options.append((speaker, features))
        rivals += name.kind == "person"
    if saying.verb:
        start, end = layout.subject(offset)
        if end - start >= 2 and kind != "pronoun" and not any(one.char_end == end for one in near) and end - start <= LONGEST_NOUN:
            noun = text[start:end]
            has_name = any(one.char_end > start for one in near)
            features = [
                "noun",
                f"noun {setting}",
                f"noun {_noun_class(noun)}",
                f"noun {_noun_class(noun)} {has_name}",
                f"noun ends {noun[-2:]}",
                f"noun ends {noun[-1]}",
                f"noun begins {noun[0]}",
                f"noun size {_size(len(noun))}",
                f"noun gap {_size(offset - end)}",
            ]
            options.append((Speaker("noun", noun, start, end), features))
    return options


def _how_it_follows(layout: SpeechLayout, saying: Saying, said: Sequence[Turn]) -> str:
    """Return how something said follows on what was said before: in its sentence, in its line, in the next line, later, or first of all."""
    if not said:
        return "first"
    start, before = saying.piece.opens if saying.piece else saying.verb.start, said[-1].end
    if start < before or layout.sentence(before)[1] > start:
        return "one sentence"
    lines = layout.text.count("\n", before, start)
    return "one line" if not lines else "next line" if lines == 1 else "later line"


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
    layout: SpeechLayout, saying: Saying, setting: str, speaker: Speaker, standing: Standing, rivals: int
) -> Iterator[str]:
    """Yield what speaks for or against a named one having said something; ``rivals`` are the persons named nearer."""
    where, kind, order = _where(layout, saying, speaker), speaker.kind, standing.order
    nearness = "nearest" if not rivals else "farther"
    yield from (kind, where, f"{kind} {where}", f"{setting} {where}", f"{setting} {kind} {where}")
    yield from (f"{where} {order}", f"{setting} {where} {order}")
    yield f"{where} {'second' if rivals == 1 else nearness}"
    yield f"{kind} {setting} {nearness}"
    yield f"{kind} {where} before {standing.before}"
    yield f"{kind} {where} after {standing.after}"
    if standing.is_hero:
        yield from ("hero", f"hero {where}", f"{setting} hero")
    if standing.is_object:
        yield from ("object", f"object {where}", f"object {setting}")
    if saying.verb and where == "clause":
        gap = layout.signs[speaker.end : saying.verb.start]
        left = layout.subject(saying.verb.start)[1]
        yield f"{kind} gap {_size(max(0, left - speaker.end))}"
        yield f"{kind} gap {'的' in gap} {'、' in gap}"


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


def _called(layout: SpeechLayout, name: Name) -> str:
    """Return what a speaker is called: a surname alone with what follows it (牟师傅), a person at the end of a list with all of it (赵明、孙丽)."""
    if name.kind != "person":
        return name.text
    before = layout.names_in(max(0, name.char_start - LIST_GAP), name.char_start)[-1:]
    honorific = _pattern("honorifics", "{}?").match(layout.text, name.char_end).group() if len(name.name) == 1 else ""
    is_listed = before and _are_listed(layout.text, before[-1], name)
    return (_called(layout, before[-1]) + "、" if is_listed else "") + name.name + honorific


def _are_listed(text: str, name: Name, following: Name) -> bool:
    """Tell whether two persons are neighbours in a list: 县长苏明远、副县长周岚."""
    return name.kind == following.kind == "person" and LIST_LINK.fullmatch(text, name.char_end, following.char_start) is not None


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range without white space at its ends."""
    said = text[start:end]
    start += len(said) - len(said.lstrip())
    return start, max(start, start + len(said.strip()))


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
