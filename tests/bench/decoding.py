"""How often decode names the right encoding and gives the text back, by kind of text, encoding and length; and how fast it is.

    python -m tests.bench.decoding [--samples 100] [--chars 20 50 200 2000] [--peers] [--speed]

The kinds: prose of made newspapers and, where they are beside this checkout, of the shared real ones; tables of digits; lists of
names; prose between the marks of a web page; prose with rare characters, kana and half-width kana; prose whose first and last
character are cut in two. Traditional text comes from OpenCC where it is installed; without it the lines for Big5 and Big5-HKSCS
are left out. A sample is right when its encoding is named and its text comes back to the letter. One that is wrong and not
flagged is mojibake that nobody would notice: there must be none. ``--peers`` asks chardet and charset-normalizer as well.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tests.bench.make_pages import make_pages, words
from tests.shared import SHARED, require_shared
from transforms.decoding import UndecodableError, decode

SIMPLIFIED = ("utf-8", "utf-8-sig", "gb2312", "gbk", "gb18030", "utf-16", "utf-16-be-sig", "utf-16-le", "utf-16-be", "hz")
TRADITIONAL = ("utf-8", "big5", "big5hkscs", "gbk", "gb18030", "utf-16-le", "utf-16-be")
SAME = {
    "utf-8-sig": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf-16": "utf-16-le",
    "utf-16-be-sig": "utf-16-be",
    "big5hkscs": "big5",
    "cp950": "big5",
    "big5-hkscs": "big5",
    "hz-gb-2312": "hz",
    "ascii": "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "iso2022-cn": "hz",
}
"""Encodings that are a part of, or a marked form of, another, and the names that peers give them."""
RARE = "喆堃彧珺瑀淼焱垚犇镕旸昉翀骎頔堉龑赟晞煊𠮷䶮㛃𫖯々〇囍槑玥珏"
KANA = "のアイスクリームﾊﾝｶｸｶﾅをひらがな"
HONG_KONG = "嘅啲喺咗嗰冇嚟佢哋唔係啱嘢嘥㗎埗邨涌滘"

Answer = tuple[str, str, str | None]
"""Text, encoding, and what is doubtful."""
Detector = Callable[[bytes], Answer]


# --- texts --------------------------------------------------------------------------------------------------------------


def made_news(rng: random.Random, n_chars: int) -> str:
    """Return so many characters of made newspaper pages."""
    return cut_from(made_pages(), rng, n_chars)


def real_news(rng: random.Random, n_chars: int) -> str:
    """Return so many characters of a shared newspaper page."""
    return cut_from(shared_pages(), rng, n_chars)


def cut_from(texts: list[str], rng: random.Random, n_chars: int) -> str:
    """Return a cut of one of the texts."""
    text = rng.choice(texts)
    start = rng.randrange(max(len(text) - n_chars, 1))
    return text[start : start + n_chars]


def made_pages(pages: list[str] = []) -> list[str]:  # noqa: B006 made once
    """Return made pages, several to a text."""
    if not pages:
        made = [text for _, text, _ in islice(make_pages(7), 60)]
        pages += ["\n".join(made[i : i + 4]) for i in range(0, len(made), 4)]
    return pages


def shared_pages(pages: list[str] = []) -> list[str]:  # noqa: B006 read once
    """Return the shared newspaper pages, none where they are not beside this checkout."""
    if not pages:
        read = [path.read_text("utf-8") for path in sorted(Path(SHARED, "press", "clean").glob("*.txt"))]
        pages += [text for text in read if len(text) > 2000]
    return pages


def name(rng: random.Random) -> str:
    """Return an invented name."""
    lists = words()
    return rng.choice(lists["surnames"]) + "".join(rng.choice(lists["given"]) for _ in range(rng.randint(1, 2)))


def names(rng: random.Random, n_chars: int) -> str:
    """Return lists of names, as under an award or a notice."""
    text = ""
    while len(text) < n_chars:
        text += (
            rng.choice(("", "拟录用人员名单\n", "优秀志愿者\n"))
            + rng.choice(("、", "　", " ", "\n")).join(name(rng) for _ in range(12))
            + "\n"
        )
    return text[:n_chars]


def table(rng: random.Random, n_chars: int) -> str:
    """Return a table of digits with few characters in it."""
    text = ""
    while len(text) < n_chars:
        cells = (f"{rng.uniform(0, 9999):,.2f}", f"{rng.random():.1%}", f"{rng.randint(1, 31)}日", f"{rng.randint(0, 99999)}")
        text += f"{name(rng)}\t" + "\t".join(cells) + rng.choice(("\n", "\r\n", "元\n", " 吨\n"))
    return text[:n_chars]


def web(rng: random.Random, n_chars: int) -> str:
    """Return prose between the marks of a web page; most of it is ASCII."""
    text = ""
    while len(text) < n_chars + 200:
        text += (
            f'<div class="p{rng.randint(1, 99)}"><a href="http://www.example.com/content/{rng.randint(10**6, 10**7)}.html?id={rng.random()}">'
            f"{made_news(rng, 20).strip()}</a>&nbsp;&gt;</div>\r\n"
        )
    return cut_from([text], rng, n_chars)


def strange(rng: random.Random, n_chars: int, added: str = RARE + KANA) -> str:
    """Return prose, every twelfth character of it a rare one or kana."""
    text = list(made_news(rng, n_chars))
    for at in range(rng.randrange(12), len(text), 12):
        text[at] = rng.choice(added)
    return "".join(text)


def hong_kong(rng: random.Random, n_chars: int) -> str:
    """Return prose with Cantonese characters, which only Big5-HKSCS has."""
    return strange(rng, n_chars, HONG_KONG)


KINDS: dict[str, Callable[[random.Random, int], str]] = {
    "news, made": made_news,
    "news, real": real_news,
    "table": table,
    "names": names,
    "web page": web,
    "rare, kana": strange,
    "cut ends": made_news,
}


# --- samples ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """Bytes, and the text that they must give; of a sample that is cut, the first and last characters are not asked for."""

    text: str
    data: bytes
    is_cut: bool = False


def samples(kind: str, encoding: str, n_chars: int, rng: random.Random, convert: Callable[[str], str]) -> Iterator[Sample]:
    """Yield samples without end; what an encoding lacks is left out of the text."""
    while True:
        make = KINDS[kind] if kind != "rare, kana" or encoding != "big5hkscs" else hong_kong
        text = encodable(convert(make(rng, n_chars + n_chars // 4)), encoding)[:n_chars]
        if not any("\u4e00" <= char <= "\u9fff" for char in text):
            continue
        data = encoded(text, encoding)
        if kind != "cut ends" or encoding == "hz":
            yield Sample(text, data)
        elif encoding == "utf-8-sig" or encoding == "utf-16" or encoding == "utf-16-be-sig":
            yield Sample(text, data[:-1], True)
        elif encoding.startswith("utf-16"):
            yield Sample(text, data[2:-1], True)
        else:
            yield Sample(text, data[rng.randint(1, 2) : -1], True)


def encoded(text: str, encoding: str) -> bytes:
    """Return the text in an encoding; Python knows no UTF-16-BE that says so itself."""
    return b"\xfe\xff" + text.encode("utf-16-be") if encoding == "utf-16-be-sig" else text.encode(encoding)


def encodable(text: str, encoding: str) -> str:
    """Return what of a text the encoding has."""
    codec = {"hz": "gb2312", "utf-16-be-sig": "utf-16-be"}.get(encoding, encoding)
    kept = text.encode(codec, "ignore").decode(codec)
    return kept.replace("~", "").replace("\r", "") if encoding == "hz" else kept


def is_right(sample: Sample, encoding: str, found: str, found_encoding: str) -> bool:
    """Say whether encoding and text came back; signs that GB2312, GBK and Big5 give other code points count as the same."""
    if alike(found_encoding) != alike(encoding):
        return False
    twins = str.maketrans("\u30fb\u2015\u2027\u2550\u00a8\u22ef", "\u00b7\u2014\u00b7\u2550\u00a8\u2026")
    text, found = sample.text.translate(twins), found.translate(twins)
    return text[4:-4] in found if sample.is_cut else found == text


def alike(encoding: str) -> str:
    """Return the encoding that one is a part of, by the name that decode gives it."""
    name = encoding.lower().replace("_", "-")
    return SAME.get(name, name)


def byte_lost(text: str, encoding: str, rng: random.Random) -> bytes:
    """Return bytes of which one that is not ASCII is missing somewhere."""
    data = encoded(text, encoding)
    high = [at for at, byte in enumerate(data) if byte > 127]
    at = rng.choice(high)
    return data[:at] + data[at + 1 :]


def two_encodings(text: str, encoding: str, rng: random.Random) -> bytes:
    """Return bytes whose last third is in another encoding."""
    other = rng.choice([name for name in ("utf-8", "gbk", "big5") if alike(name) != alike(encoding)])
    cut = 2 * len(text) // 3
    return encoded(text[:cut], encoding) + encodable(text[cut:], other).encode(other)


def read_wrongly(text: str, encoding: str, rng: random.Random) -> bytes:
    """Return UTF-8 of what somebody before us read in a wrong encoding."""
    wrong = rng.choice([name for name in ("gbk", "big5", "latin-1", "cp1252") if alike(name) != alike(encoding)])
    return encoded(text, encoding).decode(wrong, "replace").encode()


DAMAGES: dict[str, Callable[[str, str, random.Random], bytes]] = {
    "byte lost": byte_lost,
    "two encodings": two_encodings,
    "read wrongly": read_wrongly,
}
DAMAGED = ("utf-8", "gbk", "big5")
"""Encodings whose damaged samples are asked for."""


# --- detectors ----------------------------------------------------------------------------------------------------------


def dibao(data: bytes) -> Answer:
    """Return what decode makes of the bytes."""
    try:
        found = decode(data)
    except UndecodableError as error:
        return "", "", str(error)
    return found.text, found.encoding, found.doubtful


def chardet(data: bytes) -> Answer:
    """Return what chardet makes of the bytes."""
    from chardet import detect

    return read_as(data, detect(data)["encoding"])


def charset_normalizer(data: bytes) -> Answer:
    """Return what charset-normalizer makes of the bytes."""
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return read_as(data, best and best.encoding)


def read_as(data: bytes, encoding: str | None) -> Answer:
    """Return the text in an encoding that a peer names; one that does not fit is a doubt."""
    name = encoding or "ascii"
    if alike(name) == "utf-16-le" and data.startswith(b"\xfe\xff"):
        name = "utf-16-be"  # peers say UTF-16 of what has a mark, which is right
    codec = "gb18030" if alike(name) == "gb18030" else "big5hkscs" if alike(name) == "big5" else name
    try:
        text = data.decode(codec, "replace").removeprefix("\ufeff")
    except LookupError:
        return "", name, "no such codec"
    return text, name, "replaced" if "\ufffd" in text else None


def peers() -> dict[str, Detector]:
    """Return the peers that are installed."""
    found = {}
    for name, detector in (("chardet", chardet), ("charset_normalizer", charset_normalizer)):
        try:
            __import__(name)
        except ImportError:
            print(f"{name} is not installed")
        else:
            found[name] = detector
    return found


# --- figures ------------------------------------------------------------------------------------------------------------


def converter() -> Callable[[str], str] | None:
    """Return a converter to traditional characters, None where OpenCC is not installed."""
    try:
        from opencc import OpenCC
    except ImportError:
        return None
    return OpenCC("s2t").convert


def measure(detector: Detector, kind: str, encoding: str, n_chars: int, n_samples: int, convert) -> Counter[str]:
    """Return how many samples came back right, how many were wrong without a word, how many were flagged, and the CPU seconds."""
    rng = random.Random(f"{kind} {encoding} {n_chars}")
    found: Counter[str] = Counter()
    for sample in islice(samples(kind, encoding, n_chars, rng, convert), n_samples):
        started = time.process_time()
        text, named, doubt = detector(sample.data)
        found["seconds"] += time.process_time() - started
        right = is_right(sample, encoding, text, named)
        found["right"] += right
        found["silent"] += not right and doubt is None
        found["flagged"] += doubt is not None
        found["samples"] += 1
    return found


def scripts() -> Iterator[tuple[str, tuple[str, ...], Callable[[str], str]]]:
    """Yield the scripts: label, encodings, and what turns simplified text into it."""
    yield "", SIMPLIFIED, str
    if convert := converter():
        yield ", traditional", TRADITIONAL, convert


def print_tables(detectors: dict[str, Detector], n_samples: int, lengths: list[int]) -> None:
    """Print a table per length: a line per encoding, a column per kind of text, percent right."""
    kinds = [kind for kind in KINDS if kind != "news, real" or shared_pages()]
    for who, detector in detectors.items():
        for n_chars in lengths:
            total: Counter[str] = Counter()
            print(f"\n{who}, {n_samples} samples of {n_chars} characters each: percent right (s: wrong and not flagged)")
            print(f"{'':26}" + "".join(f"{kind:>12}" for kind in kinds) + "   flagged")
            for label, encodings, convert in scripts():
                for encoding in encodings:
                    cells = [measure(detector, kind, encoding, n_chars, n_samples, convert) for kind in kinds]
                    line = "".join(
                        f"{100 * cell['right'] / n_samples:7.1f}" + (f" s{cell['silent']:<3}" if cell["silent"] else " " * 5)
                        for cell in cells
                    )
                    flagged = sum(cell["flagged"] for cell in cells) / (n_samples * len(cells))
                    print(f"{encoding + label:26}{line}   {flagged:6.1%}", flush=True)
                    for cell in cells:
                        total += cell
            print(
                f"together {100 * total['right'] / total['samples']:.2f} % of {total['samples']} right, {total['silent']} wrong and not flagged, "
                f"{1000 * total['seconds'] / total['samples']:.2f} ms a sample"
            )


def print_damaged(detectors: dict[str, Detector], n_samples: int, lengths: list[int]) -> None:
    """Print how many damaged samples are flagged: no reading of them is right, so each must be."""
    for who, detector in detectors.items():
        for n_chars in lengths:
            print(f"\n{who}, damaged, {n_samples} samples of {n_chars} characters each: percent flagged")
            print(f"{'':26}" + "".join(f"{damage:>16}" for damage in DAMAGES))
            for label, encodings, convert in scripts():
                for encoding in encodings:
                    if encoding in DAMAGED:
                        cells = (flagged(detector, damage, encoding, n_chars, n_samples, convert) for damage in DAMAGES)
                        print(f"{encoding + label:26}" + "".join(f"{100 * cell:16.1f}" for cell in cells), flush=True)


def flagged(detector: Detector, damage: str, encoding: str, n_chars: int, n_samples: int, convert) -> float:
    """Return the share of damaged samples that are flagged."""
    rng = random.Random(f"{damage} {encoding} {n_chars}")
    found = samples("news, made", encoding, n_chars, rng, convert)
    return sum(detector(DAMAGES[damage](sample.text, encoding, rng))[2] is not None for sample in islice(found, n_samples)) / n_samples


def print_speed(detectors: dict[str, Detector]) -> None:
    """Print the MB that are read in a CPU second, a page and a megabyte at a time."""
    rng = random.Random(1)
    print(f"\nMB per CPU second{'page of 8 kB':>20}{'1 MB':>10}")
    for who, detector in detectors.items():
        for label, encodings, convert in scripts():
            for encoding in encodings:
                text = encodable(convert(made_news(rng, 4000)), encoding)
                page, large = encoded(text, encoding), encoded(text * 100, encoding)
                print(f"{who + ' ' + encoding + label:36}{speed(detector, page, 100):10.1f}{speed(detector, large, 2):10.1f}")


def speed(detector: Detector, data: bytes, n_times: int) -> float:
    """Return the MB that a detector reads in a CPU second."""
    started = time.process_time()
    for _ in range(n_times):
        detector(data)
    return n_times * len(data) / 1e6 / (time.process_time() - started)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--samples", type=int, default=100)
    arguments.add_argument("--chars", type=int, nargs="+", default=[20, 50, 200, 2000])
    arguments.add_argument("--peers", action="store_true", help="ask chardet and charset-normalizer as well, where they are installed")
    arguments.add_argument("--speed", action="store_true", help="measure speed only")
    wanted = arguments.parse_args()
    detectors = {"dibao": dibao, **(peers() if wanted.peers else {})}
    if not wanted.speed:
        print_tables(detectors, wanted.samples, wanted.chars)
        print_damaged(detectors, wanted.samples, [n for n in wanted.chars if n >= 200])
    print_speed(detectors)


if __name__ == "__main__":
    require_shared()
    main()
