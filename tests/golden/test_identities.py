"""Who is who over articles: people of one name, offices named by their rank only."""

from datetime import date

import duckdb
import pytest

from flows.pipeline.corpus import TOUCHED, disambiguate_people, note_changed, run_sql, settle_references
from tests.warehouse_rows import loose_tables
from transforms.identities import PersonEvidence, age_in, disambiguate, home_in, organization_id, person_id, place_id
from warehouse import schema
from warehouse.ddl import create_tables
from warehouse.store import insert_rows


def told(*evidence: PersonEvidence) -> dict[str, str]:
    return {article: person.disambiguated_by for article, person in disambiguate("程云川", evidence).items()}


@pytest.mark.parametrize(
    "one, other",
    [
        (PersonEvidence("a1", "区长"), PersonEvidence("a2", role="reporter")),
        (PersonEvidence("a1", "区委书记"), PersonEvidence("a2", "居民")),
        (PersonEvidence("a1", "校长", "清浦实验小学"), PersonEvidence("a2", "董事长", "清浦集团")),
        (PersonEvidence("a1", "院长", "云渡区人民医院"), PersonEvidence("a2", "村民")),
        (PersonEvidence("a1", "副区长"), PersonEvidence("a2", "货车司机")),
    ],
)
def test_titles_that_contradict_each_other_are_two_people(one, other):
    assert len(set(told(one, other).values())) == 2


@pytest.mark.parametrize(
    "one, other",
    [
        (PersonEvidence("a1", "副区长"), PersonEvidence("a2", "区长")),
        (PersonEvidence("a1", "区委书记"), PersonEvidence("a2", "教授")),
        (PersonEvidence("a1", "校长", "清浦实验小学"), PersonEvidence("a2", "政协委员")),
        (PersonEvidence("a1", "区长"), PersonEvidence("a2")),
        (PersonEvidence("a1", role="reporter"), PersonEvidence("a2", role="photographer")),
        (PersonEvidence("a1", "居民"), PersonEvidence("a2", "志愿者")),
    ],
)
def test_titles_that_one_person_may_bear_are_one_person(one, other):
    assert told(one, other) == {}


@pytest.mark.parametrize(
    "one, other",
    [
        (PersonEvidence("a1", "居民", born=1962), PersonEvidence("a2", "村民", born=1989)),
        (PersonEvidence("a1", born=1962), PersonEvidence("a2", born=1965)),
        (PersonEvidence("a1", home="云渡区石塘镇"), PersonEvidence("a2", home="南浦县")),
        (PersonEvidence("a1", home="云渡区石塘镇"), PersonEvidence("a2", home="南浦县青石乡")),
        (PersonEvidence("a1", home="石塘镇"), PersonEvidence("a2", home="青石乡")),
    ],
)
def test_ages_and_homes_that_exclude_each_other_are_two_people(one, other):
    assert len(set(told(one, other).values())) == 2


@pytest.mark.parametrize(
    "one, other",
    [
        (PersonEvidence("a1", born=1962), PersonEvidence("a2", born=1964)),
        (PersonEvidence("a1", born=1962), PersonEvidence("a2")),
        (PersonEvidence("a1", home="云渡区"), PersonEvidence("a2", home="石塘镇")),
        (PersonEvidence("a1", home="云渡区石塘镇"), PersonEvidence("a2", home="云渡区")),
        (PersonEvidence("a1", home="云渡区"), PersonEvidence("a2")),
    ],
)
def test_ages_and_homes_that_one_person_may_have_are_one_person(one, other):
    assert told(one, other) == {}


def test_an_article_that_says_no_age_means_the_one_of_most_articles():
    people = disambiguate(
        "程云川", [*(PersonEvidence(f"a{n}", born=1950 + n) for n in (1, 2)), PersonEvidence("a3", born=1990), PersonEvidence("a4")]
    )
    assert people["a4"].person_id == people["a1"].person_id == person_id("程云川")
    assert people["a3"].disambiguated_by == "约1990年生"


@pytest.mark.parametrize(
    "sentence, age",
    [
        ("程云川（女，68岁）独自住在楼上。", 68),
        ("程云川，男，31岁，未婚。", 31),
        ("程云川今年45岁，养鱼二十年。", 45),
        ("老党员程云川，现年80周岁。", 80),
        ("57岁的居民程云川报了名。", 57),
        ("程云川12岁的儿子得了奖。", None),
        ("程云川，12岁的儿子得了奖。", None),
        ("程云川18岁时离家。", None),
        ("50多岁的程云川报了名。", None),
        ("张晓和程云川的父亲70岁。", None),
        ("程云川和67岁的邻居同去。", None),
    ],
)
def test_an_age_is_the_persons_only_where_it_stands_beside_the_name(sentence, age):
    assert age_in(sentence, "程云川") == age


@pytest.mark.parametrize(
    "sentence, home",
    [
        ("家住青石乡的程云川来了。", None),
        ("清浦县青石乡村民程云川来了。", "清浦县青石乡"),
        ("来自清浦县的程云川来了。", "清浦县"),
        ("清浦县人程云川来了。", "清浦县"),
        ("清浦县县长程云川来了。", None),
        ("程云川来到清浦县青石乡村民家中。", None),
    ],
)
def test_a_home_is_what_stands_right_before_the_name(sentence, home):
    places = ["清浦县", "青石乡"] if home else ["清浦县"]
    assert home_in(sentence, "程云川", places) == home


def test_who_is_named_most_keeps_the_plain_id():
    people = disambiguate(
        "程云川", [PersonEvidence("a1", "区长"), PersonEvidence("a2", "区长"), PersonEvidence("a3", "居民"), PersonEvidence("a4")]
    )
    assert people["a1"].person_id == people["a4"].person_id == person_id("程云川")
    assert people["a3"].person_id == person_id("程云川", "居民") != person_id("程云川")


def test_ids_do_not_depend_on_the_order():
    evidence = [PersonEvidence("a1", "区长"), PersonEvidence("a2", "居民"), PersonEvidence("a3", role="reporter")]
    assert disambiguate("程云川", evidence) == disambiguate("程云川", evidence[::-1])


def test_ids_are_stable_and_apart_by_kind():
    assert person_id("云渡") == person_id("云渡") and len({person_id("云渡"), organization_id("云渡"), place_id("云渡")}) == 3


class Corpus:
    """Articles of one paper with their mentions, in a DuckDB in memory."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        create_tables(self.con, loose_tables())
        self.n = 0

    def article(self, *names: tuple[str, str, str | None, str | None], paper: str = "云渡日报") -> str:
        """Add an article that names (kind, name, title, role), and return its id."""
        self.n += 1
        file_id = f"{self.n:016d}"
        article_id = f"{file_id}-a0002"
        day = date(2031, 5, self.n)
        spans = [{"char_start": 0, "char_end": 1}]
        insert_rows(
            self.con,
            schema.TABLES["raw_files"],
            [{"file_id": file_id, "source": "s", "path": file_id, "n_bytes": 1, "paper": paper, "status": "loaded"}],
        )
        insert_rows(
            self.con,
            schema.TABLES["articles"],
            [
                {
                    "article_id": article_id,
                    "file_id": file_id,
                    "paper": paper,
                    "seq": 1,
                    "subheads": [],
                    "kind": "news",
                    "reporters": [],
                    "photographers": [],
                    "published_on": day,
                    "published_basis": "path",
                    "body": "",
                    "n_chars": 0,
                    "is_headless": False,
                    "is_truncated": False,
                    "cluster_id": article_id,
                    "is_canonical": True,
                }
            ],
        )
        for number, (kind, name, title, role) in enumerate(names, 1):
            mention_id = f"{article_id}-m{number:03d}"
            entity_id = {"person": person_id, "organization": organization_id}[kind](name)
            common = {"article_id": article_id, "mention_id": mention_id, "spans": spans}
            insert_rows(
                self.con,
                schema.TABLES["mentions"],
                [
                    {
                        **common,
                        "kind": kind,
                        "text": name,
                        "name": name,
                        "entity_id": entity_id,
                        "title": title,
                        "roles": role and [role],
                        "confidence": 0.9,
                        "organization_kind": "government" if kind == "organization" else None,
                    }
                ],
            )
            if title:
                insert_rows(self.con, schema.TABLES["person_titles"], [{**common, "person_id": entity_id, "title": title, "held_on": day}])
        return article_id

    def complete(self) -> None:
        self.con.execute(TOUCHED)
        note_changed(self.con)
        disambiguate_people(self.con)
        for name in ("people", "organizations"):
            run_sql(self.con, name)
        settle_references(self.con, None)

    def rows(self, query: str) -> list[tuple]:
        return self.con.execute(query).fetchall()


def test_two_people_of_one_name_are_told_apart_by_the_sentences_that_name_them():
    corpus = Corpus()
    for sentence in ("程云川（男，72岁）晒谷。", "程云川，女，28岁，是店主。", "程云川来了。"):
        article_id = corpus.article(("person", "程云川", None, None))
        sentence_id = f"{article_id}-s001"
        insert_rows(
            corpus.con,
            schema.TABLES["sentences"],
            [{"sentence_id": sentence_id, "article_id": article_id, "paragraph_id": "p", "seq": 1, "text": sentence, "spans": []}],
        )
        corpus.con.execute("UPDATE mentions SET sentence_id = $1 WHERE article_id = $2", [sentence_id, article_id])
    corpus.complete()
    people = corpus.rows("SELECT disambiguated_by, n_mentions FROM people ORDER BY ALL")
    assert people == [("约1959年生", 1), ("约2003年生", 2)]


def test_people_told_apart_are_two_rows_and_titles_follow():
    corpus = Corpus()
    corpus.article(("person", "程云川", "区长", None))
    corpus.article(("person", "程云川", "区长", None), ("person", "田禾", None, "reporter"))
    corpus.article(("person", "程云川", "居民", None))
    corpus.complete()
    assert corpus.rows("SELECT disambiguated_by, n_articles, latest_title FROM people WHERE name = '程云川' ORDER BY n_articles") == [
        ("居民", 1, "居民"),
        ("区长", 2, "区长"),
    ]
    assert corpus.rows(
        "SELECT count(*) FROM person_titles AS t JOIN mentions AS m USING (mention_id) WHERE t.person_id <> m.entity_id"
    ) == [(0,)]
    assert corpus.rows("SELECT record_table, count(*) FROM touched GROUP BY ALL ORDER BY ALL") == [("mentions", 1), ("person_titles", 1)]


def test_completing_again_changes_nothing_and_a_contradiction_that_goes_away_is_undone():
    corpus = Corpus()
    corpus.article(("person", "程云川", "区长", None))
    last = corpus.article(("person", "程云川", "居民", None))
    corpus.complete()
    before = corpus.rows("SELECT mention_id, entity_id FROM mentions ORDER BY ALL")
    corpus.complete()
    assert corpus.rows("SELECT mention_id, entity_id FROM mentions ORDER BY ALL") == before and corpus.rows("FROM touched") == []
    for table in ("mentions", "person_titles"):
        corpus.con.execute(f"DELETE FROM {table} WHERE article_id <> ?", [last])
    corpus.complete()
    assert corpus.rows("SELECT person_id, disambiguated_by FROM people") == [(person_id("程云川"), None)]


def test_an_office_named_by_its_rank_is_the_only_one_of_its_paper():
    corpus = Corpus()
    corpus.article(("organization", "云渡区人民医院", None, None))
    corpus.article(("organization", "区人民医院", None, None))
    corpus.article(("organization", "区人民医院", None, None), paper="清浦晚报")
    corpus.complete()
    assert corpus.rows("SELECT name, n_articles, aliases FROM organizations ORDER BY n_articles") == [
        ("区人民医院", 1, []),
        ("云渡区人民医院", 2, ["区人民医院"]),
    ]


def test_an_office_that_may_be_one_of_two_stays_what_is_printed():
    corpus = Corpus()
    for name in ("云渡区人民医院", "清浦区人民医院", "区人民医院"):
        corpus.article(("organization", name, None, None))
    corpus.complete()
    assert corpus.rows("SELECT count(*) FROM organizations") == [(3,)]
