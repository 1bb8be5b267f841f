"""Bytes to text: which encoding the bytes are in, and how sure that is.

A byte order mark or strict UTF-8 decides at once. Else every encoding that Chinese papers come in, and the neighbours that are
mistaken for them, reads a sample; the reading whose characters are the most common in print wins. A misreading gives
characters that no newspaper prints, so the gap is wide, and where it is not, the result says ``doubtful``.

Who knows what a source is in may say so: such a hint settles what the bytes leave open. It never makes rubbish: where the bytes do
not bear it out, what they say counts, and the result says so.

GB2312 and GBK are parts of GB18030, so all three are read and reported as GB18030.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from os.path import commonprefix

import numpy as np

from transforms.lexicons import read_table

SAMPLE_BYTES = 4096
"""Bytes that every encoding reads for comparison."""
CLEAR_WEIGHT = 7.5
"""Mean weight at or below which a reading is Chinese beyond doubt; right readings have 5.5 to 7, wrong ones 9 to 18."""
READABLE_WEIGHT = 9.0
"""Mean weight above which a reading is reported as doubtful."""
DOUBTFUL_MARGIN = 0.8
"""A reading that is ahead of the next one by less than this is reported as doubtful."""
FEW_CHARS = 6
"""With fewer non-ASCII characters than this, frequencies prove little."""
MAX_BROKEN = 0.1
"""Share of characters that may be unreadable before the bytes are no text."""
RARE_CHARACTER, FOREIGN_CHARACTER, IMPOSSIBLE_CHARACTER = 13.0, 11.0, 20.0
"""Weights, minus the natural logarithm of how often one is printed (see the data file): of characters that are in no frequency list, of other scripts, of none at all."""
ASCII_WEIGHT = 7.0
"""Weight of text that is plain ASCII."""

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
BIG5 = ("big5", "big5hkscs")
FAMILIES = (
    ("gb18030",),
    BIG5,
    ("utf-16-le",),
    ("utf-16-be",),
    ("utf-8",),
    ("euc_jp", "euc_jisx0213"),
    ("cp932", "shift_jisx0213"),
    ("euc_kr", "cp949"),
    ("johab",),
)
"""Encodings that are tried, each with the larger one that holds what it lacks. Those after UTF-8 are no Chinese ones."""
MEANT = {
    "utf-8-sig": ("utf-8",),
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "big5": BIG5,
    "cp950": BIG5,
    "big5hkscs": BIG5,
    "utf-16": ("utf-16-le", "utf-16-be"),
    **{name: (name,) for family in FAMILIES if family != BIG5 for name in family},
    **{name: (name,) for name in ("hz", "iso2022_jp", "iso2022_kr", "utf-32-le", "utf-32-be")},
}
"""What the names of encodings that a source may be said to be in, as Python has them, stand for."""
LANGUAGE_OF_ENCODING = {
    "euc_jp": "Japanese",
    "euc_jisx0213": "Japanese",
    "cp932": "Japanese",
    "shift_jisx0213": "Japanese",
    "iso2022_jp": "Japanese",
    "euc_kr": "Korean",
    "cp949": "Korean",
    "johab": "Korean",
    "iso2022_kr": "Korean",
}
SIGNATURES = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"PAR1", "a Parquet file"),
)
SHIFTED = ("gb18030", "big5", "big5hkscs")
"""Encodings in which a lost byte shifts all that follows, up to the next ASCII character."""
ESCAPED = re.compile(r"~\{(?:[!-w][!-~])+(?:~\}|\n|$)")
"""A passage of HZ: pairs of bytes between ``~{`` and ``~}``."""
HIGH_RUN = re.compile(rb"[\x80-\xff][\x40-\xff]*")
SYNC = re.compile(rb"[\t\n\r -/:-?][\x80-\xff]")
"""An ASCII character that is no part of another, and what follows it: here a character begins for certain."""
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
HIGH = re.compile(rb"[\x80-\xff]")
MENDED = ("锟斤拷", "烫烫烫", "屯屯屯")


class UndecodableError(ValueError):
    """The bytes are no text in any encoding that is known; the message says why in words."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Raw text as decoded, without byte order mark; line breaks are as they came.

    ``n_replaced`` byte sequences could not be decoded and stand as U+FFFD. ``doubtful`` says what speaks against the
    reading, None where nothing does.
    """

    text: str
    encoding: str
    n_replaced: int
    doubtful: str | None = None


class EncodingError(ValueError):
    """A hint names no encoding that is known; the message says which are."""


def decode(data: bytes, hints: Sequence[str] = ()) -> Decoded:
    """Return the text of a raw file and the encoding it is in; ``hints`` are encodings that its source is said to be in.

    Reads UTF-8, UTF-16 and UTF-32 with or without byte order mark (UTF-32 with), GB18030 (so GBK and GB2312), Big5,
    Big5-HKSCS and HZ. Japanese and Korean encodings are recognised, read, and reported as doubtful. Nothing in the text is
    changed: line breaks, NUL and odd characters stay. A hint settles what the bytes leave open; where it does not fit, the bytes
    count and ``doubtful`` says so. Raises UndecodableError for no bytes and for bytes that are no text, EncodingError for hints.

    >>> decode("云渡区今年新增绿地八万平方米。".encode("gbk"))
    Decoded(text='云渡区今年新增绿地八万平方米。', encoding='gb18030', n_replaced=0, doubtful=None)
    >>> decode("雲渡區今年新增綠地八萬平方米。".encode("big5")).encoding
    'big5'
    >>> decode("云渡区今年新增绿地".encode()[:-1])
    Decoded(text='云渡区今年新增绿�', encoding='utf-8', n_replaced=1, doubtful='1 byte sequence could not be decoded')
    >>> decode("渡口".encode("gbk")).doubtful, decode("渡口".encode("gbk"), ["gbk"]).doubtful
    ('only 2 characters speak for gb18030', None)
    >>> decode("云渡区今年新增绿地八万平方米。".encode(), ["gbk"]).doubtful
    'declared as gb18030, which does not fit: the bytes say utf-8'
    """
    decoded = hinted(data, expected(hints)) if hints else unhinted(data)
    return undone(decoded, data) if decoded.doubtful else decoded


MISREAD = (("latin-1", "gb18030"), ("cp1252", "gb18030"), ("gb18030", "utf-8"), ("latin-1", "utf-8"), ("cp1252", "utf-8"))
"""What text was taken for when it was saved, and what it was."""


def undone(decoded: Decoded, data: bytes) -> Decoded:
    """Return the text that was there before it was read in a wrong encoding and saved so, or of a file in two encodings, line by line; what was
    found where neither is sure. Raises UndecodableError where it is sure and characters are lost.

    >>> decode("云渡区今年新增绿地八万平方米，老渡口恢复通航。".encode("gbk").decode("latin-1").encode()).encoding
    'gb18030 read as latin-1'
    """
    if two := line_by_line(data):
        return two
    for taken_for, was in MISREAD:
        try:
            text = decoded.text.encode(taken_for).decode(was)
        except UnicodeError:
            continue
        if is_clear(text, was):
            return Decoded(text, f"{was} read as {taken_for}", 0, f"{was} that was read as {taken_for} and saved so: undone")
    if decoded.encoding == "utf-8" and "\ufffd" in decoded.text:
        text = decoded.text.replace("\ufffd", "").encode("gb18030", "ignore").decode("utf-8", "ignore")
        if (
            4 * len(text) > len(decoded.text)
            and weight_of(text[: SAMPLE_BYTES * 2], "utf-8")[0] < READABLE_WEIGHT < weight_of(decoded.text[: SAMPLE_BYTES * 2], "utf-8")[0]
        ):
            raise UndecodableError(
                "UTF-8 that was read as GBK and saved so: characters are lost, it cannot be undone; fetch the file again"
            )
    return decoded


def line_by_line(data: bytes) -> Decoded | None:
    """Return the text of a file that is in UTF-8 in some lines and in GB18030 in the others, None where it is not."""
    lines, encodings = [], set()
    for line in data.split(b"\n"):
        encoding = next((name for name in ("ascii", "utf-8", "gb18030") if strictly(line, name) is not None), None)
        if encoding is None:
            return None
        lines.append(line.decode(encoding))
        encodings.add(encoding)
    text = "\n".join(lines)
    if not {"utf-8", "gb18030"} <= encodings or not is_clear(text, "utf-8"):
        return None
    return Decoded(text, "utf-8, gb18030", 0, "two encodings in one file: each line was read in its own")


def is_clear(text: str, encoding: str) -> bool:
    """Return whether a text is Chinese beyond doubt."""
    weight, n_telling = weight_of(text[: SAMPLE_BYTES * 2], encoding)
    return weight <= CLEAR_WEIGHT and n_telling >= FEW_CHARS


def unhinted(data: bytes) -> Decoded:
    """Return what the bytes alone say."""
    if not data:
        raise UndecodableError("the file is empty")
    for start, what in SIGNATURES:
        if data.startswith(start):
            raise UndecodableError(f"the bytes are {what}, not text")
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return marked(data[len(mark) :], encoding)
    return unmarked(data)


def expected(hints: Sequence[str]) -> tuple[str, ...]:
    """Return the encodings that hints allow, by the names that ``decode`` reports. Raises EncodingError.

    >>> expected(["GB2312", "utf16"])
    ('gb18030', 'utf-16-le', 'utf-16-be')
    >>> expected(["latin1"])
    Traceback (most recent call last):
    transforms.decoding.EncodingError: unknown encoding 'latin1'; expected some of utf-8, gb18030 (so gbk, gb2312), big5, big5hkscs, utf-16, hz
    """
    allowed: dict[str, None] = {}
    for hint in hints:
        try:
            name = codecs.lookup(hint).name
        except LookupError:
            name = hint
        if name not in MEANT:
            raise EncodingError(f"unknown encoding {hint!r}; expected some of utf-8, gb18030 (so gbk, gb2312), big5, big5hkscs, utf-16, hz")
        allowed |= dict.fromkeys(MEANT[name])
    return tuple(allowed)


def hinted(data: bytes, allowed: Sequence[str]) -> Decoded:
    """Return the text of bytes that are said to be in one of some encodings; where these do not fit, what the bytes say counts, and is doubtful."""
    try:
        decoded = unhinted(data)
    except UndecodableError:
        if data and not data.startswith(tuple(start for start, _ in SIGNATURES)) and (declared := as_declared(data, allowed, None)):
            return declared
        raise
    if data.isascii() and decoded.encoding == "utf-8":
        return decoded
    if decoded.encoding in allowed:
        return decoded if is_settled(data) else decode_whole(data, decoded.encoding)
    if declared := as_declared(data, allowed, decoded):
        return declared
    doubt = f"declared as {', '.join(allowed)}, which does not fit: the bytes say {decoded.encoding}"
    return replace(decoded, doubtful="; ".join(filter(None, (doubt, decoded.doubtful))))


def as_declared(data: bytes, allowed: Sequence[str], decoded: Decoded | None) -> Decoded | None:
    """Return the text in that of the declared encodings that reads best, None where it reads worse than ``decoded``, which is what the bytes say."""
    if is_settled(data):
        return None
    weight, name = min(reading(data[: SAMPLE_BYTES * 2], name)[:2] for name in allowed)
    limit = max(READABLE_WEIGHT, weight_of(decoded.text[: SAMPLE_BYTES * 2], decoded.encoding)[0]) if decoded else READABLE_WEIGHT
    is_sure = decoded and not decoded.doubtful
    if weight > limit or is_sure and strictly(data, name) is None:
        return None
    return decode_whole(data, name, f"declared as {name}; the bytes alone would be taken for {decoded.encoding}" if is_sure else None)


def is_settled(data: bytes) -> bool:
    """Return whether no declaration can change how bytes are read: all are ASCII, or a byte order mark settles it."""
    return not HIGH.search(data) or data.startswith(tuple(mark for mark, _ in BYTE_ORDER_MARKS))


def marked(data: bytes, encoding: str) -> Decoded:
    """Return the text after a byte order mark; where the bytes do not bear it out, what they say counts."""
    if not data:
        raise UndecodableError("the file is empty but for its byte order mark")
    if fits(data, encoding):
        return decode_whole(data, encoding)
    decoded = unmarked(data)
    if decoded.encoding == encoding:
        return decoded
    doubt = f"the byte order mark says {encoding}, the bytes say {decoded.encoding}"
    return Decoded(decoded.text, decoded.encoding, decoded.n_replaced, "; ".join(filter(None, (doubt, decoded.doubtful))))


def fits(data: bytes, encoding: str) -> bool:
    """Say whether the bytes can be what their mark says: readable, or at least not far more readable as something else."""
    weight, _ = weight_of(data[: SAMPLE_BYTES * 4].decode(encoding, "replace"), encoding)
    if weight <= READABLE_WEIGHT or (encoding == "utf-8" and strictly(data, encoding) is not None):
        return True
    best = min(reading(data[:SAMPLE_BYTES], other)[0] for family in FAMILIES for other in family)
    return best > min(READABLE_WEIGHT, weight - 3)


def unmarked(data: bytes) -> Decoded:
    """Return the text of bytes that say nothing of themselves."""
    if (escaped := seven_bit(data)) is not None:
        return escaped
    if (text := strictly(data, "utf-8")) is not None and "\0" not in text:
        by_chance = weight_by_chance(text, data)
        if by_chance > CLEAR_WEIGHT:
            return judge(text, "utf-8", data, "gb18030 fits as well" if by_chance <= READABLE_WEIGHT else None)
    encoding, doubt = guess(data)
    return decode_whole(data, encoding, doubt)


def weight_by_chance(text: str, data: bytes) -> float:
    """Return how unlike print bytes are in GB18030 that may be UTF-8 by chance: few characters, and none of them Chinese.

    >>> weight_by_chance("ʱ", "时".encode("gbk")) < CLEAR_WEIGHT < READABLE_WEIGHT < weight_by_chance("café", "café".encode())
    True
    """
    weight, n_telling = weight_of(text[: SAMPLE_BYTES * 2], "utf-8")
    return reading(data, "gb18030")[0] if 0 < n_telling < FEW_CHARS * 4 and weight > READABLE_WEIGHT else IMPOSSIBLE_CHARACTER


def strictly(data: bytes, encoding: str) -> str | None:
    """Return the text, None where the bytes break the rules of the encoding."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def seven_bit(data: bytes) -> Decoded | None:
    """Return the text of HZ and of the ISO-2022 encodings, which hide everything in ASCII; None for all others."""
    if b"~{" not in data and b"\x1b$" not in data or HIGH.search(data):
        return None
    for encoding in ("hz",) if b"~{" in data else ("iso2022_jp", "iso2022_kr"):
        text = data.decode(encoding, "replace")
        weight, n_telling = weight_of(text[: SAMPLE_BYTES * 2], encoding)
        if n_telling and weight <= READABLE_WEIGHT and text.count("\ufffd") <= len(text) * MAX_BROKEN:
            return decode_whole(data, encoding)
        if n_telling and encoding == "hz" and "\ufffd" not in text and ESCAPED.search(data.decode("ascii")):
            return decode_whole(data, encoding, f"only {n_telling} characters speak for hz" if n_telling < FEW_CHARS else None)
    return None


def guess(data: bytes) -> tuple[str, str | None]:
    """Return the encoding whose reading of a sample is the most like print, and why that may be wrong.

    >>> guess("云渡区各街道".encode("utf-16-be"))
    ('utf-16-be', None)
    """
    first = HIGH.search(data)
    start = first.start() & ~1 if first else 0
    encoding, doubt = best_reading(data[start : start + SAMPLE_BYTES])
    if doubt and (sync := SYNC.search(data)):  # the first character may have been cut in two, and all that follows it is shifted
        start = sync.end() - 1 & ~1 if encoding.startswith("utf-16") else sync.end() - 1
        again, still = best_reading(data[start : start + SAMPLE_BYTES])
        if not still:
            return again, None
    return encoding, doubt


def best_reading(sample: bytes) -> tuple[str, str | None]:
    """Return the encoding whose reading of the sample is the most like print, and why that may be wrong."""
    ranked: list[tuple[float, str, int]] = []
    for family in FAMILIES:
        weight, encoding, n_telling = min((reading(sample, encoding) for encoding in family), key=lambda one: one[0])
        if weight <= CLEAR_WEIGHT and n_telling >= FEW_CHARS * 4:
            return encoding, foreign(encoding)
        ranked.append((weight, encoding, n_telling))
    ranked.sort(key=lambda one: one[0])
    (weight, encoding, n_telling), (other_weight, other, _) = ranked[:2]
    doubts = [foreign(encoding)]
    if weight > READABLE_WEIGHT:
        doubts.append(f"{encoding} fits best, yet what it gives does not read like Chinese")
    elif other_weight - weight < DOUBTFUL_MARGIN:
        doubts.append(f"{encoding} and {other} fit about equally well")
    elif n_telling < FEW_CHARS:
        doubts.append(f"only {n_telling} characters speak for {encoding}")
    return encoding, "; ".join(filter(None, doubts)) or None


def reading(sample: bytes, encoding: str) -> tuple[float, str, int]:
    """Return how unlike print an encoding's reading of the sample is, the encoding, and how many characters say so."""
    weight, n_telling = weight_of(sample.decode(encoding, "replace"), encoding)
    return weight, encoding, n_telling


def foreign(encoding: str) -> str | None:
    """Return the remark on an encoding that is no Chinese one.

    >>> foreign("cp949")
    'Korean text in cp949, not Chinese'
    """
    return f"{LANGUAGE_OF_ENCODING[encoding]} text in {encoding}, not Chinese" if encoding in LANGUAGE_OF_ENCODING else None


def decode_whole(data: bytes, encoding: str, doubt: str | None = None) -> Decoded:
    """Return the whole text in an encoding that is settled."""
    family = next((family for family in FAMILIES if encoding in family), (encoding,))
    if family == BIG5:
        return decode_whole_big5(data, doubt)
    for name in family[family.index(encoding) :]:
        if (text := strictly(data, name)) is not None and not is_cut(data, name):
            return judge(text, name, data, doubt or foreign(name))
    return judge(loosely(data, encoding), encoding, data, doubt or foreign(encoding))


def decode_whole_big5(data: bytes, doubt: str | None) -> Decoded:
    """Return the whole text in Big5, or where it has more, in Big5-HKSCS. The two disagree on kana and a few signs, which is said."""
    text, larger = (strictly(data, name) if not is_cut(data, name) else None for name in BIG5)
    if text is None and larger is None:
        name = min(BIG5, key=lambda name: loosely(data, name).count("\ufffd"))
        return judge(loosely(data, name), name, data, doubt)
    if text is None or larger is None or text == larger:
        return judge(larger or "", BIG5[1], data, doubt) if text is None else judge(text, BIG5[0], data, doubt)
    n = sum(a != b for a, b in zip(text, larger, strict=False))
    return judge(text, BIG5[0], data, doubt or f"{n} characters are others in {BIG5[1]}")


def is_cut(data: bytes, encoding: str) -> bool:
    """Say whether the first byte is the rest of a character that was cut in two: without it, what follows reads better by far.

    >>> is_cut("区政府工作报告".encode("gbk")[1:], "gb18030"), is_cut("区政府工作报告".encode("gbk"), "gb18030")
    (True, False)
    """
    if encoding not in SHIFTED or not (run := HIGH_RUN.match(data[: FEW_CHARS * 16])):
        return False
    as_is, shifted = (run[0][start:].decode(encoding, "replace") for start in (0, 1))
    n_same = len(commonprefix([as_is[::-1], shifted[::-1]]))  # where they agree again, nothing can be learned
    as_is, shifted = as_is[: len(as_is) - n_same], shifted[: len(shifted) - n_same]
    weight, n_telling = weight_of(shifted, encoding)
    return (n_telling > 2 or n_telling > 0 and "\ufffd" in as_is) and weight + 2 < weight_of(as_is, encoding)[0]


def loosely(data: bytes, encoding: str) -> str:
    """Return the text with U+FFFD for what cannot be decoded, the rest of a character that was cut in two among it."""
    return "\ufffd" + data[1:].decode(encoding, "replace") if is_cut(data, encoding) else data.decode(encoding, "replace")


def judge(text: str, encoding: str, data: bytes, doubt: str | None = None) -> Decoded:
    """Return the text with what was replaced and what is doubtful. Raises UndecodableError where it is no text."""
    n_marks = text.count("\ufffd")
    n_printed = min(data.count("\ufffd".encode(encoding)), n_marks) if n_marks and encoding.startswith(("utf", "gb")) else 0
    n_replaced = n_marks - n_printed
    n_controls = count_controls(text)
    if n_controls > 1 + len(text) * MAX_BROKEN / 2:
        raise UndecodableError(f"{n_controls} of {len(text)} characters are control codes: binary data, not text")
    if n_replaced > 1 + len(text) * MAX_BROKEN:
        raise UndecodableError(
            f"{n_replaced} of {len(text)} characters cannot be read in {encoding}, which fits best: damaged, or of mixed encodings"
        )
    weight, n_telling = weight_of(text[: SAMPLE_BYTES * 2], encoding)
    if weight > RARE_CHARACTER and n_telling > FEW_CHARS and doubt:
        raise UndecodableError(f"no encoding gives readable text; {encoding} comes nearest")
    doubts = [
        doubt,
        n_replaced and f"{n_replaced} byte sequence{'s' * (n_replaced > 1)} could not be decoded",
        n_printed and f"{n_printed} characters were already lost before (U+FFFD)",
        n_controls and f"{n_controls} control characters",
        (strange := unlikely().search(text)) and f"a run of characters that hardly occurs in print: {strange[0][:12]}",
        encoding in SHIFTED
        and (stray := shift_pattern().search(text))
        and f"an odd character and a stray letter, as where a byte was lost: {stray[0]}",
        any(rubbish in text for rubbish in MENDED) and "an earlier conversion left rubbish (such as 锟斤拷)",
        not doubt
        and weight > READABLE_WEIGHT + 1
        and n_telling > FEW_CHARS
        and f"it decodes as {encoding}, yet does not read like Chinese",
    ]
    return Decoded(text, encoding, n_replaced, "; ".join(filter(None, doubts)) or None)


def count_controls(text: str) -> int:
    """Return how many control characters the text has, line breaks and tabs apart.

    >>> count_controls("日报\\t\\r\\n\\0")
    1
    """
    return sum(1 for _ in CONTROL.finditer(text)) if CONTROL.search(text) else 0


def characters_from(least: float) -> str:
    """Return the Chinese characters of at least that weight in Chinese print."""
    return "".join(map(chr, np.flatnonzero(weights_of_characters("Chinese")[0x4E00:0x9FA6] >= least) + 0x4E00))


@cache
def unlikely() -> re.Pattern[str]:
    """Return the pattern of four characters in a row that no list has: what a passage in another encoding turns into.

    >>> bool(unlikely().search("记者銖镐綔鐟板鍐涢"))
    True
    """
    rare, private = (
        characters_from(RARE_CHARACTER),
        "\ue000-\uf8ff",
    )  # one set of characters to begin with is searched for several times as fast as two
    return re.compile(f"[{rare}{private}](?:(?<=[{rare}])[{rare}]{{3,}}|(?<=[{private}])[{private}]+)")


@cache
def shift_pattern() -> re.Pattern[str]:
    """Return the pattern of an uncommon character and a lone ASCII character: what a lost byte makes of the two characters around it.

    >>> bool(shift_pattern().search("雷俊源強調,楞e垃圾分類")), bool(shift_pattern().search("卡拉OK"))
    (True, False)
    """
    return re.compile(f"[{characters_from(FOREIGN_CHARACTER)}\ue000-\uf8ff][@-~](?![ -~])")


@lru_cache(maxsize=4)  # what is guessed by a sample is judged by the same sample
def weight_of(text: str, encoding: str) -> tuple[float, int]:
    """Return the mean weight of the characters that are not plain ASCII, and how many there are.

    The weight of a character is minus its log-frequency in print: low for common ones.

    >>> weight_of("的一是", "utf-8")[0] < 6 < 12 < weight_of("鎴戝尯", "utf-8")[0]
    True
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    by_character = weights_of_characters(LANGUAGE_OF_ENCODING.get(encoding, "Chinese"))[codes]
    telling = by_character[by_character > 0]
    return (float(telling.mean(dtype=np.float64)), len(telling)) if len(telling) else (ASCII_WEIGHT, 0)


WEIGHT_OF_RANGE = (
    (0x00, 0x20, IMPOSSIBLE_CHARACTER),
    (0x7F, 0xA0, IMPOSSIBLE_CHARACTER),
    (0xA0, 0x3000, FOREIGN_CHARACTER),
    (0x3000, 0x3400, 9.5),
    (0x3400, 0x4E00, 15.0),
    (0x4E00, 0xA000, RARE_CHARACTER),
    (0xA000, 0xD800, 14.0),
    (0xD800, 0xF900, IMPOSSIBLE_CHARACTER),
    (0xF900, 0xFE30, 15.0),
    (0xFE30, 0xFE50, 10.0),
    (0xFE50, 0xFF00, 15.0),
    (0xFF00, 0xFF5F, 8.0),
    (0xFF5F, 0xFFE0, 15.0),
    (0xFFE0, 0xFFF0, 10.0),
    (0xFFF0, 0x10000, IMPOSSIBLE_CHARACTER),
    (0x1F000, 0x1FB00, 10.0),
    (0x20000, 0x2FA20, 15.0),
)
"""Ranges of code points (first, one past the last) and the weight of what no list has."""


@cache
def weights_of_characters(language: str) -> np.ndarray:
    """Return the weight of each code point for one language: Chinese print, and for the neighbours their own letters as well.

    One that no list has gets the weight of its kind; plain ASCII, which says nothing, has none.

    >>> weights_of_characters("Chinese")[0xE123] == IMPOSSIBLE_CHARACTER, weights_of_characters("Chinese")[ord("a")]
    (np.True_, np.float32(0.0))
    """
    table = np.full(0x110000, IMPOSSIBLE_CHARACTER, np.float32)
    for start, end, weight in WEIGHT_OF_RANGE:
        table[start:end] = weight
    lists = {"Chinese": ("character_weights.tsv",)}.get(language, ("character_weights.tsv", "neighbour_weights.tsv"))
    for name in lists:
        for *of, weight, chars in read_table(name):
            if not of or of == [language]:
                table[list(map(ord, chars))] = float(weight)
    table[[*range(0x09, 0x0E), *range(0x20, 0x7F)]] = 0.0
    return table
