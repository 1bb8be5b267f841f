"""Text from outside is data everywhere: no way in by an address, a word, a name, an error, a template or a file. The lines of
.github/SECURITY.md name these tests; what is drawn on pages, in reports and in CSV is tested where those are."""

from __future__ import annotations

import ast
import json
import re
from datetime import date
from inspect import signature
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest
from starlette.testclient import TestClient

from flows.cli.app import main
from flows.cli.serving import explore_command
from tests.browser.test_reading_room import write_known
from warehouse.queries import DOWNLOADS
from warehouse.reading_room.app import ARTICLE_FILTERS, LISTINGS, make_app
from warehouse.reading_room.published import PublishedWarehouse
from warehouse.search import search

ROOT = Path(__file__).resolve().parents[2]
SECRET = "这一行只在秘密文件里"
VALUES = (
    "'; DROP TABLE articles; --",
    "$id",
    "\x00",
    "-1",
    "9" * 25,
    "../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "{{ 7 * 7 }}<script>\x1b[31m",
)
FIELDS = (("limit",), ("offset",), ("day", "since"), ("id", "q", "name", "paper", "person"))
"""What downloads are asked for, together where none hides the fault of another."""


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """The reading room over the known rows, beside a file that nobody may read; faults come back as 500."""
    path = tmp_path_factory.mktemp("hostile") / "dibao.duckdb"
    write_known(path)
    (path.parent / "secret.txt").write_text(SECRET, "utf-8")
    return TestClient(make_app(path), base_url="http://127.0.0.1", raise_server_exceptions=False), path


def addresses(value: str, secret: Path) -> list[str]:
    """Return addresses of the reading room with the value wherever a reader can put one."""
    value = quote(value.replace("/etc/passwd", str(secret)), safe="")
    pages = [f"/{kind}/{value}" for kind in ("article", "person", "organization", "place", "day", "static")]
    asked = [f"/?q={word}&{name}={value}" for word in ("", "清浦") for name in (*ARTICLE_FILTERS, "from")]
    listed = [f"/{name}?{field}={value}" for name, listing in LISTINGS.items() for field in (*listing.filters, "from")]
    browsed = [
        f"/table/{value}",
        f"/table/places?sort={value}",
        f"/table/places?column={value}&sign==&value=x&from={value}",
        f"/table/places?column=name&sign=≥&value={value}",
        f"/sql?query={value}",
        f"/sql.csv?query=FROM%20{value}",
        f"/sql.{value}?query=FROM%20places",
        f"/report?lang={value}",
    ]
    named = [f"/{kind}?name={value}" for kind in ("people", "organizations", "places")]
    downloads = [f"/download/{name}.csv?{'&'.join(f'{field}={value}' for field in fields)}" for name in DOWNLOADS for fields in FIELDS]
    return [*pages, *asked, *listed, *browsed, *named, *downloads, f"/?q={value}", f"/download/{value}.csv", f"/download/articles.{value}"]


@pytest.mark.parametrize("value", [*VALUES, "read_csv('/etc/passwd')", "articles; FROM read_text('/etc/passwd')"])
def test_no_address_of_the_reading_room_reaches_a_file_or_a_fault(room, value):
    client, path = room
    for address in addresses(value, path.parent / "secret.txt"):
        answer = client.get(address)
        assert answer.status_code < 500, (address, answer.text[:200])
        assert SECRET not in answer.text, address
    with duckdb.connect(str(path), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM articles").fetchall() == [(6,)]


@pytest.mark.parametrize(
    "query",
    [
        "FROM read_text('{secret}')",
        "FROM read_csv('{secret}', header = false)",
        "FROM glob('{secret}')",
        "COPY (SELECT 1) TO '{secret}.csv'",
        "ATTACH '{secret}.duckdb' AS other",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "DELETE FROM articles",
    ],
)
def test_even_a_hole_in_a_question_would_reach_no_other_file(room, query):
    _, path = room
    query = query.format(secret=path.parent / "secret.txt")
    with pytest.raises(duckdb.Error):
        PublishedWarehouse(path).cursor().execute(query).fetchall()
    for address in ("/sql", "/sql.csv", "/sql.json", "/sql.parquet"):
        answer = room[0].get(address, params={"query": query})
        assert answer.status_code == 400 and SECRET not in answer.text


@pytest.mark.parametrize("words", [*VALUES, "read_text('{secret}')", "') FROM read_text('{secret}') --"])
def test_words_that_are_searched_are_words(room, words):
    _, path = room
    with duckdb.connect(str(path), read_only=True) as con:
        for hit in search(con, words.format(secret=path.parent / "secret.txt") if "secret" in words else words, paper=words, person=words):
            assert SECRET not in hit.snippet


@pytest.mark.parametrize(
    "command",
    [
        ["show", "没有\x1b[31m这篇\x9b2J"],
        ["sql", "SELECT \x1b[31m\x07"],
        ["sql", "SELECT error('\x1b]0;题\x07')"],
        ["diff", "\x1b[2J", "\u202ex"],
    ],
)
def test_an_error_steers_no_terminal(room, command, capsys):
    _, path = room
    assert main([*command, "--home", str(path.parent)]) != 0
    told = capsys.readouterr()
    assert told.err.startswith("dibao: ") and not set("\x1b\x07\x9b\u202e") & set(told.err + told.out)


def test_services_listen_on_this_machine_alone_unless_told(tmp_path):
    from flows.serving.serve import Addresses, environment_of
    from warehouse.home import Home

    assert signature(explore_command).parameters["host"].default == "127.0.0.1"
    told = environment_of(Home(tmp_path), Addresses(1, "http://127.0.0.1:4200", "http://127.0.0.1:8765", "secret"))
    assert told["PREFECT_SERVER_API_HOST"] == "127.0.0.1"
    assert told["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == "http://127.0.0.1"


def test_what_a_webhook_is_told_is_json_whatever_a_paper_is_called():
    from prefect.server.utilities.user_templates import render_user_template_sync

    from flows.orchestration.automations import webhook_template

    class Event:
        occurred = "2025-03-04"
        resource = {"prefect.resource.name": '云渡"}, {{ 7 * 7 }} {% raw %}\n'}

    template = webhook_template("late paper", "event.resource.get('prefect.resource.name')")
    told = json.loads(render_user_template_sync(template, {"event": Event}))
    assert told["run"] == told["text"] == Event.resource["prefect.resource.name"]


def test_a_papers_name_is_no_markdown_in_an_artifact(monkeypatch, tmp_path):
    from flows.orchestration import artifacts
    from flows.orchestration.monitor import Freshness
    from warehouse.home import Home

    left = {}
    monkeypatch.setattr(artifacts, "create_table_artifact", lambda table, **rest: left.update(rest))
    monkeypatch.setattr(artifacts, "emit_event", lambda *_, **__: None)
    artifacts.create_freshness_artifact(Home(tmp_path), [Freshness("![x](http://evil.example/x.png)<b>", "s", date(2025, 3, 4), 9, True)])
    assert "](" not in left["description"].replace("\\]\\(", "") and "\\<b\\>" in left["description"]


def test_nothing_is_unpickled_and_no_text_is_run():
    pickles = {"pickle", "cPickle", "cloudpickle", "dill", "shelve", "marshal", "joblib"}
    for room_ in ("flows", "transforms", "expectations", "warehouse"):
        for path in (ROOT / room_).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not pickles & {name.split(".")[0] for name in names}, path
                called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
                assert called not in ("eval", "exec", "compile", "__import__"), (path, node.lineno)
                for word in node.keywords if isinstance(node, ast.Call) else ():
                    risky = (
                        word.arg in ("shell", "allow_pickle", "persist_result")
                        and isinstance(word.value, ast.Constant)
                        and word.value.value
                    )
                    assert not risky, (path, node.lineno, word.arg)


def test_every_test_that_the_threat_model_names_is_there():
    said = (ROOT / ".github" / "SECURITY.md").read_text("utf-8")
    names = set(re.findall(r"\btest_\w+(?!\.py)\b(?!\.py)", said))
    there = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(names) > 10 and not [name for name in names if f"def {name}(" not in there]
    files = set(re.findall(r"`(?:tests/)?(test_\w+\.py)`", said)) | {
        f"bench/{name}.py" for name in re.findall(r"tests\.bench\.(\w+)", said)
    }
    assert len(files) > 5 and not [name for name in files if not [*(ROOT / "tests").rglob(name)]]
