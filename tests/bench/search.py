"""Known-item search: how often the words of a headline find their article first; and CPU time of a query over many articles.

    python -m tests.bench.search                        real articles, known-item queries
    python -m tests.bench.search --articles 200000      generated articles, time and size

Articles come from the shared pages and transcripts and stay in memory; the large run mixes their sentences anew and writes a temporary file.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import rjieba

from tests.shared import SHARED, require_shared
from tests.warehouse_rows import loose_tables
from warehouse.analytics import create_analytics
from warehouse.ddl import create_tables
from warehouse.search import build_index, search, update_index

Article = tuple[str, list[str]]


def press_articles() -> Iterator[Article]:
    """Yield headline and paragraphs of the shared newspaper pages, as their gold divides them."""
    for line in (SHARED / "press/clean/gold.jsonl").read_text("utf-8").splitlines():
        page = json.loads(line)
        text = (SHARED / f"press/clean/{page['page']}.txt").read_text("utf-8")
        articles: dict[int, Article] = {}
        for block in page["blocks"]:
            piece = text[block["start"] : block["end"]].replace("\n", " ")
            if block["role"] == "headline" and block["article"] not in articles:
                articles[block["article"]] = (piece, [])
            elif block["article"] in articles:
                articles[block["article"]][1].append(piece)
        yield from (article for article in articles.values() if article[1])


def transcript_articles() -> Iterator[Article]:
    """Yield headline and paragraphs of the shared transcripts: a line that ends in no full stop, before one that opens a report."""
    for path in sorted((SHARED / "text").glob("*.txt")):
        lines = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]
        article: Article | None = None
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            if len(line) < 50 and not re.search("[。！？：；，]$", line) and following.startswith("央视网消息"):
                if article and article[1]:
                    yield article
                article = (line, [])
            elif article:
                article[1].append(line)
        if article and article[1]:
            yield article


def warehouse_of(articles: Iterable[Article], path: str = ":memory:") -> duckdb.DuckDBPyConnection:
    """Return a warehouse with the articles, not yet indexed."""
    con = duckdb.connect(path)
    create_tables(con, loose_tables())
    create_analytics(con)
    headlines, paragraphs = [], []
    for number, (headline, texts) in enumerate(articles):
        article_id = f"{number // 6:016x}-a{number % 6 + 1:02d}"
        headlines.append((article_id, article_id[:16], headline))
        paragraphs += [(article_id, seq, "body", text) for seq, text in enumerate(texts, 2)]
    for table, names, rows in (
        ("articles", ("article_id", "file_id", "headline"), headlines),
        ("paragraphs", ("article_id", "seq", "role", "text"), paragraphs),
    ):
        con.register("incoming", pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))))
        con.execute(f"INSERT INTO {table} BY NAME FROM incoming")
        con.unregister("incoming")
    con.execute("INSERT INTO raw_files BY NAME SELECT DISTINCT file_id, 'loaded' AS status FROM articles")
    return con


def words_of(headline: str) -> set[str]:
    """Return the words of a headline of two characters or more."""
    return {word for word in rjieba.cut(headline) if re.fullmatch(r"[\u4e00-\u9fff]{2,}|[A-Za-z0-9]{3,}", word)}


def measure_known_items(name: str, articles: list[Article], n_queries: int) -> None:
    con = warehouse_of(articles)
    build_index(con)
    common = Counter(word for headline, paragraphs in articles for word in words_of(" ".join([headline, *paragraphs])))
    chosen = random.Random(7).sample(range(len(articles)), min(n_queries, len(articles)))
    kinds = {
        "whole headline": lambda headline: re.sub('["“”-]', " ", headline),
        "its three rarest words": lambda headline: " ".join(sorted(words_of(headline), key=lambda word: (common[word], word))[:3]),
        "its three longest words": lambda headline: " ".join(sorted(words_of(headline), key=lambda word: (-len(word), word))[:3]),
    }
    for kind, query_of in kinds.items():
        asked = first = in_ten = alone = alone_first = 0
        spent = time.process_time()
        for number in chosen:
            headline = articles[number][0]
            query = query_of(headline)
            if not query.strip():
                continue
            found = [hit.headline for hit in search(con, query, limit=10)]
            asked += 1
            first += found[:1] == [headline]
            in_ten += headline in found
            words = query.split()
            if sum(all(word in other for word in words) for other, _ in articles) == 1:  # else the query names several articles
                alone += 1
                alone_first += found[:1] == [headline]
        spent = (time.process_time() - spent) / asked
        print(
            f"{name}, {len(articles):,} articles, {kind}: first {first / asked:.1%}, in the first ten {in_ten / asked:.1%}, "
            f"{asked} queries, {1000 * spent:.0f} ms each; first {alone_first / max(alone, 1):.1%} of the {alone} "
            "whose words stand together in no other headline"
        )


QUERIES = (
    "长江",
    "长江 污水",
    "乡村振兴 产业",
    '"乡村振兴" 产业',
    "高质量发展",
    "中国",
    "水",
    '"中国经济"',
    "发展 -经济",
    "新能源 汽车 出口",
    "嫦娥六号",
)


def mixed_articles(n: int) -> Iterator[Article]:
    """Yield articles of about 400 characters, mixed from the sentences of the transcripts."""
    chance = random.Random(7)
    lines = [line for _, paragraphs in transcript_articles() for line in paragraphs if len(line) > 80]
    sentences = [sentence for line in lines for sentence in re.split("(?<=[。；])", line) if sentence]
    for _ in range(n):
        yield chance.choice(sentences)[:18], ["".join(chance.choices(sentences, k=5)) for _ in range(2)]


def measure_time(n: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mixed.duckdb"
        con = warehouse_of(mixed_articles(n), str(path))
        con.execute("CHECKPOINT")
        before, spent = path.stat().st_size, time.process_time()
        build_index(con)
        spent = time.process_time() - spent
        con.execute("CHECKPOINT")
        ((n_chars, n_postings),) = con.execute(
            "SELECT (SELECT sum(n_chars) FROM search_articles), count(*) FROM search_postings"
        ).fetchall()
        print(
            f"{n:,} articles, {n_chars / 1e6:.1f} M characters, {n_postings / 1e6:.1f} M postings: index built in {spent:.1f} s CPU, "
            f"{(path.stat().st_size - before) / 1e6:.0f} MB beside {before / 1e6:.0f} MB"
        )
        ids = [row[0] for row in con.execute("SELECT article_id FROM articles ORDER BY hash(article_id) LIMIT 100").fetchall()]
        spent = time.process_time()
        update_index(con, ids)
        print(f"100 articles indexed anew: {time.process_time() - spent:.2f} s CPU")
        con.close()
        con = duckdb.connect(str(path), read_only=True)
        for query in QUERIES:
            search(con, query)
            times = []
            for _ in range(3):
                spent = time.process_time()
                search(con, query)
                times.append(time.process_time() - spent)
            n_found = con.execute("SELECT count(*) FROM search_ranked(?)", [query]).fetchall()[0][0]
            print(f"  {query}: {n_found:,} articles found, best 20 in {1000 * min(times):.0f} ms CPU")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=0, help="generate so many articles and measure time")
    parser.add_argument("--queries", type=int, default=300)
    options = parser.parse_args()
    if options.articles:
        measure_time(options.articles)
    else:
        measure_known_items("newspaper pages", list(press_articles()), options.queries)
        measure_known_items("transcripts", list(transcript_articles()), options.queries)


if __name__ == "__main__":
    require_shared()
    main()
