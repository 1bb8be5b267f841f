"""Releases: kept, counted, compared fact by fact, and gone back to."""

from __future__ import annotations

import hashlib
from datetime import datetime

import pytest

from tests.home import dibao
from warehouse import schema, store
from warehouse.home import Home
from warehouse.lake import Manifest
from warehouse.releases import (
    ReleaseError,
    check_release,
    diff,
    find_release,
    keep_release,
    list_releases,
    read_pin,
    release_path,
    roll_back,
)

TERMS = schema.TABLES["terms"]


def publish(home: Home, con, minute: int, **terms: int):
    """Publish a warehouse with these terms and keep it as the release of that minute."""
    con.execute("DELETE FROM terms")
    store.insert_rows(con, TERMS, [{"article_id": "0123456789abcdef-a01", "term": term, "n": n} for term, n in terms.items()])
    store.publish(home, con)
    return keep_release(home, datetime(2025, 3, 4, 5, minute), kept=3)


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path)
    with store.opened_build(home, lambda con: None) as con:
        store.commit(home, con, Manifest())
        for minute, terms in enumerate(({"运河": 1}, {"运河": 1, "稻田": 2}, {"运河": 3, "稻田": 2}, {"稻田": 2})):
            publish(home, con, minute, **terms)
    return home


def test_only_the_last_are_kept_and_cannot_be_written(home):
    assert [release.n_rows["terms"] for release in list_releases(home)] == [2, 2, 1]
    assert release_path(home, list_releases(home)[0].name).stat().st_mode & 0o222 == 0


def test_a_clock_that_is_put_back_does_not_change_their_order(home):
    put_back = keep_release(home, datetime(2020, 1, 1), kept=3)
    assert list_releases(home)[-1] == find_release(home, "latest") == put_back
    assert len(list_releases(home)) == 3


def test_a_release_that_was_cut_short_is_swept(home):
    kept = [release_path(home, release.name) for release in list_releases(home)]
    cut_short = home.releases / "20250304T050900-01234567.duckdb"
    cut_short.write_bytes(b"")
    home.sweep()
    assert sorted(home.releases.glob("*.duckdb")) == sorted(kept)


def test_diff_says_what_was_added_removed_and_changed(home):
    first, second, third = list_releases(home)
    assert diff(home, first, first) == []
    (changed,) = diff(home, first, second)
    assert (changed.table, changed.n_added, changed.n_removed, changed.n_changed) == ("terms", 0, 0, 1)
    assert changed.examples == (("changed", "0123456789abcdef-a01 运河", "n: 1 -> 3"),)
    (removed,) = diff(home, second, third)
    assert (removed.n_added, removed.n_removed, removed.n_changed) == (0, 1, 0)
    assert removed.examples == (("removed", "0123456789abcdef-a01 运河", "运河"),)


def test_a_new_page_moves_the_keywords_of_others_and_that_is_no_difference(home):
    with store.opened_build(home, lambda con: None) as con:
        store.insert_rows(con, schema.TABLES["keywords"], [{"article_id": "0123456789abcdef-a01", "term": "稻田", "weight": 1.5}])
        store.publish(home, con)
        after = keep_release(home, datetime(2025, 3, 4, 5, 30), kept=3)
    assert diff(home, list_releases(home)[-2], after) == []


def test_rolling_back_puts_the_release_in_place_until_something_new_is_published(home):
    first = list_releases(home)[0]
    roll_back(home, first)
    assert home.published.read_bytes() == release_path(home, first.name).read_bytes() and read_pin(home).release == first.name
    with store.opened_build(home, lambda con: None) as con:
        publish(home, con, 9, 集市=1)
    assert not home.pinned.exists()


def test_a_changed_or_missing_release_is_refused(home):
    first, second, _ = list_releases(home)
    path = release_path(home, first.name)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ReleaseError, match="was changed"):
        check_release(home, first)
    release_path(home, second.name).unlink()
    with pytest.raises(ReleaseError, match="is gone"):
        roll_back(home, second)
    with pytest.raises(ReleaseError, match="0 releases have this name"):
        find_release(home, "1999")


def test_with_one_release_there_is_none_before_it(tmp_path):
    home = Home(tmp_path)
    with store.opened_build(home, lambda con: None) as con:
        store.commit(home, con, Manifest())
        publish(home, con, 0, 运河=1)
    with pytest.raises(ReleaseError, match="1 release is kept"):
        find_release(home, "previous")
    assert find_release(home, "latest").n_rows["terms"] == 1
    assert list_releases(home)[0].schema_version == schema.SCHEMA_VERSION


def test_the_manifest_names_the_bytes(home):
    for release in list_releases(home):
        assert hashlib.sha256(release_path(home, release.name).read_bytes()).hexdigest() == release.sha256


def test_the_commands(home):
    assert dibao("releases", home=home.path).stdout.count("20250304T") == 3
    assert "1 " in dibao("diff", home=home.path).stdout
    assert dibao("rollback", "20250304T0501", home=home.path).returncode == 0
    assert dibao("diff", "nonsense", home=home.path).returncode == 2
