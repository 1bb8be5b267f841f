"""The data dictionary covers everything that the warehouse has, in both languages, and escapes what it quotes."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser

import pytest

from tests.warehouse_rows import known_rows, known_warehouse
from warehouse import analytics, labels, schema
from warehouse.dictionary import joins, render


@pytest.fixture(scope="module")
def con():
    rows = known_rows()
    rows.add(
        "validations",
        **{**rows.tables["validations"][0], "run_id": "run-0000", "expectation": "old rule", "checked_at": datetime(2031, 5, 1)},
    )
    con = rows.connect()
    yield con
    con.close()


@pytest.fixture(scope="module")
def documents(con):
    return render(con)


def section(markdown: str, name: str) -> str:
    return re.search(rf'<a id="{name}"></a>.*?(?=<a id=|\Z)', markdown, re.DOTALL).group()


@pytest.mark.parametrize("table", schema.TABLES.values(), ids=lambda table: table.name)
def test_every_table_and_column_is_there_in_both_languages(documents, table):
    markdown, html = documents
    text = section(markdown, table.name)
    assert f"One row per {table.one_row_per}." in text and table.zh in text
    for column in table.columns:
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `{column.name}` |")]
        assert column.type.split("(")[0].split("[")[0] in row and column.zh in row
        assert row.count(" | ") == 6, row
    assert f'<h3 id="{table.name}">' in html


@pytest.mark.parametrize("path", analytics.OBJECTS)
def test_every_view_and_macro_has_an_example_and_a_chinese_name(documents, path):
    markdown, html = documents
    name = path.split("/")[1]
    text = section(markdown, name)
    assert "```sql" in text and re.search(rf"### {name} · [\u4e00-\u9fff“]", text)
    assert f'<h3 id="{name}">' in html


def test_every_column_of_a_view_says_what_it_means(documents):
    for path in analytics.OBJECTS:
        if path.startswith("views/"):
            for line in section(documents[0], path.split("/")[1]).splitlines():
                if line.startswith("| `"):
                    _, name, _, meaning, zh = line.split("|")[:5]
                    assert meaning.strip() and zh.strip(), (path, name)


def test_all_sample_queries_are_there(documents):
    for sample in analytics.sample_queries():
        assert sample.query in documents[0] and sample.question_zh in documents[0]


def test_examples_come_from_the_data_and_rules_from_the_latest_run(documents):
    markdown = documents[0]
    assert "`云渡日报`" in section(markdown, "raw_files")
    mentions = section(markdown, "mentions")
    assert "spans\\_in\\_text (warning, 1 broke it)" in next(line for line in mentions.splitlines() if line.startswith("| `spans`"))
    assert "old rule" not in mentions
    assert "Rules over the table 整表校验: unique\\_key (warning)." in mentions


def test_without_a_warehouse_all_but_examples_is_there():
    markdown, html = render(None)
    assert "### articles" in markdown and "Rows 行数" not in markdown
    assert 'id="search"' in html


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)


def test_hostile_text_stays_text():
    con = known_warehouse()
    con.execute("UPDATE articles SET headline = '<script>alert(1)</script>|`x`', agency = '``` | <b>'")
    markdown, html = render(con)
    tags = Tags()
    tags.feed(html)
    assert "script" not in tags.seen and "b" in tags.seen and "&lt;script&gt;" in html
    for line in section(markdown, "articles").splitlines():
        if line.startswith("| `"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 8, line


def test_no_link_leads_out(documents):
    html = documents[1]
    assert not re.search(r"(src|href)=\"(?!#)", html)
    ids = set(re.findall(r'id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= ids


def test_the_same_warehouse_gives_the_same_dictionary(con, documents):
    assert render(con) == documents


def test_every_closed_vocabulary_is_there_with_its_words_in_both_languages(documents):
    for table in schema.TABLES.values():
        for column in table.columns:
            words = labels.OF_COLUMN.get(f"{table.name}.{column.name}", {})
            assert set(column.values) <= set(words), f"warehouse/labels.py has no Chinese word for a value of {table.name}.{column.name}"
            for value in column.values:
                assert words[value] in section(documents[0], table.name)


def test_the_join_map_leads_from_facts_to_keys_and_facts_come_before_plumbing(documents):
    markdown, html = documents
    assert "people ||--o{ mentions : entity_id" in markdown and "articles ||--o{ events : article_id" in markdown
    for source, to in joins():
        for table, column in (end.split(".") for end in (source, to)):
            assert column in schema.TABLES[table].column_names, (source, to)
    assert html.index('<h3 id="articles">') < html.index('<h3 id="events">') < html.index('<h3 id="raw_files">')


def test_the_dictionary_can_be_asked(con):
    asked = con.execute(
        "SELECT column_name, allowed, allowed_zh, refers_to FROM dictionary WHERE name = 'events' AND column_name IN ('kind', 'place_id') ORDER BY 1"
    ).fetchall()
    assert (
        asked[0][1:3] == (list(schema.EVENT_KINDS), [labels.EVENTS[kind] for kind in schema.EVENT_KINDS])
        and asked[1][3] == "places.place_id"
    )
    assert con.execute("SELECT count(*) FROM dictionary WHERE coalesce(meaning, '') = '' OR coalesce(meaning_zh, '') = ''").fetchall() == [
        (0,)
    ]
