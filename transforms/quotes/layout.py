"""A text as the choices of quotations look at it: sentences, clauses, verbs of saying and names by offset."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from transforms.quotes.marks import LONGEST_INDIRECT, marked_pieces
from transforms.quotes.words import verb_pattern, verbs_of_saying, words_pattern
from transforms.records import Name
from transforms.text.characters import Fold
from transforms.text.patterns import MASK, masked, with_visible_space

STOPS = re.compile(r"[。！？!?…\n]")
CLAUSE_EDGE = re.compile("[，,。！？!?；;：:…\n“”「」『』 ](?:(?<! )|(?<=[一-龥] )(?=[一-龥]))")
WITH_FULL_WIDTH_SIGNS = Fold(dict(zip(",:;!?()", "，：；！？（）", strict=True)))
BRACKETED = re.compile("（[^（）()\n]{1,40}）|\\([^（）()\n]{1,40}\\)")
CHARS_TO_SPEAKER = 240
"""Characters before a quotation in which its speaker is looked for."""
FAR_CLAUSE = 60
"""Characters of a clause that are looked at before a verb: the noun that speaks stands there."""
DOUBTFUL_NAME = 0.5  # confidence below which a name speaks for nobody
PRONOUN = re.compile("^(?:他|她)(?!们)|(?:他|她)$")
CHARS_TO_LEAD = 12  # between a word like 对 and the noun that it brings
LONGEST_NOUN = 24  # characters of the noun that speaks
LONGEST_SILENT = 4  # characters of a word that only ends in a verb of saying
ADVERBS_AT_MOST = 5  # between a subject and its verb
LIST_GAP = 20  # characters between two persons of a list: 、 and a title
LIST_LINK = re.compile("[、和与及]{1,2}[一-龥]{0,12}")


SHORT_FORM = re.compile("(?:老|小)([一-龥])|([一-龥])(?:大爷|大妈|大娘|大叔|阿姨|婆婆|奶奶|爷爷|老汉|师傅)")
SIGNED_BY = re.compile("(?:记者|通讯员|摄影) *$")
SEXES = {"woman": ("women", "woman_names"), "man": ("men", "man_names")}


class Verb(NamedTuple):
    """A verb of saying in a text; ``bare`` and ``comma`` say what may follow it, ``kind`` what is done by it (``data/speech_verbs.tsv``)."""

    word: str
    start: int
    end: int
    bare: bool
    comma: str
    kind: str


class Standing(NamedTuple):
    """How a name stands in its sentence, whatever is said around it.

    ``called`` is the name as a speaker's, ``before`` and ``after`` are the signs beside it, ``order`` says whether it is the first person of its sentence
    or a later one, ``is_object`` that something is done to it, ``goes_on`` that a list goes on with another person, ``is_hero`` that no one is named more often, ``is_sole`` that no one else is in its line. ``lead`` is a word like 对
    that brings it, ``opens`` says whether it begins its sentence or a clause, ``sex`` which of 他 and 她 may mean it, ``owns`` that who follows is told by it (小华的母亲), ``is_kin`` that it is told so.
    """

    called: str
    before: str
    after: str
    order: str
    is_object: bool
    goes_on: bool
    is_hero: bool
    lead: str
    opens: str
    sex: str
    is_sole: bool
    owns: bool
    is_kin: bool


class SpeechLayout:
    """A text as the choices look at it: its quoted pieces masked, its sentences, clauses, verbs of saying and names by offset."""

    def __init__(self, text: str, names: Sequence[Name]) -> None:
        self.text = text
        self.signs = WITH_FULL_WIDTH_SIGNS(with_visible_space(text))
        self.pieces = list(marked_pieces(text))
        self.openings = [piece.opens for piece in self.pieces]
        self.masked = self._masked()
        self.ends = [0, *(match.end() for match in STOPS.finditer(self.masked)), len(text)]
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.clause_ends = [0, *(match.end() for match in CLAUSE_EDGE.finditer(self.masked)), len(text)]
        fit = (one for one in names if one.kind != "place" and not one.roles and one.confidence >= DOUBTFUL_NAME)
        self.names = [one for one in with_short_forms(text, [*fit]) if self.masked[one.char_start] != MASK]
        self.starts = [one.char_start for one in self.names]
        self._standings: dict[int, Standing] = {}
        self._subjects: dict[int, tuple[int, int]] = {}

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
        """The verbs of saying outside quotation marks and names, but for words that only end in one (访问), and nouns before another (通报指出)."""
        verbs = []
        for match in verb_pattern().finditer(self.masked):
            start, end = match.span()
            bare, comma, kind = verbs_of_saying()[match.group()]
            inside = [one for one in self.names_in(start - LONGEST_NOUN, start + 1) if one.char_end > start]
            if not inside and not self._is_in_silent_word(start, end):
                verbs.append(Verb(match.group(), start, end, bool(bare) and self.text.startswith(bare, end), comma, kind))
        followed = {verb.start for verb in verbs}
        return [verb for verb in verbs if verb.end not in followed]

    def _is_in_silent_word(self, start: int, end: int) -> bool:
        """Tell whether what looks like a verb ends or begins a word that says nothing (访问, 道路, 发言人)."""
        if words_pattern("silent_after", "{}").match(self.masked, start):
            return True
        return end - start == 1 and bool(words_pattern("silent", "{}$").search(self.masked, max(0, end - LONGEST_SILENT), end))

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
                called_as(self, name),
                self.signs[max(sentence, start - 1) : start],
                self.signs[name.char_end : name.char_end + 1],
                "later" if any(one.kind == "person" for one in nearby) else "first",
                bool(words_pattern("objects", "{}").search(self.signs, self.clause(start), start)),
                bool(following) and are_listed(self.text, name, following[0]),
                name.name == self.hero,
                self.lead(start),
                self._opens(name, sentence),
                self._sex(name),
                self.sole_persons.get(self._line(name)) == name.name,
                words_pattern("kin", "的?[一-龥]{{0,4}}?{}").match(self.text, name.char_end) is not None,
                words_pattern("kin", "{}$").search(self.text, max(0, start - LONGEST_SILENT), start) is not None,
            )
        return self._standings[name.char_start]

    def lead(self, offset: int) -> str:
        """Return the last word in a clause, before a place and the nearest name, that brings what stands there (对, 听取); empty where there is none."""
        start = max(
            self.clause(offset), offset - CHARS_TO_LEAD, *(one.char_end for one in self.names_in(offset - CHARS_TO_LEAD, offset)[-1:]), 0
        )
        words = [*words_pattern("leads", "{}").finditer(self.masked, start, offset)]
        return words[-1].group() if words else ""

    def _opens(self, name: Name, sentence: int) -> str:
        clause = self.clause(name.char_start)
        is_first = not any(one.char_start < name.char_start for one in self.names_in(clause, name.char_start))
        return ("sentence" if clause <= sentence else "clause") if is_first else "none"

    def _sex(self, name: Name) -> str:
        """Return what speaks for a person being a woman or a man: the words beside the name, else the characters in it."""
        if name.kind != "person":
            return "none"
        start, end = name.titles[0].char_start if name.titles else name.char_start, name.char_end
        for sex, (beside, _) in SEXES.items():
            if (
                words_pattern(beside, "{}").match(self.text, end)
                or words_pattern(beside, "{}$").search(self.text, max(0, start - 4), name.char_start)
                or words_pattern(beside, "{}$").search(name.text)
            ):
                return sex
        marks = [sex for sex, (_, within) in SEXES.items() if words_pattern(within, "{}").search(name.name, 1)]
        return f"perhaps {marks[0]}" if len(marks) == 1 else "unknown"

    @cached_property
    def sole_persons(self) -> dict[int, str | None]:
        """Who alone is named in a line, by where the line begins; None where several are."""
        sole: dict[int, str | None] = {}
        for one in self.names:
            if one.kind == "person" and sole.setdefault(line := self._line(one), one.name) != one.name:
                sole[line] = None
        return sole

    def _line(self, name: Name) -> int:
        return self.lines[bisect_right(self.lines, name.char_start) - 1]

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
        if verb_start not in self._subjects:
            self._subjects[verb_start] = self._subject(verb_start)
        return self._subjects[verb_start]

    def _subject(self, verb_start: int) -> tuple[int, int]:
        start = self.clause(verb_start)
        title = self.text.rfind("《", start, verb_start)
        if not words_pattern("not_openers", "{}").match(self.text, start, verb_start):
            start = words_pattern("openers", "{}*").match(self.text, start, verb_start).end()
        end = verb_start
        for _ in range(ADVERBS_AT_MOST):
            tail = words_pattern("adverbs", "{}$").search(self.text, start, end)
            if not tail or tail.start() == end:
                break
            end = tail.start()
        if not words_pattern("leads", "{}").search(self.text, start, end):
            start = self._people_told_of(start, end)
        brings = words_pattern("prepositions", "(?<=.){}").search(self.text, max(start, title), end)
        end = brings.start() if brings else end
        start = self._people_told_of(start, end)
        return (start, end) if start < end else (end, end)

    def _people_told_of(self, start: int, end: int) -> int:
        """Return where the people that a noun ends in begin: behind what is told of them (从业十五年的|业内人士)."""
        of = self.text.rfind("的", start, end - 1) + 1
        return of if of > start and end - of >= 3 and words_pattern("people", "{}$").search(self.text, of, end) else start

    def subject_kind(self, verb_start: int) -> str:
        """Return what stands as subject before the verb at ``verb_start``: name, pronoun, noun or none."""
        start, end = self.subject(verb_start)
        if any(one.char_end <= verb_start and not self.lead(one.char_start) for one in self.names_in(self.clause(verb_start), verb_start)):
            return "name"
        noun = self.text[start:end]
        if not noun:
            return "none"
        if PRONOUN.search(noun):
            return "pronoun"
        return "stand-in" if words_pattern("stand_ins", "{}").fullmatch(noun) else "noun"


def with_short_forms(text: str, names: Sequence[Name]) -> list[Name]:
    """Return the names in order, and among them 老张 and 谷阿姨 for whom they mean: the one of that surname who is named before, or is named at all.

    >>> whole = Name("person", "谷根娣", 0, 3, "谷根娣", 0.9)
    >>> [one.name for one in with_short_forms("谷根娣修鞋。谷阿姨说，老谷不急。", [whole])]
    ['谷根娣', '谷根娣', '谷根娣']
    """
    held = {one.char_start: one for one in names}
    starts = sorted(held)
    whole: dict[str, list[Name]] = defaultdict(list)
    for start in starts:
        one, signs = held[start], SIGNED_BY.search(text, max(0, start - CHARS_TO_LEAD), start)
        if one.kind == "person" and len(one.name) > 1 and not signs and not SHORT_FORM.fullmatch(one.text):
            whole[one.name[0]].append(one)
    forms = [form for form in SHORT_FORM.finditer(text) if (form[1] or form[2]) in whole]
    meant: dict[str, set[str]] = {}
    for form in forms:
        fitting = whole[form[1] or form[2]]
        if form.group() not in meant and fitting[0].char_start < form.start():
            meant[form.group()] = {one.name for one in fitting if one.char_start < form.start()}
    for form in forms:
        named = meant.setdefault(form.group(), {one.name for one in whole[form[1] or form[2]]})
        before = bisect_left(starts, form.end())
        other = held[starts[before - 1]] if before else None
        if len(named) == 1 and (not other or other.char_end <= form.start() or other.text == form.group()):
            held[form.start()] = Name("person", form.group(), form.start(), form.end(), *named, DOUBTFUL_NAME)
    return [held[start] for start in sorted(held)]


def called_as(layout: SpeechLayout, name: Name) -> str:
    """Return what a speaker is called: a surname alone with what follows it (牟师傅), a person at the end of a list with all of it (赵明、孙丽)."""
    if name.kind != "person":
        return name.text
    before = layout.names_in(max(0, name.char_start - LIST_GAP), name.char_start)[-1:]
    honorific = words_pattern("honorifics", "{}?").match(layout.text, name.char_end).group() if len(name.name) == 1 else ""
    is_listed = before and are_listed(layout.text, before[-1], name)
    return (called_as(layout, before[-1]) + "、" if is_listed else "") + name.name + honorific


def are_listed(text: str, name: Name, following: Name) -> bool:
    """Tell whether two persons are neighbours in a list: 县长苏明远、副县长周岚."""
    return name.kind == following.kind == "person" and LIST_LINK.fullmatch(text, name.char_end, following.char_start) is not None


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range without white space at its ends."""
    said = text[start:end]
    start += len(said) - len(said.lstrip())
    return start, max(start, start + len(said.strip()))
