"""A small warehouse of invented rows, for tests of what stands on the tables.

``Rows`` lays out invented pages as raw text and makes the rows that the pipeline would make of them, with true offsets; the
papers, the district and the people do not exist. ``known_warehouse()`` is the world that the tests know by heart.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from warehouse import schema
from warehouse.analytics import create_analytics
from warehouse.arrow import to_arrow
from warehouse.ddl import create_tables
from warehouse.search import build_index

RUN_ID = "run-0001"
RUN_AT = datetime(2031, 5, 12, 6, 0)


def loose_tables() -> list[schema.Table]:
    """Return the tables with no column required: for tests whose rows say no more than what is asked of them."""
    return [replace(table, columns=tuple(replace(column, required=False) for column in table.columns)) for table in schema.TABLES.values()]


FOLDER = TemporaryDirectory(prefix="warehouse-")


@cache
def _empty_warehouse() -> Path:
    """Return a file with all tables, views and macros: made once, for 0.3 s of CPU, and copied for 0.03 s."""
    path = Path(FOLDER.name) / "empty.duckdb"
    with duckdb.connect(str(path)) as con:
        create_tables(con)
        create_analytics(con)
    return path


def id_of(kind: str, name: str) -> str:
    return kind[0] + sha256(f"{kind}:{name}".encode()).hexdigest()[:12]


class Rows:
    """Rows of every table, gathered page by page; ``connect`` loads them into a DuckDB in memory."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict]] = {name: [] for name in schema.TABLES}
        self.tables["runs"].append({
            "run_id": RUN_ID, "started_at": RUN_AT, "ended_at": RUN_AT, "status": "loaded", "code_version": "test",
            "n_files_seen": 0, "n_files_new": 0, "n_articles": 0, "n_quarantined": 0,
        })

    def add(self, table: str, **row) -> None:
        self.tables[table].append(row)

    def page(self, paper: str | None, issue_on: date | None, name: str = "A1") -> PageRows:
        return PageRows(self, paper, issue_on, name)

    def connect(self) -> duckdb.DuckDBPyConnection:
        self._entities()
        con = duckdb.connect()
        con.execute(f"ATTACH '{_empty_warehouse()}' AS empty (READ_ONLY); COPY FROM DATABASE empty TO memory; DETACH empty")
        for name, rows in self.tables.items():
            if rows:
                con.register("incoming", to_arrow(schema.TABLES[name], rows))
                con.execute(f"INSERT INTO {name} SELECT * FROM incoming")
                con.unregister("incoming")
        build_index(con)
        return con

    def _entities(self) -> None:
        dates = {a["article_id"]: a["published_on"] for a in self.tables["articles"]}
        clusters = {a["article_id"]: a["cluster_id"] for a in self.tables["articles"]}
        groups = defaultdict(list)
        for mention in self.tables["mentions"]:
            groups[mention["kind"], mention["entity_id"]].append(mention)
        for (kind, entity_id), mentions in groups.items():
            articles = {m["article_id"] for m in mentions}
            on = sorted(dates[a] for a in articles if dates[a])
            texts = {clusters[m["article_id"]] for m in mentions if m.get("roles") is None}
            row = {"name": mentions[0]["name"], "n_mentions": len(mentions), "n_articles": len(texts)}
            if kind == "person":
                row["n_bylines"] = len({clusters[m["article_id"]] for m in mentions if m.get("roles")})
                titled = [m["title"] for m in mentions if m.get("title")]
                self.add("people", person_id=entity_id, **row, first_on=on[0] if on else None, last_on=on[-1] if on else None,
                         latest_title=titled[-1] if titled else None)
            elif kind == "organization":
                self.add("organizations", organization_id=entity_id, **row, kind=mentions[0].get("organization_kind"), aliases=[])
            else:
                self.add("places", place_id=entity_id, **row, level=mentions[0].get("level"))


class PageRows:
    """One raw page being laid out."""

    def __init__(self, rows: Rows, paper: str | None, issue_on: date | None, name: str) -> None:
        self.rows, self.paper, self.issue_on = rows, paper, issue_on
        self.file_id = sha256(f"{paper}{issue_on}{name}".encode()).hexdigest()[:16]
        self.text, self.n_blocks, self.n_articles = "", 0, 0
        self.row = {
            "file_id": self.file_id, "source": "pages", "path": f"{paper}/{issue_on}/{name}.txt", "n_bytes": 0, "encoding": "utf-8",
            "n_chars": 0, "n_replaced": 0, "paper": paper, "issue_on": issue_on, "issue_basis": "path", "page": name,
            "status": "loaded", "batch_id": "b1", "ingested_at": RUN_AT, "run_id": RUN_ID,
        }
        rows.tables["raw_files"].append(self.row)

    def block(self, text: str, role: str, article_id: str | None = None, **rest) -> dict:
        """Append a block and return its span; blank lines stand between blocks."""
        space = "\n\n" if self.text else "\n"
        self.text += space
        start = len(self.text)
        self.text += text
        self.n_blocks += 1
        span = {"char_start": start, "char_end": len(self.text)}
        self.rows.add("blocks", block_id=f"{self.file_id}-b{self.n_blocks:04d}", file_id=self.file_id, seq=self.n_blocks, role=role,
                      article_id=article_id, text=text, space_before=space, space_after="", **span, **rest)
        self.row["n_chars"] = len(self.text)
        self.row["n_bytes"] = len(self.text.encode())
        return span

    def article(self, headline: str | None, *paragraphs: str, kind: str = "news", keywords: tuple[str, ...] = (), **columns) -> ArticleRows:
        return ArticleRows(self, headline, paragraphs, kind, keywords, columns)


class ArticleRows:
    """One article being marked up: each method marks the first place where a text stands, or the place after ``after``."""

    def __init__(self, page: PageRows, headline: str | None, paragraphs, kind: str, keywords, columns) -> None:
        page.n_articles += 1
        self.page, self.rows = page, page.rows
        self.id = f"{page.file_id}-a{page.n_blocks + 1:04d}"  # the block in which it begins
        self.sentences: list[dict] = []
        self.count: Counter[str] = Counter()
        printed = [("headline", headline)] * bool(headline) + [("body", text) for text in paragraphs]
        for number, (role, text) in enumerate(printed, 1):
            span = page.block(text, role, self.id)
            paragraph_id = f"{self.id}-p{number:03d}"
            self.rows.add("paragraphs", paragraph_id=paragraph_id, article_id=self.id, seq=number, role=role, text=text, spans=[span])
            for found in re.finditer(r"[^。！？]+[。！？]?", text):
                self.sentences.append({
                    "sentence_id": f"{self.id}-s{len(self.sentences) + 1:03d}", "article_id": self.id, "paragraph_id": paragraph_id,
                    "seq": len(self.sentences) + 1, "text": found.group(),
                    "spans": [{"char_start": span["char_start"] + found.start(), "char_end": span["char_start"] + found.end()}],
                })
        self.rows.tables["sentences"].extend(self.sentences)
        body = "\n".join(paragraphs)
        self.rows.add("articles", **{
            "article_id": self.id, "file_id": page.file_id, "paper": page.paper, "issue_on": page.issue_on, "page": page.row["page"], "seq": page.n_articles, "headline": headline, "subheads": [], "kind": kind,
            "reporters": [], "photographers": [], "published_on": page.issue_on, "published_basis": "issue", "body": body,
            "n_chars": len(body), "is_headless": False, "is_truncated": False, "cluster_id": self.id, "is_canonical": True, **columns,
        })
        for term in keywords:
            self.rows.add("keywords", article_id=self.id, term=term, weight=1.0)

    def place_of(self, text: str, sentence: int | None = None) -> dict:
        """Return article, sentence and spans of the first place where the text stands."""
        for row in self.sentences:
            at = row["text"].find(text)
            if at >= 0 and sentence in (None, row["seq"]):
                start = row["spans"][0]["char_start"] + at
                return {"article_id": self.id, "sentence_id": row["sentence_id"],
                        "spans": [{"char_start": start, "char_end": start + len(text)}]}
        raise ValueError(f"{text} does not stand in {self.id}")

    def next_id(self, letter: str) -> str:
        self.count[letter] += 1
        return f"{self.id}-{letter}{self.count[letter]:03d}"

    def name(self, kind: str, text: str, name: str | None = None, sentence: int | None = None, **rest) -> ArticleRows:
        name = name or text
        self.rows.add("mentions", mention_id=self.next_id("m"), **self.place_of(text, sentence), kind=kind, text=text, name=name,
                      entity_id=id_of(kind, name), confidence=0.9, **rest)
        return self

    def person(self, text: str, title: str | None = None, organization: str | None = None, tenure: str = "current", **rest) -> ArticleRows:
        self.name("person", text, title=title, **rest)
        if title:
            self.rows.add("person_titles", person_id=id_of("person", text), mention_id=f"{self.id}-m{self.count['m']:03d}", title=title,
                          organization=organization, tenure=tenure, held_on=self.page.issue_on, confidence=0.9, **self.place_of(title))
        return self

    def organization(self, text: str, name: str | None = None, kind: str | None = None, **rest) -> ArticleRows:
        return self.name("organization", text, name, organization_kind=kind, **rest)

    def place(self, text: str, level: str | None = None, **rest) -> ArticleRows:
        return self.name("place", text, level=level, **rest)

    def amount(self, text: str, base_value: float | None, kind: str = "money", base_unit: str = "CNY", **rest) -> ArticleRows:
        row = {"value": base_value, "low": base_value, "high": base_value, "unit": None, **rest}
        self.rows.add("quantities", quantity_id=self.next_id("n"), **self.place_of(text), text=text, kind=kind, base_value=base_value,
                      base_unit=base_unit, **row)
        return self

    def time(self, text: str, value: str | None, on: date | None = None, granularity: str = "day", basis: str = "year from article"):
        self.rows.add("times", time_id=self.next_id("t"), **self.place_of(text), text=text, value=value, start_on=on, end_on=on,
                      granularity=granularity, basis=basis)
        return self

    def quote(self, text: str, speaker: str | None, verb: str = "说", is_direct: bool = True) -> ArticleRows:
        self.rows.add("quotes", quote_id=self.next_id("q"), **self.place_of(text), text=text, speaker=speaker,
                      person_id=id_of("person", speaker) if speaker else None, candidates=[], verb=verb, is_direct=is_direct, confidence=0.8)
        return self

    def event(self, kind: str, trigger: str, text: str, actors=(), objects=(), on: date | None = None, place: str | None = None):
        self.rows.add("events", event_id=self.next_id("v"), **self.place_of(text), kind=kind, trigger=trigger, text=text, on_date=on,
                      place=place, place_id=id_of("place", place) if place else None, actors=list(actors), actor_ids=[], objects=list(objects),
                      confidence=0.7)
        return self


DAILY, TIMES = "云渡日报", "清浦时报"
LIN, HE, TAO = "林叙白", "何静澜", "陶千寻"


def known_rows() -> Rows:
    """Return the known world: two papers, three days, six articles, one quarantined file."""
    rows = Rows()
    day1, day2, day3 = date(2031, 5, 9), date(2031, 5, 10), date(2031, 5, 11)

    front = rows.page(DAILY, day1)
    front.block("云渡日报 2031年5月9日 第1版", "furniture")
    (front.article("林叙白调研青禾产业园建设",
                   "5月8日，区长林叙白来到青禾产业园，调研项目建设。他说：“要把好项目一个一个落下来。”",
                   "区发展改革局局长何静澜陪同。园区总投资12亿元，占地约300亩，由星槎科技公司承建。",
                   keywords=("产业园", "项目建设"), reporters=["陶千寻"])
     .person(LIN, "区长").person(HE, "局长", "区发展改革局").organization("区发展改革局", "云渡区发展改革局", "government")
     .organization("星槎科技公司", kind="company").place("青禾产业园", "site")
     .time("5月8日", "2031-05-08", date(2031, 5, 8)).amount("12亿元", 1.2e9, value=12, unit="亿元")
     .amount("约300亩", 200000.0, "area", "m2", value=300, unit="亩", qualifier="约")
     .quote("要把好项目一个一个落下来。", LIN)
     .event("inspection", "调研", "区长林叙白来到青禾产业园，调研项目建设", [LIN], ["青禾产业园"], date(2031, 5, 8), "青禾产业园"))
    (front.article("<script>alert(1)</script>孩子们的读书节",
                   "清浦路小学昨天举行读书节，300多名学生参加。", keywords=("读书节",), is_truncated=True)
     .organization("清浦路小学", kind="school").amount("300多名", 300, "count", "1", value=300, unit="名", qualifier="多", of="学生"))
    front.block("今日天气 多云", "unassigned")
    front.block("清浦路小学昨天举行读书节，300多名学生参加。", "duplicate", duplicate_kind="exact",
                duplicate_of=f"{front.file_id}-b0006")

    second = rows.page(DAILY, day2)
    (second.article("区委常委会召开会议",
                    "5月9日，区长林叙白主持召开会议，何静澜、白渡镇党委书记陶千寻参加。",
                    "会议研究防汛工作，决定投入3000万元加固堤防。",
                    keywords=("防汛", "项目建设"))
     .person(LIN, "区长").person(HE).person(TAO, "党委书记", "白渡镇", tenure="acting").place("白渡镇", "town")
     .time("5月9日", "2031-05-09", date(2031, 5, 9)).amount("3000万元", 3e7, value=3000, unit="万元")
     .event("meeting", "召开", "区长林叙白主持召开会议", [LIN], ["会议"], date(2031, 5, 9)))

    times = rows.page(TIMES, day2)
    (times.article("星槎科技签约云渡",
                   "昨天，星槎科技公司与区发展改革局签订协议，计划投资5亿元建设储能项目，占地310亩。", keywords=("储能", "产业园"),
                   cluster_id=f"{front.file_id}-a0002")
     .organization("星槎科技公司", kind="company").organization("区发展改革局", "云渡区发展改革局", "government")
     .time("昨天", "2031-05-09", date(2031, 5, 9), basis="relative").amount("5亿元", 5e8, value=5, unit="亿元").amount("310亩", 206666.67, "area", "m2", value=310, unit="亩")
     .event("signing", "签订", "星槎科技公司与区发展改革局签订协议", ["星槎科技公司", "区发展改革局"], ["协议"], date(2031, 5, 9)))
    times.article("防汛物资到位", "白渡镇的防汛物资已经到位。", kind="brief", keywords=("防汛",)).place("白渡镇", "town") \
        .quote("白渡镇的防汛物资已经到位", None, "介绍", is_direct=False)

    third = rows.page(TIMES, day3)
    (third.article(None, "图为白渡镇的老码头。陶千寻摄", kind="photo", photographers=["陶千寻"])
     .place("白渡镇", "town").person(TAO, roles=["photographer"]))

    signed = next(article for article in rows.tables["articles"] if article["headline"] == "星槎科技签约云渡")
    rows.add("near_duplicates", article_id=signed["cluster_id"], other_id=signed["article_id"], similarity=0.6, relation="revised")
    for title in rows.tables["person_titles"]:
        title["organization_id"] = id_of("organization", "云渡区发展改革局") if title["organization"] == "区发展改革局" else None

    rows.add("raw_files", file_id="f" * 16, source="pages", path="broken.txt", n_bytes=9, status="quarantined", reason="no text",
             ingested_at=RUN_AT, run_id=RUN_ID)
    rows.add("quarantine", quarantine_id="q1", file_id="f" * 16, path="broken.txt", stage="process", record_table="raw_files",
             reason="undecodable", detail="no encoding fits", run_id=RUN_ID)
    for name, success, n_unexpected in (("unique_key", True, 0), ("spans_in_text", False, 1)):
        rows.add("validations", run_id=RUN_ID, record_table="mentions", expectation=name, column_name="spans" * (not success),
                 severity="warning", success=success, n_evaluated=12, n_unexpected=n_unexpected,
                 examples=["x-m001"] * n_unexpected, checked_at=RUN_AT)
    return rows


def known_warehouse() -> duckdb.DuckDBPyConnection:
    """Return the known world in a DuckDB in memory, with views, macros and search index."""
    return known_rows().connect()
