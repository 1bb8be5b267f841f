"""Word lists: every file of transforms/data has the one format and says where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from transforms.lexicons import read_groups, read_lines, read_table
from transforms.lexicons.names import divisions, organization_words, world
from warehouse import schema

DATA = Path(__file__).resolve().parents[2] / "transforms" / "data"
FILES = sorted(path.name for path in DATA.iterdir() if path.suffix in (".tsv", ".txt"))
GROUPED = (
    "byline_words.tsv",
    "counted_words.txt",
    "event_context.tsv",
    "name_characters.tsv",
    "not_names.tsv",
    "not_quantities.txt",
    "page_words.tsv",
    "quantity_words.tsv",
    "regions.tsv",
    "speech_words.tsv",
    "stop_terms.txt",
    "surnames.txt",
    "word_classes.txt",
)
ORIGINS = (
    "Source",
    "source",
    "Taken from",
    "Written by hand",
    "written by hand",
    "Own compilation",
    "own making",
    "own estimate",
    "Facts",
    "Signs of money",
    "Learned by",
)


@pytest.mark.parametrize("name", FILES)
def test_first_lines_say_what_a_file_holds_and_where_it_comes_from(name: str) -> None:
    head = [line for line in (DATA / name).read_text("utf-8").splitlines() if line.startswith("#")]
    assert head and any(origin in line for line in head for origin in ORIGINS), head


@pytest.mark.parametrize("name", FILES)
def test_columns_are_parted_by_tabs_and_words_by_one_blank(name: str) -> None:
    assert read_lines(name)
    if "learned by" in (DATA / name).read_text("utf-8")[:400].lower():
        pytest.skip("features are characters as they are printed, blanks too")
    for row in read_table(name):
        assert row[0].strip() and not any(column != column.strip() or "  " in column for column in row), row


@pytest.mark.parametrize("name", FILES)
def test_rows_of_a_file_have_the_same_columns_but_for_those_left_empty_at_the_end(name: str) -> None:
    n_columns = {len(row) for row in read_table(name)}
    named = next((line for line in (DATA / name).read_text("utf-8").splitlines() if line.startswith("# ") and "\t" in line), "")
    assert len(n_columns) == 1 or max(n_columns) <= len(named.split("\t")), n_columns


@pytest.mark.parametrize("name", GROUPED)
def test_a_group_holds_a_word_once(name: str) -> None:
    for group, words in read_groups(name).items():
        twice = {word for word in words if words.count(word) > 1} if len(words) < 2000 else set()
        assert not twice, (group, twice)


def test_kinds_that_word_lists_give_are_those_that_the_schema_declares() -> None:
    assert {kind for kind, *_ in read_table("event_triggers.tsv")} == set(schema.EVENT_KINDS)
    assert {subtype for _, subtype, _ in read_table("event_subtypes.tsv")} == set(schema.EVENT_SUBTYPES)
    units = {kind for _, kind, *_ in read_table("units.tsv")} | {kind for kind, *_ in read_table("degrees.tsv")}
    assert units | {"fraction", "level"} == set(
        schema.QUANTITY_KINDS
    )  # a fraction has no unit, and 级 is one of winds and earthquakes only
    assert set(organization_words().values()) == set(schema.ORGANIZATION_KINDS)
    assert {one.level for some in divisions().values() for one in some} | set(world().values()) <= set(schema.PLACE_LEVELS)
