"""The README tells the truth: its blocks are run, and what they print is what it shows.

``python -m tests.docs.test_readme HOME`` writes what they print into it, from a home after the first run over the sample.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse import schema

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"(```sh\n(dibao .*?)```\n\n```text\n)(.*?)```", re.S)
SHOWN = [(block[2], block[3]) for block in BLOCK.finditer(README)]
"""Commands whose output stands below them."""
TABLES = re.compile(r"(?<=<!-- tables -->\n).*?(?=\n\n)", re.S)


def printed(command: str, home: Path) -> str:
    """Return what a command of the README prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env={**os.environ, "PATH": path, "DIBAO_HOME": str(home)})
    assert done.returncode == 0, done.stderr
    return done.stdout.rstrip()


def tables() -> str:
    """Return the list of tables as the schema declares them."""
    return "\n".join([
        "| table | one row per | |", "|---|---|---|",
        *(f"| `{table.name}` | {table.one_row_per} | {table.zh} |" for table in schema.TABLES.values()),
    ])


@pytest.mark.parametrize(("command", "expected"), SHOWN, ids=[command.split("\n")[0][:40] for command, _ in SHOWN])
def test_a_command_prints_what_stands_below_it(ran, command, expected):
    assert printed(command, ran[0]) == expected.rstrip()


def test_the_tables_are_those_of_the_schema():
    assert TABLES.search(README)[0] == tables()


def test_there_are_such_commands():
    assert len(SHOWN) >= 2


def test_ci_runs_the_test_command():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "<!-- tests -->" in script and re.search(r"<!-- tests -->\n```sh\nsh .ci/setup && .venv/bin/python -m pytest\n```", README)


def test_the_raw_lines_shown_are_in_the_sample():
    from warehouse import sample

    raw = re.search(r"<!-- raw -->\n```text\n(.*?)```", README, re.S)[1].split("\n\n")
    pages = "".join(path.read_text("utf-8", errors="replace") for path in sample.path().rglob("*.txt"))
    assert all(line.strip() in pages for line in raw) and len(raw) >= 5


def test_every_table_and_command_is_named():
    help_text = subprocess.run([sys.executable, "-m", "flows.cli", "--help"], capture_output=True, text=True, check=True).stdout
    commands = re.findall(r"^│ ([a-z]+)\b", help_text, re.M)
    assert len(commands) > 8
    assert [name for name in commands if f"dibao {name}" not in README] == []
    assert [name for name in schema.TABLES if f"`{name}`" not in README] == []


if __name__ == "__main__":
    home = Path(sys.argv[1]).absolute()
    fresh = BLOCK.sub(lambda block: f"{block[1]}{printed(block[2], home)}\n```", README)
    (ROOT / "README.md").write_text(TABLES.sub(lambda _: tables(), fresh), "utf-8")
