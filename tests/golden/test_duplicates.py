"""Near-duplicates: what pairs, what must not, and that sketches lose nothing that comparing would find."""

import random
import subprocess
import sys
from collections import Counter
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.duplicates import SPOILT, change_characters, decoys
from transforms.clusters import cluster
from transforms.duplicates import Sketch, compare_texts, find_candidates, find_near_duplicates, sketch, sketches

PLACES = ["云渡", "清浦", "沁芳", "白鹭", "石桥", "柳湾", "青藤", "荷塘", "麦岭", "松溪"]
THINGS = ["图书馆", "体育场", "农贸市场", "养老院", "污水处理厂", "跨河大桥", "口袋公园", "科技馆", "文化站", "充电站"]
ACTS = [
    "完成验收",
    "迎来首批访客",
    "公布改造方案",
    "增设便民窗口",
    "延长开放时间",
    "招募讲解员",
    "更换老旧管线",
    "举办开放日",
    "通过安全检查",
    "接受居民评议",
]
WHO = ["街道干部", "居民代表", "施工人员", "志愿者", "退休教师", "小学生", "外来务工者", "社区医生", "网格员", "商户"]


def article(seed: int, n_sentences: int = 16) -> str:
    """Return an invented article; two seeds share words and hardly a sentence."""
    rng = random.Random(seed)
    return "".join(
        f"{rng.choice(PLACES)}{rng.choice(THINGS)}{rng.choice(ACTS)}，{rng.choice(WHO)}{rng.choice(PLACES)}{rng.choice('来去回到')}"
        f"{rng.choice(THINGS)}，{rng.randrange(2, 900)}人{rng.choice(ACTS)}。"
        for _ in range(n_sentences)
    )


@pytest.mark.parametrize("how", SPOILT)
def test_spoilt_articles_are_found(how):
    rng = random.Random(7)
    originals = [article(seed) for seed in range(60)]
    pairs = find_near_duplicates(originals + [SPOILT[how](text, rng) for text in originals])
    found = {tuple(sorted(pair[:2])) for pair in pairs}
    wanted = {(number, number + 60) for number in range(60)}
    assert len(found & wanted) >= 59
    assert not found - wanted


def test_texts_sketched_together_are_sketched_as_alone():
    texts = ["", "渡口通航", "。", "云渡区老渡口昨日恢复通航，两岸居民前来观看。", "ＧＤＰ", "云渡区老渡口昨日恢复通航。", "\n"]
    assert sketches(texts) == [sketch(text) for text in texts]
    assert sketches([]) == []


def test_filled_in_forms_are_no_duplicates():
    assert find_near_duplicates(decoys(random.Random(1), 30)) == []


def test_same_boilerplate_is_no_duplicate():
    boilerplate = "会议强调，要提高站位，压实责任，加强统筹，形成合力，以实际行动推动各项工作落地见效，为全区发展作出新的更大贡献。"
    assert find_near_duplicates([article(seed, 4) + boilerplate for seed in range(40)]) == []


def test_same_is_same_in_any_width_and_punctuation():
    text = article(1)
    other = text.replace("，", ", ").translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert compare_texts(text, other) == (1.0, "same", False)


def test_contains_says_which_contains_which():
    long = article(2)
    short = long[: len(long) // 3]
    assert compare_texts(long, short)[1:] == ("contains", False)
    assert compare_texts(short, long)[1:] == ("contains", True)
    assert [pair[:2] for pair in find_near_duplicates([short, long])] == [(1, 0)]


@pytest.mark.parametrize("texts", [("", ""), ("", "云渡"), ("。。", "！"), ("云渡区", "云渡镇"), ("昨日晴。", "图片新闻")])
def test_next_to_nothing_does_not_pair(texts):
    assert find_near_duplicates(texts) == []


def test_a_short_text_pairs_with_its_equal_only():
    texts = [
        "清浦港昨日开港，首艘货轮靠岸。",
        "清浦港昨日开港,首艘货轮靠岸",
        "清浦港昨日封航，首艘渡轮停运。",
        "记者获悉，清浦港昨日开港，首艘货轮靠岸。" + article(3),
    ]
    assert [pair[:2] for pair in find_near_duplicates(texts)] == [(0, 1)]


def test_a_text_printed_very_often_hangs_together():
    rng = random.Random(3)
    texts = [change_characters(article(4), rng, 0.01) for _ in range(200)]
    clusters = cluster((f"{pair.left:03d}", f"{pair.right:03d}") for pair in find_near_duplicates(texts))
    assert len(clusters) == 200
    assert set(clusters.values()) == {"000"}


def test_new_against_all_is_what_all_at_once_would_find():
    rng = random.Random(5)
    texts = [article(seed) for seed in range(30)]
    texts += [SPOILT["changed"](text, rng) for text in texts]
    sketches = [sketch(text) for text in texts]
    owners = [number for number, found in enumerate(sketches) for _ in found.values]
    values = [value for found in sketches for value in found.values]
    sizes = [found.n_shingles for found in sketches]
    together = find_candidates(owners, values, sizes)
    first = find_candidates(owners, values, sizes, [number < 45 for number in range(60)])
    is_new = [number >= 45 for number in range(60)]
    news = {value for number, value in zip(owners, values, strict=True) if is_new[number]}
    passed = [(number, value) for number, value in zip(owners, values, strict=True) if value in news]
    later = find_candidates([number for number, _ in passed], [value for _, value in passed], sizes, is_new)
    duplicates = {pair for pair in together if compare_texts(texts[pair[0]], texts[pair[1]])}
    assert len(duplicates) >= 30
    assert duplicates <= set(first) | set(later)
    assert all(is_new[left] or is_new[right] for left, right in later)


@pytest.mark.parametrize("scale", [1, 2**55])
def test_new_texts_have_the_pairs_that_they_have_among_all(scale):
    """Few values shared by many texts and many by few, as numbers and as large as hashes are."""
    rng = random.Random(scale)
    held = sorted(
        {(rng.randrange(150), scale * min(rng.randrange(40), rng.randrange(40))) for _ in range(2500)}, key=lambda _: rng.random()
    )
    owners, values = zip(*held, strict=True)
    sizes, n_sampled = [rng.randint(8, 400) for _ in range(150)], [rng.randint(1, 25) for _ in range(150)]
    is_new = [rng.random() < 0.3 for _ in range(150)]
    together = find_candidates(owners, values, sizes, n_sampled=n_sampled)
    assert find_candidates(owners, values, sizes, is_new, n_sampled) == [pair for pair in together if is_new[pair[0]] or is_new[pair[1]]]
    shared = Counter(
        pair
        for value in {*values}
        if len(some := sorted(owner for owner, each in held if each == value)) > 1
        for pair in (pairwise(some) if len(some) > 64 else combinations(some, 2))
    )
    sampled = [max(n, size // 16) for n, size in zip(n_sampled, sizes, strict=True)]
    assert together == sorted(pair for pair, n in shared.items() if n >= max(1, 0.4 * min(sampled[pair[0]], sampled[pair[1]])))


def test_sketches_are_the_same_on_every_machine():
    wanted = Sketch(
        13,
        (
            442194385699187792,
            600017248187249758,
            2691178672351606494,
            4270669913996542317,
            4762389840517977127,
            5196767208700056162,
            5257630357413616368,
            5885398436302103969,
            5993896441353613355,
            6036369921682873555,
            6337737620136760336,
            6483594377825010267,
            8346460272421545986,
        ),
    )
    text = "云渡区举行春季植树活动，200人参加。"
    command = f"from transforms.duplicates import sketch; print(sketch({text!r}))"
    seen = {
        subprocess.run(
            [sys.executable, "-c", command], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}
        ).stdout
        for seed in ("1", "2")
    }
    assert seen == {f"{sketch(text)}\n"}
    assert sketch(text) == wanted


@given(st.text(max_size=200), st.text(max_size=200))
def test_comparing_is_symmetric_and_never_fails(text, other):
    there, back = compare_texts(text, other), compare_texts(other, text)
    assert (there and there[:2]) == (back and back[:2])


@given(st.text(max_size=300))
def test_sketch_values_fit_a_signed_column(text):
    found = sketch(text)
    assert all(0 <= value < 2**63 for value in found.values)
    assert list(found.values) == sorted(set(found.values))
    assert len(found.values) <= found.n_shingles


@pytest.mark.parametrize("text", ["\x00" * 50, "\ud800\udc00" * 20, "😀" * 30, "a" * 1_000_000])
def test_hostile_texts(text):
    assert find_near_duplicates([text, text + "。"]) in ([], [(0, 1, 1.0, "same")])
