"""Makes invented newspaper pages with every kind of damage, as many as wanted: the same seed gives the same pages.

    python -m tests.bench.make_pages --mb 20 --seed 1 OUT
    python -m tests.bench.make_pages --pages 100000 --articles 1-5 OUT     small pages, 2.5 kB each

Articles come from ``page_grammar.txt`` and ``page_words.txt``; then the page is damaged as extractors damage real ones: sentences
cut at a column's end that go on in the next block or far away, repeated blocks and repeated ends, lost heads, truncated ends,
moved subheads, residue of the web, adverts, full-width digits. Some articles are printed again, with small changes, on later pages.
The gold beside a page says what was done. The bytes are damaged too: other encodings, byte order marks, Windows' line ends, control
characters, an end in the middle of a character, now and then a file that is empty or no text at all.
"""

from __future__ import annotations

import argparse
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
HALF_WIDTH = str.maketrans("，（）：；？！", ",():;?!")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
WEEKDAYS = "一二三四五六日"
PAPERS = ("日报", "晚报", "时报")
FIRST_DAY = date(2021, 1, 4)
PUBLISHED = 40
"""Articles kept for being printed again."""
ARTICLES = (5, 10)
"""Fewest and most articles of a page; these give pages of 6 kB."""

Piece = str | Callable[["Cast"], str]
Rule = tuple[Piece, ...]


@dataclass
class Block:
    """A block while the page is made; ``continues`` and ``duplicate_of`` are blocks."""

    role: str
    text: str
    article: int | None = None
    continues: Block | None = None
    duplicate_of: Block | None = None
    is_headless: bool = False
    is_truncated: bool = False


@cache
def words() -> dict[str, list[str]]:
    """Return the lists of words; surnames and given names are single characters."""
    lists = {}
    for line in (HERE / "page_words.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, *choices = line.split("\t")
            lists[name] = list(choices[0]) if len(choices) == 1 else choices
    return lists


@cache
def grammar() -> dict[str, dict[str, list[Rule]]]:
    """Return the rules by topic and role. A topic named with a second word is of that kind."""
    topics: dict[str, dict[str, list[Rule]]] = {}
    for line in (HERE / "page_grammar.txt").read_text("utf-8").splitlines():
        if line.startswith("= "):
            rules = topics.setdefault(line[2:], {})
        elif line and not line.startswith("#"):
            role, _, text = line.partition("|")
            rules.setdefault(role, []).append(compiled(text))
    return topics


def compiled(text: str) -> Rule:
    """Return a rule as strings and functions of a cast."""
    pieces: list[Piece] = []
    for part in re.split(r"(\[[^\[\]]*\]|\{\w+\})", text):
        if part.startswith("["):
            pieces.append(choice(tuple(compiled(option) for option in part[1:-1].split("|"))))
        elif part.startswith("{"):
            pieces.append(slot(part[1:-1]))
        elif part:
            pieces.append(part)
    return tuple(pieces)


def choice(options: tuple[Rule, ...]) -> Callable[[Cast], str]:
    """Return a function that takes one of the options."""
    return lambda cast: said(cast.pick(options), cast)


def slot(name: str) -> Callable[[Cast], str]:
    """Return the function of a slot. Raises AttributeError for an unknown one."""
    getattr(Cast, name)
    return lambda cast: getattr(cast, name)()


def said(rule: Rule, cast: Cast) -> str:
    """Return the text of a rule with this cast."""
    return "".join([piece if isinstance(piece, str) else piece(cast) for piece in rule])


class Cast:
    """What one article is about: who, where, when, and a source of numbers."""

    def __init__(self, rng: Random, town: str, day: date) -> None:
        self.rng, self._town, self._day = rng, town, day
        self._leader = leader_of(town, rng.randrange(6))
        self._leader2 = leader_of(town, 6 + rng.randrange(6))
        self._matter = self.word("matters")
        self._company = self.make_company()
        self._product = self.word("products")
        self._village = self.word("villages")
        self._person = self.make_person()
        self._event = f"第{self.small()}届{self.town()}{self.word('events')}"
        self._slogan = self.word("slogans")
        self._score = f"{self.number(0, 9)}∶{self.number(0, 9)}"
        self._fresh: dict[str, list[str]] = {}

    def fresh(self, name: str) -> str:
        """Return a word that this article has not had, as long as there is one."""
        if not self._fresh.get(name):
            self._fresh[name] = self.rng.sample(words()[name], min(12, len(words()[name])))
        return self._fresh[name].pop()

    def pick(self, options):
        return options[int(self.rng.random() * len(options))]

    def word(self, name: str) -> str:
        return self.pick(words()[name])

    def make_person(self) -> str:
        name = self.word("surnames") + self.word("given")
        return name + self.word("given") if self.rng.random() < 0.8 else name

    def make_company(self) -> str:
        return self._town + self.word("heads") + self.word("kinds") + self.word("suffixes")

    def number(self, low: int, high: int) -> int:
        return low + int(self.rng.random() * (high - low))

    def leader(self) -> str:
        return self._leader[1]

    def office(self) -> str:
        return self._leader[0]

    def leader2(self) -> str:
        return self._leader2[1]

    def office2(self) -> str:
        return self._leader2[0]

    def person(self) -> str:
        if self.rng.random() < 0.5:
            self._person = self.make_person()
        return self._person

    def company(self) -> str:
        return self._company

    def product(self) -> str:
        return self._product

    def village(self) -> str:
        return self._village

    def matter(self) -> str:
        return self._matter

    def town(self) -> str:
        return self._town + "区"

    def town2(self) -> str:
        return self.word("towns")

    def paper(self) -> str:
        return self._town + "日报"

    def place(self) -> str:
        return self.word("places")

    def street(self) -> str:
        return self.word("streets")

    def site(self) -> str:
        return self.word("sites")

    def org(self) -> str:
        return self.word("orgs")

    def org2(self) -> str:
        return f"{self._town}公安分局"

    def org3(self) -> str:
        return f"{self._town}区气象台"

    def school(self) -> str:
        return self._town + self.word("schools")

    def hospital(self) -> str:
        return self._town + "区" + self.word("hospitals")

    def surname(self) -> str:
        return self.word("surnames")

    def event(self) -> str:
        return self._event

    def meeting(self) -> str:
        return f"{self.town()}{self.pick(('委全会', '政府常务会议', '人大常委会会议', '政协协商会', '经济工作会议', '委常委会会议'))}"

    def medical(self) -> str:
        return self.word("medicals")

    def season(self) -> str:
        return self.word("seasons")

    def slogan(self) -> str:
        return self._slogan

    def aim(self) -> str:
        return self.fresh("aims")

    def aim4(self) -> str:
        return self.word("aim4")

    def result(self) -> str:
        return self.word("results")

    def good(self) -> str:
        return self.word("goods")

    def done(self) -> str:
        return re.sub(r"\d+", lambda _: str(self.number(3, 3000)), self.fresh("dones"))

    def speech(self) -> str:
        return self.fresh("speeches")

    def kidsdo(self) -> str:
        return self.fresh("kidsdos")

    def advice(self) -> str:
        return self.fresh("advices")

    def day(self) -> str:
        day = self._day - timedelta(self.number(0, 4))
        return self.pick(
            (f"{day.month}月{day.day}日", f"{day.month}月{day.day}日上午", f"{day.month}月{day.day}日下午", "昨天", "日前", "近日")
        )

    def nextday(self) -> str:
        return self.pick(("今天夜里", "明天", "后天", "本周末"))

    def deadline(self) -> str:
        return self.pick(
            (
                f"{self._day.year}年底",
                "年内",
                f"今年{self.number(1, 13)}月底",
                "明年上半年",
                f"{self.number(1, 13)}月{self.number(1, 29)}日",
            )
        )

    def year(self) -> str:
        return str(self.number(1978, 2024))

    def count(self) -> str:
        return str(self.number(12, self.pick((60, 200, 900, 5000))))

    def small(self) -> str:
        return str(self.number(2, 20))

    def age(self) -> str:
        return str(self.number(18, 95))

    def housenum(self) -> str:
        return str(self.number(1, 400))

    def serial(self) -> str:
        return str(self.number(2000000, 9000000))

    def score(self) -> str:
        return self._score

    def temp(self) -> str:
        return f"{self.number(2, 39)}℃"

    def percent(self) -> str:
        return f"{self.number(3, 99)}.{self.number(1, 10)}%"

    def money(self) -> str:
        qualifier = self.pick(("", "", "近", "约", "超"))
        return (
            f"{qualifier}{self.number(1, 90)}.{self.number(1, 10)}亿元"
            if self.rng.random() < 0.5
            else f"{qualifier}{self.number(20, 9900)}万元"
        )

    def smallmoney(self) -> str:
        return f"{self.number(5, 9900)}元"

    def area(self) -> str:
        return f"{self.number(2, 60)}.{self.number(1, 10)}万平方米"

    def smallarea(self) -> str:
        return f"{self.number(2, 900)}平方米"

    def mu(self) -> str:
        return f"{self.number(20, 9000)}亩"

    def households(self) -> str:
        return f"{self.number(80, 9900)}户"


@cache
def leader_of(town: str, number: int) -> tuple[str, str]:
    """Return office and name of one of the town's twelve leaders: the same on every page."""
    rng = Random(f"{town} {number}")
    given = words()["given"]
    return words()["offices"][number], rng.choice(words()["surnames"]) + rng.choice(given) + rng.choice(given)


@dataclass
class Article:
    """An article as it was written."""

    kind: str
    blocks: list[Block]
    reporters: list[str] = field(default_factory=list)


def write_article(rng: Random, town: str, day: date, number: int) -> Article:
    """Return a new article."""
    topics = [name for name in grammar() if name != "page"]
    topic = topics[int(rng.random() * len(topics))]
    cast, rules, kind = Cast(rng, town, day), grammar()[topic], (topic.split() + ["news"])[1]
    if kind == "photo":
        blocks = [
            Block("caption", said(cast.pick(rules["c"]), cast)),
            Block("credit", f"{cast.make_person()} {cast.pick(('摄', '图文报道'))}"),
        ]
        return numbered(Article(kind, blocks), number)
    blocks = [Block("headline", said(cast.pick(rules["h"]), cast))]
    if kind == "notice":
        blocks += [
            Block("body", said(cast.pick(rules["n"]), cast)),
            Block("body", cast.org()),
            Block("body", f"{day.year}年{day.month}月{day.day}日"),
        ]
        return numbered(Article(kind, blocks), number)
    reporters = [cast.make_person() for _ in range(cast.pick((1, 1, 2)))]
    names = " ".join(reporters)
    byline = "" if kind == "feature" else cast.pick((f"本报讯（{names}） ", f"本报讯（记者 {names}） "))
    blocks.append(Block("body", byline + said(cast.pick(rules["l"]), cast)))
    spare = rng.sample(rules["b"], len(rules["b"]))
    bodies = [spare.pop() for _ in range(min(len(spare), 4 + int(rng.random() * 5)))]
    subheads = rules.get("s", [])
    for at, rule in enumerate(bodies):
        if subheads and at % 2:
            blocks.append(Block("subhead", said(cast.pick(subheads), cast)))
        text = said(rule, cast)
        if spare and rng.random() < 0.6:
            text += said(spare.pop(), cast)
        blocks.append(Block("body", text))
    return numbered(Article(kind, blocks, reporters), number)


def numbered(article: Article, number: int) -> Article:
    """Return the article with its number on every block."""
    for block in article.blocks:
        block.article = number
    return article


def printed_again(rng: Random, earlier: Article, number: int) -> Article:
    """Return an article that was printed before, some of it changed."""
    blocks = [Block(block.role, block.text) for block in earlier.blocks]
    for block in blocks:
        if rng.random() < 0.3:
            block.text = re.sub(r"\d+(?=[个名台户])", lambda found: str(int(found[0]) + 1), block.text)
        if rng.random() < 0.2:
            block.text = block.text.replace("指出", "强调").replace("介绍", "说")
    if len(blocks) > 4 and rng.random() < 0.4:
        blocks.pop()
    return numbered(Article(earlier.kind, blocks, earlier.reporters), number)


# --- damage -----------------------------------------------------------------------------------------------------------


def damage(rng: Random, articles: list[Article]) -> list[Block]:
    """Return the blocks of a page in raw order, damaged."""
    page: list[Block] = []
    waiting: list[Block] = []
    for article in articles:
        blocks = cut_columns(rng, article.blocks, waiting)
        if article.kind == "feature" and rng.random() < 0.5:
            blocks = move_subheads(rng, blocks)
        blocks = lose_heads(rng, repeat_blocks(rng, blocks))
        page += blocks
        if waiting and rng.random() < 0.7:
            page += waiting
            waiting.clear()
    page += waiting
    last = page[-1]
    if last.role == "body" and not last.duplicate_of and len(last.text) > 60 and rng.random() < 0.3:
        last.text, last.is_truncated = last.text[: int(len(last.text) * rng.uniform(0.4, 0.8))], True
    return page


def cut_columns(rng: Random, blocks: list[Block], waiting: list[Block]) -> list[Block]:
    """Cut some bodies at the end of a column, anywhere; what follows goes on in the next block or, by ``waiting``, far away."""
    out: list[Block] = []
    for block in blocks:
        out.append(block)
        if block.role == "body" and len(block.text) > 80 and rng.random() < 0.2:
            at = int(rng.uniform(30, len(block.text) - 15))
            rest = Block("body", block.text[at:], block.article, continues=block)
            block.text = block.text[:at]
            (waiting if rng.random() < 0.15 else out).append(rest)
    return out


def move_subheads(rng: Random, blocks: list[Block]) -> list[Block]:
    """Put subheads, with what follows each, in another order after the head of the article."""
    starts = [at for at, block in enumerate(blocks) if block.role == "subhead"]
    if len(starts) < 2:
        return blocks
    parts = [blocks[start:end] for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True)]
    rng.shuffle(parts)
    return blocks[: starts[0]] + [block for part in parts for block in part]


def repeat_blocks(rng: Random, blocks: list[Block]) -> list[Block]:
    """Repeat a run of bodies, the first of them often without its beginning."""
    bodies = [block for block in blocks if block.role == "body"]
    if len(bodies) < 2 or rng.random() > 0.35:
        return blocks
    run = bodies[-int(rng.uniform(1, min(len(bodies), 4))) :]
    again = [Block("duplicate", block.text, block.article, duplicate_of=block) for block in run]
    if rng.random() < 0.5 and len(again[0].text) > 60:
        again[0].text = again[0].text[int(rng.uniform(8, len(again[0].text) / 2)) :]
    at = blocks.index(run[-1]) + 1
    return blocks[:at] + again + blocks[at:]


def lose_heads(rng: Random, blocks: list[Block]) -> list[Block]:
    """Take away the beginning of a body now and then."""
    repeated = {id(block.duplicate_of) for block in blocks}
    for block in blocks[2:]:
        if block.role == "body" and not block.continues and id(block) not in repeated and len(block.text) > 70 and rng.random() < 0.06:
            block.text, block.is_headless = block.text[int(rng.uniform(20, 50)) :].lstrip("，。、；：”"), True
    return blocks


def furnish(rng: Random, page: list[Block], town: str, paper: str, day: date, number: int) -> list[Block]:
    """Return the page with masthead, residue and adverts around and between the articles."""
    cast, rules = Cast(rng, town, day), grammar()["page"]
    masthead = cast.pick(
        (
            f"{paper}　{day.year}年{day.month}月{day.day}日　星期{WEEKDAYS[day.weekday()]}　第{number:02}版",
            f"{paper} {day.isoformat()} {number:02}",
            f"{number:02}版：要闻　{day.year}年{day.month}月{day.day}日",
        )
    )
    head = [Block("furniture", masthead)] if rng.random() < 0.8 else []
    foot = [Block("furniture", said(rule, cast)) for rule in rng.sample(rules["f"], int(rng.random() * 3))]
    adverts = [Block("advert", said(cast.pick(rules["a"]), cast)) for _ in range(int(rng.random() * 2.5))]
    return head + page + adverts + foot


def make_page(
    rng: Random,
    town: str = "云渡",
    paper: str = "",
    day: date = FIRST_DAY,
    number: int = 1,
    earlier: deque[Article] | None = None,
    n_articles: tuple[int, int] = ARTICLES,
) -> tuple[str, dict]:
    """Return the raw text of a page and its gold: what each block is, what it continues or repeats, the articles' heads."""
    articles = []
    fewest, most = n_articles
    for position in range(1, fewest + 1 + int(rng.random() * (most - fewest + 1))):
        if earlier and rng.random() < 0.04:
            articles.append(printed_again(rng, rng.choice(earlier), position))
        else:
            articles.append(write_article(rng, town, day, position))
            if earlier is not None and rng.random() < 0.1 and articles[-1].kind == "news":
                earlier.append(Article(articles[-1].kind, [Block(b.role, b.text) for b in articles[-1].blocks], articles[-1].reporters))
    heads = [" ".join(block.text for block in article.blocks if block.role == "headline") or None for article in articles]
    page = furnish(rng, damage(rng, articles), town, paper or f"{town}日报", day, number)
    look = rng.random()
    table = HALF_WIDTH if look < 0.4 else FULL_WIDTH if look < 0.5 else {}
    return laid_out(
        rng,
        page,
        table,
        [
            {"article": at, "headline": head and head.translate(table), "kind": article.kind, "reporters": article.reporters}
            for at, (article, head) in enumerate(zip(articles, heads, strict=True), 1)
        ],
    )


def laid_out(rng: Random, page: list[Block], table: dict, articles: list[dict]) -> tuple[str, dict]:
    """Return the raw text of the blocks and the gold with their offsets."""
    parts: list[str] = []
    blocks: list[dict] = []
    seq_of = {id(block): seq for seq, block in enumerate(page, 1)}
    at = 0
    for seq, block in enumerate(page, 1):
        gap = "" if seq == 1 else "\n\n\n\n" if block.role == "headline" and rng.random() < 0.3 else "\n\n"
        text = block.text.translate(table)
        parts += (gap, text)
        at += len(gap)
        row = {"seq": seq, "role": block.role, "article": block.article, "char_start": at, "char_end": at + len(text)}
        at += len(text)
        if block.continues:
            row["continues"] = seq_of[id(block.continues)]
        if block.duplicate_of:
            row["duplicate_of"] = seq_of[id(block.duplicate_of)]
        if block.is_headless:
            row["headless"] = True
        if block.is_truncated:
            row["truncated"] = True
        blocks.append(row)
    return "".join((*parts, "\n")), {"blocks": blocks, "articles": articles}


def make_pages(seed: int, n_articles: tuple[int, int] = ARTICLES, first_day: date = FIRST_DAY) -> Iterator[tuple[str, str, dict]]:
    """Yield path, raw text and gold of page after page without end: some towns' papers, day by day, four pages an issue."""
    rng = Random(seed)
    earlier: deque[Article] = deque(maxlen=PUBLISHED)
    day = first_day
    while True:
        for town in words()["towns"]:
            paper = town + PAPERS[len(town) * ord(town[0]) % len(PAPERS)]
            for number in range(1, 5):
                text, gold = make_page(rng, town, paper, day, number, earlier, n_articles)
                yield f"{paper}/{day.isoformat()}/{number:02}.txt", text, gold
        day += timedelta(1)


BYTES: dict[str, tuple[float, Callable[[Random, str], bytes]]] = {
    "gb18030": (0.02, lambda rng, text: text.encode("gb18030")),
    "byte order mark": (0.01, lambda rng, text: text.encode("utf-8-sig")),
    "UTF-16": (0.005, lambda rng, text: text.encode("utf-16")),
    "line ends of Windows": (0.01, lambda rng, text: text.replace("\n", "\r\n").encode()),
    "control characters": (
        0.004,
        lambda rng, text: rng.choice("\0\b\x1b\u200b\u202e").join((text[: len(text) // 2], text[len(text) // 2 :])).encode(),
    ),
    "cut inside a character": (0.004, lambda rng, text: text.rstrip().rstrip("0123456789 )").encode()[:-1]),
    "a broken byte": (0.004, lambda rng, text: text.encode().replace("，".encode(), b"\xef\xbc", 1)),
    "no text": (0.0005, lambda rng, text: rng.randbytes(len(text))),
    "empty": (0.0005, lambda rng, text: b""),
}
"""What becomes of the bytes of a page: kind, share of the pages, how it is made. All other pages are plain UTF-8."""


def as_bytes(rng: Random, text: str) -> tuple[bytes, str]:
    """Return the bytes of a page, and the kind of damage to them or ``"utf-8"``."""
    at = rng.random()
    for kind, (share, make) in BYTES.items():
        if (at := at - share) < 0:
            return make(rng, text), kind
    return text.encode(), "utf-8"


def make_files(seed: int, n_articles: tuple[int, int] = ARTICLES, first_day: date = FIRST_DAY) -> Iterator[tuple[str, bytes, int]]:
    """Yield path, bytes and number of articles of page after page without end."""
    rng = Random(seed)
    for path, text, gold in make_pages(seed, n_articles, first_day):
        yield path, as_bytes(rng, text)[0], len(gold["articles"])


@dataclass
class Written:
    """What was written."""

    pages: int = 0
    articles: int = 0
    n_bytes: int = 0


def write_files(
    out: Path, files: Iterable[tuple[str, bytes, int]], n_bytes: float = float("inf"), tell: Callable[[Written], None] = lambda _: None
) -> Written:
    """Write files until there are none, or so many bytes are written, and say after each thousand how many; return what was written."""
    written = Written()
    for path, data, n_articles in files:
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        written.pages, written.articles, written.n_bytes = written.pages + 1, written.articles + n_articles, written.n_bytes + len(data)
        if written.pages % 1000 == 0:
            tell(written)
        if written.n_bytes >= n_bytes:
            break
    return written


def low_and_high(text: str) -> tuple[int, int]:
    """Return the two numbers of a range such as 5-10. Raises ValueError."""
    low, high = map(int, text.split("-"))
    if not 1 <= low <= high:
        raise ValueError(text)
    return low, high


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("out", type=Path, metavar="OUT")
    arguments.add_argument("--mb", type=float, default=20, help="megabytes of raw text (default: 20)")
    arguments.add_argument("--pages", type=int, help="pages, instead of megabytes")
    arguments.add_argument("--articles", type=low_and_high, default=ARTICLES, metavar="LOW-HIGH", help="articles of a page (default: 5-10)")
    arguments.add_argument("--seed", type=int, default=1)
    wanted = arguments.parse_args()
    files = islice(make_files(wanted.seed, wanted.articles), wanted.pages)
    written = write_files(wanted.out, files, float("inf") if wanted.pages else wanted.mb * 1e6)
    print(f"{written.pages} pages, {written.articles} articles, {written.n_bytes / 1e6:.1f} MB in {wanted.out}")


if __name__ == "__main__":
    main()
