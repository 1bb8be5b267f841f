"""The documents tell the truth: their blocks are run, and what they print is what they show.

A block of ``sh`` that begins with ``dibao`` is run over the sample; where a block of ``text`` follows, it is what the command prints. Blocks of
``sql`` are asked of the published file, ``python`` is run beside the home, ``toml`` and ``json`` are read. A block without a language is not run: it
starts what does not end, or needs what a test has not; one with a mark above it (``<!-- run -->``) has a test of its own. ``python -m tests.docs.test_documents HOME`` writes what the commands print into the documents,
from a home after the first run over the sample.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

from flows.cli.app import COMMANDS
from flows.shared.sources import declared_sources
from tests.home import connect
from warehouse import sample, schema
from warehouse.home import Home

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = ("transforms/extending.md", "warehouse/templates/", "tests/")
"""A document that a test of its own runs, and what is none."""
BLOCK = re.compile(r"(<!-- .*? -->\n)?^```(\w*)\n(.*?)^```(?:\n\n```text\n(.*?)^```)?", re.S | re.M)
SHOWN = re.compile(r"(^```sh\n(dibao .*?)^```\n\n```text\n).*?^```", re.S | re.M)
TABLES = re.compile(r"(?<=<!-- tables -->\n).*?(?=\n\n)", re.S)
README = (ROOT / "README.md").read_text("utf-8")


def documents() -> list[Path]:
    """Return the documents of the project."""
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [ROOT / name for name in listed if not name.startswith(ELSEWHERE)]


def blocks(language: str) -> list:
    """Return the blocks of a language as parameters of a test: what stands in each, and what is shown below it, or None."""
    return [
        pytest.param(block[3], block[4], id=f"{path.relative_to(ROOT)}: {block[3].splitlines()[0][:50]}")
        for path in documents()
        for block in BLOCK.finditer(path.read_text("utf-8"))
        if block[2] == language and not block[1]
    ]


def printed(command: str, home: Path) -> str:
    """Return what a command prints in the folder where the home lies."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "DIBAO_HOME": str(home)}
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=environment, cwd=home.parent)
    assert done.returncode == 0, done.stderr
    return done.stdout.rstrip()


def tables() -> str:
    """Return the list of tables as the schema declares them."""
    return "\n".join(
        [
            "| table | one row per | |",
            "|---|---|---|",
            *(f"| `{table.name}` | {table.one_row_per} | {table.zh} |" for table in schema.TABLES.values()),
        ]
    )


@pytest.mark.parametrize(("command", "shown"), [block for block in blocks("sh") if block.values[0].startswith("dibao ")])
def test_a_command_prints_what_stands_below_it(ran, command, shown):
    output = printed(command, ran[0])
    assert shown is None or output == shown.rstrip()


@pytest.mark.parametrize(("query", "_"), blocks("sql"))
def test_a_query_is_answered(ran, query, _):
    with connect(ran[0]) as con:
        assert con.execute(query).fetchall()


@pytest.mark.parametrize(("code", "shown"), [block for block in blocks("python") if not block.values[0].startswith(">>>")])
def test_code_runs_beside_the_home(ran, code, shown):
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ran[0].parent, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, done.stderr
    assert shown is None or done.stdout.rstrip() == shown.rstrip()


@pytest.mark.parametrize(
    "path", [path for path in documents() if ">>> " in path.read_text("utf-8")], ids=lambda path: str(path.relative_to(ROOT))
)
def test_examples_give_what_stands_below_them(path):
    results = doctest.testfile(str(path), module_relative=False, encoding="utf-8")
    assert results.attempted and not results.failed


@pytest.mark.parametrize(("text", "_"), blocks("toml"))
def test_a_declaration_is_one_that_dibao_reads(tmp_path, text, _):
    home = Home(tmp_path)
    home.sources.write_text(text, "utf-8")
    assert declared_sources(home)


@pytest.mark.parametrize(("lines", "_"), blocks("json"))
def test_lines_of_json_are_json(lines, _):
    assert [json.loads(line) for line in lines.splitlines()]


def test_links_lead_to_files():
    for path in documents():
        targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
        assert [target for target in targets if not (path.parent / target).exists()] == [], path


def test_the_tables_are_those_of_the_schema():
    assert TABLES.search((ROOT / "warehouse" / "README.md").read_text("utf-8"))[0] == tables()


def test_ci_runs_the_test_command():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "<!-- tests -->" in script and re.search(r"<!-- tests -->\n```sh\nsh .ci/setup && .venv/bin/python -m pytest\n```", README)


@pytest.mark.slow
def test_the_install_command_gives_a_command_dibao(tmp_path):
    """The packages that Dibao stands on are those of this environment: only Dibao itself is built and installed."""
    assert "<!-- install -->\n```sh\npip install .\n```" in README
    pip = [sys.executable, "-m", "pip"] if find_spec("pip") else ["python3", "-m", "pip"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--target", tmp_path, ROOT], check=True, capture_output=True, text=True)
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path[1:])])
    code = "import dibao, flows; print(flows.__file__); dibao.main(['--version'])"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}
    )
    assert done.stdout.splitlines() == [str(tmp_path / "flows" / "__init__.py"), version("dibao")], done.stderr


def test_the_raw_lines_shown_are_in_the_sample():
    raw = re.search(r"<!-- raw -->\n```text\n(.*?)```", README, re.S)[1].split("\n\n")
    pages = "".join(path.read_text("utf-8", errors="replace") for path in sample.path().rglob("*.txt"))
    assert all(line.strip() in pages for line in raw) and len(raw) >= 5


def test_the_readme_is_short_and_the_chinese_one_shows_the_same():
    chinese = (ROOT / "README.zh.md").read_text("utf-8")
    assert len(README.splitlines()) <= 150
    assert BLOCK.findall(chinese) == BLOCK.findall(README)


def test_every_command_is_named():
    plate = (ROOT / "flows" / "README.md").read_text("utf-8")
    assert [name for name in COMMANDS if f"`dibao {name}" not in plate] == []


if __name__ == "__main__":
    home = Path(sys.argv[1]).absolute()
    for document in documents():
        text = document.read_text("utf-8")
        fresh = TABLES.sub(lambda _: tables(), SHOWN.sub(lambda block: f"{block[1]}{printed(block[2], home)}\n```", text))
        if fresh != text:
            document.write_text(fresh, "utf-8")
