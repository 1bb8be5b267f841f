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
from functools import partial

import duckdb
import pyarrow.parquet as pq
import pytest
import uvicorn
from starlette.testclient import TestClient

from flows.cli.app import main
from flows.pipeline.raw import raw_text
from tests.browser import chromium
from tests.warehouse_rows import known_warehouse
from transforms.forgetting import keyed_hash
from transforms.rows import file_id_of
from warehouse.home import Home
from warehouse.reading_room import app
from warehouse.reading_room.app import make_app
from warehouse.reading_room.questions import DOWNLOADS, VIEWS


def write_known(path, headline: str | None = None) -> None:
    """Write the known world to a file, in place of what is there, with one headline changed where one is given."""
    partial = path.with_suffix(".tmp")
    partial.unlink(missing_ok=True)
    con = known_warehouse()
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
        assert f'<tr data-fact="{fact}">' in html, "the list of facts says what is marked"


def test_a_seam_is_shown_where_a_paragraph_goes_on_in_another_block(published, tmp_path):
    path = tmp_path / "dibao.duckdb"
    shutil.copyfile(published, path)
    with duckdb.connect(str(path)) as con:
        ((paragraph_id, article_id, text),) = con.execute(
            "SELECT paragraph_id, article_id, text FROM paragraphs WHERE contains(text, '防汛工作')").fetchall()
        con.execute("""UPDATE paragraphs SET spans = [
            {'char_start': spans[1].char_start, 'char_end': spans[1].char_start + 4},
            {'char_start': spans[1].char_start + 4, 'char_end': spans[1].char_end}] WHERE paragraph_id = ?""", [paragraph_id])
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
    assert html.index("区委常委会召开会议") < html.index("林叙白调研青禾产业园建设"), "newest first"
    assert "<h2>头衔</h2>" in html and ">何静澜</a>" in html and ">陶千寻</a>" in html
    html = client.get(f"/person/{ids(published, 'SELECT person_id FROM people WHERE name = $$陶千寻$$')}").text
    assert "<em>摄影</em>" in html


def test_the_front_page_ranks_those_who_are_written_about_not_those_who_write(client):
    aside = client.get("/").text.split("<aside>")[1]
    assert aside.index("林叙白") < aside.index("陶千寻")
    assert "没有找到" in client.get("/people", params={"name": "火星人"}).text and "何静澜" in client.get("/people", params={"name": "静"}).text


def test_older_articles_are_reached_page_by_page(client, monkeypatch):
    monkeypatch.setattr(app, "N_ARTICLES", 4)
    first, second = client.get("/").text, client.get("/?from=4").text
    titles = [re.findall(r'<li><a href="/article/([^"]+)"', html) for html in (first, second)]
    assert [len(found) for found in titles] == [4, 2] and not set(titles[0]) & set(titles[1])
    assert "from=4" in first and "更早" not in second
    assert client.get("/?from=-1").status_code == client.get("/?from=x").status_code == 200


def test_people_organisations_places_and_days_have_pages(client, published):
    for kind, key in (("person", "SELECT person_id FROM people"), ("organization", "SELECT organization_id FROM organizations"),
                      ("place", "SELECT place_id FROM places"), ("day", "SELECT max(published_on) FROM articles")):
        response = client.get(f"/{kind}/{ids(published, key)}")
        assert response.status_code == 200 and "/article/" in response.text, kind


@pytest.mark.parametrize("name", [*DOWNLOADS, *VIEWS, "sentences"])
def test_the_table_behind_a_view_can_be_downloaded(client, published, name):
    parameters = {"id": ids(published, "SELECT person_id FROM people"), "kind": "person", "day": "2031-05-10",
                  "file_id": ids(published, "SELECT file_id FROM raw_files"), "q": "防汛"}
    if name == "article_facts":
        parameters["id"] = ids(published, "SELECT article_id FROM facts")
    text = client.get(f"/download/{name}.csv", params=parameters).content.decode("utf-8-sig")
    table = pq.read_table(io.BytesIO(client.get(f"/download/{name}.parquet", params=parameters).content))
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == table.column_names
    assert len(rows) == table.num_rows + 1
    assert table.num_rows or name in ("titles", "organization_companions"), "a person is no organisation, and not all have titles"


def test_a_download_has_all_rows_and_runs_in_no_spreadsheet(tmp_path):
    path = tmp_path / "dibao.duckdb"
    write_known(path, "=HYPERLINK(1)")
    client = TestClient(make_app(path), base_url="http://127.0.0.1")
    text = client.get("/download/latest.csv").text
    assert "'=HYPERLINK(1)" in text and ",=HYPERLINK" not in text
    assert len(text.splitlines()) == 7
    assert client.get("/download/day.csv?day=someday").status_code == 400


@pytest.mark.parametrize(("url", "status"), [
    ("/article/none", 404), ("/person/none", 404), ("/day/someday", 400), ("/?since=someday", 400), ("/download/passwords.csv", 404),
    ("/static/../app.py", 404),
])
def test_what_is_not_there_is_said(client, url, status):
    assert client.get(url).status_code == status


@pytest.fixture
def quarantined(published, tmp_path):
    """A warehouse where a record of a loaded page was rejected, with hostile words, and its characters: file, where, what stands there."""
    path = tmp_path / "dibao.duckdb"
    shutil.copyfile(published, path)
    with duckdb.connect(str(path)) as con:
        ((file_id, start, text),) = con.execute("SELECT file_id, char_start, text FROM blocks WHERE contains(text, '防汛工作') LIMIT 1").fetchall()
        con.execute(
            "INSERT INTO quarantine BY NAME SELECT 'q2' AS quarantine_id, ? AS file_id, 'a.txt' AS path, 'audit' AS stage, 'times' AS record_table, "
            "'value is a <b>date</b>' AS reason, 'found <script>alert(1)</script>' AS detail, ? AS char_start, ? AS char_end, 'r' AS run_id",
            [file_id, start + 2, start + 6])
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
        con.execute("INSERT INTO file_paths BY NAME SELECT ? AS path, ? AS file_id, '1' AS fingerprint, 'x' AS code_version, 'r' AS run_id",
                    [str(file), file_id_of(data)])
    client = TestClient(make_app(path, raw_text=partial(raw_text, Home(tmp_path))), base_url="http://127.0.0.1")
    assert "\\xff\\xff&lt;i&gt;" in client.get("/quarantine/q1").text
    file.write_bytes(b"another one")
    assert "has changed since" in client.get("/quarantine/q1").text
    file.unlink()
    assert "cannot be read now" in client.get("/quarantine/q1").text
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
    for headers, status in (({"origin": "http://news.example"}, 403), ({"origin": "null"}, 403), ({"origin": "http://127.0.0.1:4200"}, 403), (fetched, 403),
                            ({**followed, "sec-fetch-dest": "iframe"}, 403), (followed, 200), ({"origin": "http://127.0.0.1"}, 200)):
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


def test_hostile_text_runs_nothing_and_the_page_fits_a_phone(address, published):
    article_id = ids(published, "SELECT article_id FROM articles WHERE headline LIKE '%读书节'")
    with chromium(width=390) as browser:
        for url in ("/", "/?q=防汛", f"/article/{article_id}", "/people", "/places", "/organizations", "/data", "/quarantine", "/quarantine/q1", "/day/2031-05-10",
                    f"/person/{ids(published, 'SELECT person_id FROM people')}"):
            browser.open(address + url)
            assert browser.evaluate("document.documentElement.scrollWidth") <= 390, url
        assert browser.errors == []
