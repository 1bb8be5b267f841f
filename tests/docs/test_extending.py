"""``transforms/extending.md`` tells the truth: its blocks, put into a copy of the project, fill one more table in a home that was there before.

``python -m tests.docs.test_extending HOME`` writes what its commands print into it, from a home after the first run over the sample.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.home import all_rows, connect

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "transforms" / "extending.md"
NEW = re.compile(r"<!-- new file: (\S+) -->\n```python\n(.*?)```", re.S)
ADDED = re.compile(r"<!-- in (\S+), before: (.+?) -->\n```python\n(.*?)```", re.S)
COMMANDS = re.compile(r"```sh\n(.*?)```", re.S)
SHOWN = re.compile(r"(```text\n)(.*?)(```)", re.S)
ROOMS = ("flows", "transforms", "expectations", "warehouse")
SAME = frozenset({"source", "run_id", "ingested_at", "batch_id", "checked_at", "started_at", "ended_at", "flow_run_id", "code_version"})


def extend(copy: Path) -> None:
    """Copy the project and put the page's blocks where they say."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    page = PAGE.read_text("utf-8")
    for name, code in NEW.findall(page):
        assert not (copy / name).exists(), name
        (copy / name).write_text(code, "utf-8")
    for name, before, code in ADDED.findall(page):
        text = (copy / name).read_text("utf-8")
        at = text.index(f"    {before}")
        (copy / name).write_text(text[:at] + code + text[at:], "utf-8")


def printed(home: Path, copy: Path) -> list[str]:
    """Return what each of the page's blocks of commands prints in the extended copy."""
    told = []
    for commands in COMMANDS.findall(PAGE.read_text("utf-8")):
        script = f'set -e\ndibao() {{ "{sys.executable}" -m flows.cli "$@"; }}\n{commands.replace("dibao run --refresh", "dibao run --refresh --json >&2")}'
        done = subprocess.run(
            ["sh", "-c", script],
            capture_output=True,
            text=True,
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "DIBAO_HOME": str(home)},
        )
        assert done.returncode == 0, done.stderr
        told.append(done.stdout.rstrip())
    return told


@pytest.fixture(scope="module")
def extended(ran, tmp_path_factory):
    """A home from before, and what the page's commands print in it."""
    folder = tmp_path_factory.mktemp("extended")
    extend(folder / "copy")
    shutil.copytree(ran[0], folder / "home")
    return folder / "home", folder / "copy", printed(folder / "home", folder / "copy")


def test_the_commands_print_what_stands_below_them(extended):
    assert extended[2] == [text.rstrip() for _, text, _ in SHOWN.findall(PAGE.read_text("utf-8"))]


def test_the_table_is_there_with_rows_comments_and_results(extended):
    with connect(extended[0]) as con:
        assert con.execute("SELECT count(*) >= 3, count(DISTINCT hotline_id) = count(*) FROM hotlines").fetchall() == [(True, True)]
        assert con.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'hotlines'").fetchall() == [
            ("One row per telephone number that readers are told to call. 热线电话",)
        ]
        assert con.execute("SELECT comment FROM duckdb_columns() WHERE table_name = 'hotlines' AND column_name = 'cue'").fetchall() == [
            ("word beside it that makes it one. 提示词",)
        ]
        results = con.execute(
            "SELECT expectation, success FROM validations WHERE record_table = 'hotlines' AND severity = 'critical'"
        ).fetchall()
        assert {
            "number has 3 to 12 digits",
            "hotline_id is unique",
            "spans lead back to the same text",
            "good + quarantined = input",
            "sentence_id refers to a row of sentences",
        } <= dict(results).keys()
        assert all(success for _, success in results)
    assert list((extended[0] / "lake" / "hotlines").glob("*.parquet"))


def test_all_other_rows_are_as_they_were(extended, ran):
    before, after = (all_rows(home, SAME) for home in (ran[0], extended[0]))
    facts = [name for name in before if name not in ("runs", "validations", "file_paths")]
    assert [name for name in facts if before[name] != after[name]] == []


def test_the_finder_keeps_its_own_word(extended):
    done = subprocess.run(
        [sys.executable, "-m", "doctest", "transforms/facts/hotlines.py"],
        capture_output=True,
        text=True,
        cwd=extended[1],
        env={**os.environ, "PYTHONPATH": str(extended[1])},
    )
    assert (done.returncode, done.stdout) == (0, "")


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        extend(Path(folder) / "copy")
        shutil.copytree(sys.argv[1], Path(folder) / "home")
        told = iter(printed(Path(folder) / "home", Path(folder) / "copy"))
    PAGE.write_text(SHOWN.sub(lambda block: f"{block[1]}{next(told)}\n{block[3]}", PAGE.read_text("utf-8")), "utf-8")
