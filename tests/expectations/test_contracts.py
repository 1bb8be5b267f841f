"""Each rule of each contract catches the row that breaks it.

One batch holds a page per rule, broken in that one place, and is audited once; a rule without a case fails a test.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from expectations.contract import range_sentence
from expectations.contracts import contracts
from expectations.gx import Expectation
from expectations.results import severity_of
from tests.rows import CHECKED_AT, RUN_ID, Rows, file_id_of, page_rows, spans_of, stage
from warehouse import schema

Break = Callable[[Rows], object]


def row(table: str, at: int = 0, **changes) -> Break:
    """Break one row of a table."""
    return lambda page: page[table][at].update(changes)


def ends_before_it_begins(page: Rows) -> None:
    """Let the sentence tell of what was opened in May and finished in April."""
    page["sentences"][0].update(text="5月11日开工,4月完工")
    page["times"].append(
        page["times"][0] | {"time_id": page["times"][0]["time_id"][:-1] + "2", "text": "4月", "start_on": date(2031, 4, 1)}
    )


def spans_cases(table: str) -> Iterator[tuple[str, Break]]:
    """Yield a case for each rule of spans."""

    def one(*spans: tuple[int, int]) -> Break:
        return row(table, spans=[{"char_start": a, "char_end": b} for a, b in spans])

    text = "title" if table == "person_titles" else "text"
    yield "spans are not empty and do not run backwards", one((9, 6))
    yield "spans do not overlap", one((6, 9), (8, 10))
    yield "spans are as long as the text", row(table, **{text: "云渡区启用新码头在云渡区"})
    yield "spans stand in blocks of the file", one((4, 6))
    yield "spans lead back to the same text", row(table, **{text: "云" * len(page_rows()[table][0][text])})


def fact_cases(table: str, key: str, text: str = "text") -> Iterator[tuple[str, Break]]:
    """Yield a case for each rule that facts share."""
    if key:
        yield f"{key} is made of article_id", row(table, **{key: "elsewhere-a0002-z001"})
    yield "the sentence is of the same article", row(table, sentence_id="elsewhere-a0002-s001")
    yield f"{text} is more than white space", row(table, **{text: " \u3000"})


def schema_cases(table: schema.Table) -> Iterator[tuple[str, Break]]:
    """Yield a case for each rule that derives from the declaration of a table."""
    name = table.name
    for column in table.columns:
        if column.required:
            yield f"{column.name} is given", row(name, **{column.name: None})
        if column.values:
            yield (
                f"{column.name} is one of {', '.join(column.values)}",
                row(name, **{column.name: ["nonsense"] if column.type == schema.TEXTS else "nonsense"}),
            )
        if column.low is not None:
            yield range_sentence(column), row(name, **{column.name: int(column.low) - 1})
        target = column.references.split(".")[0]
        if target and schema.TABLES[target].layer == "page":
            yield f"{column.name} refers to a row of {target}", row(name, **{column.name: "nowhere"})
    yield f"{', '.join(table.key)} is unique", lambda page: page[name].append(dict(page[name][0]))


LONG = "云" * 1200
WRITTEN: dict[str, dict[str, Break]] = {
    "raw_files": {
        "file_id is 16 hex digits": row("raw_files", file_id="XYZ"),
        "a loaded file has an encoding and a length": row("raw_files", encoding=None),
        "a file that is not loaded says why": row("raw_files", status="quarantined"),
        "a file that is not loaded has no blocks": row("raw_files", status="quarantined", reason="cannot be decoded"),
        "there are no more characters than bytes": row("raw_files", n_bytes=1),
        "blocks end inside the file": row("raw_files", n_chars=20),
        "blocks follow one another without overlap": row("blocks", 1, char_start=2),
        "blocks are numbered without gap": row("blocks", 5, seq=9),
        "blocks and the white space between them make up the file": row("raw_files", n_chars=20),
        "a file with characters has blocks": lambda page: page.update(blocks=[]),
        "less than half of the file is white space between blocks": row("raw_files", n_chars=180, n_bytes=400),
        "at most 1 % of the characters stand for bytes that could not be decoded": row("raw_files", n_replaced=30),
        "the issue appeared between 1900 and a year from now": row("raw_files", issue_on=date(2033, 1, 1)),
        "what is known of the issue says where from": row("raw_files", issue_basis=None),
        "paper and date of the issue are known": row("raw_files", issue_on=None),
    },
    "blocks": {
        "block_id is made of file_id and seq": row("blocks", block_id="b1"),
        "a block ends after it starts": row("blocks", char_end=0),
        "text is as long as its range": row("blocks", text="云渡日"),
        "text is more than white space": row("blocks", text="   \u3000"),
        "text has no line break": row("blocks", text="云\n渡日"),
        "a block starts where the one before it has ended": row("blocks", 1, char_start=2),
        "a block repeats another block of its file": row("blocks", 4, duplicate_of=f"{file_id_of(1)}-b0001"),
        "a block continues another block of its file": row("blocks", 3, continues=f"{file_id_of(1)}-b0001"),
        "duplicate_kind is given where duplicate_of is": row("blocks", 4, duplicate_kind=None),
        "a block belongs to an article of its file": row("blocks", 2, article_id=f"{file_id_of(1)}-a0002"),
        "a duplicate names the block that says the same": row("blocks", 4, duplicate_of=None, duplicate_kind=None),
        "body text belongs to an article": row("blocks", 2, article_id=None),
        "furniture and adverts belong to no article": row("blocks", 1, role="furniture"),
        "the role of a block is known": row("blocks", 0, role="unassigned"),
    },
    "edits": {
        "edit_id is made of file_id": row("edits", edit_id="e1"),
        "an edit touches a block of its file": row("edits", block_id=f"{file_id_of(1)}-b0001"),
        "the target is another block of its file": row("edits", target_block_id=f"{file_id_of(1)}-b0001"),
        "an edit repairs an article of its file": row("edits", article_id=f"{file_id_of(1)}-a0002"),
        "evidence is not empty": row("edits", evidence=" "),
        "a join and a dropped duplicate name their target": row("edits", target_block_id=None),
    },
    "articles": {
        "article_id is made of file_id and the number of a block": row("articles", article_id="a1"),
        "the block that article_id names is of the article": lambda page: page["blocks"][1].update(article_id=None),
        "paper, date and page of the issue are those of its file": row("articles", page="B2"),
        "n_chars is the length of the body": row("articles", n_chars=1),
        "the body is its paragraphs, one per line": row("articles", body="云"),
        "headline is not empty": row("articles", headline=" "),
        "reporters are named": row("articles", reporters=[""]),
        "photographers are named": row("articles", photographers=[""]),
        "subheads are not empty": row("articles", subheads=[""]),
        "a date of publication says where it comes from": row("articles", published_basis=None),
        "headline is shorter than 120 characters": row("articles", headline=LONG),
        "a reporter's name is shorter than 16 characters": row("articles", reporters=[LONG]),
        "it was published between 1900 and a year from now": row("articles", published_on=date(1870, 1, 1)),
        "the dateline is not after publication": row("articles", dateline_on=date(2031, 5, 13)),
        "an article has text": row("articles", n_chars=0),
        "the beginning is there": row("articles", is_headless=True),
        "the end is there": row("articles", is_truncated=True),
    },
    "paragraphs": {
        "paragraph_id is made of article_id and seq": row("paragraphs", paragraph_id="p1"),
        "text is more than white space": row("paragraphs", text=" "),
        "text has no line break": row("paragraphs", text="云\n渡"),
        "an article has no duplicates, furniture or adverts": row("paragraphs", role="advert"),
    },
    "sentences": {
        "sentence_id is made of article_id and seq": row("sentences", sentence_id="s1"),
        "text is more than white space": row("sentences", text=" "),
        "a sentence stands in a paragraph of its article": row("sentences", paragraph_id=f"{file_id_of(1)}-a0002-p002"),
        "the paragraph has the text of the sentence": row("sentences", text="别处的话"),
        "a sentence is shorter than 1,000 characters": row("sentences", text=LONG),
    },
    "mentions": {
        **dict(fact_cases("mentions", "mention_id")),
        "name is not empty": row("mentions", name=" "),
        "only persons have a title": row("mentions", 1, title="区长"),
        "only persons have a role in the byline": row("mentions", 1, roles=["reporter"]),
        "only places have a level, a code and a parent": row("mentions", 0, adcode="320400"),
        "only organisations have their kind": row("mentions", 0, organization_kind="company"),
        "a mention stands for an entity": row("mentions", entity_id=None),
        "a name is shorter than 60 characters": row("mentions", 1, text=LONG),
        "a person's name is shorter than 20 characters": row("mentions", text=LONG[:30]),
        "brackets balance in a name": row("mentions", 1, name="清浦（集团公司"),
        "adcode is 6 to 12 digits": row("mentions", 1, adcode="32"),
    },
    "person_titles": {
        **dict(fact_cases("person_titles", "", "title")),
        "the mention is of the same article": row("person_titles", mention_id=f"{file_id_of(1)}-a0002-m001"),
        "the mention is of a person": row("mentions", 0, kind="organization", title=None),
        "it was held on the day of the article": row("person_titles", held_on=date(2001, 1, 1)),
        "organization is not empty": row("person_titles", organization=""),
        "a title is shorter than 40 characters": row("person_titles", title=LONG),
    },
    "times": {
        **dict(fact_cases("times", "time_id")),
        "it does not end before it starts": row("times", end_on=date(2031, 5, 1)),
        "basis is not empty": row("times", basis=""),
        "value is not empty": row("times", value=""),
        "a time has a value unless it is unresolved": row("times", value=None),
        "first and last day are given together": row("times", end_on=None),
        "a whole date is its first day": row("times", value="2031-05-10"),
        "a year or month begins on its first day": row("times", value="2030"),
        "what is told as past is no later than the issue": row(
            "times", text="11日,区长闻一舟说:“新码头投资3亿元,缩短", start_on=date(2031, 6, 1)
        ),
        "the day of news is not of a year long ago": row("times", basis="year from text", start_on=date(2001, 5, 11)),
        "what begins in a sentence does not end before": ends_before_it_begins,
        "it lies between 1000 and 2200": row("times", start_on=date(900, 1, 1)),
        "it is resolved": row("times", value=None, basis="unresolved: no year"),
    },
    "quantities": {
        **dict(fact_cases("quantities", "quantity_id")),
        "value is a finite number": row("quantities", value=float("inf"), high=None),
        "base_value is a finite number": row("quantities", base_value=float("nan")),
        "low is at most high": row("quantities", low=4e8),
        "value is not below low": row("quantities", value=1.0),
        "value is not above high": row("quantities", value=4e8),
        "base_value has a base_unit": row("quantities", base_unit=None),
        "a total is another quantity of the same article": lambda page: page["quantities"][0].update(
            part_of=page["quantities"][0]["quantity_id"]
        ),
        "base_value has the sign of value": row("quantities", base_value=-1.0),
        "a percentage is between -10,000 and 10,000": row("quantities", kind="percent"),
        "value is given": row("quantities", value=None),
        "a quantity and a time over the same characters agree": row("quantities", text="11日", spans=spans_of("11日")),
        "a number inside a name is no quantity": row("quantities", text="渡口", spans=spans_of("渡口")),
    },
    "quotes": {
        **dict(fact_cases("quotes", "quote_id")),
        "speaker is not empty": row("quotes", speaker=""),
        "candidates are named": row("quotes", candidates=[""]),
        "one speaks": row("quotes", organization_id="o1"),
        "a known person speaks under a name": row("quotes", speaker=None),
        "a speaker is named in fewer than 60 characters": row("quotes", speaker=LONG),
        "the speaker is known": row("quotes", speaker=None),
    },
    "events": {
        **dict(fact_cases("events", "event_id")),
        "trigger is not empty": row("events", trigger=""),
        "actors are named": row("events", actors=[""]),
        "ids of actors are given": row("events", actor_ids=[None]),
        "no more actors are known than are named": row("events", actor_ids=["p1", "o1"]),
        "objects are named": row("events", objects=[""]),
        "the trigger stands in the evidence": row("events", trigger="竣工"),
        "it happens between 1000 and ten years from now": row("events", on_date=date(2099, 1, 1)),
        "someone does it": row("events", actors=[]),
    },
    "terms": {
        "term is more than white space": row("terms", term=" "),
        "a term is shorter than 30 characters": row("terms", term=LONG),
    },
    "signatures": {
        "an article with shingles has a sketch": row("signatures", sketch=[]),
        "a sketch has no holes": row("signatures", sketch=[1, None]),
    },
    "suspected_misprints": {
        **dict(fact_cases("suspected_misprints", "misprint_id")),
        "the suggestion is not empty": row("suspected_misprints", suggestion=""),
        "the suggestion differs from the text": row("suspected_misprints", suggestion="等候"),
        "evidence is not empty": row("suspected_misprints", evidence=""),
    },
}

EXPECTATIONS: dict[tuple[str, str], Expectation] = {
    (table, one.description): one for table, contract in contracts().items() for one in contract.expectations
}
CASES: dict[tuple[str, str], Break] = {
    (table.name, sentence): case
    for table in schema.of_layer("page")
    for sentence, case in (
        *schema_cases(table),
        *(spans_cases(table.name) if "spans" in table.column_names else ()),
        *WRITTEN[table.name].items(),
    )
}
FIRST = 100
"""Pages of the cases are numbered from here; page 1 is whole."""
UNTRACEABLE = re.compile(r"^(file_id|article_id) is given|is 16 hex digits|refers to a row|^\w+_id is made of")
"""Rules whose breach takes away what tells the file of a row."""
IDS = {case: file_id_of(FIRST + number) for number, case in enumerate(CASES)}


def test_every_rule_has_a_case() -> None:
    assert set(CASES) == set(EXPECTATIONS)


def test_no_two_rules_of_a_table_have_the_same_name() -> None:
    assert len(EXPECTATIONS) == sum(len(contract.expectations) for contract in contracts().values())


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """The audit of one batch: page 1 is whole, each other page is broken in one place."""
    from expectations.audit import audit

    folder = tmp_path_factory.mktemp("contracts")
    rows = page_rows(1)
    for number, case in enumerate(CASES.values(), FIRST):
        page = page_rows(number)
        case(page)
        for table, some in page.items():
            rows[table].extend(some)
    files = {file_id_of(n): f"yundu/{n}.txt" for n in (1, *range(FIRST, FIRST + len(CASES)))}
    return audit(stage(rows, folder / "staged"), folder / "good", run_id=RUN_ID, checked_at=CHECKED_AT, files=files)


@pytest.fixture(scope="module")
def reasons(audited) -> set[tuple]:
    return {(found["record_table"], found["reason"], found["file_id"]) for found in audited.quarantine}


@pytest.mark.parametrize("case", [case for case in CASES if severity_of(EXPECTATIONS[case]) == "critical"], ids=": ".join)
def test_a_row_that_breaks_a_critical_rule_is_quarantined_for_it(case, audited, reasons) -> None:
    table, sentence = case
    if UNTRACEABLE.search(sentence):
        assert any(found[:2] == case for found in reasons)
    else:
        assert (table, sentence, IDS[case]) in reasons


@pytest.mark.parametrize("case", [case for case in CASES if severity_of(EXPECTATIONS[case]) != "critical"], ids=": ".join)
def test_a_row_that_breaks_another_rule_is_counted_and_goes_on(case, audited, reasons) -> None:
    table, sentence = case
    found = next(row for row in audited.validations if (row["record_table"], row["expectation"]) == case)
    assert not found["success"]
    assert found["n_unexpected"] >= 1
    assert not any(reason == sentence for _, reason, _ in reasons)


def test_a_whole_page_breaks_no_rule(tmp_path) -> None:
    from expectations.audit import audit

    found = audit(
        stage(page_rows(1), tmp_path / "staged"),
        tmp_path / "good",
        run_id=RUN_ID,
        checked_at=CHECKED_AT,
        files={file_id_of(1): "yundu/1.txt"},
    )
    assert [row["expectation"] for row in found.validations if not row["success"]] == []
    assert (found.quarantine, found.blocked, found.warnings) == ([], [], [])
    assert any(row["n_evaluated"] for row in found.validations)


def test_modules_that_are_loaded_later_are_whole_when_they_are_used() -> None:
    """Great Expectations imports them for what is not used here; a third of its import is saved."""
    code = "\n".join(
        (
            "import sys, expectations.gx",
            "assert 'scipy.stats._stats_py' not in sys.modules and 'altair.vegalite' not in sys.modules",
            "from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as used",
            "assert used.stats.norm.cdf(0) == 0.5 and used.alt.Chart.__name__ == 'Chart'",
        )
    )
    subprocess.run([sys.executable, "-c", code], check=True)
