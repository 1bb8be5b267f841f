"""Views, macros and sample queries, against the known rows of ``tests.warehouse_rows``."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import pytest

from tests.warehouse_rows import DAILY, HE, LIN, RUN_AT, RUN_ID, TAO, TIMES, Rows, known_rows, known_warehouse
from warehouse import analytics

PLACES = ("spans", "sentence_ids", "article_ids", "file_id", "examples")


@pytest.fixture(scope="module")
def con():
    con = known_warehouse()
    yield con
    con.close()


def rows(con, query: str, *parameters) -> list[tuple]:
    return con.execute(query, list(parameters)).fetchall()


def raw_text(con, article_id: str) -> dict[int, str]:
    blocks = rows(con, "SELECT char_start, text FROM blocks WHERE file_id = ?", article_id[:16])
    return {start + n: char for start, text in blocks for n, char in enumerate(text)}


def test_every_sql_file_is_created_and_says_what_it_is(con):
    on_disk = {
        f"{folder}/{path.name.removesuffix('.sql')}"
        for folder in ("views", "macros")
        for path in (files("warehouse") / folder).iterdir()
        if path.name.endswith(".sql")
    }
    assert on_disk == set(analytics.OBJECTS)
    comments = dict(rows(con, "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"))
    comments |= dict(rows(con, "SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal"))
    for path in analytics.OBJECTS:
        assert comments[path.split("/")[1]], path


@pytest.mark.parametrize("path", analytics.OBJECTS)
def test_example_in_the_file_runs(con, path):
    made = analytics.read_object(path)
    assert made.about.startswith(made.name)
    for statement in filter(str.strip, made.example.split(";")):
        con.execute(statement).fetchall()


def test_every_row_of_a_view_names_where_it_stands(con):
    for (view,) in rows(con, "SELECT view_name FROM duckdb_views() WHERE NOT internal AND view_name <> 'search_index'"):
        names = [column[0] for column in con.execute(f"DESCRIBE {view}").fetchall()]
        assert set(names) & set(PLACES), view
        if "spans" in names:
            assert "article_id" in names, view
            assert rows(con, f"SELECT count(*) FROM {view} WHERE len(spans) = 0 OR article_id IS NULL") == [(0,)]


def test_person_timeline_has_one_row_per_article_with_title_and_sentence(con):
    assert rows(con, "SELECT on_date, paper, title, headline, sentence FROM person_timeline WHERE name = ? ORDER BY on_date", LIN) == [
        (date(2031, 5, 9), DAILY, "区长", "林叙白调研青禾产业园建设", "林叙白调研青禾产业园建设"),
        (date(2031, 5, 10), DAILY, "区长", "区委常委会召开会议", "5月9日，区长林叙白主持召开会议，何静澜、白渡镇党委书记陶千寻参加。"),
    ]


def test_person_timeline_tells_bylines_from_appearances(con):
    assert rows(con, "SELECT on_date, roles, title FROM person_timeline WHERE name = ? ORDER BY on_date", TAO) == [
        (date(2031, 5, 10), None, "党委书记"),
        (date(2031, 5, 11), ["photographer"], None),
    ]


def test_leader_activity_has_the_day_of_the_event_not_of_the_paper(con):
    assert rows(con, "SELECT on_date, published_on, name, title, event, place FROM leader_activity ORDER BY on_date") == [
        (date(2031, 5, 8), date(2031, 5, 9), LIN, "区长", "inspection", "青禾产业园"),
        (date(2031, 5, 9), date(2031, 5, 10), LIN, "区长", "meeting", None),
    ]


def test_leader_activity_leaves_out_those_without_a_leading_office():
    known = known_rows()
    page = known.page(DAILY, date(2031, 5, 12))
    (
        page.article("龙舟赛", "教练苏见山走访渔村。副镇长叶问舟参加比赛。原副县长云见深逝世。")
        .person("苏见山", "教练")
        .person("叶问舟", "副镇长")
        .person("云见深", "原副县长")
        .event("death", "逝世", "原副县长云见深逝世", ["云见深"])
        .event("visit", "走访", "教练苏见山走访渔村", ["苏见山"])
        .event("contest", "参加", "副镇长叶问舟参加比赛", ["叶问舟"])
    )
    assert rows(known.connect(), "SELECT name FROM leader_activity WHERE published_on = '2031-05-12'") == [("叶问舟",)]


@pytest.mark.parametrize(
    ("title", "leads"),
    [
        ("区委书记、区长", True),
        ("副区长", True),
        ("市发展改革委主任", True),
        ("镇党委书记", True),
        ("区农业农村局局长", True),
        ("区人大常委会副主任", True),
        ("街道办事处主任", True),
        ("银行董事长、区政协副主席", True),
        ("民警", False),
        ("志愿者", False),
        ("教师", False),
        ("项目负责人", False),
        (None, False),
        ("区人大代表", False),
        ("政协委员", False),
        ("集团党委书记、董事长", False),
        ("区人民医院院长", False),
        ("骨科主任", False),
        ("竹坞村党支部书记", False),
        ("业委会主任", False),
    ],
)
def test_is_leading_office(con, title, leads):
    assert rows(con, "SELECT is_leading_office(?)", title) == [(leads,)]


def test_project_investments_ties_amounts_to_the_word_that_invests(con):
    found = rows(
        con,
        "SELECT amount_text, relation, amount, currency, companies, project, project_basis FROM project_investments ORDER BY amount DESC",
    )
    assert found == [
        ("12亿元", "总投资", 1.2e9, "CNY", ["星槎科技公司"], "青禾产业园", "headline"),
        ("5亿元", "投资", 5e8, "CNY", ["星槎科技公司"], "储能项目", "sentence"),
        ("3000万元", "投入", 3e7, "CNY", None, None, None),
    ]


def test_project_investments_leaves_out_prices_and_takings():
    known = known_rows()
    page = known.page("云渡日报", date(2031, 5, 12))
    page.article(
        "价格",
        "门票30元，景区收入2亿元。老桥改造项目已开工，水厂工程总投资4亿元，比该项目多1亿元。"
        "一般公共预算收入9亿元。社区追回被挪用的维修资金7万元。",
    ).amount("30元", 30).amount("2亿元", 2e8).amount("4亿元", 4e8).amount("9亿元", 9e8).amount("7万元", 7e4)
    con = known.connect()
    assert rows(con, "SELECT project, amount_text FROM project_investments WHERE published_on = '2031-05-12'") == [("水厂工程", "4亿元")]


def test_a_sum_that_stands_twice_is_placed_where_each_stands_and_a_headlines_sum_gives_way_to_the_text():
    known = known_rows()
    page = known.page("云渡日报", date(2031, 5, 12))
    article = (
        page.article("总投资6亿元的清浦大桥开工", "桥面占1亿元，云渡隧道投资1亿元。该桥总投资6亿元。")
        .amount("6亿元", 6e8)
        .amount("1亿元", 1e8)
    )
    for text, sentence, after in (("1亿元", 2, "投资"), ("6亿元", 3, "总投资")):
        place = article.place_of(after + text, sentence)
        place["spans"][0]["char_start"] += len(after)
        known.add(
            "quantities",
            quantity_id=article.next_id("n"),
            **place,
            text=text,
            kind="money",
            base_value=6e8 if text[0] == "6" else 1e8,
            base_unit="CNY",
        )
    assert rows(
        known.connect(), "SELECT project, project_basis, amount_text, sentence FROM project_investments WHERE published_on = '2031-05-12'"
    ) == [
        ("云渡隧道", "sentence", "1亿元", "桥面占1亿元，云渡隧道投资1亿元。"),
        ("清浦大桥", "headline", "6亿元", "该桥总投资6亿元。"),
    ]


def test_project_investments_says_which_rows_repeat_an_article():
    known = known_rows()
    page = known.page(TIMES, date(2031, 5, 12))
    page.article("重登", "水厂工程总投资4亿元。", is_canonical=False).amount("4亿元", 4e8)
    assert rows(known.connect(), "SELECT count(*) FILTER (is_canonical), count(*) FROM project_investments") == [(3, 4)]


def test_investments_are_summed_by_sector_without_parts_of_a_total_and_repeats():
    known = known_rows()
    page = known.page(DAILY, date(2031, 5, 12))
    article = (
        page.article("桥", "望江大桥总投资4亿元，年度计划投资2亿元，其中引桥投资1亿元。")
        .amount("4亿元", 4e8)
        .amount("2亿元", 2e8)
        .amount("1亿元", 1e8)
    )
    known.tables["quantities"][-1]["part_of"] = known.tables["quantities"][-3]["quantity_id"]
    page.article("桥又登", "望江大桥总投资4亿元。").amount("4亿元", 4e8)
    con = known.connect()
    assert rows(con, "SELECT sector, currency, amount, n_amounts, projects FROM investments_by_sector") == [
        ("industry", "CNY", 1.2e9, 1, ["青禾产业园"]),
        ("energy", "CNY", 5e8, 1, ["储能项目"]),
        ("transport", "CNY", 4e8, 1, ["望江大桥"]),
        ("water", "CNY", 3e7, 1, None),
    ]
    assert rows(
        con, "SELECT is_total, part_of IS NOT NULL FROM project_investments WHERE article_id = ? ORDER BY amount DESC", article.id
    ) == [(True, False), (False, False), (False, True)]


def test_disagreements_are_figures_that_two_reports_of_one_story_do_not_share(con):
    assert rows(con, "SELECT text, other_text, paper, other_paper FROM disagreements") == [("约300亩", "310亩", DAILY, TIMES)]


@pytest.mark.parametrize("n_articles, n_pairs", [(3, 3), (100, 4950), (101, 0)])
def test_disagreements_leave_out_what_is_a_form_rather_than_a_story(n_articles, n_pairs):
    known = Rows()
    page = known.page(DAILY, date(2031, 5, 12))
    for n in range(n_articles):
        area = f"{300 + n}亩"
        page.article("天气", f"占地{area}。", cluster_id="c").amount(area, 200.0 * (300 + n), "area", "m2", value=300 + n, unit="亩")
    assert rows(known.connect(), "SELECT count(*) FROM disagreements") == [(n_pairs,)]


def test_job_changes_are_said_by_the_title_or_by_a_leading_office_after_another_title():
    known = known_rows()
    known.page(DAILY, date(2031, 5, 12)).article("会", "副区长何静澜讲话。").person(HE, "副区长")
    found = rows(known.connect(), "SELECT on_date, name, change, organization, title, earlier_title FROM job_changes")
    assert found == [
        (date(2031, 5, 10), TAO, "acting", "白渡镇", "党委书记", None),
        (date(2031, 5, 12), HE, "new title", None, "副区长", "区发展改革局局长"),
    ]


def test_events_by_place_count_a_story_once():
    known = known_rows()
    page = known.page(TIMES, date(2031, 5, 12))
    page.article("又", "林叙白调研青禾产业园。").event("inspection", "调研", "林叙白调研青禾产业园", [LIN], place="青禾产业园")
    story = next(row["event_id"] for row in known.tables["events"] if row["place"] == "青禾产业园")
    for row in known.tables["events"]:
        row["story_id"] = story if row["place"] == "青禾产业园" else row["event_id"]
    assert rows(known.connect(), "SELECT place, level, kind, n_stories, n_reports FROM events_by_place") == [
        ("青禾产业园", "site", "inspection", 1, 2)
    ]


def test_quotes_about_names_what_is_said_and_not_the_speaker():
    known = known_rows()
    (
        known.page(TIMES, date(2031, 5, 12))
        .article("访", "林叙白说：“星槎科技公司来得及时。”")
        .person(LIN)
        .organization("星槎科技公司")
        .quote("星槎科技公司来得及时。", LIN)
    )
    assert rows(known.connect(), "SELECT speaker, about_kind, about, is_in_quote FROM quotes_about WHERE published_on = '2031-05-12'") == [
        (LIN, "organization", "星槎科技公司", True)
    ]


def test_uncertain_begins_with_the_least_sure_fact_of_any_table(con):
    found = rows(con, "SELECT fact_table, confidence FROM uncertain")
    assert found[0] == ("events", 0.7) and {table for table, _ in found} == {"mentions", "person_titles", "quotes", "events"}


def test_daily_coverage(con):
    assert rows(
        con, "SELECT on_date, paper, n_pages, n_articles, n_photo_news, n_people_named, n_damaged FROM daily_coverage ORDER BY 1, 2"
    ) == [
        (date(2031, 5, 9), DAILY, 1, 2, 0, 2, 1),
        (date(2031, 5, 10), DAILY, 1, 1, 0, 3, 0),
        (date(2031, 5, 10), TIMES, 1, 2, 0, 0, 0),
        (date(2031, 5, 11), TIMES, 1, 1, 1, 0, 0),
    ]


def test_topic_trends_counts_articles_of_the_day_and_names_them(con):
    (row,) = rows(con, "SELECT n_articles, n_articles_of_day, share, week, month, article_ids FROM topic_trends WHERE term = '防汛'")
    assert row[:5] == (2, 3, 2 / 3, date(2031, 5, 5), date(2031, 5, 1))
    assert len(row[5]) == 2


def test_topic_trends_does_not_count_a_repeated_article_again():
    known = known_rows()
    known.tables["articles"][-2]["is_canonical"] = False
    assert rows(known.connect(), "SELECT n_articles FROM topic_trends WHERE term = '防汛'") == [(1,)]


def test_networks_count_articles_and_sentences_and_leave_bylines_out(con):
    pairs = {
        frozenset(pair): numbers for *pair, numbers in rows(con, "SELECT name, other_name, [n_articles, n_sentences] FROM person_network")
    }
    assert pairs == {frozenset((LIN, HE)): [2, 1], frozenset((LIN, TAO)): [1, 1], frozenset((HE, TAO)): [1, 1]}
    pairs = rows(con, "SELECT n_articles, n_sentences, first_on, last_on FROM organization_network")
    assert pairs == [(2, 1, date(2031, 5, 9), date(2031, 5, 10))]


def test_person_network_leaves_out_those_named_in_a_byline():
    known = known_rows()
    page = known.page(DAILY, date(2031, 5, 12))
    page.article("题", "记者苏见山采访叶问舟。").person("苏见山", roles=["reporter"]).person("叶问舟")
    assert rows(known.connect(), "SELECT name FROM person_network WHERE '苏见山' IN (name, other_name)") == []


def test_accounting_sums_to_the_length_of_every_loaded_file(con):
    assert (
        rows(
            con,
            "SELECT f.path, f.n_chars, sum(a.n_chars) FROM raw_files AS f LEFT JOIN accounting AS a USING (file_id) "
            "WHERE status = 'loaded' GROUP BY ALL HAVING f.n_chars IS DISTINCT FROM sum(a.n_chars)",
        )
        == []
    )
    assert rows(con, "SELECT count(DISTINCT file_id) FROM accounting") == [(4,)]
    assert rows(con, "SELECT n_chars FROM accounting WHERE role = 'between blocks' ORDER BY 1") == [(1,), (5,), (7,), (15,)]


def test_accounting_shows_text_that_two_blocks_claim():
    known = known_rows()
    known.tables["blocks"][0]["char_end"] += 5
    con = known.connect()
    assert rows(con, "SELECT n_found FROM data_quality WHERE check_name = 'characters not accounted for'") == [(1,)]


def test_accounting_of_a_file_without_blocks():
    known = known_rows()
    known.add(
        "raw_files",
        file_id="e" * 16,
        source="pages",
        path="blank.txt",
        n_bytes=4,
        n_chars=4,
        status="loaded",
        ingested_at=RUN_AT,
        run_id=RUN_ID,
    )
    assert rows(known.connect(), "SELECT role, n_chars FROM accounting WHERE path = 'blank.txt'") == [("between blocks", 4)]


def test_data_quality_gathers_rules_quarantine_and_marks(con):
    found = {
        (source, name): (n, examples)
        for source, name, n, examples in rows(con, "SELECT source, check_name, n_found, examples FROM data_quality")
    }
    assert found["rule", "spans_in_text"] == (1, ["x-m001"])
    assert found["rule", "unique_key"] == (0, [])
    assert found["quarantine", "undecodable"] == (1, ["broken.txt"])
    assert found["mark", "end missing"][0] == 1
    assert found["mark", "no headline"][0] == 1
    assert found["mark", "unresolved"] == (0, None)
    assert found["mark", "characters not accounted for"][0] == 0


def test_data_quality_shows_the_latest_run_of_each_rule():
    known = known_rows()
    old = dict(known.tables["validations"][1])
    known.add("validations", **{**old, "run_id": "run-0002", "n_unexpected": 0, "success": True, "examples": []})
    assert rows(known.connect(), "SELECT n_found FROM data_quality WHERE check_name = 'spans_in_text'") == [(0,)]


def test_article_facts_lead_back_to_the_very_characters(con):
    for (article_id,) in rows(con, "SELECT article_id FROM articles"):
        text = raw_text(con, article_id)
        for of, printed, start, end, spans in rows(
            con, "SELECT article_id, text, char_start, char_end, spans FROM article_facts(?)", article_id
        ):
            assert of == article_id
            assert "".join(text[at] for span in spans for at in range(span["char_start"], span["char_end"])) == printed
            assert (start, end) == (spans[0]["char_start"], spans[0]["char_end"])


def test_article_facts_holds_every_kind_of_fact(con):
    ((article_id,),) = rows(con, "SELECT article_id FROM articles WHERE headline = '林叙白调研青禾产业园建设'")
    facts = rows(con, "SELECT fact, text, says FROM article_facts(?)", article_id)
    assert {fact for fact, _, _ in facts} == {"person", "organization", "place", "title", "time", "money", "area", "quote", "event"}
    assert ("organization", "区发展改革局", "云渡区发展改革局") in facts
    assert ("time", "5月8日", "2031-05-08 · year from article") in facts


def test_the_sample_queries_are_in_the_file(con):
    samples = rows(con, "SELECT name, question, question_zh, query FROM sample_queries ORDER BY name")
    assert [name for name, *_ in samples] == [sample.name for sample in analytics.sample_queries()]
    for name, question, question_zh, query in samples:
        assert question.endswith(("?", ")")) and question_zh.endswith("？"), name
        assert "--" not in query.splitlines()[0]


@pytest.mark.parametrize("sample", list(analytics.sample_queries()), ids=lambda sample: sample.name)
def test_sample_query_has_an_answer(con, sample):
    assert con.execute(sample.query).fetchall()


def test_views_work_under_another_name_and_macros_after_use(tmp_path):
    import duckdb

    source = known_warehouse()
    source.execute(f"ATTACH '{tmp_path / 'warehouse.duckdb'}' AS made")
    source.execute("COPY FROM DATABASE memory TO made")
    source.close()
    con = duckdb.connect()
    con.execute(f"ATTACH '{tmp_path / 'warehouse.duckdb'}' AS another (READ_ONLY)")
    for (view,) in rows(con, "SELECT view_name FROM duckdb_views() WHERE NOT internal AND database_name = 'another'"):
        con.execute(f"FROM another.{view}").fetchall()
    con.execute("USE another")
    assert rows(con, "SELECT headline FROM search('储能')") == [("星槎科技签约云渡",)]
    assert rows(con, "SELECT count(*) > 0 FROM article_facts((SELECT min(article_id) FROM facts))") == [(True,)]


def test_create_analytics_again_changes_nothing(con):
    analytics.create_analytics(con)
    before = rows(con, "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal ORDER BY 1")
    analytics.create_analytics(con)
    assert rows(con, "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal ORDER BY 1") == before
    assert rows(con, "SELECT count(*) FROM sample_queries") == [(len(list(analytics.sample_queries())),)]


def test_whoever_only_signs_is_told_from_whom_a_text_names_and_a_reprint_counts_once_everywhere():
    known = known_rows()
    page = known.page(TIMES, date(2031, 5, 12))
    first = next(article for article in known.tables["articles"] if article["headline"] == "区委常委会召开会议")
    page.article(
        "区委常委会召开会议", "5月9日，区长林叙白主持召开会议，何静澜参加。", cluster_id=first["article_id"], is_canonical=False
    ).person(LIN, "区长").person(HE)
    page.article("桥", "陶千寻写道：桥通了。", reporters=[TAO]).person(TAO, roles=["reporter"])
    con = known.connect()
    assert rows(con, "SELECT name, n_articles, n_bylines FROM people ORDER BY name") == [(HE, 2, 0), (LIN, 2, 0), (TAO, 1, 2)]
    assert rows(con, "SELECT count(*), count(*) FILTER (is_canonical) FROM person_timeline WHERE name = ? AND roles IS NULL", LIN) == [
        (3, 2)
    ]
    assert rows(con, "SELECT n_articles FROM person_network WHERE list_sort([name, other_name]) = list_sort([?, ?])", LIN, HE) == [(2,)]


def test_a_sum_for_several_projects_is_the_total_of_those_told_after_it():
    known = known_rows()
    page = known.page(DAILY, date(2031, 5, 12))
    article = (
        page.article("集中开工", "集中开工的云渡区15个重大项目总投资86亿元。储能电站投资20亿元。清浦中学投资5亿元。")
        .amount("86亿元", 8.6e9)
        .amount("20亿元", 2e9)
        .amount("5亿元", 5e8)
    )
    con = known.connect()
    assert rows(
        con,
        "SELECT amount_text, is_total, part_of IS NOT NULL, sector FROM project_investments WHERE article_id = ? ORDER BY amount DESC",
        article.id,
    ) == [("86亿元", True, False, None), ("20亿元", False, True, "energy"), ("5亿元", False, True, "education")]
    before = dict(rows(known_rows().connect(), "SELECT sector, amount FROM investments_by_sector"))
    after = dict(rows(con, "SELECT sector, amount FROM investments_by_sector"))
    assert {sector: amount - before.get(sector, 0) for sector, amount in after.items() if amount != before.get(sector)} == {
        "energy": 2e9,
        "education": 5e8,
        "unknown": 6.1e9,
    }
    assert sum(after.values()) - sum(before.values()) == 8.6e9, "a sum is a sum"
