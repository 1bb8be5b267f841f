"""The reading room over known rows: what is shown, what is safe, what a click does in a real browser."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import socket
import threading
import time
from contextlib import contextmanager
from datetime import date
from functools import partial

import duckdb
import pyarrow.parquet as pq
import pytest
import uvicorn
from starlette.testclient import TestClient

from flows.cli.app import main
from flows.pipeline.raw import raw_text
from tests.browser import chromium
from tests.warehouse_rows import Rows, known_rows
from transforms.forgetting import keyed_hash
from transforms.rows import file_id_of
from warehouse.analytics import sample_queries
from warehouse.home import Home
from warehouse.queries import DOWNLOADS, VIEWS
from warehouse.reading_room import app
from warehouse.reading_room.app import make_app
from warehouse.reading_room.published import PublishedWarehouse, time_limit


def write_known(path, headline: str | None = None, rows: Rows | None = None) -> None:
    """Write the known world, or other rows, to a file, in place of what is there, with one headline changed where one is given."""
    partial = path.with_suffix(".tmp")
    partial.unlink(missing_ok=True)
    con = (rows or known_rows()).connect()
    if headline:
        con.execute("UPDATE articles SET headline = ? WHERE headline LIKE '林叙白%'", [headline])
    memory = con.execute("SELECT current_database()").fetchall()[0][0]
    con.execute(f"ATTACH '{partial}' AS copy")
    con.execute(f"COPY FROM DATABASE {memory} TO copy")
    con.execute("DETACH copy")
    con.close()
    os.replace(partial, path)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    path = tmp_path_factory.mktemp("room") / "dibao.duckdb"
    write_known(path)
    return path


@pytest.fixture(scope="module")
def client(published):
    return TestClient(make_app(published), base_url="http://127.0.0.1")


def ids(published, query: str) -> str:
    with duckdb.connect(str(published), read_only=True) as con:
        return con.execute(query).fetchall()[0][0]


def test_the_front_page_lists_articles_and_searches(client):
    assert "林叙白调研青禾产业园建设" in client.get("/").text
    found = client.get("/", params={"q": "防汛"}).text
    assert "区委常委会召开会议" in found and "<b>防汛</b>" in found
    assert "没有找到" in client.get("/", params={"q": "火星"}).text
    assert "防汛物资到位" not in client.get("/", params={"paper": "云渡日报"}).text


def test_an_article_stands_beside_its_page_with_its_facts_marked(client, published):
    article_id = ids(published, "SELECT article_id FROM articles WHERE headline LIKE '林叙白%'")
    html = client.get(f"/article/{article_id}").text
    marks = re.findall(r'<mark class="person" data-facts="([^"]+)"[^>]*>林叙白</mark>', html)
    assert marks and len(marks) == len(set(marks)) * 2, "each mark stands once in the article and once in the page"
    assert re.search(r'class="block duplicate', html) and re.search(r'class="block body mine"', html)
    for fact in {number for mark in marks for number in mark.split()}:
        assert f'<tr data-fact="{fact}" data-start=' in html, "the list of facts says what is marked"


def test_a_seam_is_shown_where_a_paragraph_goes_on_in_another_block(published, tmp_path):
    path = tmp_path / "dibao.duckdb"
    shutil.copyfile(published, path)
    with duckdb.connect(str(path)) as con:
        ((paragraph_id, article_id, text),) = con.execute(
            "SELECT paragraph_id, article_id, text FROM paragraphs WHERE contains(text, '防汛工作')"
        ).fetchall()
        con.execute(
            """UPDATE paragraphs SET spans = [
            {'char_start': spans[1].char_start, 'char_end': spans[1].char_start + 4},
            {'char_start': spans[1].char_start + 4, 'char_end': spans[1].char_end}] WHERE paragraph_id = ?""",
            [paragraph_id],
        )
        con.execute("UPDATE blocks SET continues = block_id WHERE contains(text, '防汛工作')")
    html = TestClient(make_app(path), base_url="http://127.0.0.1").get(f"/article/{article_id}").text
    article, page = html.split('<section class="raw"')
    plain = re.sub(r"</?mark[^>]*>", "", article)
    assert f'{text[:4]}<i class="seam"' in plain and "⁞ 接" in page


def test_hostile_text_stays_text(client, published):
    article_id = ids(published, "SELECT article_id FROM articles WHERE headline LIKE '%读书节'")
    for url in ("/", f"/article/{article_id}", "/?q=<script>alert(1)</script>", "/day/<script>"):
        response = client.get(url)
        assert "<script>alert" not in response.text
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]


def test_a_person_has_titles_a_timeline_and_those_who_appear_too_but_no_byline_makes_a_companion(client, published):
    html = client.get(f"/person/{ids(published, 'SELECT person_id FROM people WHERE name = $$林叙白$$')}").text
    named = html[html.index('<h2 id="named">') :]
    assert named.index("区委常委会召开会议") < named.index("林叙白调研青禾产业园建设"), "newest first"
    assert "<h2>头衔</h2>" in html and ">何静澜</a>" in html and ">陶千寻</a>" in html
    html = client.get(f"/person/{ids(published, 'SELECT person_id FROM people WHERE name = $$陶千寻$$')}").text
    assert "<em>摄影</em>" in html


def test_the_front_page_ranks_those_who_are_written_about_not_those_who_write(client):
    aside = client.get("/").text.split("<h2>常见人物</h2>")[1]
    assert aside.index("林叙白") < aside.index("陶千寻")
    assert (
        "没有找到" in client.get("/people", params={"name": "火星人"}).text
        and "何静澜" in client.get("/people", params={"name": "静"}).text
    )


def test_older_articles_are_reached_page_by_page(client, monkeypatch):
    monkeypatch.setattr(app, "ROWS_OF_LIST", 3)
    first, second = client.get("/").text, client.get("/?from=3").text
    titles = [re.findall(r'<li><a href="/article/([^"]+)"', html) for html in (first, second)]
    assert [len(found) for found in titles] == [3, 2] and not set(titles[0]) & set(titles[1])
    assert "from=3" in first and "后一页" not in second and "前一页" in second
    assert client.get("/?from=-1").status_code == client.get("/?from=x").status_code == 200


def test_people_organisations_places_and_days_have_pages(client, published):
    for kind, key in (
        ("person", "SELECT person_id FROM people"),
        ("organization", "SELECT organization_id FROM organizations"),
        ("place", "SELECT place_id FROM places"),
        ("day", "SELECT max(published_on) FROM articles"),
    ):
        response = client.get(f"/{kind}/{ids(published, key)}")
        assert response.status_code == 200 and "/article/" in response.text, kind


@pytest.mark.parametrize("name", [*DOWNLOADS, *VIEWS, "sentences"])
def test_the_table_behind_a_page_can_be_downloaded_in_each_form(client, published, name):
    person = ids(published, "SELECT person_id FROM people WHERE name = $$林叙白$$")
    parameters = {
        "day": {"day": "2031-05-10"},
        "day_people": {"day": "2031-05-10"},
        "hits": {"q": "防汛"},
        "titles": {"id": person},
        "named": {"id": person, "kind": "person"},
        "companions": {"id": person, "kind": "person"},
        "organization_people": {"id": ids(published, "SELECT organization_id FROM organizations")},
        "article_facts": {"id": ids(published, "SELECT article_id FROM facts")},
        "page_blocks": {"file_id": ids(published, "SELECT file_id FROM raw_files")},
    }.get(name, {})
    text = client.get(f"/download/{name}.csv", params=parameters).content.decode("utf-8-sig")
    table = pq.read_table(io.BytesIO(client.get(f"/download/{name}.parquet", params=parameters).content))
    objects = client.get(f"/download/{name}.json", params=parameters).json()
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == table.column_names
    assert len(rows) - 1 == table.num_rows == len(objects)
    assert table.num_rows or name in ("organization_people", "disagreements", "listed_doubts"), name


def test_a_download_has_all_rows_and_runs_in_no_spreadsheet(tmp_path):
    path = tmp_path / "dibao.duckdb"
    write_known(path, "=HYPERLINK(1)")
    client = TestClient(make_app(path), base_url="http://127.0.0.1")
    text = client.get("/download/latest.csv").text
    assert "'=HYPERLINK(1)" in text and ",=HYPERLINK" not in text
    assert len(text.splitlines()) == 6, "five texts, for one article repeats another"
    assert client.get("/download/day.csv?day=someday").status_code == 400


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/article/none", 404),
        ("/person/none", 404),
        ("/day/someday", 400),
        ("/?since=someday", 400),
        ("/download/passwords.csv", 404),
        ("/static/../app.py", 404),
        ("/table/passwords", 404),
        ("/sql?query=DELETE FROM people", 400),
        ("/sql?query=SELEC", 400),
        ("/nowhere", 404),
    ],
)
def test_what_is_not_there_is_said_in_the_pages_language_with_a_way_on(client, url, status):
    answer = client.get(url)
    assert answer.status_code == status
    main = re.sub("<[^>]+>", "", answer.text.split("<main")[1].split("</main>")[0]) if "<main" in answer.text else "静态文件"
    assert re.search("[一-鿿]", main) and not re.search(r"Not Found|no such|There is", main)


def test_a_lost_article_leads_to_those_of_its_page_and_a_name_to_its_bearer(client, published):
    article_id = ids(published, "SELECT article_id FROM articles WHERE headline LIKE '林叙白%'")
    lost = client.get(f"/article/{article_id[:16]}-a9999").text
    assert f'href="/article/{article_id}"' in lost
    led = client.get("/person/林叙白", follow_redirects=False)
    assert led.headers["location"] == f"/person/{ids(published, 'SELECT person_id FROM people WHERE name = $$林叙白$$')}"


def test_articles_that_repeat_one_another_are_one_with_links_to_the_others(client, published):
    listed = client.get("/").text
    again = ids(published, "SELECT article_id FROM articles WHERE headline = '星槎科技签约云渡'")
    assert f'又见：<a href="/article/{again}">清浦时报 2031-05-10</a>' in listed and "5 篇" in listed


def test_lists_are_narrowed_by_what_is_counted_beside_them(client, published):
    facets = client.get("/").text.split("<aside>")[1]
    place = ids(published, "SELECT place_id FROM places WHERE name = '白渡镇'")
    assert f'<a href="/?place={place}">白渡镇</a> <small>3</small>' in facets
    narrowed = client.get(f"/?place={place}").text
    assert "3 篇" in narrowed and "林叙白调研" not in narrowed and "地点 <b>白渡镇</b> ×" in narrowed
    assert "区委常委会召开会议" in client.get("/?since=2031-05-10&until=2031-05-10").text
    for url, there, gone in (
        ("/events?kind=meeting", "林叙白主持召开会议", "签订"),
        ("/amounts?kind=area", "约300亩", "12亿元</b>"),
        ("/quotes?speaker=林叙白", "落下来", "到位"),
        ("/investments?sector=energy", "5亿元", "12亿元"),
        ("/doubts?fact=event", "调研", "落下来"),
    ):
        text = client.get(url).text.split("<section>")[1].split("<aside>")[0]
        assert there in text and gone not in text, url


def test_a_person_has_words_and_deeds_an_organisation_its_people(tmp_path):
    path = tmp_path / "dibao.duckdb"
    write_known(path)
    with duckdb.connect(str(path)) as con:
        con.execute(
            "UPDATE person_titles SET organization_id = (SELECT organization_id FROM organizations WHERE name = '云渡区发展改革局') WHERE organization = '区发展改革局'"
        )
        con.execute(
            "UPDATE events SET actor_ids = [(SELECT person_id FROM people WHERE name = '林叙白')] WHERE list_contains(actors, '林叙白')"
        )
    client = TestClient(make_app(path), base_url="http://127.0.0.1")
    html = client.get("/person/林叙白").text
    assert '<h2 id="said">' in html and "要把好项目一个一个落下来。" in html and '<h2 id="events">' in html and "主持召开会议" in html
    people = client.get("/organization/云渡区发展改革局").text.split("<h2>其人</h2>")[1]
    assert ">何静澜</a> <small>局长" in people
    assert '<h2 id="about">' in client.get("/place/白渡镇").text, "what was said of the town"


def test_a_table_is_sorted_and_filtered_and_its_sql_gives_the_same_rows(client, published):
    html = client.get("/table/articles?column=paper&sign==&value=清浦时报&sort=published_on&order=desc").text
    query = re.search(r'<pre class="sql">(.*?)</pre>', html, re.S)[1].replace("&#39;", "'").replace("&#34;", '"')
    with duckdb.connect(str(published), read_only=True) as con:
        expected = [row[0] for row in con.execute(query).fetchall()]
    body = html.split("<tbody>")[1]
    assert re.findall(r"<tr><td><a href=\"/article/([^\"]+)", body) == expected and len(expected) == 3
    assert [row["article_id"] for row in client.get("/sql.json", params={"query": query}).json()] == expected
    assert "这些行的 SQL" in html and 'aria-sort="descending"' in html


def test_every_sample_query_can_be_run_from_the_page_of_data(client):
    listed = client.get("/data").text
    for sample in sample_queries():
        assert f">{sample.question_zh}</a>" in listed
        page = client.get("/sql", params={"query": sample.query})
        assert page.status_code == 200 and '<table class="rows browse">' in page.text, sample.name


def test_a_query_that_takes_too_long_is_ended(published):
    cursor = PublishedWarehouse(published).cursor()
    with pytest.raises(duckdb.InterruptException), time_limit(cursor, 0.2):
        cursor.execute("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 1").fetchall()


def test_report_and_dictionary_are_served_and_lead_back(client, published):
    report = client.get("/report").text
    person = ids(published, "SELECT person_id FROM people WHERE name = $$林叙白$$")
    assert (
        f'href="/person/{person}"' in report
        and re.search(r'href="/article/[0-9a-f]{16}-a\d{4}#c\d+"', report)
        and 'id="cited"' not in report
    )
    assert 'lang="en"' in client.get("/report?lang=en").text[:200] and "数据字典" in client.get("/dictionary").text
    links = {link.split("#")[0] for link in re.findall(r'href="(/[^"]+)"', report)}
    assert all(client.get(link).status_code == 200 for link in links)


@pytest.fixture
def quarantined(published, tmp_path):
    """A warehouse where a record of a loaded page was rejected, with hostile words, and its characters: file, where, what stands there."""
    path = tmp_path / "dibao.duckdb"
    shutil.copyfile(published, path)
    with duckdb.connect(str(path)) as con:
        ((file_id, start, text),) = con.execute(
            "SELECT file_id, char_start, text FROM blocks WHERE contains(text, '防汛工作') LIMIT 1"
        ).fetchall()
        con.execute(
            "INSERT INTO quarantine BY NAME SELECT 'q2' AS quarantine_id, ? AS file_id, 'a.txt' AS path, 'audit' AS stage, 'times' AS record_table, "
            "'value is a <b>date</b>' AS reason, 'found <script>alert(1)</script>' AS detail, ? AS char_start, ? AS char_end, 'r' AS run_id",
            [file_id, start + 2, start + 6],
        )
    return path, text[2:6]


def test_what_is_quarantined_is_marked_in_its_raw_place(quarantined):
    path, characters = quarantined
    client = TestClient(make_app(path), base_url="http://127.0.0.1")
    listed = client.get("/quarantine").text
    assert 'href="/quarantine/q1"' in listed and 'href="/quarantine/q2"' in listed
    html = client.get("/quarantine/q2").text
    assert re.findall(r'<mark class="fault"[^>]*>([^<]*)</mark>', html) == [characters]
    assert re.search(r'<tr data-fact="0" data-chosen>', html)
    for text in (listed, html):
        assert "<script>alert" not in text and "<b>date" not in text and "&lt;script&gt;" in text
    assert client.get("/quarantine/q3").status_code == 404


def test_a_file_of_which_nothing_was_loaded_is_read_again(published, tmp_path):
    data = "云渡区".encode("gb18030") + b"\xff\xff" + b"<i>"
    file, path = tmp_path / "broken.txt", tmp_path / "dibao.duckdb"
    file.write_bytes(data)
    shutil.copyfile(published, path)
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE quarantine SET file_id = ? WHERE quarantine_id = 'q1'", [file_id_of(data)])
        con.execute(
            "INSERT INTO file_paths BY NAME SELECT ? AS path, ? AS file_id, '1' AS fingerprint, 'x' AS code_version, 'r' AS run_id",
            [str(file), file_id_of(data)],
        )
    client = TestClient(make_app(path, raw_text=partial(raw_text, Home(tmp_path))), base_url="http://127.0.0.1")
    assert "\\xff\\xff&lt;i&gt;" in client.get("/quarantine/q1").text
    file.write_bytes(b"another one")
    assert "此文件现在读不到" in client.get("/quarantine/q1").text
    file.unlink()
    assert "此文件现在读不到" in client.get("/quarantine/q1").text
    assert str(file) in TestClient(make_app(path), base_url="http://127.0.0.1").get("/quarantine/q1").text


def test_a_raw_file_is_shown_without_who_was_forgotten(tmp_path):
    data = "记者周明远报道".encode()
    (tmp_path / "1.txt").write_bytes(data)
    home = Home(tmp_path / "home")
    home.path.mkdir()
    assert raw_text(home, str(tmp_path / "1.txt"), file_id_of(data)) == "记者周明远报道"
    line = {"kind": "person", "n_chars": 3, "salt": b"salt".hex(), "hash": keyed_hash("周明远", b"salt").hex()}
    home.forgotten.write_text(json.dumps(line) + "\n", "utf-8")
    assert raw_text(home, str(tmp_path / "1.txt"), file_id_of(data)) == "记者███报道"


def test_only_this_machines_names_are_answered(client):
    assert client.get("/", headers={"host": "news.example"}).status_code == 403
    assert client.get("/", headers={"host": "localhost:8765"}).status_code == 200
    assert client.post("/").status_code == 405


def test_no_page_of_another_origin_is_answered_but_a_link_may_be_followed(client):
    fetched = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    for headers, status in (
        ({"origin": "http://news.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:4200"}, 403),
        (fetched, 403),
        ({**followed, "sec-fetch-dest": "iframe"}, 403),
        (followed, 200),
        ({"origin": "http://127.0.0.1"}, 200),
    ):
        assert client.get("/download/latest.csv", headers=headers).status_code == status, headers


def test_a_new_publish_is_picked_up(tmp_path):
    path = tmp_path / "dibao.duckdb"
    client = TestClient(make_app(path), base_url="http://127.0.0.1")
    assert client.get("/").status_code == 503
    write_known(path)
    assert client.get("/").status_code == 200
    write_known(path, "新标题")
    assert "新标题" in client.get("/").text


@contextmanager
def opened(published):
    """Open the reading room on a free port of this machine and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(make_app(published), host="127.0.0.1", port=port, log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True


@pytest.fixture(scope="module")
def address(published):
    with opened(published) as address:
        yield address


def test_a_port_in_use_is_said_in_a_line(published, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["explore", "--no-browser", "--port", str(port), "--home", str(published.parent)]) == 2
    assert f"127.0.0.1:{port}: cannot listen here" in capsys.readouterr().err


def test_a_click_on_a_fact_lights_up_the_very_characters(address, published):
    article_id = ids(published, "SELECT article_id FROM articles WHERE headline LIKE '林叙白%'")
    with chromium() as browser:
        browser.open(f"{address}/article/{article_id}")
        assert browser.evaluate("document.querySelectorAll('mark.lit').length") == 0
        browser.evaluate("document.querySelector('.repaired mark.quantity').click()")
        assert browser.evaluate("[...document.querySelectorAll('.raw mark.lit')].map(m => m.textContent).join()") == "12亿元"
        note = browser.evaluate("document.getElementById('note').textContent")
        assert "12亿元" in note and "金额" in note and "CNY" in note
        browser.evaluate("document.querySelector('tr[data-fact] td').click()")
        first = browser.evaluate("document.querySelector('tr[data-fact] td.chars').textContent")
        assert browser.evaluate("[...document.querySelectorAll('.raw mark.lit')].map(m => m.textContent).join('')") == first


def test_the_asked_for_place_is_lit_and_in_view(quarantined):
    path, characters = quarantined
    with opened(path) as address, chromium() as browser:
        browser.open(f"{address}/quarantine/q2")
        assert browser.evaluate("[...document.querySelectorAll('.raw mark.lit')].map(m => m.textContent).join()") == characters
        place = "document.querySelector('mark.lit').getBoundingClientRect()"
        assert browser.evaluate(f"0 <= {place}.top && {place}.bottom <= innerHeight")
        assert browser.errors == []


PAGES = (
    "/",
    "/?q=防汛",
    "/people",
    "/places",
    "/organizations",
    "/events",
    "/quotes",
    "/amounts",
    "/investments",
    "/doubts",
    "/data",
    "/quarantine",
    "/quarantine/q1",
    "/day/2031-05-10",
    "/table/articles?sort=headline&column=headline&sign=含&value=林",
    "/sql?query=FROM people",
    "/report",
    "/report?lang=en",
    "/dictionary",
    "/nowhere",
    "/person/林叙白",
    "/organization/云渡区发展改革局",
    "/place/白渡镇",
)


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_fits_runs_nothing_hostile_and_has_no_tab_stop_that_cannot_be_seen(address, published, width):
    article_id = ids(published, "SELECT article_id FROM articles WHERE headline LIKE '%读书节'")
    with chromium(width=width) as browser:
        browser.send("Emulation.setFocusEmulationEnabled", enabled=True)
        for url in (*PAGES, f"/article/{article_id}"):
            browser.open(address + url)
            assert browser.evaluate("document.documentElement.scrollWidth") <= width, url
            assert not [error for error in browser.errors if not ("404" in error and "nowhere" in error)], url
            browser.errors.clear()
            if url.split("?")[0] not in ("/report", "/dictionary"):
                browser.evaluate("document.querySelector('a.skip').focus()")
                assert browser.evaluate("document.querySelector('a.skip').getBoundingClientRect().left >= 0"), url
            hidden = browser.evaluate("""[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
                .filter(e => { const r = e.getBoundingClientRect(), s = getComputedStyle(e); return !e.classList.contains('skip') && e.checkVisibility() && (r.width < 1 || r.height < 1 || s.opacity === '0'); })
                .map(e => e.outerHTML.slice(0, 80)).join()""")
            assert hidden == "", url


def test_keys_search_and_lead_through_a_list_and_from_article_to_article(address, published):
    press = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '%s', bubbles: true}))"
    first, second = (
        ids(
            published,
            f"SELECT article_id FROM articles WHERE paper = '云渡日报' AND published_on = '2031-05-09' ORDER BY seq LIMIT 1 OFFSET {n}",
        )
        for n in (0, 1)
    )
    with chromium() as browser:
        browser.open(address + "/")
        browser.evaluate(press % "/")
        assert browser.evaluate("document.activeElement.name") == "q"
        browser.evaluate("document.activeElement.blur()")
        for key, nth in (("j", 0), ("j", 1), ("k", 0)):
            browser.evaluate(press % key)
            assert browser.evaluate("[...document.querySelectorAll('.articles > li')].indexOf(document.activeElement.closest('li'))") == nth
        browser.open(f"{address}/article/{first}")
        assert browser.evaluate("document.querySelector('link[rel=next]').getAttribute('href')") == f"/article/{second}"


def test_an_article_opens_at_its_own_blocks_and_at_the_fact_that_is_asked_for(tmp_path):
    path = tmp_path / "dibao.duckdb"
    rows = known_rows()
    page = rows.page("云渡日报", date(2031, 5, 20))
    for number in range(12):
        page.article(f"第{number}篇", "长文。" * 120)
    last = page.article("最后一篇", "青禾产业园投资3亿元。").amount("3亿元", 3e8)
    write_known(path, rows=rows)
    with opened(path) as address, chromium() as browser:
        browser.open(f"{address}/article/{last.id}")
        shown = "(() => { const b = document.querySelector('.block.mine').getBoundingClientRect(), r = document.querySelector('.raw').getBoundingClientRect(); return b.top >= r.top && b.bottom <= r.bottom; })()"
        assert browser.evaluate(shown)
        start = last.place_of("3亿元")["spans"][0]["char_start"]
        browser.open(f"{address}/article/{last.id}?#c{start}")
        assert browser.evaluate("[...document.querySelectorAll('mark.lit')].map(m => m.textContent).join()") == "3亿元,3亿元"
