"""What the tests of the pipeline share: an empty warehouse."""

from __future__ import annotations

import pytest

from warehouse import store
from warehouse.ddl import create_tables


@pytest.fixture
def con(tmp_path):
    """A connection to a warehouse whose tables are empty."""
    con = store.connect(tmp_path / "warehouse.duckdb")
    create_tables(con)
    yield con
    con.close()
