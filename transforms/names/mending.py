"""Rules that mend what the tagger says: edges of names, surnames before a polite word, what is no name after all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from transforms.lexicons import read_groups, read_words
from transforms.lexicons.names import divisions, name_characters, organization_words, polite_words, surnames, world
from transforms.names.institutions import is_meeting, is_of_any
from transforms.names.people import PLAIN_TAGS, fit_of, looks_like_name, title_ends_at
from transforms.names.places import HOMES
from transforms.names.tagging import Piece, Words
from transforms.text.patterns import one_of

LEAST = 0.6
NEVER_IN_NAME = frozenset(["v", "p", "d", "c", "u", "uj", "ul", "r", "m", "q", "vn", "ad"])
ORDINARY = frozenset(["n", "v", "vn", "a", "an", "ad", "d", "z", "i", "l", "t", "r"])
TIME = re.compile("[年月日时天夜晚晨春夏秋冬季]|周[一二三四五六日末]")
FAMILIAR = re.compile("[老小][\u4e00-\u9fff]")
BEHIND_NAME = frozenset(["v", "d", "p", "uj", "c", "x", "r", "u", "ul", "ad"])
NEVER_LAST = frozenset("籍牌族人们者派型级版款化性感费率度")
LEADING = re.compile("[从由与因被把据使让至](?=..)")
LANDFORMS = frozenset("坝泊岛桥寺庙屯县镇乡村庄沟湾港湖河峡角谷")
PERSONAL = frozenset(["女士", "先生", "老师", "阿姨", "师傅", "奶奶", "爷爷", "大爷", "大妈", "大伯", "阿婆", "同学", "医生"])
BEFORE_NAME = frozenset(["x", "p", "c", "v", "uj", "ul", "m", "nr", "t", "f"])
SAYING = frozenset("说称讲问笑提")
NEVER_IN_ORGANIZATION = frozenset(["p", "d", "ad", "ul", "uj", "r"])
DOT = re.compile("[·•・](?<=[\u4e00-\u9fff].)(?=[\u4e00-\u9fff])")
DOCTRINE = re.compile("理论|思想|主义|牌(?!子)|新时代中国特色|式")
STRAY_END = re.compile("[说摄向对为在和与将曾把被从从及等]$")
OFFICE_OF_PLACE = re.compile("[委府]")
CLOSES = frozenset("，。、；：！？）)”」》 \u3000\n")
AGENCY = re.compile("新华社|中新社|本报")
PARTY_BODY = re.compile("(?:党委|党组|党总支|党支部|团委)$")
PARTY_OFFICE = re.compile("副?书记|委员|第一书记")
ANONYMOUS = re.compile("某(?:某|[甲乙丙丁])?(?![些种个一项地])")
NOT_HAN = re.compile("[^\u4e00-\u9fff·・•.．—\\-A-Za-zＡ-Ｚａ-ｚ 0-9０-９]")


@cache
def _not_names() -> dict[str, frozenset[str]]:
    """Return words that are never a name of a kind."""
    return {kind: frozenset(words) for kind, words in read_groups("not_names.tsv").items()}


@cache
def _ordinary_words() -> frozenset[str]:
    return frozenset(read_words("ordinary_words.txt"))


@cache
def _polite_pattern() -> re.Pattern:
    return re.compile(f"{one_of(polite_words() - {'某', '某某'})}$")


@cache
def _polite_start() -> re.Pattern:
    return re.compile(f"副?{one_of(word for word in polite_words() if len(word) > 1 and word != '某某')}")


@cache
def _surname_before_polite() -> re.Pattern:
    words = one_of(polite_words() - {"某", "某某"})
    firsts = "".join(sorted({word[0] for word in polite_words()}))
    known = surnames()
    # (?=[..]): most characters that are surnames are none here, which the next character alone can tell
    return re.compile(f"[{''.join(sorted(known.common))}](?=[{firsts}副某])(?:副?{words}|某(?:某|[甲乙丙丁])?(?![些种个一项地]))")


def mended(words: Words, found: Iterable[Piece]) -> list[Piece]:
    """Return the pieces with their edges mended, those left out that are no names, surnames before polite words added."""
    out: list[Piece] = []
    for piece in found:
        out.extend(MENDERS[piece.kind](words, piece))
    if bare := list(bare_surnames(words)):
        taken = {at for piece in out for at in range(piece.start, piece.end)}
        out.extend(piece for piece in bare if piece.start not in taken)
    return sorted(out)


def mend_person(words: Words, piece: Piece) -> Iterator[Piece]:
    """Yield the person with the edges that the words around have, without a polite word; nothing where it is no name after all."""
    text, sure = words.text, piece.sure
    start, end = at_word_edges(words, piece)
    name = text[start:end]
    if NOT_HAN.search(name) or name in _not_names()["person"] or DOCTRINE.match(text, end) or name[-1] == "牌":
        return
    if name[-1] in LANDFORMS and len(name) > 2 and name_characters()["last"].get(name[-1], 0) < 2:
        yield Piece(start, end, "place", sure)
        return
    index = words.index_at(start)
    is_word = words.words[index] == name and words.tags[index] in PLAIN_TAGS and len(name) < 4
    is_word = is_word or name in _ordinary_words()
    if (is_word and (len(name) == 2 or sure < 0.7) or sure < wanted_of(name)) and not title_ends_at(text, start):
        return
    polite = _polite_pattern().search(name)
    if polite and polite.start():
        end = start + polite.start()
    elif end - start > 2 and STRAY_END.search(name) and (end == len(text) or text[end] in CLOSES):
        end -= 1
    if end - start == 1 and not (polite and name[0] in surnames().common) and text[end : end + 1] != "某":
        return
    if text[end : end + 1] == "某":
        end = ANONYMOUS.match(text, end).end() if ANONYMOUS.match(text, end) else end
    yield Piece(start, end, "person", sure)


def at_word_edges(words: Words, piece: Piece) -> tuple[int, int]:
    """Return where a person's name begins and ends by the words around: to the end of a word that is a name (周恩|来), before one that is not.

    >>> words = Words("区长李云川认为")
    >>> at_word_edges(words, Piece(2, 4, "person", 0.9)), at_word_edges(words, Piece(2, 6, "person", 0.9))
    ((2, 5), (2, 5))
    """
    text, start, end = words.text, piece.start, piece.end
    first, last = words.index_at(start), words.index_at(end - 1)
    begins, word = words.starts[first], words.words[first]
    after = begins + len(word)
    if begins == start and after > end and len(word) == 3 and looks_like_name(word):
        return start, after
    if text[start:end] in surnames().compound and name_characters()["last"].get(text[end : end + 1], 0) > 1:
        following = words.words[words.index_at(end)]
        if len(following) == 1 or following[1:] == "说":
            return start, end + 1
    polite = _polite_start().match(text, start + 1)
    if polite and polite.end() >= end - 1 and text[start] in surnames().common and polite.end() - end < 3:
        return start, start + 1
    if words.starts[last] > start and end - start < 5 and text[start] in surnames().common:
        begins, word, tag = words.starts[last], words.words[last], words.tags[last]
        after = begins + len(word)
        if after > end and word[-1] in SAYING and name_characters()["last"].get(text[end - 1], 0) > 1:  # 云川|说, which is no word
            return start, end
        if after > end:  # the name ends within a word: 李认|为, 余东|方
            return (start, begins) if tag in NEVER_IN_NAME else (start, after) if after - start < 4 else (start, end)
        fits = name_characters()["last"].get(word, 0) > 1 or piece.sure > 0.95 or end == len(text) or text[end] in CLOSES
        if begins + 1 == end and tag in NEVER_IN_NAME and not fits and looks_like_name(text[start:begins]) and words.tags[first] == "nr" and first == last - 1:
            return start, begins
    return start, end


def wanted_of(name: str) -> float:
    """Return how sure the tagger must be of a name: surer where few names are made of such characters (来说).

    >>> wanted_of("李云川") < wanted_of("来说")
    True
    """
    if name[-1] in NEVER_LAST and name_characters()["last"].get(name[-1], 0) < 2:
        return 1.1
    if name[:2] in surnames().compound:
        return LEAST
    if not looks_like_name(name) or len(name) > 3:
        foreign = name_characters()["foreign"]
        return LEAST if 3 * sum(foreign.get(char, 0) > 1 or char in "·•・" for char in name) > len(name) else 0.9
    return LEAST + (name[0] not in surnames().strong) * 0.1 + max(3 - fit_of(name), 0) * 0.08


def mend_place(words: Words, piece: Piece) -> Iterator[Piece]:
    """Yield the place's proper name; 云渡市 of 云渡市委 is 云渡, and 市委 the tail of an organisation."""
    text = words.text
    start, end = whole_words(words, without_leading(words, piece), piece.end)
    name = text[start:end]
    if len(name) > 2 and name[-1] in "省市县区州镇乡" and text[end : end + 1] == "委" and text[end : end + 2] != "委员":
        yield Piece(start, end - 1, "place", piece.sure)
        yield Piece(end - 1, end + 1, "organization", piece.sure)
        return
    if len(name) < 2 or piece.sure < LEAST or name[-1] == "号" or name in _not_names()["place"] or NOT_HAN.search(name):
        return
    index = words.index_at(start)
    some = divisions().get(name, ())
    if words.words[index] == name and words.tags[index] in ORDINARY and len(name) == 2 and all(d.name != name and d.level == "county" for d in some):
        return  # 富裕, 和平: a county's name without its rank, but the segmenter knows the word for something else
    yield Piece(start, end, "place", piece.sure)


def whole_words(words: Words, start: int, end: int) -> tuple[int, int]:
    """Return where a place begins and ends by the words around: with the rank that stands alone behind it, and not within a proper name."""
    text = words.text
    first = words.index_at(start)
    if words.starts[first] < start and not LEADING.match(words.words[first]) and words.tags[first] in ("nz", "ns", "nt") and len(words.words[first]) < 4:
        start = words.starts[first]
    last = words.index_at(end - 1)
    if HOMES.fullmatch(words.words[last]):
        end = words.starts[last] + len(words.words[last])
    if end < len(text) and text[end] in "市县区镇乡" and text[end - 1] not in "省市县区州镇乡" and words.words[words.index_at(end)] == text[end]:
        end += 1
    return start, end


def without_leading(words: Words, piece: Piece) -> int:
    """Return where a place or an organisation begins without a preposition that the segmenter took into it (从清浦|剧院)."""
    name = words.text[piece.start : piece.end]
    found = LEADING.match(name)
    return piece.start + 1 if found and name not in divisions() and name not in world() else piece.start


def mend_organization(words: Words, piece: Piece) -> Iterator[Piece]:
    """Yield the organisation; a news agency and the place of its dateline are two."""
    text, start, end = words.text, without_leading(words, piece), piece.end
    name = text[start:end]
    agency = AGENCY.match(name)
    if agency and len(name) > 3 and (name[3:] in world() or name[3:] in divisions()):
        yield Piece(start, start + 3, "organization", piece.sure)
        yield Piece(start + 3, end, "place", piece.sure)
        return
    if agency and name[3:4] == "发":
        yield Piece(start, start + 3, "organization", piece.sure)
        start += 4
    for index in range(words.index_at(start), words.index_at(end - 1)):
        if words.tags[index] in NEVER_IN_ORGANIZATION and words.starts[index] >= start:
            start = words.starts[index] + len(words.words[index])
    start += is_of_any(text, start)
    name = text[start:end]
    if not name:
        return
    own = PARTY_BODY.search(name)
    if own and own.start() and PARTY_OFFICE.match(text[end : end + 4]):
        end, name = start + own.start(), name[: own.start()]
    index = words.index_at(start)
    is_word = words.words[index] == name and len(name) < 4 and words.tags[index] in ("n", "v", "vn") and name not in organization_words()
    if is_word or name in _not_names()["organization"] or is_meeting(name) or len(name) < 2 and (not start or text[start - 1] in CLOSES):
        return
    yield Piece(start, end, "organization", piece.sure)


MENDERS = {"person": mend_person, "place": mend_place, "organization": mend_organization}


def bare_surnames(words: Words) -> Iterator[Piece]:
    """Yield surnames that stand before a polite word or 某 (王主任, 李某), and 老王, 小李: only where they begin a word."""
    text = words.text
    known = surnames()
    for match in _surname_before_polite().finditer(text):
        start, form = match.start(), match.group()
        index = words.index_at(start)
        word = words.words[index]
        if words.starts[index] != start or not (len(word) == 1 or form.startswith(word)):
            continue
        if form[1] == "某":
            yield Piece(start, match.end(), "person", 0.9)
        elif text[start] not in _not_names()["surname"] and (
            text[start] in known.strong or len(word) == len(form) > 2 or form[1:] in PERSONAL and (not index or words.tags[index - 1] in BEFORE_NAME)
        ):
            yield Piece(start, start + 1, "person", 0.9 if len(word) > 1 else 0.8)
    for match in FAMILIAR.finditer(text):
        start, end = match.span()
        index = words.index_at(start)
        last = words.index_at(end - 1)
        if words.starts[index] == start and words.starts[last] + len(words.words[last]) == end and text[end - 1] in known.strong:
            following = words.tags[last + 1] if last + 1 < len(words.tags) else "x"
            if following in BEHIND_NAME and match.group() not in _not_names()["person"]:
                yield Piece(start, end, "person", 0.8)


def misclassed(words: Words) -> Iterator[Piece]:
    """Yield words that the segmenter has among the words for times, and that are built like a name (周恩来)."""
    for index in [index for index, tag in enumerate(words.tags) if tag == "t" and len(words.words[index]) == 3]:
        word = words.words[index]
        if looks_like_name(word) and word[0] in surnames().strong and fit_of(word) > 3 and not TIME.search(word):
            yield Piece(words.starts[index], words.starts[index] + 3, "person", 0.95)


def dotted(words: Words, found: list[Piece]) -> Iterator[Piece]:
    """Yield names of several parts with points between them (拉吉夫·甘地): each part as the tagger or the words around have it."""
    text = words.text
    if not DOT.search(text):
        return
    begins = {piece.end: piece.start for piece in found if piece.kind != "organization"}
    ends = {piece.start: piece.end for piece in found if piece.kind != "organization"}
    begins |= {end: start for start, end in ends.items() for end in range(start + 1, ends[start]) if DOT.match(text, end)}
    ends |= {at + 1: piece.end for piece in found for at in range(piece.start, piece.end - 1) if DOT.match(text, at)}
    foreign = name_characters()["foreign"]

    def is_foreign(word: str) -> bool:
        return 2 * sum(char in foreign for char in word) >= len(word) and word.strip() != ""

    start = end = -1
    for match in DOT.finditer(text):
        at = match.start()
        left, right = begins.get(at, at), ends.get(at + 1, at + 1)
        index = words.index_at(at)
        while left == at or left > end and left in begins:
            if left in begins and left != at:
                left = begins[left]
            elif index > 0 and is_foreign(words.words[index - 1]) and at - words.starts[index - 1] < 8:
                index -= 1
                left = words.starts[index]
                break
            else:
                break
        index = words.index_at(at)
        while right == at + 1 and index + 1 < len(words.words) and is_foreign(words.words[index + 1]):
            right = words.starts[index + 1] + len(words.words[index + 1])
        while right in ends:
            right = ends[right]
        if left == at or right == at + 1:
            continue
        if left <= end:
            end = max(end, right)
            continue
        if end > 0:
            yield Piece(start, end, "person", 0.9)
        start, end = left, right
    if end > 0:
        yield Piece(start, end, "person", 0.9)
