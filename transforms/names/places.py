"""Places: their level, code and parent, and addresses down to street and house number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from transforms.lexicons.names import division_of_code, divisions, world
from transforms.names.tagging import Piece, Words
from transforms.records import Name

LEVELS = (
    ("site", ("高新区", "开发区", "经开区", "示范区", "保税区", "产业园", "工业园", "科技园", "园区", "公园", "广场", "机场", "火车站", "码头", "景区", "风景区", "大桥", "口岸")),
    ("village", ("村", "屯", "庄")),
    ("community", ("社区", "小区", "花园", "家园", "新村", "公寓", "佳苑", "花苑")),
    ("town", ("街道", "镇", "乡", "苏木")),
    ("street", ("路", "街", "大道", "巷", "弄", "胡同", "大街", "高速", "公路")),
    ("address", ("号", "号楼", "栋", "单元", "室", "幢")),
    ("water", ("江", "河", "湖", "海", "湾", "洋", "水库", "海峡", "运河", "塘", "港")),
    ("mountain", ("山", "岭", "峰", "山脉")),
    ("county", ("区", "县", "旗")),
    ("city", ("市", "州", "盟", "地区")),
    ("province", ("省", "自治区")),
    ("region", ("洲", "半岛", "高原", "平原", "盆地", "三角洲", "流域", "沿海", "大陆")),
)
STREET = re.compile("(?:路|街|大道|巷|弄|胡同)(?:[0-9０-９]{1,5}弄)?[0-9０-９]{1,5}\\s?号(?:楼|院)?(?:[0-9０-９]{1,4}(?:号楼|号|栋|幢|单元|室|楼))*")
ZONES = ("经开", "高新")
HOMES = re.compile("(?:(?:家园|花园|小区|新村|花苑|佳苑|公寓|社区|街道|村(?![民委]))+)")
PROPER_TAGS = frozenset(["ns", "nr", "nz"])
SURE, FAIR = 0.95, 0.75
COUNTED = re.compile("[各大小新老全本两三四五多几某该此每原跨乡城山地灾市郊牧]|.*地区$")
BUILDING = re.compile("[0-9０-９]{1,3}号楼")
NAME_TAGS = frozenset(["n", "ns", "nr", "nz", "nt", "nrt", "nrfg", "f", "j", "s", "b", "ng", "x", "vn", "a", "m"])
PEOPLES = (
    "(?:(?:维吾尔|哈萨克|柯尔克孜|塔吉克|蒙古)族?|(?:[壮回藏苗侗瑶彝黎畲羌满白傣佤水土怒京]|土家|布依|哈尼|拉祜|景颇|傈僳|纳西|独龙|撒拉|保安|东乡|裕固|达斡尔|"
    "仫佬|毛南|仡佬|布朗|普米|阿昌|德昂|基诺|高山|朝鲜|锡伯|鄂温克|鄂伦春|赫哲|俄罗斯|各)族)*"
)
RANK = re.compile(f"(?<=..)(?:{PEOPLES}自治[区州县旗]|特别行政区|地区|群岛)$")


def addresses(words: Words) -> Iterator[Piece]:
    """Yield addresses, from the street's name to the number (清浦路26号), and numbers of buildings (1号楼)."""
    text = words.text
    if "号" not in text:
        return
    for match in STREET.finditer(text):
        index = words.index_at(match.start())
        start = words.starts[index]
        while index > 0 and match.start() - start < 3 and words.tags[index - 1] in NAME_TAGS and words.words[index - 1].strip():
            index -= 1
            if words.words[index] in divisions() or words.words[index][-1] in "市县区镇乡":
                break
            start = words.starts[index]
        before = words.index_at(start) - 1
        if match.start() - start < 2 and before >= 0 and len(words.words[before]) == 1 and words.tags[before] not in ("p", "c", "v", "uj", "x"):
            start = words.starts[before]  # the segmenter parts an unknown name: 清|浦路
        if text[start - 1 : start + 1] in ZONES:  # 云经开|清浦路26号
            start += 1
        if match.start() > start:
            yield Piece(start, match.end(), "place", 0.9)
    for match in BUILDING.finditer(text):
        yield Piece(match.start(), match.end(), "place", 0.9)


def known_places(words: Words) -> Iterator[Piece]:
    """Yield words that the gazetteers know for a place and for little else, towns by their build, and homes with a proper name (云渡|花园)."""
    some, others = divisions(), world()
    for index in [index for index, tag in enumerate(words.tags) if tag in PROPER_TAGS]:
        word, start = words.words[index], words.starts[index]
        if len(word) < 2:
            continue
        known = some.get(word, ())
        if known and (len(word) > 2 and known[0].name == word or known[0].level != "county") or others.get(word) == "country":
            yield Piece(start, start + len(word), "place", SURE)
        elif len(word) > 2 and words.tags[index] == "ns" and word[-1] in "县区镇乡" and not COUNTED.match(word) and word[:-1] not in others:
            yield Piece(start, start + len(word), "place", FAIR)
        elif home := HOMES.match(words.text, start + len(word)):
            yield Piece(start, home.end(), "place", FAIR)


def with_homes(words: Words, found: list[Piece]) -> Iterator[Piece]:
    """Yield the pieces, places with the word for what they are that stands right behind them (杏林|家园, 五星|街道|办事处)."""
    text = words.text
    at = 0
    for piece in found:
        start, end = max(piece.start, at), piece.end
        if piece.kind == "place" and (home := HOMES.match(text, end)) and text[end - 1] not in "省市区县州镇乡村路街社道园":
            end = home.end()
        at = end
        if start < end:
            yield piece if (start, end) == piece[:2] else Piece(start, end, piece.kind, piece.sure)


def described(words: Words, piece: Piece, codes: list[str]) -> Name:
    """Return a place with level, code and parent, None where not known; ``codes`` are those of the places named before it."""
    text, start, end = words.text, piece.start, piece.end
    name = text[start:end]
    if text[end - 1] in "号楼" and BUILDING.search(name) or "号" in name and STREET.search(name):
        street = re.sub("[0-9０-９].*", "", name, flags=re.DOTALL)
        return Name("place", name, start, end, re.sub(r"\s", "", name), piece.sure, level="address", parent=street or None)
    whole = name
    rank = RANK.search(name)
    if rank and rank.start() > 1:
        end = start + rank.start()
        name = text[start:end]
    level, adcode, parent = describe(whole, codes)
    if adcode:
        codes.append(adcode)
    full = division_of_code()[adcode].name if adcode and (whole != name) else whole
    return Name("place", name, start, end, full, piece.sure, level=level, adcode=adcode, parent=parent)


def describe(name: str, codes: list[str]) -> tuple[str | None, str | None, str | None]:
    """Return level, code and parent of a place, None where not known.

    Of several divisions of one name it is the one that lies in a place named before it, else the one of higher rank.

    >>> describe("江苏省", []), describe("鼓楼区", ["320100"])
    (('province', '320000', None), ('county', '320106', '南京市'))
    """
    some = divisions().get(name, ())
    if some and world().get(name) not in ("country", "water", "mountain"):
        near = [d for code in reversed(codes) for d in some if d.adcode.startswith(code.rstrip("0")) and d.adcode != code]
        wide = [d for d in some if d.level != "county"]
        chosen = near[:1] or wide[:1] or (some if len(some) == 1 else ())
        if chosen:
            return chosen[0].level, chosen[0].adcode, parent_of(chosen[0].adcode)
        return "county" if some[0].name == name else None, None, None
    if name in world():
        return world()[name], None, None
    return _level_by_tail(name), None, None


@lru_cache(maxsize=1 << 14)
def _level_by_tail(name: str) -> str | None:
    return next((level for level, tails in LEVELS if name.endswith(tails)), None)


def parent_of(adcode: str) -> str | None:
    """Return the name of the division that holds the one of that code, None for a province."""
    for size in (4, 2):
        if adcode[size:].strip("0") and (above := division_of_code().get(adcode[:size].ljust(6, "0"))):
            return above.name
    return None
