"""The blocks of the README in expectations/ run as they stand."""

from __future__ import annotations

import re

import pytest

from expectations.contracts import contracts
from expectations.gx import Expectation
from tests.laws.test_house import ROOT

PLATE = (ROOT / "expectations" / "README.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"<!-- {kind} -->\n```python\n(.*?)```", PLATE, re.S)


def test_the_expectations_that_it_shows_are_those_of_a_contract() -> None:
    """Each block is an expression after the imports of the first; what it shows stands in a contract in the same words."""
    imports, *rest = blocks("expectation")[0].split("\n\n")
    names: dict[str, object] = {}
    exec(imports, names)
    for source in (*rest, *blocks("expectation")[1:]):
        shown = eval(source.strip(), names)
        assert isinstance(shown, Expectation)
        assert shown in contracts()["mentions"].expectations


def test_suites_are_written_as_great_expectations_reads_them(tmp_path, capsys) -> None:
    (block,) = blocks("suites")
    exec(block, {"folder": tmp_path})
    n, column = capsys.readouterr().out.split()
    assert int(n) > len(contracts()["mentions"].expectations)
    assert column == contracts()["mentions"].expectations[0].column


@pytest.mark.parametrize("module", re.findall(r"`([\w/]+(?:\.py|/))`", PLATE.split("## How to add")[0]))
def test_what_it_names_is_there(module: str) -> None:
    assert (ROOT / "expectations" / module).exists()
