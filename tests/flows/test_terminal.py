"""What the terminal shows: hostile text cannot steer it, a file gets the text as it is, spreadsheets get no formula."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout

import pytest
from rich.cells import cell_len
from rich.text import Text

from flows.cli.terminal import print_csv, print_hits, print_json_rows, print_table
from tests.browser.test_reading_room import write_known
from tests.home import PATIENCE
from tests.warehouse_rows import known_warehouse
from warehouse.search import search

HOSTILE = "云渡\x1b[31m日报\x9b2J\u202e\x07"


class Screen(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


def steers(text: str) -> bool:
    """Return whether a text holds what the hostile one would steer a terminal with; colours of our own do not count."""
    return any(sign in text for sign in ("\x1b[31m日", "\x9b", "\u202e", "\x07"))


@pytest.mark.parametrize("is_terminal", [True, False])
def test_tables_and_hits_never_steer_the_terminal(is_terminal):
    con = known_warehouse()
    con.execute("UPDATE articles SET headline = ?", [HOSTILE])
    with redirect_stdout(Screen(is_terminal)) as screen:
        print_table([HOSTILE], [[HOSTILE], [[HOSTILE]], [{"x": HOSTILE}]])
        print_hits(search(con, "防汛"))
    assert "日报" in screen.getvalue() and not steers(screen.getvalue())


@pytest.mark.parametrize("is_terminal", [True, False])
def test_csv_and_json_are_faithful_in_a_file_and_harmless_on_a_terminal(is_terminal):
    with redirect_stdout(Screen(is_terminal)) as screen:
        print_csv(["name"], [[HOSTILE], ["=1+1"]])
        print_json_rows(["name"], [["\x9b2J\u202e"]])
    csv_text, json_line = screen.getvalue().split("'=1+1\n")
    assert steers(csv_text) == steers(json_line) == (not is_terminal)
    if not is_terminal:
        assert csv_text.splitlines()[0] == "name" and HOSTILE in csv_text and json.loads(json_line) == {"name": "\x9b2J\u202e"}


def test_a_terminal_without_chinese_stops_no_command(tmp_path):
    write_known(tmp_path / "dibao.duckdb")
    command = [sys.executable, "-m", "flows.cli", "sql", "SELECT '渡口' AS name", "--json", "--home", str(tmp_path)]
    done = subprocess.run(command, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0 and json.loads(done.stdout) == {"name": "渡口"}


def test_a_setting_that_cannot_open_chinese_names_is_said_before_a_run(tmp_path):
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "flows.cli", "run", "--home", str(tmp_path / "home")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 2 and "PYTHONUTF8=1" in done.stderr and not (tmp_path / "home").exists()


def test_duckdb_shows_no_bar_of_its_own_among_what_a_command_says(tmp_path):
    """It would where no file began the process, as in this one: it takes that for a person at a prompt."""
    code = """
import sys
from datetime import datetime
from pathlib import Path
from expectations.frames import staged
from warehouse.mirror import connect_to
from warehouse.store import connect
page = Path(sys.argv[1], "page.parquet")
connect(page.with_name("build.duckdb")).execute("COPY (SELECT 1 AS one) TO '" + str(page) + "'")
with staged({"page": page}, datetime(2025, 3, 8)) as auditor:
    for con in (auditor, connect(page.with_name("build.duckdb")), connect_to(sys.argv[1])):
        print(con.execute("SELECT current_setting('enable_progress_bar')").fetchall()[0][0])
"""
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"] * 3


@pytest.mark.parametrize(("width", "wide", "is_table"), [(80, False, True), (30, False, False), (30, True, True)])
def test_a_row_that_does_not_fit_the_terminal_is_a_record_unless_it_is_to_be_wide(monkeypatch, width, wide, is_table):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("LINES", "40")
    with redirect_stdout(Screen(True)) as screen:
        print_table(
            ["headline", "paper", "n"], [["望江大桥6月合龙 两岸通行只要8分钟", "云渡晚报", 3], ["讣告", "云渡日报", None]], wide=wide
        )
    text = screen.getvalue()
    assert ("┃" in text) == is_table and "2 rows" in text
    if not is_table:
        assert "row 1" in text and max(cell_len(Text.from_ansi(line).plain) for line in text.splitlines()) <= width and "云渡晚报" in text


def test_what_is_longer_than_the_window_goes_through_the_pager(monkeypatch):
    paged = []
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "10")
    monkeypatch.setattr("rich.pager.SystemPager.show", lambda self, content: paged.append(content))
    with redirect_stdout(Screen(True)):
        print_table(["n"], [[n] for n in range(30)])
        print_table(["n"], [[1]])
    assert len(paged) == 1 and "30 rows" in paged[0]
