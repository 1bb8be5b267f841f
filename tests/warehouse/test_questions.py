"""Fifteen questions that an analyst asks first, each answered by one sample query as it stands, on the sample."""

from __future__ import annotations

from datetime import date

import pytest

from tests.home import connect
from warehouse.analytics import sample_queries
from warehouse.results import ask, ask_pandas

QUERIES = {sample.name[3:]: sample.query for sample in sample_queries()}


@pytest.fixture(scope="module")
def answer(ran):
    """Give the rows of a sample query by column name."""

    def rows_of(name: str) -> list[dict]:
        with connect(ran[0]) as con:
            return con.sql(QUERIES[name]).to_arrow_table().to_pylist()

    return rows_of


def test_who_said_what_about_whom(answer):
    assert all(row["speaker"] != row["about"] and row["text"] and row["article_id"] for row in answer("what_was_said_about"))


def test_total_investment_and_by_sector(answer):
    by_sector = {row["sector"]: row["amount"] for row in answer("invested_by_sector")}
    assert by_sector["transport"] == 18.7e8 and sum(by_sector.values()) == answer("total_invested")[0]["amount"]
    assert 86e8 <= sum(by_sector.values()) < 86e8 + 20e8 + 12.5e8 + 31e8 + 18.7e8, (
        "neither parts nor the year's plan are added to the total of 8.6 billion"
    )


def test_events_by_place_and_what_happened_at_one(answer):
    by_place, at = answer("what_happened_where"), answer("what_happened_at")
    assert {row["place"] for row in at} <= {row["place"] for row in by_place} and all(row["text"] for row in at)


def test_who_changed_office(answer):
    assert ("蒋承宇", "acting") in {(row["name"], row["change"]) for row in answer("who_changed_office")}


def test_two_periods_compared(answer):
    assert all(row["change"] == (row["n_later"] or 0) - (row["n_earlier"] or 0) for row in answer("two_periods_compared"))


def test_a_topic_for_each_paper(answer):
    assert {row["paper"] for row in answer("topics_of_each_paper")} == {"云渡日报", "云渡晚报"}


def test_people_by_organisation_and_who_works_at_one(answer):
    people = {row["organization"]: row["people"] for row in answer("people_by_organization")}
    at = answer("who_works_at")
    assert {row["name"] for row in at} == set(people[at[0]["organization"]]) and all(row["title"] for row in at)
    assert {"席慕云", "汤立群"} <= set(people["澜州港务集团"])


def test_what_is_uncertain_least_sure_first(answer):
    found = [row["confidence"] for row in answer("which_facts_to_doubt")]
    assert found == sorted(found) and found[0] < 1


def test_money_by_company(answer):
    assert {row["company"]: row["amount"] for row in answer("money_by_company")}["澜州港务集团"] == 2.8e8


def test_days_from_event_to_print(answer):
    assert all(row["median_days"] >= 0 for row in answer("days_from_event_to_print"))


def test_who_printed_first(answer):
    printed = {row["headline"]: (row["printed_first"], row["published_on"], row["followed"]) for row in answer("who_printed_first")}
    assert printed["望江大桥6月合龙 两岸通行只要8分钟"] == ("云渡日报", date(2025, 3, 5), "云渡晚报")


def test_where_papers_disagree(answer):
    assert {("9.8万人", "9.7万人"), ("9.7万人", "9.8万人")} & {(row["text"], row["other_text"]) for row in answer("where_papers_disagree")}


def test_who_is_quoted_most(answer):
    first = answer("most_quoted")[0]
    assert (first["speaker"], first["known_as"]) == ("程望舒", "区委书记") and first["n_articles"] > 1


def test_an_answer_comes_as_arrow_or_pandas_in_one_call(ran):
    table = ask("SELECT name, n_articles FROM people WHERE name = $name", ran[0], name="程望舒")
    frame = ask_pandas("SELECT name, n_articles FROM people WHERE name = $name", ran[0], name="程望舒")
    assert table.num_rows == len(frame) == 1 and list(frame.columns) == table.column_names == ["name", "n_articles"]
