"""An analyst's question and its answer in one call, as pandas or Arrow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from warehouse.home import Home
from warehouse.store import connect

if TYPE_CHECKING:  # pandas takes half a second to import
    import pandas as pd


def ask(query: str, home: Path | str = "dibao-home", **parameters: object) -> pa.Table:
    """Return the rows of a query on the published warehouse of a home as an Arrow table; a parameter stands in the query as ``$name``.

    The warehouse is only read. Raises duckdb.Error where it is no query, or where nothing is published.
    """
    con = connect(Home(Path(home)).published, read_only=True)
    try:
        return con.sql(query, params=parameters or None).to_arrow_table()
    finally:
        con.close()


def ask_pandas(query: str, home: Path | str = "dibao-home", **parameters: object) -> pd.DataFrame:
    """Return the same as a pandas frame."""
    return ask(query, home, **parameters).to_pandas()
