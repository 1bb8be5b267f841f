"""Every function of the transforms keeps its laws on any text: places, accounting, determinism, no exception. See tests/laws.py.

This is the short form. The long one is guided by coverage: ``python -m tests.bench.fuzz``; growth with the length of the text is
measured by ``python -m tests.bench.growth``.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.laws import LAWS
from tests.newspaper_text import newspaper_text


@pytest.mark.slow
@pytest.mark.parametrize("name", LAWS)
def test_the_laws_hold_on_any_text(name):
    @settings(max_examples=40)
    @given(newspaper_text())
    def holds(text):
        LAWS[name](text)

    holds()
