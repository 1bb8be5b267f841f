"""Candidate keywords of an article: phrases, neither fragments nor digits.

How it works. The segmenter (rjieba, whose dictionary comes with it) cuts the text into tagged words; each tag becomes one
letter, and a regular expression over the letters finds the runs of words that can make a noun phrase. A phrase that is
said once is a candidate as printed, if it is not too long; of what is said several times, each part of a run counts,
and a part that nearly always stands inside one and the same longer phrase is left out in favour of that phrase (the idea of C-value:
Frantzi, Ananiadou, Mima 2000). A word the segmenter does not know falls into pieces (沁芳花园: 沁, 芳, 花园), which shows by
a letter having the same neighbour every time: such pieces are put together first. Quoted terms (“隐形冠军”) are
candidates as printed. ``data/stop_terms.txt`` lists what says nothing by itself.

Which of its candidates tell an article from the rest of the warehouse, only the warehouse knows: ``weigh``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import repeat
from math import log

from transforms.lexicons import read_groups
from transforms.records import Name, Term
from transforms.text.characters import fold
from transforms.text.segmentation import Words, segmented

MIN_CHARS, MAX_CHARS, MAX_WORDS = 2, 12, 5
"""Characters and words of a term: longer runs are clauses."""
MIN_CONFIDENCE, MAX_NAME_CHARS = 0.6, 20
"""Confidence of a name that is never taken apart, and its characters at most."""
SHARE_WITHIN = 0.7
"""Share of its occurrences within one longer phrase from which a part is left out in its favour: by hand, after the idea of C-value."""
MAX_TERMS = 40
"""Terms of an article that are kept as candidates: keywords have at most twelve of them."""
SATURATION = 1.2
"""How fast a repeated term stops to count more: the usual k1 of BM25."""
USUAL_TERMS = 60
"""Terms of an article of usual length, by which others are measured: by hand."""
# Word classes of the segmenter that can stand in a noun phrase: N noun, P place, V verb used as a noun, B what only stands
# before a noun, E Latin letters, L set phrase, G part of a word. R, a person's name, stands alone; the segmenter also takes
# many an unknown word for a name, so one that ends like a place or an institution counts as N.
CLASSES = {
    "n": "N", "nz": "N", "nt": "N", "j": "N", "s": "N", "ns": "P", "nr": "R", "nrt": "R", "nrfg": "R",
    "vn": "V", "an": "V", "b": "B", "eng": "E", "l": "L", "ng": "G", "k": "G",
}  # fmt: skip
CLASSES_LAST, CLASSES_ALONE = frozenset("NPVELGR"), frozenset("NPELR")
PHRASE_CLASSES = re.compile("[NPVBELG]+|R")
NOT_A_PERSON = frozenset("区县市镇乡村街路园站证局厅馆院校桥河山寺厂港湖岛库塔业器机")
QUOTED_TERM = re.compile("[“「]([^“”「」，,。！？；：、\\s]{2,8})[”」]")
WORD = re.compile("[\u3400-\u9fffA-Za-z][\u3400-\u9fffA-Za-z0-9·+＋-]*")
NUMERAL_WORD = re.compile("[〇零一二三四五六七八九十百千万亿两几数第年月日时分秒半初]+")
NEVER_FIRST_IN_TERM, NEVER_LAST = frozenset("的了和与及在是为将对从由把被因至以等各该本此个"), frozenset("的了和与及在是为将对从把被等们")


@cache
def _stop_words() -> tuple[frozenset[str], frozenset[str]]:
    """Return what is no term by itself, and what no phrase begins with."""
    groups = read_groups("stop_terms.txt")
    return frozenset(groups["alone"]), frozenset(groups["first"])


def find_terms(text: str, headline: str | None = None, names: Sequence[Name] = ()) -> list[Term]:
    """Return the candidate keywords of an article with how often the text has them, most telling first, at most forty.

    What is said only once is kept where the headline has it, where it stands in quotation marks, or where it is one of
    ``names`` (those of the same text), which are never taken apart. Words are those of the reading text; digits and stop words alone are left out.

    >>> [term.term for term in find_terms("沁芳花园的居民选了物业公司。新的物业公司接手了沁芳花园。")][:2]
    ['沁芳花园', '物业公司']
    """
    text, headline = fold(text), fold(headline or "")
    named = [name for name in names if not name.roles and len(name.text) > 1 and name.confidence >= MIN_CONFIDENCE]
    texts = [text[name.char_start : name.char_end] for name in named]
    words, tags = _with_names(segmented(text), named)
    counted, whole = _count_phrases(*_put_together(words, _classify(words, tags)))
    whole |= dict.fromkeys(texts, 1)
    entities = {name for name, one in zip(texts, named, strict=True) if len(name) <= MAX_NAME_CHARS and one.kind != "place"}
    chosen = {term: n for term, n in counted.items() if n > 1 or term in entities or (term in whole and term in headline)}
    chosen = {term: n for term, n in chosen.items() if _tells(term)}
    chosen = _without_parts(chosen)
    chosen.update((term, text.count(term)) for term in _quoted(text))
    order = sorted(chosen, key=lambda term: (-chosen[term] * len(term) ** 0.5 * (2 if term in headline else 1), term))
    return [Term(term, chosen[term]) for term in order[:MAX_TERMS]]


def weigh(n: int, n_terms: int, df: int, n_articles: int) -> float:
    """Return how much a term tells about its article: the saturated frequency times the information of meeting it.

    ``n`` times in the article, ``n_terms`` candidates (sum of n) in the article, ``df`` articles of the warehouse that
    have the term, of ``n_articles``. The same in SQL: ``n / (n + 1.2 * (0.25 + 0.75 * n_terms / 60.0)) * ln(1 + (n_articles + 1) / df)``;
    60 is the usual number of candidates of an article. Never negative; with one article in the warehouse the frequency
    decides alone (BM25's term weight, with an inverse frequency that cannot become negative).

    >>> weigh(3, 60, 2, 1000) > weigh(3, 60, 500, 1000) and weigh(3, 60, 2, 1000) > weigh(1, 60, 2, 1000)
    True
    """
    return n / (n + SATURATION * (0.25 + 0.75 * n_terms / USUAL_TERMS)) * log(1 + (n_articles + 1) / df)


def _with_names(words: Words, names: Sequence[Name]) -> tuple[list[str], list[str]]:
    """Return the words and their tags with each name as one word; of words that a name cuts, what is left is part of a word.

    >>> _with_names(Words("由清浦镇剧院"), [Name("organization", "清浦镇剧院", 1, 6, "清浦镇剧院", 0.9)])
    (['由', '清浦镇剧院'], ['p', 'nt'])
    """
    starts = [*words.starts, len(words.text)]
    texts: list[str] = []
    tags: list[str] = []

    def add(start: int, end: int) -> None:
        if start >= end:
            return
        first, last = bisect_right(starts, start) - 1, bisect_left(starts, end)
        place = len(texts)
        texts.extend(words.words[first:last])
        tags.extend(words.tags[first:last])
        if end < starts[last]:
            texts[-1], tags[-1] = texts[-1][: end - starts[last]], "g"
        if starts[first] < start:
            texts[place], tags[place] = texts[place][start - starts[first] :], "g"

    done = 0
    for name in names:
        if name.char_start >= done:
            add(done, name.char_start)
            texts.append(words.text[name.char_start : name.char_end])
            tags.append("nrt" if name.kind == "person" else "nt")
            done = name.char_end
    add(done, len(words.text))
    return texts, tags


def _classify(words: list[str], tags: list[str]) -> list[str]:
    """Return the classes of the words."""
    classes = list(map(CLASSES.get, tags, repeat("-")))
    for index in [index for index, tag in enumerate(tags) if tag == "nr"]:
        if len(words[index]) > 1 and words[index][-1] in NOT_A_PERSON:
            classes[index] = "N"
    return classes


def _put_together(words: list[str], classes: list[str]) -> tuple[list[str], list[str]]:
    """Return the words and their classes with those put together where a single letter, or what
    was taken for a person's name, is met several times and always beside the same word.

    >>> _put_together(["沁", "芳", "花园", "和", "沁", "芳", "花园"], list("GGN-GGN"))
    (['沁芳花园', '和', '沁芳花园'], ['N', '-', 'N'])
    """
    letters = Counter([word for word, sort in zip(words, classes, strict=True) if sort != "-" and (len(word) == 1 or sort == "R")])
    several = {letter for letter, n in letters.items() if n > 1}
    if not several:
        return words, classes
    met = [index for index, word in enumerate(words) if word in several]
    seams = [index for index in sorted({*met, *(index + 1 for index in met)}) if 0 < index < len(words) and classes[index] != "-"]
    beside = Counter([(words[index - 1], words[index]) for index in seams if classes[index - 1] != "-"])
    bound = {(word, after) for (word, after), n in beside.items() if n == letters.get(word) or n == letters.get(after)}
    joined: list[str] = []
    sorts: list[str] = []
    done = 0
    for index in [index for index in seams if (words[index - 1], words[index]) in bound]:
        joined += words[done:index]
        sorts += classes[done:index]
        done = index
        if len(joined[-1]) + len(words[index]) <= MAX_CHARS:
            joined[-1] += words[index]
            sorts[-1] = "N"
            done += 1
    return joined + words[done:], sorts + classes[done:]


def _count_phrases(every: list[str], sorts_of: list[str]) -> tuple[Counter, dict[str, int]]:
    """Return how often each part of each run is met, and of how many words each run is that stands whole."""
    phrases: list[str] = []
    never_first = _stop_words()[1]
    whole: dict[str, int] = {}
    classes = "".join(sorts_of)
    for run in PHRASE_CLASSES.finditer(classes):
        first, end = run.span()
        if end - first == 1:
            word = every[first]
            if classes[first] in CLASSES_ALONE and len(word) >= MIN_CHARS:
                phrases.append(word)
                whole[word] = 1
            continue
        words = every[first:end]
        sorts = classes[first:end]
        if len(words[0]) > 1 and words[0] not in never_first and "V" not in sorts[1:-1]:
            whole["".join(words)] = end - first
        for start, phrase in enumerate(words):
            if len(phrase) == 1 or phrase in never_first:
                continue
            if sorts[start] in CLASSES_ALONE and len(phrase) <= MAX_NAME_CHARS:
                phrases.append(phrase)
            for stop in range(start + 1, min(end - first, start + MAX_WORDS)):
                phrase += words[stop]
                if len(phrase) > MAX_CHARS:
                    break
                if sorts[stop] in CLASSES_LAST:
                    phrases.append(phrase)
    return Counter(phrases), whole


def _quoted(text: str) -> list[str]:
    return [quoted[1] for quoted in QUOTED_TERM.finditer(text) if WORD.fullmatch(quoted[1]) and _tells(quoted[1])]


def _tells(term: str) -> bool:
    """Return whether a term says something by itself."""
    return not (term[0] in NEVER_FIRST_IN_TERM or term[-1] in NEVER_LAST or term in _stop_words()[0] or NUMERAL_WORD.fullmatch(term))


def _without_parts(chosen: dict[str, int]) -> dict[str, int]:
    """Return the terms without those that (nearly) always stand inside one longer term."""
    several = {term: n for term, n in chosen.items() if n > 1}
    parts = {part for longer, m in several.items() for part in _parts_of(longer) if part in several and m >= SHARE_WITHIN * several[part]}
    return {term: n for term, n in chosen.items() if term not in parts}


def _parts_of(term: str) -> set[str]:
    """Return every piece of a term that can be a term, but the whole. Terms are short, so all of them together are few: no term is held
    against every other.

    >>> sorted(_parts_of("读书节"))
    ['书节', '读书']
    """
    return {term[start:end] for start in range(len(term)) for end in range(start + MIN_CHARS, len(term) + 1)} - {term}
