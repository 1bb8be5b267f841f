"""How well and how fast near-duplicates are found: ``python -m tests.bench.duplicates``.

Articles of the shared texts are spoilt in known ways (2 % of the characters changed, lines lost, columns reordered, a short
version cut out), texts that fill one form with other facts are made as decoys, and all are searched together.
"""

from __future__ import annotations

import json
import random
import time

from tests.shared import SHARED, require_shared
from transforms.duplicates import find_candidates, find_near_duplicates, sketch

WEATHER = ("晴", "多云", "阴", "小雨", "阵雨", "晴到多云", "多云到阴", "雷阵雨", "大雾")
WINDS = ("东北风", "西南风", "东风", "西北风", "偏北风", "偏南风")


def articles() -> list[str]:
    """Return the items of the broadcast transcripts and the articles of the clean pages, long enough to be texts."""
    found: list[str] = []
    for path in sorted((SHARED / "text").glob("*.txt")):
        for item in path.read_text("utf-8").split("央视网消息"):
            found.append(item)
    for line in (SHARED / "press/clean/gold.jsonl").open(encoding="utf-8"):
        page = json.loads(line)
        with (SHARED / f"press/clean/{page['page']}.txt").open(encoding="utf-8", newline="") as source:
            text = source.read()
        by_article: dict[int, list[str]] = {}
        for block in page["blocks"]:
            by_article.setdefault(block["article"], []).append(text[block["start"] : block["end"]])
        found.extend("\n".join(blocks) for blocks in by_article.values())
    return [text for text in found if len(text) >= 120]


def change_characters(text: str, rng: random.Random, share: float = 0.02) -> str:
    """Return the text with that share of its letters replaced by other letters of the text."""
    letters = [at for at, char in enumerate(text) if char.isalnum()]
    changed = list(text)
    for at in rng.sample(letters, round(share * len(letters))):
        changed[at] = chr(rng.randrange(0x4E00, 0x9000))
    return "".join(changed)


def lose_lines(text: str, rng: random.Random, share: float = 0.15) -> str:
    """Return the text without some of its lines of twenty characters, as a page printed in narrow columns loses them."""
    lines = [text[at : at + 20] for at in range(0, len(text), 20)]
    lost = set(rng.sample(range(len(lines)), max(1, round(share * len(lines)))))
    return "".join(line for at, line in enumerate(lines) if at not in lost)


def lose_paragraph(text: str, rng: random.Random) -> str:
    """Return the text with a run of a fifth of its lines missing."""
    width = len(text) // 5
    at = rng.randrange(len(text) - width)
    return text[:at] + text[at + width :]


def reorder_columns(text: str, rng: random.Random) -> str:
    """Return the text with its three columns in another order."""
    third = len(text) // 3 + 1
    columns = [text[:third], text[third : 2 * third], text[2 * third :]]
    return columns[1] + columns[2] + columns[0]


def cut_short(text: str, rng: random.Random) -> str:
    """Return the beginning of the text, two fifths of it."""
    return text[: max(60, len(text) * 2 // 5)]


SPOILT = {
    "changed": lambda text, rng: change_characters(text, rng),
    "lines lost": lambda text, rng: lose_lines(text, rng),
    "changed, lines lost": lambda text, rng: change_characters(lose_lines(text, rng, 0.1), rng),
    "run of lines lost, changed": lambda text, rng: change_characters(lose_paragraph(text, rng), rng),
    "columns, changed": lambda text, rng: change_characters(reorder_columns(text, rng), rng),
    "short version": lambda text, rng: cut_short(text, rng),
}


def decoys(rng: random.Random, n: int = 60) -> list[str]:
    """Return texts that share a form and not their facts: weather reports, lists of prices, notices of meetings."""
    found = []
    for week in range(n):
        days = "".join(
            f"{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日{rng.choice(WEATHER)}，{rng.choice(WINDS)}{rng.randrange(2, 6)}级，"
            f"最低气温{rng.randrange(-3, 18)}度，最高气温{rng.randrange(8, 36)}度。"
            for _ in range(3)
        )
        found.append(
            f"云渡区气象台本周发布天气预报：预计未来几天我区天气以{rng.choice(WEATHER)}为主，请市民注意增减衣物，合理安排出行。{days}气象部门提醒，早晚温差较大，请注意保暖。"
        )
        found.append(
            f"云渡区发改局价格监测中心第{week + 1}周监测显示，全区主要农副产品价格总体平稳。大米每斤{rng.randrange(200, 400) / 100}元，"
            f"猪肉每斤{rng.randrange(900, 2600) / 100}元，鸡蛋每斤{rng.randrange(300, 700) / 100}元，青菜每斤{rng.randrange(100, 500) / 100}元，"
            f"鲫鱼每斤{rng.randrange(800, 1800) / 100}元。监测人员表示，目前市场货源充足，供应有保障，请市民放心购买。"
        )
        found.append(
            f"云渡区供电公司停电通知：因线路检修，{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日{rng.randrange(6, 12)}时至{rng.randrange(13, 19)}时，"
            f"{rng.choice('金木水火土清平安和')}{rng.choice('桥河浦溪山林湖塘')}路{rng.randrange(1, 400)}号至{rng.randrange(400, 900)}号一带停电，"
            "请用户提前做好准备，由此带来的不便敬请谅解。如遇恶劣天气，停电计划可能顺延，详情可拨打供电服务热线咨询。"
        )
    return found


def main() -> None:
    rng = random.Random(4)
    originals = articles()
    n_bytes = sum(len(text.encode()) for text in originals)
    started = time.process_time()
    before = find_near_duplicates(originals)
    seconds = time.process_time() - started
    print(
        f"{len(originals)} articles, {n_bytes / 1e6:.1f} MB: {n_bytes / 1e6 / seconds:.1f} MB per CPU-second; {len(before)} pairs among the originals"
    )
    known = {frozenset(pair[:2]) for pair in before}
    tangled = {number for pair in before for number in pair[:2]}
    chosen = rng.sample([number for number in range(len(originals)) if number not in tangled], 1200)
    texts, wanted = list(originals), {}
    for turn, number in enumerate(chosen):
        name = list(SPOILT)[turn % len(SPOILT)]
        wanted[frozenset((number, len(texts)))] = name
        texts.append(SPOILT[name](originals[number], rng))
    texts += decoys(rng)
    pairs = {frozenset(pair[:2]): pair for pair in find_near_duplicates(texts)}
    for name in SPOILT:
        mine = [pair for pair, kind in wanted.items() if kind == name]
        hit = [pairs[pair].relation for pair in mine if pair in pairs]
        print(
            f"  {name}: recall {len(hit) / len(mine):.4f} of {len(mine)}", {relation: hit.count(relation) for relation in sorted(set(hit))}
        )
    extra = [pair for key, pair in pairs.items() if key not in wanted and key not in known]
    found = len([key for key in pairs if key in wanted])
    print(f"  precision {found / (found + len(extra)):.4f}; not wanted: {len(extra)}")
    for pair in extra[:10]:
        print("   ", pair.similarity, pair.relation, repr(texts[pair.left][:50]), "|", repr(texts[pair.right][:50]))
    print("among the originals:")
    for pair in sorted(before, key=lambda pair: pair.similarity)[:: max(1, len(before) // 12)]:
        print("   ", pair.similarity, pair.relation, repr(originals[pair.left][:40]), "|", repr(originals[pair.right][:40]))
    scale(originals)


def scale(originals: list[str]) -> None:
    """Print what the state of a million articles of the usual length costs."""
    sketches = [sketch(text[:600]) for text in originals]
    n_values = sum(len(found.values) for found in sketches)
    per_article = n_values / len(sketches)
    print(
        f"{per_article:.1f} values per article of 600 characters: {per_article * 8:.0f} bytes in the warehouse, {(per_article * 12 + 1000) / 1e3:.2f} GB to join a million"
    )
    owners = [number for number, found in enumerate(sketches) for _ in found.values]
    values = [value for found in sketches for value in found.values]
    started = time.process_time()
    candidates = find_candidates(owners, values, [found.n_shingles for found in sketches])
    print(f"candidates: {len(candidates)} of {len(sketches)} sketches in {time.process_time() - started:.2f} CPU-s")


if __name__ == "__main__":
    require_shared()
    main()
