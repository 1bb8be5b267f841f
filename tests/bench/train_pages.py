"""Learn the weights that pages are read with: which lines go on in the next (``unwrapping.tsv``) and what each line is (``page_roles.tsv``).

    pip install python-crfsuite
    python -m tests.bench.train_pages --press PAGES.jsonl --modern ARTICLES.jsonl [--hold-out 5] [--out transforms/data]

Pages are those of a national paper of 1998 as they were composed (PFR corpus: the text may not be passed on, weights may), and pages composed
of invented modern articles and of those of ``make_pages``, each printed in forms drawn by lot (``page_forms``). A press page only says where
articles and their headlines are: ``finer`` tells bylines, captions, subheads by their look, which all the other sources know.
With ``--hold-out N`` every Nth press page and modern article is left out, to be measured on.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.bench.make_pages import make_pages, write_article
from tests.bench.make_pages import words as made_words
from tests.bench.page_forms import ASCII_DIGITS, FORMS, Form, Part, Printed, Source, pages_of, person, print_page
from tests.news_gold import read_gold
from transforms.pages import linear_chain, physical_form, roles, unwrapping
from transforms.pages.block_features import features_of
from transforms.pages.blocks import cut_blocks
from transforms.pages.context_features import features_in_context, look_of
from transforms.pages.reading import repair
from transforms.text.characters import fold

DATA = Path(linear_chain.__file__).parents[1] / "data"
SOURCE = "# Weights of a linear-chain model. Source: learned by tests/bench/train_pages.py from pages of the PFR corpus (January 1998, Peking University), invented modern articles and made pages. Weights alone, no text; CC0."
ITERATIONS, MIN_COUNT = 100, 3
NEVER = -30.0
IMPOSSIBLE = [
    *((one, other) for one in ("headline", "more", "byline") for other in sorted(roles.BEGINS_ARTICLE)),
    *((one, "more") for one in ("body", "untitled", "photo", "caption", "credit", "subhead", "furniture")),
    *((one, "byline") for one in ("body", "untitled", "photo", "caption", "credit")),
    *((one, "furniture") for one in ("headline", "more", "byline")),
    *(("metadata", one) for one in sorted(roles.BEGINS_ARTICLE)),
]
"""Labels that never follow each other: an article has text before the next one begins, who signs behind the text is a credit, a headline
that stands behind the text is another article's, and what stands within an article that is no text is metadata.
"""
MOST_HEADLINE_LINES, LONGEST_HEADLINE = 3, 60


def finer(parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a press article with labels told by their look: the gold says no more than headline and body."""
    shown = [features_of(fold(part.text)) for part in parts]
    if len(parts) == 1:
        return [Part("untitled", parts[0].text)]
    labels = ["headline" if shown[0].length <= LONGEST_HEADLINE and not shown[0].shows & {"lead"} else "untitled"]
    shorts = 0
    while shorts + 1 < len(parts) and shown[shorts + 1].is_short and shown[shorts + 1].end in ("open", "bracket"):
        shorts += 1
    for at in range(1, len(parts)):
        look, line = look_of(shown[at]), shown[at]
        in_head = at <= shorts <= MOST_HEADLINE_LINES
        if in_head and (look in ("byline", "names", "date") or "titled author" in line.shows or line.end == "bracket"):
            labels.append("byline")
        elif in_head and look.startswith("line") and labels[-1] in ("headline", "more") and at + 1 < len(parts):
            labels.append("more")
        elif look == "credit":
            labels.append("credit")
        elif look == "caption" or "picture note" in line.shows and line.length < 60:
            labels.append("caption")
        elif look in ("byline", "names") and line.is_short:
            labels.append("byline")
        elif (
            line.is_short
            and line.end == "open"
            and look.startswith("line")
            and not shown[at - 1].is_short
            and at + 1 < len(parts)
            and not shown[at + 1].is_short
        ):
            labels.append("subhead")
        else:
            labels.append("body")
    return [Part(label, part.text) for label, part in zip(labels, parts, strict=True)]


def modern(article: dict) -> list[Part]:
    """Return the parts of an article of the modern gold as a paper prints them."""
    style, byline = article.get("byline_style") or "none", article.get("byline")
    parts = [Part("more", text) for text in (article.get("kicker"), article.get("headline"), article.get("deck")) if text]
    if parts:
        parts[0] = Part("headline", parts[0].text)
    if style == "line" and byline:
        parts.append(Part("byline", byline))
    for number, text in enumerate(article["paragraphs"]):
        if subhead := (article.get("subheads") or {}).get(str(number)):
            parts.append(Part("subhead", subhead))
        parts.append(Part("body" if parts else "untitled", (byline if not number and style == "inline" and byline else "") + text))
    if style == "end" and byline:
        parts.append(Part("credit", byline))
    if article.get("caption"):
        parts.append(Part("caption", article["caption"]))
    return parts


def sample_articles() -> Iterator[list[Part]]:
    """Yield the articles of the bundled sample's gold."""
    for line in (DATA.parents[1] / "tests" / "gold" / "sample.jsonl").read_text("utf-8").splitlines():
        for article in json.loads(line)["articles"]:
            parts: list[Part] = []
            for paragraph in article["paragraphs"]:
                label = {
                    "headline": "more" if parts else "headline",
                    "body": "body" if parts else "untitled",
                    "caption": "caption" if parts else "photo",
                }
                parts.append(Part(label.get(paragraph["role"], paragraph["role"]), paragraph["text"]))
            yield parts


def made(rng: Random) -> list[Part]:
    """Return an article of the made pages."""
    town = rng.choice(made_words()["towns"])
    parts = [
        Part(block.role, block.text) for block in write_article(rng, town, date(2021, 1, 4) + timedelta(rng.randrange(1400)), 0).blocks
    ]
    return [Part({"caption": "photo", "body": "untitled"}.get(parts[0].role, parts[0].role), parts[0].text), *parts[1:]]


ROLE_LABELS = {"duplicate": "body", "advert": "furniture"}


def made_pages(seed: int, n: int) -> Iterator[Printed]:
    """Yield damaged made pages with their adverts, residue of the web and cut sentences, as if printed."""
    for _, text, gold in islice((page for page in make_pages(seed) if page[2]["blocks"]), n):
        sources: list[Source | str | None] = [None] * len(text)
        articles: dict[int, list[Part]] = {}
        for block in gold["blocks"]:
            parts = articles.setdefault(block["article"], [])
            label = ROLE_LABELS.get(block["role"], block["role"])
            if block["article"] is not None and not parts:
                label = {"body": "untitled", "caption": "photo", "subhead": "headline"}.get(label, label)
            elif label == "headline":
                label = "more" if parts[-1].role in ("headline", "more") else "subhead"
            for at in range(block["char_start"], block["char_end"]):
                if not text[at].isspace():
                    sources[at] = label if block["article"] is None else Source(block["article"], len(parts), at - block["char_start"])
            parts.append(Part(label, text[block["char_start"] : block["char_end"]]))
        numbers = {number: at for at, number in enumerate(articles)}
        sources = [source._replace(article=numbers[source.article]) if isinstance(source, Source) else source for source in sources]
        yield Printed(text, sources, list(articles.values()))


def varied(rng: Random, parts: Sequence[Part]) -> list[Part]:
    """Return an article with some of what papers do otherwise: no dateline's digits in full width, headline lines or bylines left out or moved."""
    parts = list(parts)
    if rng.random() < 0.5:
        parts = [Part(part.role, part.text.translate(ASCII_DIGITS)) for part in parts]
    if rng.random() < 0.3:
        parts = [part for part in parts if part.role not in ("byline",)]
    if rng.random() < 0.12 and parts[-1].role == "body" and parts[-1].text.endswith("。"):
        name, other = person(rng), person(rng)
        parts[-1] = Part(
            "body",
            parts[-1].text
            + rng.choice(
                (
                    f" 记者 {name}",
                    f" {other} 记者 {name}",
                    f"（{name}）",
                    f" {name}",
                    f" 星级记者 {name}/文 {other}/图",
                    f"(记者 {name} 通讯员 {other})",
                    f" 通讯员 {other}",
                    f" 本报记者 {name} 文/图",
                )
            ),
        )
    parts = with_subheads(rng, with_lines_of_headline(rng, parts))
    if rng.random() < 0.06 and len(parts) > 2:
        parts[-1:-1] = listed(rng, parts)
    if rng.random() < 0.03 and len(parts) > 2:  # cut off behind a subhead, or the name of a column
        parts.append(Part("subhead", clause(rng, parts, SUBHEADS)))
    if rng.random() < 0.15 and len(parts) > 4:  # a beginning, as the first screen of a page shows it
        parts = parts[: rng.randint(3, len(parts))]
    return parts


KICKERS = (
    "区委召开专题会议",
    "全市重点项目现场推进会举行",
    "我区多措并举优化营商环境",
    "走进基层看变化",
    "新春走基层",
    "聚焦两会",
    "市领导带队督查防汛工作",
    "深入学习贯彻全会精神",
    "记者调查",
    "乡村振兴进行时",
    "坚守岗位的人们",
    "林静川在青石镇调研时强调",
    "图片新闻",
    "潮头故事",
    "他造了一辈子木船",
    "三代人守着一座桥",
    "人物",
    "走近劳模",
    "身边好人",
    "新闻追踪",
    "本报独家",
    "特写",
    "民生关注",
    "读者来信引出的故事",
    "今年前三季度成绩单出炉",
    "暴雨过后",
    "从种地到管地",
    "一碗面卖了四十年",
    "历时三年",
    "青石镇：",
    "何远在现场推进会上要求",
    "迎战高温",
    "非遗在身边",
    "改革进行时",
    "“小巷管家”上岗",
    "高质量发展看临川",
    "弘扬时代新风",
    "喜迎国庆",
    "回应群众关切",
    "关注民生实事",
    "文明城市创建",
    "暑期安全提醒",
    "第八届读书节开幕",
)
SUBHEADS = (
    "一根竹篙",
    "一盏马灯",
    "一本账",
    "下一步",
    "从无到有",
    "让老街活起来",
    "小切口解决大问题",
    "难在哪里",
    "出路在何方",
    "变化看得见",
    "“我们等了很久”",
    "把服务送到家门口",
    "凌晨四点的菜场",
    "师傅领进门",
    "好日子还在后头",
    "产业兴 农民富",
    "数字背后的温度",
    "为什么是他们",
    "补上短板",
    "不让一个学生掉队",
    "谁来照看老人？",
    "一场及时雨",
    "两代人的约定",
    "写在大地上的答卷",
    "聚力攻坚 提速增效",
    "绿水青山的账怎么算",
    "守护",
    "传承",
    "背景",
    "记者手记",
)
DECKS = (
    "明年开春完工 惠及两岸三万居民",
    "十个项目集中签约 总投资三十亿元",
    "周明远主持会议并讲话",
    "受益学生超过两千人",
    "比去年提前半个月",
    "全年接待游客突破百万人次",
    "相关部门提醒市民注意出行安全",
    "林静川出席 何敬之主持",
    "从一张图纸到一座新城",
    "首日客流超三千人次",
    "一批惠民政策同步实施",
    "老街区里的新生活",
    "三年投入五百万元",
    "专家建议早发现早治疗",
    "为群众办好每一件小事",
    "预计年内建成投用",
    "让流动的服务进村入户",
)


CLAUSE = re.compile(r"(?<![^，。；！？：“”])[一-鿿0-9“”%]{5,15}(?![^，。；！？：“”])")


def clause(rng: Random, parts: Sequence[Part], others: Sequence[str]) -> str:
    """Return a clause of an article's text, as editors take decks and subheads from it; one of ``others`` where it has none."""
    found = [match[0] for part in parts if part.role in ("body", "untitled") for match in CLAUSE.finditer(part.text)]
    return rng.choice(found) if found and rng.random() < 0.6 else rng.choice(others)


def listed(rng: Random, parts: Sequence[Part]) -> list[Part]:
    """Return the entries of a list, as announcements and rules have them: numbered, without a full stop."""
    style = rng.choice(("{}、", "{}、", "（{}）", "（{}）", "{}. ", "{}.", "●", "■ ", "第{}条 ", "{}、"))
    numerals = rng.choice(("一二三四五六七八", "12345678"))
    end = rng.choice(("", "", "；", "。"))
    return [
        Part("body", style.format(numeral) + "，".join(clause(rng, parts, DECKS) for _ in range(rng.choice((1, 2, 2, 3)))) + end)
        for numeral in numerals[: rng.randint(3, 8)]
    ]


def with_lines_of_headline(rng: Random, parts: Sequence[Part]) -> list[Part]:
    """Return an article whose headline has a line above or below it now and then, a rule of its own, or names under it."""
    parts, chance = list(parts), rng.random()
    n_heads = sum(part.role in ("headline", "more") for part in parts)
    if n_heads != 1 or len(parts) < 3 or parts[0].role != "headline" or chance > 0.4:
        return parts
    head, deck = (
        parts[0].text,
        rng.choice(("——", "——", "", "", "", "──", "－－"))
        + clause(rng, parts, DECKS)
        + rng.choice(("", "", " " + clause(rng, parts, DECKS))),
    )
    if chance < 0.12:
        return [Part("headline", clause(rng, parts, KICKERS)), Part("more", head), *parts[1:]]
    if chance < 0.27:
        return [parts[0], *(Part("more", text) for text in dict.fromkeys((deck, rng.choice((deck, rng.choice(DECKS)))))), *parts[1:]]
    if chance < 0.34:
        return [Part("headline", clause(rng, parts, KICKERS)), Part("more", head), Part("more", deck), *parts[1:]]
    name, place = (
        person(rng),
        rng.choice(
            ("□", "■", "", "本报记者 ", "通讯员 ", "文/", "○ ", "□ 本报记者 ", "临川区档案馆馆长 ", "◎", "本报评论员 ", "全媒体记者 ", "　")
        ),
    )
    return (
        parts
        if parts[1].role == "byline"
        else [
            parts[0],
            Part("byline", place + name + rng.choice(("", "", f" {person(rng)}", " 文/图", f" 通讯员 {person(rng)}", " 摄影报道"))),
            *parts[1:],
        ]
    )


def compose(rng: Random, press: Sequence[list[list[Part]]], others: Sequence[list[Part]]) -> list[list[Part]]:
    """Return the articles of a page: a page of the press as it was, or a few articles from anywhere."""
    kind = rng.random()
    if kind < 0.45:
        return [varied(rng, article) if rng.random() < 0.5 else article for article in rng.choice(press)]
    n = rng.choice((1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 8))
    flat = [article for page in press for article in page if len(article) > 1] if kind < 0.55 else []
    articles = [varied(rng, made(rng) if rng.random() < 0.25 else rng.choice(flat or others)) for _ in range(n)]
    return [article if not at or rng.random() > 0.08 else brief(rng, article) for at, article in enumerate(articles)] + (
        rubric(rng, others) if rng.random() < 0.1 else []
    )


def brief(rng: Random, article: Sequence[Part]) -> list[Part]:
    """Return the first paragraph of an article alone, as papers print news without a headline."""
    text = next((part.text for part in article if part.role in ("body", "untitled") and len(part.text) > 40), "")
    name, lead = person(rng), not features_of(fold(text)).shows.isdisjoint({"lead"})
    opening = (
        ""
        if lead or rng.random() < 0.25
        else rng.choice(
            (
                f"本报讯（记者 {name}）",
                f"〔记者{name}／临川报导〕",
                "【本报讯】",
                f"（记者{name}）",
                f"临川日报讯（{name}）",
                f"【记者{name}／临川报导】",
                f"本报讯 记者{name}报道：",
            )
        )
    )
    return [Part("untitled", opening + text)] if text else list(article)


def rubric(rng: Random, others: Sequence[list[Part]]) -> list[list[Part]]:
    """Return briefs under one headline for all of them."""
    briefs = [brief(rng, rng.choice(others) if rng.random() < 0.5 else made(rng)) for _ in range(rng.randint(2, 4))]
    first = [
        Part("headline", rng.choice(("简讯", "短讯", "快讯", "简明新闻", "要闻速览", "一周要闻", "本地快讯"))),
        *(Part("body", part.text) for part in briefs[0]),
    ]
    return [first, *briefs[1:]]


def with_subheads(rng: Random, parts: Sequence[Part]) -> list[Part]:
    """Return a longer article with subheads now and then."""
    bodies = [at for at, part in enumerate(parts) if part.role == "body"]
    if len(bodies) < 5 or any(part.role == "subhead" for part in parts) or rng.random() > 0.15:
        return list(parts)
    style = rng.choice(("{}", "{}", "{}", "■ {}", "●{}", "【{}】", "{n}、{}", "（{n}）{}", "{n}", "★{}"))
    wanted = sorted(rng.sample(bodies[1:], rng.randint(2, 3)))
    subheads = [clause(rng, parts, SUBHEADS) for _ in wanted]
    out = []
    for at, part in enumerate(parts):
        if at in wanted:
            number = wanted.index(at)
            out.append(Part("subhead", style.format(subheads[number], n="一二三"[number])))
        out.append(part)
    return out


def random_form(rng: Random) -> Form:
    """Return a form by lot: one of ``FORMS``, now and then with what others add."""
    form = FORMS[rng.choice(list(FORMS))](rng)
    if rng.random() < 0.35:
        for name, chance, value in (
            ("metadata", 0.3, True),
            ("credits", 0.3, True),
            ("footers", 0.3, True),
            ("masthead", 0.5, True),
            ("sections", 0.3, True),
            ("separators", 0.15, True),
            ("pictures", 0.3, 0.1),
            ("running_heads", 0.15, 0.06),
            ("half_width", 0.2, True),
            ("links", 0.1, 0.05),
            ("blank_between", 0.3, rng.randint(1, 3)),
        ):
            if rng.random() < chance:
                setattr(form, name, value)
    return form


def label_of(sources: Sequence[Source | str | None], articles: Sequence[Sequence[Part]]) -> str | None:
    """Return the label of a line from where its characters come from; None where nothing of it is text."""
    counts = Counter(source[:2] if isinstance(source, Source) else source for source in sources if source is not None)
    if not counts:
        return None
    most = counts.most_common(1)[0][0]
    if isinstance(most, str):
        return most
    first = next(source for source in sources if isinstance(source, Source) and source[:2] == most)
    label = articles[most[0]][most[1]].role
    if first.at > 2:
        return {"headline": "more", "untitled": "body", "photo": "caption"}.get(label, label)
    return label


def examples_of_roles(printed: Printed) -> tuple[list[list[str]], list[str]]:
    """Return features and labels of the paragraphs of a printed page; furniture within an article is ``metadata``."""
    page, _ = repair(printed.text)
    sources = [
        [
            printed.sources[at]
            for block in page.parts.paragraphs[head].blocks
            for span in page.parts.blocks[block].spans
            for at in range(*span)
        ]
        for head in page.heads
    ]
    labels = [label_of(some, printed.articles) for some in sources]
    of_article = [next((source.article for source in some if isinstance(source, Source)), None) for some in sources]
    for at, label in enumerate(labels):
        if label in (None, "furniture", "metadata"):
            before = next((number for number in reversed(of_article[:at]) if number is not None), None)
            after = next((number for number in of_article[at:] if number is not None), None)
            labels[at] = "metadata" if before is not None and before == after else "furniture"
    return features_in_context(page.paragraphs, page.shown), labels


def examples_of_lines(printed: Printed) -> tuple[list[list[str]], list[str]] | None:
    """Return features and labels of the lines of a wrapped page, None where the page is not wrapped."""
    blocks = cut_blocks(printed.text, physical_form.find_inserted(printed.text))
    wrapping = physical_form.find_wrapping([block.indent for block in blocks], [block.text for block in blocks])
    if wrapping is None:
        return None
    kept, features = unwrapping.wrapped_lines(blocks, wrapping)
    kinds = []
    for block in (blocks[index] for index in kept):
        inside = [source for source in printed.sources[block.char_start : block.char_end] if source is not None]
        kinds.append((inside[0], inside[-1]) if inside else (None, None))
    labels = ["begins"]
    for (_, before), (first, _) in zip(kinds, kinds[1:], strict=False):
        same = isinstance(before, Source) and isinstance(first, Source) and before[:2] == first[:2] and first.at > before.at
        labels.append("goes on" if same else "begins")
    return features, labels


def offered(features: Sequence[Sequence[str]], around: Sequence[int]) -> list[list[str]]:
    """Return the features as the model is taught them: those of the neighbours with their distance, but for those of the item alone."""
    shared = [[name for name in names if not name.startswith("*")] for names in features]
    items = []
    for at, names in enumerate(features):
        item = [f"0:{name}" for name in names]
        for step in around:
            item += [f"{step:+d}:{name}" for name in shared[at + step]] if 0 <= at + step < len(features) else []
        items.append(item)
    return items


OF_CHARACTERS = ("*first", "*last", "word=")
FEWEST_LINES = 5
"""Different lines that a feature of characters must be seen in, so that what one headline alone says is not learned: each is printed several times."""


def telling(examples: Sequence[tuple[list[list[str]], list[str]]]) -> set[str]:
    """Return the features of characters that enough different lines have, lines being told apart by these features and their length."""
    lines: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for features, _ in examples:
        for names in features:
            own = [name for name in names if name.startswith(OF_CHARACTERS)]
            line = (*own, *(name for name in names if name.startswith("length=")))
            for name in own:
                lines[name].add(line)
    return {name for name, some in lines.items() if len(some) >= FEWEST_LINES}


Weights = dict[tuple[str, str], float]


def learn(examples: Sequence[tuple[list[list[str]], list[str]]], around: Sequence[int], c1: float, c2: float) -> Weights:
    """Return the weights of features and labels, and of labels before labels, that are learned from examples."""
    import pycrfsuite

    known = telling(examples)
    examples = [
        ([[name for name in names if not name.startswith(OF_CHARACTERS) or name in known] for names in features], labels)
        for features, labels in examples
    ]
    trainer = pycrfsuite.Trainer(verbose=False)
    for features, labels in examples:
        trainer.append(offered(features, around), labels)
    trainer.set_params(
        {"c1": c1, "c2": c2, "max_iterations": ITERATIONS, "feature.possible_transitions": True, "feature.minfreq": MIN_COUNT}
    )
    with TemporaryDirectory() as folder:
        trainer.train(f"{folder}/model")
        tagger = pycrfsuite.Tagger()
        tagger.open(f"{folder}/model")
        info = tagger.info()
    print(f"learned from {sum(len(labels) for _, labels in examples):,} lines")
    return dict(info.state_features) | {(f"> {one}", other): weight for (one, other), weight in info.transitions.items()}


def write(learned: Sequence[Weights], path: Path, impossible: Collection[tuple[str, str]] = ()) -> None:
    """Write the mean of some weights; ``impossible`` are pairs of labels that never follow each other."""
    mean: Weights = defaultdict(float)
    for weights in learned:
        for key, weight in weights.items():
            mean[key] += weight / len(learned)
    mean.update({(f"> {one}", other): NEVER for one, other in impossible})
    lines = sorted(f"{name}\t{label}\t{weight:.2f}" for (name, label), weight in mean.items() if abs(weight) >= 0.005)
    path.write_text("\n".join([SOURCE, "# feature, label, weight; a feature with > in front is the label before.", *lines]) + "\n", "utf-8")
    print(f"{path.name}: {len(lines):,} weights")


def printed_pages(seed: int, n: int, press, others, form) -> Iterator[Printed]:
    """Yield pages composed and printed by lot."""
    for number in range(n):
        rng = Random(f"{seed} {number}")
        yield print_page(rng, compose(rng, press, others), form(rng))


def learn_roles(n_pages: int, press: Sequence[list[list[Part]]], others: Sequence[list[Part]], seed: int) -> Weights:
    """Return the weights of roles that are learned from pages composed and printed by one lot."""
    some = [*printed_pages(seed, n_pages, press, others, random_form), *made_pages(seed + 1, n_pages // 2)]
    return learn([found for printed in some if (found := examples_of_roles(printed))[0]], (-2, -1, 1, 2), 0.2, 0.05)


def learn_lines(n_pages: int, press: Sequence[list[list[Part]]], others: Sequence[list[Part]], seed: int) -> Weights:
    """Return the weights of unwrapping that are learned from pages composed and wrapped by one lot."""
    wrapped = [name for name in FORMS if name.startswith("wrapped")]
    some = printed_pages(seed, n_pages, press, others, lambda rng: FORMS[rng.choice(wrapped)](rng))
    return learn([found for printed in some if (found := examples_of_lines(printed))], (), 0.1, 0.05)


def learn_with_seeds(learn_one: Callable[[int], Weights], seeds: Sequence[int], jobs: int) -> list[Weights]:
    """Return the weights that each seed gives, so many learned at the same time."""
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(learn_one, seeds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--press", type=Path, required=True)
    parser.add_argument("--modern", type=Path, nargs="+", required=True)
    parser.add_argument("--hold-out", type=int, default=0, metavar="N")
    parser.add_argument("--pages", type=int, default=900)
    parser.add_argument("--wrapped", type=int, default=500)
    parser.add_argument("--seeds", type=int, nargs="+", default=[2, 3, 5, 7], help="weights are the mean of those that each seed gives")
    parser.add_argument("--jobs", type=int, default=1, help="seeds that are learned from at the same time")
    parser.add_argument("--only", choices=("lines", "roles"))
    parser.add_argument("--out", type=Path, default=DATA)
    options = parser.parse_args()
    press = [
        [finer(article) for article in articles]
        for at, (_, articles) in enumerate(pages_of(options.press))
        if not options.hold_out or at % options.hold_out
    ]
    others = [modern(json.loads(line)) for path in options.modern for line in path.read_text("utf-8").splitlines() if line.strip()]
    others += [modern(article.as_dict()) for article in read_gold("learn_*.txt")] + list(sample_articles())
    others = [article for at, article in enumerate(others) if not options.hold_out or at % options.hold_out]
    if options.only != "roles":
        learned = learn_with_seeds(partial(learn_lines, options.wrapped, press, others), options.seeds, options.jobs)
        write(learned, options.out / unwrapping.WEIGHTS_OF_UNWRAPPING)
        linear_chain.read_chain.cache_clear()
    if options.only != "lines":
        learned = learn_with_seeds(partial(learn_roles, options.pages, press, others), options.seeds, options.jobs)
        write(learned, options.out / roles.WEIGHTS_OF_ROLES, IMPOSSIBLE)


if __name__ == "__main__":
    main()
