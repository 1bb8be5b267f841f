"""The plates on the doors of the rooms tell the truth: what stands in their Python blocks is what Python prints."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLATES = [path for path in sorted(ROOT.glob("*/README.md")) if ">>> " in path.read_text("utf-8")]


@pytest.mark.parametrize("plate", PLATES, ids=lambda path: path.parent.name)
def test_blocks_print_what_stands_below_them(plate):
    results = doctest.testfile(str(plate), module_relative=False, encoding="utf-8")
    assert results.attempted and not results.failed
