"""Bytes to text: which encoding the bytes are in, and how sure that is.

A byte order mark or strict UTF-8 decides at once. Else every encoding that Chinese papers come in, and the neighbours that are
mistaken for them, reads a sample; the reading whose characters are the most common in print wins. A misreading gives
characters that no newspaper prints, so the gap is wide, and where it is not, the result says ``doubtful``.

GB2312 and GBK are parts of GB18030, so all three are read and reported as GB18030.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SAMPLE_BYTES = 4096
"""Bytes that every encoding reads for comparison."""
CLEAR = 7.5
"""Mean weight at or below which a reading is Chinese beyond doubt; right readings have 5.5 to 7, wrong ones 9 to 18."""
READABLE = 9.0
"""Mean weight above which a reading is reported as doubtful."""
MARGIN = 0.8
"""A reading that is ahead of the next one by less than this is reported as doubtful."""
FEW = 6
"""With fewer non-ASCII characters than this, frequencies prove little."""
MAX_BROKEN = 0.1
"""Share of characters that may be unreadable before the bytes are no text."""
RARE, FOREIGN, IMPOSSIBLE = 13.0, 11.0, 20.0
PLAIN = 7.0
"""Weight of text that is plain ASCII."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
FAMILIES = (
    ("gb18030",),
    ("big5", "big5hkscs"),
    ("utf-16-le",),
    ("utf-16-be",),
    ("utf-8",),
    ("euc_jp", "euc_jisx0213"),
    ("cp932", "shift_jisx0213"),
    ("euc_kr", "cp949"),
    ("johab",),
)
"""Encodings that are tried, each with the larger one that holds what it lacks. Those after UTF-8 are no Chinese ones."""
LANGUAGES = {
    "euc_jp": "Japanese", "euc_jisx0213": "Japanese", "cp932": "Japanese", "shift_jisx0213": "Japanese", "iso2022_jp": "Japanese",
    "euc_kr": "Korean", "cp949": "Korean", "johab": "Korean", "iso2022_kr": "Korean",
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
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
TELLING = re.compile(r"[^\t-\r\x20-\x7e]+")
HIGH = re.compile(rb"[\x80-\xff]")
MENDED = re.compile("锟斤拷|烫烫烫|屯屯屯")


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


def decode(data: bytes) -> Decoded:
    """Return the text of a raw file and the encoding it is in.

    Reads UTF-8, UTF-16 and UTF-32 with or without byte order mark (UTF-32 with), GB18030 (so GBK and GB2312), Big5,
    Big5-HKSCS and HZ. Japanese and Korean encodings are recognised, read, and reported as doubtful. Nothing in the text is
    changed: line breaks, NUL and odd characters stay. Raises UndecodableError for no bytes and for bytes that are no text.

    >>> decode("云渡区今年新增绿地八万平方米。".encode("gbk"))
    Decoded(text='云渡区今年新增绿地八万平方米。', encoding='gb18030', n_replaced=0, doubtful=None)
    >>> decode("雲渡區今年新增綠地八萬平方米。".encode("big5")).encoding
    'big5'
    >>> decode("云渡区今年新增绿地".encode()[:-1])
    Decoded(text='云渡区今年新增绿�', encoding='utf-8', n_replaced=1, doubtful='1 byte sequence could not be decoded')
    """
    if not data:
        raise UndecodableError("the file is empty")
    for start, what in SIGNATURES:
        if data.startswith(start):
            raise UndecodableError(f"the bytes are {what}, not text")
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return marked(data[len(mark) :], encoding)
    return unmarked(data)


def marked(data: bytes, encoding: str) -> Decoded:
    """Return the text after a byte order mark; where the bytes do not bear it out, what they say counts."""
    if not data:
        raise UndecodableError("the file is empty but for its byte order mark")
    if fits(data, encoding):
        return finish(data, encoding)
    found = unmarked(data)
    if found.encoding == encoding:
        return found
    doubt = f"the byte order mark says {encoding}, the bytes say {found.encoding}"
    return Decoded(found.text, found.encoding, found.n_replaced, "; ".join(filter(None, (doubt, found.doubtful))))


def fits(data: bytes, encoding: str) -> bool:
    """Say whether the bytes can be what their mark says: readable, or at least not far more readable as something else."""
    weight, _ = weigh(data[: SAMPLE_BYTES * 4].decode(encoding, "replace"), encoding)
    if weight <= READABLE or (encoding == "utf-8" and strictly(data, encoding) is not None):
        return True
    best = min(reading(data[:SAMPLE_BYTES], other)[0] for family in FAMILIES for other in family)
    return best > min(READABLE, weight - 3)


def unmarked(data: bytes) -> Decoded:
    """Return the text of bytes that say nothing of themselves."""
    if (escaped := seven_bit(data)) is not None:
        return escaped
    if (text := strictly(data, "utf-8")) is not None and "\0" not in text:
        return judge(text, "utf-8", data)
    encoding, doubt = guess(data)
    return finish(data, encoding, doubt)


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
        weight, n_telling = weigh(text[: SAMPLE_BYTES * 2], encoding)
        if n_telling and weight <= READABLE and text.count("\ufffd") <= len(text) * MAX_BROKEN:
            return finish(data, encoding)
    return None


def guess(data: bytes) -> tuple[str, str | None]:
    """Return the encoding whose reading of a sample is the most like print, and why that may be wrong.

    >>> guess("云渡区各街道".encode("utf-16-be"))
    ('utf-16-be', None)
    """
    first = HIGH.search(data)
    start = first.start() & ~1 if first else 0
    sample = data[start : start + SAMPLE_BYTES]
    ranked: list[tuple[float, str, int]] = []
    for family in FAMILIES:
        weight, encoding, n_telling = min((reading(sample, encoding) for encoding in family), key=lambda found: found[0])
        if weight <= CLEAR and n_telling >= FEW * 4:
            return encoding, foreign(encoding)
        ranked.append((weight, encoding, n_telling))
    ranked.sort(key=lambda found: found[0])
    (weight, encoding, n_telling), (other_weight, other, _) = ranked[:2]
    doubts = [foreign(encoding)]
    if weight > READABLE:
        doubts.append(f"{encoding} fits best, yet what it gives does not read like Chinese")
    elif other_weight - weight < MARGIN:
        doubts.append(f"{encoding} and {other} fit about equally well")
    elif n_telling < FEW:
        doubts.append(f"only {n_telling} characters speak for {encoding}")
    return encoding, "; ".join(filter(None, doubts)) or None


def reading(sample: bytes, encoding: str) -> tuple[float, str, int]:
    """Return how unlike print an encoding's reading of the sample is, the encoding, and how many characters say so."""
    weight, n_telling = weigh(sample.decode(encoding, "replace"), encoding)
    return weight, encoding, n_telling


def foreign(encoding: str) -> str | None:
    """Return the remark on an encoding that is no Chinese one.

    >>> foreign("cp949")
    'Korean text in cp949, not Chinese'
    """
    return f"{LANGUAGES[encoding]} text in {encoding}, not Chinese" if encoding in LANGUAGES else None


def finish(data: bytes, encoding: str, doubt: str | None = None) -> Decoded:
    """Return the whole text in an encoding that is settled."""
    family = next((family for family in FAMILIES if encoding in family), (encoding,))
    for name in family[family.index(encoding) :]:
        if (text := strictly(data, name)) is not None:
            return judge(text, name, data, doubt or foreign(name))
    return judge(data.decode(encoding, "replace"), encoding, data, doubt or foreign(encoding))


def judge(text: str, encoding: str, data: bytes, doubt: str | None = None) -> Decoded:
    """Return the text with what was replaced and what is doubtful. Raises UndecodableError where it is no text."""
    n_marks = text.count("\ufffd")
    n_printed = min(data.count("\ufffd".encode(encoding)), n_marks) if n_marks and encoding.startswith(("utf", "gb")) else 0
    n_replaced = n_marks - n_printed
    n_controls = count_controls(text)
    if n_controls > 1 + len(text) * MAX_BROKEN / 2:
        raise UndecodableError(f"{n_controls} of {len(text)} characters are control codes: binary data, not text")
    if n_replaced > 1 + len(text) * MAX_BROKEN:
        raise UndecodableError(f"{n_replaced} of {len(text)} characters cannot be read in {encoding}, which fits best: damaged, or of mixed encodings")
    weight, n_telling = weigh(text[: SAMPLE_BYTES * 2], encoding)
    if weight > RARE and n_telling > FEW and doubt:
        raise UndecodableError(f"no encoding gives readable text; {encoding} comes nearest")
    doubts = [
        doubt,
        n_replaced and f"{n_replaced} byte sequence{'s' * (n_replaced > 1)} could not be decoded",
        n_printed and f"{n_printed} characters were already lost before (U+FFFD)",
        n_controls and f"{n_controls} control characters",
        (strange := unlikely().search(text)) and f"a run of characters that hardly occurs in print: {strange[0][:12]}",
        MENDED.search(text) and "an earlier conversion left rubbish (such as 锟斤拷)",
        not doubt and weight > READABLE + 1 and n_telling > FEW and f"it decodes as {encoding}, yet does not read like Chinese",
    ]
    return Decoded(text, encoding, n_replaced, "; ".join(filter(None, doubts)) or None)


def count_controls(text: str) -> int:
    """Return how many control characters the text has, line breaks and tabs apart.

    >>> count_controls("日报\\t\\r\\n\\0")
    1
    """
    return sum(1 for _ in CONTROL.finditer(text)) if CONTROL.search(text) else 0


@cache
def unlikely() -> re.Pattern[str]:
    """Return the pattern of four characters in a row that no list has: what a passage in another encoding turns into.

    >>> bool(unlikely().search("记者銖镐綔鐟板鍐涢"))
    True
    """
    listed = weights("Chinese")
    rare = "".join(char for char in map(chr, range(0x4E00, 0x9FA6)) if listed[char] >= RARE)
    return re.compile(f"[{rare}]{{4,}}|[\ue000-\uf8ff]{{2,}}")


def weigh(text: str, encoding: str) -> tuple[float, int]:
    """Return the mean weight of the characters that are not plain ASCII, and how many there are.

    The weight of a character is minus its log-frequency in print: low for common ones.

    >>> weigh("的一是", "utf-8")[0] < 6 < 12 < weigh("鎴戝尯", "utf-8")[0]
    True
    """
    telling = "".join(TELLING.findall(text))
    if not telling:
        return PLAIN, 0
    weight_of = weights(LANGUAGES.get(encoding, "Chinese"))
    return sum(map(weight_of.__getitem__, telling)) / len(telling), len(telling)


class Weights(dict[str, float]):
    """Weight by character; one that no list has gets the weight of its kind."""

    def __missing__(self, char: str) -> float:
        weight = self[char] = kind_weight(ord(char))
        return weight


KINDS = (
    (0x00, 0x20, IMPOSSIBLE), (0x7F, 0xA0, IMPOSSIBLE), (0xA0, 0x3000, FOREIGN), (0x3000, 0x3400, 9.5), (0x3400, 0x4E00, 15.0),
    (0x4E00, 0xA000, RARE), (0xA000, 0xD800, 14.0), (0xD800, 0xF900, IMPOSSIBLE), (0xF900, 0xFE30, 15.0), (0xFE30, 0xFE50, 10.0),
    (0xFE50, 0xFF00, 15.0), (0xFF00, 0xFF5F, 8.0), (0xFF5F, 0xFFE0, 15.0), (0xFFE0, 0xFFF0, 10.0), (0xFFF0, 0x10000, IMPOSSIBLE),
    (0x1F000, 0x1FB00, 10.0), (0x20000, 0x2FA20, 15.0),
)
"""Ranges of code points (first, one past the last) and the weight of what no list has."""


def kind_weight(code: int) -> float:
    """Return the weight of a code point that no list has.

    >>> kind_weight(0xE123) == IMPOSSIBLE
    True
    """
    return next((weight for start, end, weight in KINDS if start <= code < end), IMPOSSIBLE)


@cache
def weights(language: str) -> Weights:
    """Return the weights for one language: Chinese print, and for the neighbours their own letters as well."""
    table = Weights()
    lists = {"Chinese": ("character_weights.tsv",)}.get(language, ("character_weights.tsv", "neighbour_weights.tsv"))
    for name in lists:
        for line in files("transforms").joinpath("data", name).read_text("utf-8").splitlines():
            if line.startswith("#"):
                continue
            *of, weight, chars = line.split("\t")
            if not of or of == [language]:
                table.update(dict.fromkeys(chars, float(weight)))
    return table
