"""A DuckLake catalog of the lake: the rows of the newest commit, and of earlier ones. Needs DuckDB's extension of its very version."""

from __future__ import annotations

import duckdb
import pytest

from tests.test_mirror import NIGHT, bucket, home, night, url  # noqa: F401 fixtures
from warehouse.ducklake import register
from warehouse.mirror import MirrorError, connect_to, mirror


@pytest.fixture(autouse=True, scope="module")
def extension(tmp_path_factory):
    """DuckDB's extension, installed from packages into a folder of this test, or one that is installed already."""
    with pytest.MonkeyPatch.context() as patch:
        con = duckdb.connect()
        try:
            con.execute("SET autoinstall_known_extensions = false")
            con.execute("LOAD ducklake")
        except duckdb.Error:
            patch.setenv("HOME", str(tmp_path_factory.mktemp("extensions")))
            try:
                from duckdb_extensions import import_extension

                for name in ("ducklake", "httpfs"):
                    import_extension(name, con=duckdb.connect())
            except (ImportError, RuntimeError, duckdb.Error) as error:
                pytest.skip(f"DuckDB {duckdb.__version__} finds no extension ducklake of its version ({type(error).__name__})")
        yield


def terms_in(catalog: str, url: str, at: str = "") -> list[str]:  # noqa: F811
    con = connect_to(url)
    con.execute(f"ATTACH '{catalog}' AS lake (READ_ONLY)")
    try:
        return [term for (term,) in con.execute(f"SELECT term FROM lake.terms {at} ORDER BY term").fetchall()]
    finally:
        con.close()


def test_the_catalog_follows_the_commits(home, url, tmp_path):  # noqa: F811
    if url.startswith("memory"):
        pytest.skip("DuckLake knows no paths in a process's memory")
    catalog = f"ducklake:{tmp_path}/papers.ducklake"
    mirror(home, url, NIGHT)
    assert register(url, catalog) == (2, 0)
    assert register(url, catalog) == (0, 0)
    assert terms_in(catalog, url) == ["稻田", "运河"]
    con = duckdb.connect()
    con.execute(f"ATTACH '{catalog}' AS lake (READ_ONLY)")
    (before,) = con.execute("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')").fetchone()
    con.close()
    night(home, 2, "大桥")
    mirror(home, url, NIGHT.replace(day=5))
    assert register(url, catalog) == (2, 1)
    assert terms_in(catalog, url) == ["大桥"]
    assert terms_in(catalog, url, f"AT (VERSION => {before})") == ["稻田", "运河"]


def test_what_is_no_catalog_is_said(home, tmp_path):  # noqa: F811
    mirror(home, str(tmp_path / "lake"), NIGHT)
    with pytest.raises(MirrorError, match="not a catalog that can be used"):
        register(str(tmp_path / "lake"), "ducklake:/nowhere/at/all/papers.ducklake")
