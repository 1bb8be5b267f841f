"""The command line: what it says of itself, what it refuses, and the commands that change no warehouse."""

from __future__ import annotations

import json
import re
from importlib.metadata import version

import pytest

from flows.cli.app import COMMANDS, main
from flows.shared.sources import Maintenance, Source, declared_maintenance, declared_sources
from tests.home import dibao
from warehouse.home import Home


def test_it_tells_its_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == version("dibao")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_its_options(command, capsys):
    assert main([command, "--help"]) == 0
    assert f"Usage: dibao {command}" in (told := capsys.readouterr().out) and "--home" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ""),
        (["serch"], 'Did you mean "search"'),
        (["run", "--since", "yesterday"], "--since"),
        (["run", "--workers", "0"], "--workers"),
        (["run", "--runner", "cloud"], "processes"),
        (["run", "--nonsense"], "--nonsense"),
        (["run", "--encoding", "gb19030"], "--encoding: unknown encoding 'gb19030'"),
        (["sql", "--csv", "--json", "SELECT 1"], "--csv"),
        (["search"], "words"),
    ],
)
def test_bad_usage_ends_with_2_and_says_what_is_wrong(arguments, words, capsys):
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_what_init_writes_is_read_once_the_marks_are_taken_off(tmp_path, capsys):
    home = Home(tmp_path / "home")
    assert main(["init", "--home", str(home.path)]) == 0
    written = home.sources.read_text("utf-8")
    assert declared_sources(home) == {} and declared_maintenance(home) == Maintenance()
    assert main(["init", "--home", str(home.path)]) == 2 and "nothing was changed" in capsys.readouterr().err
    home.sources.write_text(re.sub(r"^# (?=\[|\w+ = )", "", written, flags=re.M), "utf-8")
    declared = declared_sources(home)["yundu"]
    assert (declared.paper, declared.late_after_days, declared.timezone) == ("云渡日报", 2, "Asia/Shanghai")
    assert [name for name in vars(Source("", "")) if name != "name" and f"\n# {name} = " not in written] == [], "every key is shown"
    assert [name for name in vars(Maintenance()) if f"\n# {name} = " not in written] == []


def test_a_dry_run_says_what_would_be_read_and_writes_nothing(ran, tmp_path):
    asked = json.loads(dibao("run", "--dry-run", "--json", home=tmp_path / "none").stdout)
    assert asked["n_files_seen"] == asked["n_files_new"] == len(asked["files"]) == 16 and not (tmp_path / "none").exists()
    first = asked["files"][0]
    assert (first["paper"], first["issue_on"], first["page"]) == ("云渡日报", "2025-03-04", "01")
    home, _ = ran
    before = (home / "dibao.duckdb").stat()
    assert "16 files seen, 0 would be read" in dibao("run", "--dry-run", home=home).stdout
    assert (home / "dibao.duckdb").stat() == before
