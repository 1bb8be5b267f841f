"""Releases: kept, counted, compared fact by fact, and gone back to."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date, datetime
from hashlib import sha256
from tempfile import TemporaryDirectory

import duckdb
import pytest

from flows.cli.app import main
from tests.warehouse_rows import Rows, known_rows
from warehouse import schema, store
from warehouse.comparison import Example, compare
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
    store.publish_build(home, con)
    return keep_release(home, datetime(2025, 3, 4, 5, minute), kept=3)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A home that has published four times. Not to be changed."""
    home = Home(tmp_path_factory.mktemp("published"))
    with store.opened_build(home, lambda con: None) as con:
        store.commit_manifest(home, con, Manifest())
        for minute, terms in enumerate(({"运河": 1}, {"运河": 1, "稻田": 2}, {"运河": 3, "稻田": 2}, {"稻田": 2})):
            publish(home, con, minute, **terms)
    return home


@pytest.fixture
def home(published, tmp_path):
    return Home(shutil.copytree(published.path, tmp_path / "home"))


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
        store.publish_build(home, con)
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
        store.commit_manifest(home, con, Manifest())
        publish(home, con, 0, 运河=1)
    with pytest.raises(ReleaseError, match="1 release is kept"):
        find_release(home, "previous")
    assert find_release(home, "latest").n_rows["terms"] == 1
    assert list_releases(home)[0].schema_version == schema.SCHEMA_VERSION


def test_the_manifest_names_the_bytes(home):
    for release in list_releases(home):
        assert hashlib.sha256(release_path(home, release.name).read_bytes()).hexdigest() == release.sha256


def test_the_commands(home, capsys):
    def told(*arguments: str, code: int = 0) -> str:
        assert main([*arguments, "--home", str(home.path)]) == code
        return capsys.readouterr().out

    assert told("releases").count("20250304T") == 3
    assert "1 " in told("diff")
    told("rollback", "20250304T0501")
    told("diff", "nonsense", code=2)


def later_page(name: str, extra: str = "") -> Rows:
    """Return the known world and a page as it was read: who calls there, and maybe a sentence more before it."""
    rows = known_rows()
    page = rows.page("云渡日报", date(2031, 5, 20), "A3")
    page.file_id = page.row["file_id"] = sha256((name + extra).encode()).hexdigest()[:16]
    page.article("望江大桥合龙", f"{extra}区长{name}到场。大桥总投资4亿元。").person(name, "区长").amount("4亿元", 4e8)
    page.article("讣告", "老校长云见深逝世。他教书四十年，学生遍布各地。" + "乡亲们前来送行。" * 6).person("云见深")
    return rows


def changes(before: Rows, after: Rows) -> dict[str, list[Example]]:
    con = before.connect()
    other = after.connect()
    names = [con.execute("SELECT current_database()").fetchall()[0][0] for con in (con, other)]
    with TemporaryDirectory() as folder:
        for each, name, alias in ((con, names[0], "warehouse"), (other, names[1], "later")):
            each.execute(f"ATTACH '{folder}/{alias}.duckdb' AS {alias}")
            for table in schema.TABLES:
                each.execute(f"CREATE TABLE {alias}.{table} AS FROM {name}.{table}")
            each.execute(f"DETACH {alias}")
        with duckdb.connect() as both:
            for alias in ("warehouse", "later"):
                both.execute(f"ATTACH '{folder}/{alias}.duckdb' AS {alias} (READ_ONLY)")
            return {found.table: list(found.examples) for found in compare(both)}


def test_a_page_with_one_changed_name_shows_as_that_name_facts_first():
    found = changes(later_page("林叙柏"), later_page("林叙白"))
    assert found["mentions"] == [("changed", "望江大桥合龙", "text: 林叙柏 -> 林叙白; name: 林叙柏 -> 林叙白")]
    assert [example.change for example in found["articles"]] == ["changed"] and "quantities" not in found
    assert list(found).index("articles") < list(found).index("mentions") < list(found).index("blocks")
    assert all("讣告" not in example for examples in found.values() for example in examples), "what did not change is not told"


def test_a_sentence_more_moves_what_follows_and_that_is_no_difference():
    found = changes(later_page("林叙白"), later_page("林叙白", "昨天下雪。"))
    assert {"mentions", "quantities", "person_titles"} & set(found) == set()
    assert ("added", "望江大桥合龙", "昨天下雪。") in found["sentences"]


def test_versions_of_a_page_without_paper_and_day_are_known_by_their_text():
    def without(rows: Rows) -> Rows:
        row = next(row for row in rows.tables["raw_files"] if row.get("page") == "A3")
        row |= {"paper": None, "issue_on": None, "page": None, "path": row["file_id"]}
        return rows

    found = changes(without(later_page("林叙柏")), without(later_page("林叙白")))
    assert [example.change for example in found["articles"]] == ["changed"]
