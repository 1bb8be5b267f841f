"""Quotations, direct and indirect, with who says them.

How it works. Quotation marks are paired over the whole text (``_marked_pieces``), also where a quotation runs on over
paragraphs, has lost its beginning or its end. A marked piece is a quotation when a verb of saying or a colon leads to it,
when one follows it, or when it is a whole sentence that stands by itself; a short piece without a stop inside is a
term (“隐形冠军”, a slogan, the name of an activity) and is left out. Indirect speech is what follows a verb of saying
(``data/speech_verbs.tsv``) and a comma, or the verb alone where what follows can only be a clause, up to the end of the
sentence. The speaker is the person, or else the noun, before the verb; 他 and 她 stand for the subject of the nearest
earlier sentence that has a person for its subject.

Conventions: ``text`` is what is said, without the marks, one contiguous piece, so a quotation broken by 某某说 is two. The
speaker is None where the text names none (据介绍). 据了解 and 据悉 quote nobody and are left out. A verb without a comma
(表示肯定) is no quotation. ``confidence`` is the share of quotations found the same way that were judged right, text and
speaker (``tests/bench/quotes.py``).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from transforms.lexicons import read_lines, read_table
from transforms.quantities.counted import word_classes
from transforms.records import Name, Quote
from transforms.text.characters import finds_in_reading_text
from transforms.text.patterns import one_of

OPENING, CLOSING = "“「『", "”」』"
MARK = re.compile(f'[{OPENING}{CLOSING}"＂\n]')
STOP = "。！？!?…"
SENTENCE_SIGN = re.compile("[。！？!?\n；;]")
CLAUSES_END = re.compile("[。！？!?\n；;]")
SEMICOLON = re.compile("[；;]")
SENTENCE_END = re.compile("[。！？!?\n]")
CLAUSE_SIGNS = frozenset("，,。！？!?；;：:、”」』）)（(“「『《》— \t\n\r\u3000\u00a0")
FAR_BACK, LONGEST_CLAUSE, MOST_ADVERBS = 400, 80, 5
LIST_LINK = re.compile("[、和与及]{1,2}[一-龥]{0,12}")
ASPECT = re.compile("[了着]|边$")
TIME_AT_END = re.compile("(?:[0-9０-９一二三四五六七八九十]{1,4}[年月日号时点])+(?:[上下中]午|晚间?|凌晨|早间?)?$")
HEADLINE_BLANK = re.compile("[ \u3000](?<=[一-龥”].)(?=[一-龥“])")
AS_FOR = re.compile("(?:[如若]?[就对从总拿按于]|一般|具体|简单|相对|整体)[^，。]*来$")
NEXT_PIECE = re.compile("[“「][^“”「」\n]{1,80}[”」]")
BOOK_BEFORE = re.compile("《[^《》\n]{1,40}》$")
LONGEST = 1200
SHORTEST = 4
COMMAS, COLONS = ("，", ",", "：", ":"), ("：", ":")
MARKS = tuple(OPENING) + ('"',)
PART_OF_PHRASES = frozenset(("说", "称", "道", "讲", "认为", "问"))
ALSO_NOUNS = frozenset(("建议", "要求", "希望", "承诺", "评价", "介绍", "反映", "呼吁", "报道", "声明", "批示", "回答", "解释", "分析", "提醒"))
BARE_AFTER_PERSON = frozenset(("强调", "要求", "希望", "表示", "指出", "说", "建议", "呼吁", "宣布", "承诺", "透露"))
REACH, FAR_REACH, CLAUSES_BACK = 300, 1500, 3
THESE_WORDS = ("这话", "这番话", "这句话", "此话")
BARE_NEVER = ("话", "起", "到")
DATELINE = re.compile("^(?:新华社|本报|中新社|据)[^，。的]{0,24}?(?:电|讯)(?![视力台影])")
REPORTS = ("报道", "报道说")
NOBODY_NEAR = ("你", "您", "它", "亦", "也", "又")
NO_SPEAKERS = ("它", "针对", "随着", "自从", "当我", "当你", "当人们")
AS_IT_WERE = re.compile("(?:[点些]|(?:概括|总体|简单|具体|严格|准确|确切|客观|公正|坦率|一般|粗略|形象)[来地])$")
BARE_OF_SUBJECT = ("称",)
SAID_BY = re.compile("(?:说|讲|喊|问|开口)(?:这?话)?的(?:人?是|正是)")
FIRST_CLAUSE = 40
DOUBTFUL = 0.5
FAMILIAR = ("老", "小", "阿")
FAR = 40

HOW_FOUND = {"before": 0.97, "after": 0.97, "goes on": 0.9, "colon": 0.9, "alone": 0.85, "broken": 0.8, "comma": 0.95, "bare": 0.9}
HOW_NAMED = {"person": 0.98, "pronoun": 0.93, "noun": 0.93, "far": 0.8, "left out": 0.65, "next": 0.85, "nobody": 0.95}


class Piece(NamedTuple):
    """What stands between a pair of marks; ``whole`` is False where one of the marks is missing."""

    start: int
    end: int
    opens: int
    closes: int
    whole: bool


class Speech(NamedTuple):
    """A verb of saying, who says it, and how the speaker was found (a key of HOW_NAMED)."""

    verb: str | None
    speaker: str | None
    named: str


class Verb(NamedTuple):
    """What may follow a verb of saying that has no comma, and when a comma may: yes, subject (next to it), source (after 据)."""

    bare: tuple[str, ...]
    comma: str


class Person(NamedTuple):
    """A naming of a person."""

    name: str
    char_start: int
    char_end: int


class Words(NamedTuple):
    pronouns: tuple[str, ...]
    objects: tuple[str, ...]
    phrases: tuple[str, ...]
    nouns: tuple[str, ...]
    adverbs: tuple[str, ...]
    titles: tuple[str, ...]
    surnames: tuple[str, ...]
    bodies: tuple[str, ...]
    followers: tuple[str, ...]
    obliging: tuple[str, ...]
    not_nouns: tuple[str, ...]
    honorifics: tuple[str, ...]
    proverbs: tuple[str, ...]
    written: tuple[str, ...]


@cache
def _words() -> Words:
    groups = {}
    for line in read_lines("speech_words.txt"):
        name, words = line.split(":")
        groups[name] = tuple(sorted(words.split(), key=len, reverse=True))
    return Words(**groups)


@cache
def _verbs() -> dict[str, Verb]:
    found = {}
    for verb, bare, comma in read_table("speech_verbs.tsv"):
        found[verb] = Verb(("",) if bare == "*" else () if bare == "-" else tuple(bare.split()), comma)
    return found


@cache
def _verb_pattern() -> re.Pattern:
    return re.compile(one_of(_verbs()))


@cache
def _object_pattern() -> re.Pattern:
    """Match the words after which a name is an object (为何立群颁发)."""
    return re.compile(one_of(_words().objects))


@cache
def _name_pattern() -> re.Pattern:
    """Match a surname and a given name before what may follow a name, with one character before them to judge by."""
    words = _words()
    firsts = "".join({name[0] for name in words.surnames})
    lasts = "".join({title[-1] for title in words.titles})
    followers, verbs = one_of(words.followers), one_of(_verbs())
    return re.compile(
        f"[{firsts}](?:(?<=[{lasts}].)[一-龥]{{1,2}}?(?={followers}|{verbs})"
        f"|(?<![^，,。：；”\n].)[一-龥]{{1,2}}?(?=(?:同时|还|也|最后|首先|曾|又|则)?(?:{verbs})))"
    )


def _persons_by_pattern(text: str) -> list[Person]:
    """Return the persons that a title before the name or a verb after it shows, and where else their names stand."""
    words, common = _words(), word_classes()
    names, at, search = set(), 0, _name_pattern().search
    while match := search(text, at):
        at = match.start() + 1
        name, before = match.group(), text[max(match.start() - 3, 0) : match.start()]
        is_placed = not before or before[-1] in CLAUSE_SIGNS or before.endswith(words.titles) and before[-1] + name[0] not in words.titles
        if is_placed and name.startswith(words.surnames) and name not in common and not name[1:].endswith(words.titles):
            names.add(name)
    if not names:
        return []
    found = re.finditer("|".join(sorted(map(re.escape, names), key=len, reverse=True)), text)
    return [Person(match.group(), match.start(), match.end()) for match in found]


class Speakers:
    """The persons of a text, in order, and who 他 is at a given place."""

    def __init__(self, text: str, names: Sequence[Name]) -> None:
        fit = [one for one in names if one.kind == "person" and one.role is None and one.confidence >= DOUBTFUL]
        persons = [Person(_with_honorific(text, one), one.char_start, one.char_end) for one in fit]
        self.text = text
        self.persons = sorted(persons, key=lambda one: one.char_start) if names else _persons_by_pattern(text)
        self.starts = [one.char_start for one in self.persons]

    def within(self, start: int, end: int) -> list[Person]:
        """Return the persons named in ``text[start:end]`` who are not objects there (为何立群颁发)."""
        found = self.persons[bisect_left(self.starts, start) : bisect_right(self.starts, end - 1)]
        return [one for one in found if one.char_end <= end and self._is_subject(one)]

    def subject_before(self, at: int) -> str | None:
        """Return the subject of the nearest sentence before ``at`` that has a person for its subject."""
        index = bisect_left(self.starts, at) - 1
        while index >= 0 and self._is_near(self.starts[index], at):
            start = _sentence_start(self.text, self.starts[index])
            fitting = self.within(start, at)
            if fitting:
                return fitting[0].name
            index = bisect_left(self.starts, start) - 1
        return None

    def _is_near(self, start: int, at: int) -> bool:
        """Tell whether a name is near enough to be meant by 他: some sentences back, or in the same paragraph."""
        return at - start < REACH or at - start < FAR_REACH and "\n" not in self.text[start:at]

    def all_of(self, last: Person, start: int) -> str:
        """Return the names of the list that ends with a person: 甲、乙和丙."""
        names, at = [last.name], last.char_start
        for person in reversed(self.persons[bisect_left(self.starts, start) : bisect_left(self.starts, at)]):
            if not LIST_LINK.fullmatch(self.text, person.char_end, at):
                break
            names.append(person.name)
            at = person.char_start
        return "、".join(dict.fromkeys(reversed(names)))

    def _is_subject(self, person: Person) -> bool:
        before = bisect_left(self.starts, person.char_start) - 1
        if before >= 0 and self.text[self.persons[before].char_end : person.char_start] in ("和", "与", "及", "以及"):
            return self._is_subject(self.persons[before])
        start = _clause_start(self.text, person.char_start)
        return _object_pattern().search(self.text, start, person.char_start) is None


def _with_honorific(text: str, one: Name) -> str:
    """Return the name of a person, a surname alone with what follows it: 牟师傅."""
    if len(one.name) > 1:
        return one.name
    after = next((word for word in _words().honorifics if text.startswith(word, one.char_end)), "")
    return text[one.char_start : one.char_end] + after


def _sentence_start(text: str, at: int) -> int:
    """Return where the sentence that holds ``at`` begins, at most FAR_BACK characters back."""
    ends = _sentence_ends(text)
    return max(at - FAR_BACK, ends[bisect_right(ends, at) - 1])


@lru_cache(maxsize=2)
def _sentence_ends(text: str) -> list[int]:
    """Return where the sentences of a text end, and 0: one article is asked for many sentences in a row."""
    return [0, *(match.end() for match in SENTENCE_SIGN.finditer(text))]


def _clause_start(text: str, at: int) -> int:
    """Return where the clause that holds ``at`` begins, at most LONGEST_CLAUSE characters back."""
    low = max(at - LONGEST_CLAUSE, 0)
    while at > low and text[at - 1] not in CLAUSE_SIGNS:
        at -= 1
    return at


def _marked_pieces(text: str) -> Iterator[Piece]:
    """Yield what stands between quotation marks, in order; nested marks are part of the outer piece."""
    opened: int | None = None
    paragraph = 0
    marked = False
    marks = [(match.start(), match.group()) for match in MARK.finditer(text)]
    for index, (at, mark) in enumerate(marks):
        if mark in '"＂':
            mark = OPENING[0] if opened is None else CLOSING[0]
        if mark == "\n":
            following = marks[index + 1][1] if index + 1 < len(marks) else ""
            goes_on = following and following in CLOSING or following == "\n" and _blank(text, at, marks[index + 1][0])
            if opened is not None and not goes_on:
                yield Piece(opened + 1, at, opened, at, False)
                opened = None
            if opened is None:
                paragraph, marked = at + 1, False
            continue
        if mark in OPENING:
            if opened is not None and text[at - 1] in STOP and at - opened > 1:
                yield Piece(opened + 1, at, opened, at + 1, True)
                opened = None
            else:
                opened = at
        elif opened is not None:
            if at - opened <= LONGEST:
                yield Piece(opened + 1, at, opened, at + 1, True)
            opened = None
        elif not marked:
            yield Piece(paragraph + _indent(text, paragraph, at), at, paragraph, at + 1, False)
        marked = True
    if opened is not None:
        yield Piece(opened + 1, len(text), opened, len(text), False)


def _blank(text: str, start: int, end: int) -> bool:
    return not text[start:end].strip()


def _indent(text: str, start: int, end: int) -> int:
    return len(text[start:end]) - len(text[start:end].lstrip())


def _printed_subject(text: str, start: int, end: int) -> str:
    """Return the noun before a verb, without adverbs and times: 居民们昨日纷纷 -> 居民们; 《意见》 before the verb is a noun."""
    subject = text[start:end].strip().removesuffix("的")
    subject = DATELINE.sub("", subject)
    if subject.startswith("被") and "的" in subject:
        subject = subject.rpartition("的")[2]
    if subject.startswith("正如"):
        subject = subject[2:].removesuffix("所")
    subject = _without_adverbs(subject)
    for mark in ("对", "向", "就", "在", "接受"):
        before, found, _ = subject.partition(mark)
        if found and (len(before) > 1 or before in _words().pronouns):
            subject = _without_adverbs(before)
    if not subject and (title := BOOK_BEFORE.search(text, max(start - 42, 0), start)):
        return title.group()
    if subject.endswith("地"):
        subject = subject[:-3] if len(subject) > 6 else ""
    is_noun = subject.startswith(_words().pronouns) or (len(subject) > 1 or subject in "我你您") and not (ASPECT.search(subject) or subject.startswith(_words().not_nouns))
    return subject if is_noun else ""


def _without_adverbs(subject: str) -> str:
    adverbs = _words().adverbs
    for _ in range(MOST_ADVERBS):
        tail = _ending(subject, adverbs) or _time_at_the_end(subject)
        if not tail:
            break
        subject = subject[: -len(tail)].rstrip()
    if subject.startswith(adverbs):
        subject = subject.removeprefix(next((word for word in adverbs if subject.startswith(word) and len(word) > 1), ""))
    return subject


def _ending(subject: str, words: tuple[str, ...]) -> str:
    """Return the first of the words that the subject ends with; the empty string where it ends with none."""
    fitting = _by_last_sign(words).get(subject[-1:], ())
    return next((word for word in fitting if subject.endswith(word)), "")


@cache
def _by_last_sign(words: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the words by their last character, in order."""
    found: dict[str, tuple[str, ...]] = {}
    for word in words:
        found[word[-1]] = (*found.get(word[-1], ()), word)
    return found


def _time_at_the_end(subject: str) -> str:
    match = TIME_AT_END.search(subject)
    return match.group() if match else ""


def _bare_name(subject: str) -> str:
    """Return the name at the end of a noun without the title before it: 居民曹某 -> 曹某; the noun where no name is sure."""
    _, _, last = subject.rpartition("的")
    plain = last.removesuffix(_ending(last, _words().honorifics))
    if 2 <= len(plain) <= 4 and plain.startswith(_words().surnames):
        return plain
    if subject[-2:-1] in FAMILIAR and subject[-1] in _words().surnames and subject[:-2].endswith(_words().titles):
        return subject[-2:]
    for size in (4, 3, 2):
        name, before = subject[-size:], subject[:-size]
        is_name = len(name) == size and name.startswith(_words().surnames) and (size < 4 or name[:2] in _words().surnames)
        if is_name and before.endswith(_words().titles) and before[-1:] + name[0] not in _words().titles:
            return name
    return subject


def _speaker(text: str, start: int, at: int, speakers: Speakers) -> tuple[str | None, str]:
    """Return who says what the verb at ``at`` brings, looking back to ``start``, and how the speaker was found."""
    clause = max(_clause_start(text, at), start)
    if text.startswith("据", clause):
        subject = _printed_subject(text, clause + 1, at)
        named = speakers.within(clause, at) or [Person(_bare_name(subject), 0, 0)]
        return (named[-1].name, "noun") if subject else (None, "nobody")
    if text.startswith(_words().proverbs, clause) or clause == at and text.startswith("报道", at):
        return None, "nobody"
    named = speakers.within(clause, at)
    if named:
        return speakers.all_of(named[-1], start), "person"
    subject = _printed_subject(text, clause, at)
    if _is_he(subject):
        return _resolved(text, start, clause, subject, speakers)
    if subject and len(subject) <= 24:
        return _bare_name(subject), "noun"
    earlier = speakers.within(start, at)
    if earlier:
        return earlier[-1].name, "far"
    return _left_out(text, start, clause, speakers)


def _left_out(text: str, start: int, clause: int, speakers: Speakers) -> tuple[str | None, str]:
    """Return who speaks where the verb has no subject in its clause: 他 that opens the sentence, else the last subject."""
    if text.startswith(("他", "她"), start) and not text.startswith(("他们", "她们"), start):
        return _resolved(text, start, start, text[start], speakers)
    whole = max(text.rfind(sign, max(start - FAR_BACK, 0), start) for sign in "。！？\n") + 1
    named = speakers.within(whole, start) if text[start - 1 : start] in ("；", ";") else ()
    if named:
        return named[0].name, "far"
    subject = ""
    for _ in range(CLAUSES_BACK):
        if subject or clause <= start:
            break
        before = clause - 1
        clause = max(_clause_start(text, before), start)
        subject = _printed_subject(text, clause, before)
    return None if subject else speakers.subject_before(start), "left out"


def _is_he(subject: str) -> bool:
    return subject.endswith(("他", "她")) or subject.startswith(("他", "她")) and not subject.startswith(("他们", "她们", "他的", "她的"))


def _resolved(text: str, start: int, clause: int, subject: str, speakers: Speakers) -> tuple[str, str]:
    """Return the person that 他 stands for, else 他 itself."""
    sentence = max(_sentence_start(text, clause), start)
    inside = speakers.within(sentence, clause)
    found = inside[0].name if inside else speakers.subject_before(sentence)
    return (found, "pronoun") if found else (subject[:1] if subject.startswith(("他", "她")) else subject[-1:], "left out")


def _speech_before(text: str, piece: Piece, speakers: Speakers, floor: int) -> Speech | None:
    """Return the speech that leads to a piece: 他强调：“ or 某某说，“."""
    at = piece.opens
    lead = text[max(at - 2, floor) : at].rstrip()
    if not lead or lead[-1] not in COMMAS:
        end, sign = at, ""
    else:
        end, sign = max(at - 2, floor) + len(lead) - 1, lead[-1]
    start = max(_sentence_start(text, end), floor)
    verbs = list(_verb_pattern().finditer(text, max(start, end - FAR), end))
    fits = [match for match in verbs if match.end() == end or sign in COLONS and end - match.end() <= 16]
    if not fits:
        return None
    match = fits[-1]
    return Speech(match.group(), *_speaker(text, start, match.start(), speakers))


def _speech_by_colon(text: str, piece: Piece, speakers: Speakers, floor: int) -> Speech:
    """Return the speech of a colon without a verb of saying: the subject of its sentence speaks (他急忙上前拦住：“)."""
    start = max(_sentence_start(text, piece.opens - 1), floor)
    named = speakers.within(start, piece.opens)
    if named:
        return Speech(None, named[0].name, "far")
    if text.startswith(("他", "她"), start):
        return Speech(None, *_resolved(text, start, start, text[start], speakers))
    return Speech(None, None, "nobody")


def _speech_after(text: str, piece: Piece, speakers: Speakers) -> Speech | None:
    """Return the speech that follows a piece in the same sentence: ”居民曹某说。 Pieces that adjoin are passed over, as far as REACH."""
    start, asks = piece.closes, text[piece.end - 1] in "？?"
    while not asks and start < piece.closes + REACH and (next_one := NEXT_PIECE.match(text, start)):
        start = next_one.end()
    stop = SENTENCE_END.search(text, start)
    end = min(stop.start() if stop else len(text), start + 160)
    opens = next((match.start() for match in MARK.finditer(text, start, end)), end)
    verbs = _verb_pattern().finditer(text, start, opens)
    match = next((one for one in verbs if _ends_saying(text, one, asks)), None)
    if match is None:
        return None
    speaker, named = _speaker(text, start, match.start(), speakers)
    return Speech(match.group(), speaker, "far" if match.start() - start > FAR else named)


def _said_by(text: str, piece: Piece, speakers: Speakers) -> Speech | None:
    """Return the speech that a sentence after the piece names: ”说话的是居民某某。"""
    match = SAID_BY.match(text, piece.closes)
    if match is None:
        return None
    end = _first_clause_end(text, match.end())
    named = speakers.within(match.end(), end)
    return Speech(match.group(), named[-1].name if named else _bare_name(text[match.end() : end]), "person" if named else "noun")


def _speech_nearby(text: str, piece: Piece, speakers: Speakers, floor: int) -> Speech | None:
    """Return the likely speaker of a quotation that stands by itself: who spoke in the sentence before, or acts in the clause after."""
    if text[piece.opens - 1 : piece.opens] in STOP:
        start = max(_sentence_start(text, piece.opens - 1), floor)
        for match in _verb_pattern().finditer(text, start, piece.opens):
            clause = max(_clause_start(text, match.start()), start)
            if _how_said(text, match, clause, speakers):
                speaker, named = _speaker(text, start, match.start(), speakers)
                return Speech(None, speaker, "next") if speaker and named in ("person", "pronoun") else None
    end = _first_clause_end(text, piece.closes)
    named = speakers.within(piece.closes, end)
    if named:
        return Speech(None, named[0].name, "next")
    if text.startswith(("他", "她"), piece.closes) and not text.startswith(("他们", "她们"), piece.closes):
        found = speakers.subject_before(piece.opens)
        return Speech(None, found, "next") if found else None
    return None


def _first_clause_end(text: str, start: int) -> int:
    """Return where the clause that begins at ``start`` ends, at most FIRST_CLAUSE characters on."""
    stop = min(len(text), start + FIRST_CLAUSE)
    return next((at for at in range(start, stop) if text[at] in "，,。！？；：\n"), stop)


def _ends_saying(text: str, match: re.Match, asks: bool) -> bool:
    """Tell whether the verb stands where an attribution ends: before a stop, a comma, a colon.

    A question (``asks``) is not said by the one whose answer follows the colon.
    """
    at, end = match.span()
    after = text[end : end + 1]
    if after in COLONS and text[end + 1 : end + 2] in MARKS and asks or _is_no_saying(text[max(at - 4, 0) : at], match.group()):
        return False
    return not after or after in "，,。：:！!；;\n“” 着" or text.startswith(THESE_WORDS, end) or match.group().startswith("告诉")


def _is_term(said: str, sign: str, led: bool) -> bool:
    """Tell whether a marked piece is a term, a slogan or a title; ``sign`` is the comma or colon before it, ``led`` by a verb."""
    stopped = said[-1] in STOP
    clauses = sum(said.count(sign) for sign in "，,。！？!?；;")
    if sign in COLONS:
        return not (stopped or clauses or led and len(said) >= 6)
    if led:
        return not (stopped or clauses or sign in COMMAS and len(said) >= 12)
    return not (stopped or said[-1] in "，," or clauses >= 2 and len(said) >= 20)


def _direct(text: str, speakers: Speakers) -> Iterator[tuple[Quote, Piece]]:
    """Yield the quotations between marks, each with its piece."""
    floor, last, goes_on = 0, None, False
    for piece in _marked_pieces(text):
        begin, end = _stripped(text, piece.start, piece.end)
        said = text[begin:end]
        if not said:
            continue
        speech = _said_by(text, piece, speakers) or _speech_before(text, piece, speakers, floor)
        if speech and speech.verb in REPORTS and said[-1] not in STOP:
            speech = None
        sign = text[max(piece.opens - 2, 0) : piece.opens].rstrip()[-1:]
        if _is_term(said, sign, speech is not None):
            continue
        found = "before" if speech else "after"
        if speech is None and sign in COLONS:
            if any(word in text[max(piece.opens - 8, 0) : piece.opens] for word in _words().written):
                continue
            speech, found = _speech_by_colon(text, piece, speakers, floor), "colon"
        elif speech is None and last and goes_on:
            speech, found = last, "goes on"
        elif speech is None:
            speech = _speech_after(text, piece, speakers)
        if speech is None and found == "after":
            if not _stands_alone(text, piece, said):
                continue
            speech, found = _speech_nearby(text, piece, speakers, floor), "alone"
        sure = HOW_FOUND[found] * (HOW_NAMED[speech.named] if speech else HOW_NAMED["nobody"])
        sure = sure if piece.whole else sure * HOW_FOUND["broken"]
        yield Quote(said, begin, end, speech and speech.speaker, speech and speech.verb, True, round(sure, 2)), piece
        floor, last, goes_on = piece.closes, speech, not piece.whole


def _stands_alone(text: str, piece: Piece, said: str) -> bool:
    """Tell whether a piece that nobody is named for is a quotation: a whole sentence that is no part of another one."""
    if not piece.whole:
        return len(said) >= 15 and any(sign in said for sign in "，,。！？")
    before = text[max(piece.opens - 2, 0) : piece.opens].strip(" \u3000")[-1:]
    is_part = before not in ("", "\n", *STOP, *CLOSING, *COMMAS) or text.startswith(("的", "等", "为", "字样", "这"), piece.closes)
    return len(said) >= 10 and said[-1] in STOP and not is_part


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range without white space at its ends."""
    said = text[start:end]
    start += len(said) - len(said.lstrip())
    return start, max(start, start + len(said.strip()))


def _indirect(text: str, speakers: Speakers, taken: list[Piece]) -> Iterator[Quote]:
    """Yield what is said without marks, outside the quotations already ``taken``."""
    opens = [piece.opens for piece in taken]
    busy = 0
    for match in _verb_pattern().finditer(text):
        at, end = match.span()
        before = bisect_right(opens, at) - 1
        floor = taken[before].closes if before >= 0 else 0
        if at < max(busy, floor):
            continue
        start = max(_sentence_start(text, at), floor)
        clause = max(_clause_start(text, at), start)
        found = _how_said(text, match, clause, speakers)
        if not found or _is_no_saying(text[clause:at], match.group()):
            continue
        stop = SENTENCE_END.search(text, end + 3 if found == "comma" else end)
        finish = _before_another(text, end + 1, stop.start() if stop else len(text))
        if before + 1 < len(taken):
            finish = min(finish, taken[before + 1].opens)
            if finish == taken[before + 1].opens and text[finish - 1] in COLONS:
                finish = max(text.rfind("，", end + 1, finish), text.rfind(",", end + 1, finish), end)
        begin, finish = _stripped(text, end + (found == "comma"), finish)
        said = text[begin:finish].rstrip("，,：: \u3000")
        if len(said) < SHORTEST:
            continue
        speaker, named = _speaker(text, start, at, speakers)
        sure = round(HOW_FOUND[found] * HOW_NAMED[named], 2)
        yield Quote(said, begin, begin + len(said), speaker, match.group(), False, sure)
        busy = begin + len(said)


def _before_another(text: str, start: int, end: int) -> int:
    """Return where what is said ends: before the blank of a headline, or the semicolon before what another says."""
    blank = HEADLINE_BLANK.search(text, start, end)
    end = blank.start() if blank else end
    semicolon = SEMICOLON.search(text, start, end)
    return semicolon.start() if semicolon and _verb_pattern().search(text, semicolon.start(), end) else end


def _how_said(text: str, match: re.Match, clause: int, speakers: Speakers) -> str:
    """Return comma or bare, by what parts the verb from what is said; the empty string where nothing is said."""
    at, end = match.span()
    verb = _verbs()[match.group()]
    after = text[end : end + 1]
    if after in COMMAS:
        said_next = text[end + 1 : end + 2]
        if said_next in MARKS or verb.comma == "source" and not text.startswith("据", clause):
            return ""
        if verb.comma == "subject" and not text.startswith("据", clause):
            obliged = any(word in text[clause:at] for word in _words().obliging)
            return "comma" if not obliged and _subject_is_next(text, clause, at, speakers) else ""
        return "comma"
    if text.startswith(THESE_WORDS, end):
        return ""
    if verb.bare and text.startswith(verb.bare, end) and after and _opens_clause(text, end):
        return "bare" if match.group() not in BARE_OF_SUBJECT or _subject_is_next(text, clause, at, speakers) else ""
    if after in BARE_NEVER or match.group() == "宣布" and any(sign in COMMAS for sign in text[end : end + 5]):
        return ""
    if match.group() in BARE_AFTER_PERSON and _subject_is_next(text, clause, at, speakers) and _opens_clause(text, end):
        return "bare"
    return ""


def _subject_is_next(text: str, clause: int, at: int, speakers: Speakers) -> bool:
    """Tell whether the verb's subject, a person or 他, stands right before it, adverbs aside."""
    subject = _printed_subject(text, clause, at)
    if subject.endswith(("他", "她", "们", "大家", *_words().titles, *_words().bodies)) and len(subject) <= 24:
        return True
    named = speakers.within(clause, at)
    return bool(named) and subject.endswith(text[named[-1].char_start : named[-1].char_end])


def _opens_clause(text: str, end: int) -> bool:
    """Tell whether what follows the verb can be a clause: long enough, and no object of the verb alone."""
    stop = CLAUSES_END.search(text, end)
    length = (stop.start() if stop else len(text)) - end
    return length >= 8 and not text.startswith(("以及", "之中", "之下"), end) and text[end : end + 1] not in ("的", "了", "过", "出", "得", "不", "和", "、", "，", ",", "“", "着", "起", "到", "完", "肯", "为")


def _is_no_saying(before: str, verb: str) -> bool:
    """Tell whether the verb after ``before`` quotes nobody: it is part of a set phrase (也就是说) or a noun (提出建议)."""
    if before.endswith(NOBODY_NEAR) or before.startswith(NO_SPEAKERS):
        return True
    if verb == "说" and AS_IT_WERE.search(before) and not any(sign in before for sign in "他她们人者员"):
        return True
    if verb in PART_OF_PHRASES:
        return before.endswith(_words().phrases) or verb == "说" and AS_FOR.match(before) is not None
    return verb in ALSO_NOUNS and before.endswith(_words().nouns)


@finds_in_reading_text
def find_quotes(text: str, names: Sequence[Name] = ()) -> list[Quote]:
    """Return the quotations of a text in order, direct and indirect, with their speakers; ``names`` are those found in it.

    Quoted terms, slogans and titles of activities are left out. Without ``names`` speakers are found by what stands
    before the verb.

    >>> for q in find_quotes("“水管修好了，大家都方便。”居民陈桂兰说。区长何立群强调，要把好事办好。“护河岗”机制已建成。"):
    ...     print(q.speaker, q.verb, q.is_direct, q.text)
    陈桂兰 说 True 水管修好了，大家都方便。
    何立群 强调 False 要把好事办好
    """
    speakers = Speakers(text, names)
    direct = list(_direct(text, speakers))
    quotes = [quote for quote, _ in direct]
    quotes += _indirect(text, speakers, [piece for _, piece in direct])
    return sorted(quotes, key=lambda quote: (quote.char_start, quote.char_end))
