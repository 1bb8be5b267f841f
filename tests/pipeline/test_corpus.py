"""What only the whole warehouse knows depends on the pages that are there, not on the order in which they came, went and came again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import Random

import duckdb
import pytest

from flows.pipeline.corpus import complete_corpus, note_changed
from tests.warehouse_rows import loose_tables
from transforms.duplicates import sketch
from transforms.identities import organization_id, person_id, place_id
from warehouse import schema, store
from warehouse.ddl import create_tables

TABLES = (*schema.of_layer("page"), *schema.of_layer("corpus"))
PAPERS = ("云渡日报", "清浦时报", None)
PEOPLE = ("林叙白", "何静澜", "陶千寻", "程云川", "闻一舟", "沈问渠")
TITLES = (("区长", None), ("校长", "清浦实验小学"), ("董事长", "清浦集团"), ("居民", None), (None, None))
ORGANIZATIONS = ("云渡区人民医院", "清浦区人民医院", "区人民医院", "市人民医院", "江城市人民医院", "星槎科技公司")
PLACES = (("白渡镇", "云渡区"), ("云渡区", "江城市"), ("江城市", None), ("青禾村", "白渡镇"), ("老码头", None))
LINES = (
    "清浦港昨日开港，首艘货轮满载着茶叶靠上码头。",
    "云渡区图书馆开馆，藏书很多，市民凭证即可借阅。",
    "首批读者领到了纪念书签，当天来了许多人。",
    "植树活动在河边举行，孩子们种下了一排柳树。",
    "镇里的老戏台修好了，晚上请来剧团唱了三场。",
)
WORDS = ("运河", "稻田", "码头", "茶叶", "柳树", "戏台", "书签", "剧团", "防汛", "储能", "医院", "货轮", "集市", "桥梁", "灯会")
Rows = dict[str, list[dict[str, object]]]


def page(file_id: str, rng: Random) -> Rows:
    """Return the rows of an invented page before anything is known of the others."""
    rows: Rows = {table.name: [] for table in schema.of_layer("page")}
    rows["raw_files"].append(
        {"file_id": file_id, "source": "s", "path": file_id, "n_bytes": 1, "paper": rng.choice(PAPERS), "status": "loaded"}
    )
    for seq in range(1, rng.randint(1, 3) + 1):
        add_article(rows, file_id, seq, rng)
    return rows


def add_article(rows: Rows, file_id: str, seq: int, rng: Random) -> None:
    paper = rows["raw_files"][-1]["paper"]
    article_id, day = f"{file_id}-a{seq:02d}", rng.choice([None, *(date(2031, 5, 1) + timedelta(n) for n in range(9))])
    body = "".join(rng.choices(LINES, k=rng.randint(1, 3)))
    rows["articles"].append(
        {
            "article_id": article_id,
            "file_id": file_id,
            "paper": paper,
            "seq": seq,
            "kind": "news",
            "published_on": day,
            "body": body,
            "n_chars": len(body),
            "subheads": [],
            "reporters": [],
            "photographers": [],
            "is_headless": rng.random() < 0.1,
            "is_truncated": rng.random() < 0.1,
        }
    )
    made = sketch(body)
    rows["signatures"].append({"article_id": article_id, "n_shingles": made.n_shingles, "sketch": list(made.values)})
    rows["terms"] += [{"article_id": article_id, "term": term, "n": rng.randint(1, 4)} for term in rng.sample(WORDS, rng.randint(0, 14))]
    spans = [{"char_start": 0, "char_end": 1}]
    for number in range(rng.randint(0, 4)):
        name, (title, of) = rng.choice(PEOPLE), rng.choice(TITLES)
        mention = {"article_id": article_id, "mention_id": f"{article_id}-m{number:03d}", "spans": spans}
        roles = ["reporter"] if title is None and rng.random() < 0.3 else None
        rows["mentions"].append(
            {
                **mention,
                "kind": "person",
                "text": name,
                "name": name,
                "entity_id": person_id(name),
                "title": title,
                "roles": roles,
                "confidence": 0.9,
            }
        )
        if title:
            rows["person_titles"].append({**mention, "person_id": person_id(name), "title": title, "organization": of, "held_on": day})
        if rng.random() < 0.3:
            rows["quotes"].append(
                {
                    "quote_id": f"{article_id}-q{number:03d}",
                    "article_id": article_id,
                    "speaker": name,
                    "person_id": person_id(name),
                    "text": "好",
                    "is_direct": True,
                    "spans": spans,
                    "confidence": 0.9,
                }
            )
    for number in range(4, 4 + rng.randint(0, 4)):
        mention = {"article_id": article_id, "mention_id": f"{article_id}-m{number:03d}", "spans": spans, "confidence": 0.9}
        if rng.random() < 0.5:
            name = rng.choice(ORGANIZATIONS)
            rows["mentions"].append(
                {
                    **mention,
                    "kind": "organization",
                    "text": name[-rng.randint(4, 9) :],
                    "name": name,
                    "entity_id": organization_id(name),
                    "organization_kind": rng.choice(["hospital", "company", None]),
                }
            )
        else:
            name, parent = rng.choice(PLACES)
            rows["mentions"].append(
                {
                    **mention,
                    "kind": "place",
                    "text": name,
                    "name": name,
                    "entity_id": place_id(name),
                    "level": rng.choice(["town", "site"]),
                    "adcode": rng.choice(["110101", None]),
                    "parent": rng.choice([parent, None]),
                }
            )
    for number in range(rng.randint(0, 3)):
        rows["events"].append(
            {
                "event_id": f"{article_id}-v{number:03d}",
                "article_id": article_id,
                "kind": rng.choice(["opening", "signing"]),
                "trigger": "启用",
                "on_date": day,
                "place": rng.choice(["云渡区", None]),
                "actors": rng.sample(PEOPLE, rng.randint(0, 2)),
                "text": "好",
                "spans": spans,
                "objects": rng.sample(["云渡港战略合作协议", "战略合作协议", "新码头", "白渡镇老戏台"], rng.randint(0, 2)),
                "confidence": 0.9,
            }
        )


def warehouse() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 1})
    create_tables(con, loose_tables())
    return con


def load(con: duckdb.DuckDBPyConnection, pages: Iterable[Rows]) -> None:
    pages = list(pages)
    for table in schema.of_layer("page"):
        store.insert_rows(con, table, [row for rows in pages for row in rows[table.name]])


def change(con: duckdb.DuckDBPyConnection, gone: Sequence[str], came: dict[str, Rows]) -> dict[str, list[str]]:
    """Take pages out and others in, bring the corpus up to date, as a run does, and return the files of which rows changed, by table."""
    note_changed(con, [*gone, *came])
    store.delete_files(con, gone)
    store.delete_files(con, list(came), keep_raw_files=False)
    load(con, came.values())
    return complete_corpus(con, list(came))


def contents(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple]]:
    return {table.name: con.execute(f"FROM {table.name} ORDER BY ALL").fetchall() for table in TABLES}


def rows_by_file(rows: Iterable[tuple], table: schema.Table) -> dict[str, list[tuple]]:
    """Return the rows of a page table by the file that they were read from."""
    column = "file_id" if "file_id" in table.column_names else "article_id"
    found: dict[str, list[tuple]] = {}
    for row in rows:
        found.setdefault(row[table.column_names.index(column)][:16], []).append(row)
    return found


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_pages_that_come_and_go_leave_what_one_load_of_the_last_ones_gives(seed):
    rng = Random(seed)
    grown, present = warehouse(), dict[str, Rows]()
    for round_ in range(5):
        gone = rng.sample(sorted(present), min(len(present), rng.choice([0, 1, 2, 6])))
        again = rng.sample(sorted(set(present) - set(gone)), min(len(present) - len(gone), rng.choice([0, 1])))
        new = [f"{rng.getrandbits(64):016x}" for _ in range(12 if round_ == 0 else rng.choice([0, 1, 3]))]
        came = {file_id: page(file_id, rng) for file_id in (*again, *new)}
        before = contents(grown)
        touched = change(grown, gone, came)
        present = {file_id: rows for file_id, rows in present.items() if file_id not in gone} | came
        at_once = warehouse()
        load(at_once, present.values())
        complete_corpus(at_once)
        found, wanted = contents(grown), contents(at_once)
        found["raw_files"] = [row for row in found["raw_files"] if row[0] in present]
        for table in wanted:
            assert found[table] == wanted[table], (table, round_)
        for table in schema.of_layer("page"):
            old, now = rows_by_file(before[table.name], table), rows_by_file(contents(grown)[table.name], table)
            assert {file_id for file_id in old if file_id not in {*gone, *came} and old[file_id] != now[file_id]} == set(
                touched.get(table.name, ())
            ) - set(came)
        assert round_ > 0 or all(wanted[table] for table in ("people", "organizations", "places", "keywords", "near_duplicates"))
        at_once.close()
    grown.close()


def test_a_text_printed_often_stays_one_when_a_printing_in_the_middle_goes():
    """Of more than 64 printings only neighbours are pairs: those beside the one that went have to become a pair."""
    rng, often = Random(7), "".join(LINES)
    came = {f"{number:016x}": page(f"{number:016x}", rng) for number in range(70)}
    for rows in came.values():
        del rows["articles"][1:], rows["signatures"][1:]
        made = sketch(often)
        rows["articles"][0] |= {"body": often, "n_chars": len(often)}
        rows["signatures"][0] |= {"n_shingles": made.n_shingles, "sketch": list(made.values)}
    con = warehouse()
    change(con, [], came)
    change(con, [f"{35:016x}"], {})
    assert con.execute("SELECT count(*), count(DISTINCT cluster_id), count_if(is_canonical) FROM articles").fetchall() == [(69, 1, 1)]
    assert con.execute("SELECT count(*), count(DISTINCT (article_id, other_id)) FROM near_duplicates").fetchall() == [(68, 68)]
    con.close()
