"""Data Docs show what a run found, and open without a network."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from expectations.audit import audit
from expectations.gx.docs import KEPT_RUNS, build_data_docs, keep_results
from tests.rows import CHECKED_AT, file_id_of, pages, stage

LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The site after more runs than it shows; each run found one bad quantity."""
    home = tmp_path_factory.mktemp("docs")
    rows = pages(1, 2)
    rows["quantities"][1]["low"] = 9e9
    files = {file_id_of(1): "yundu/1.txt", file_id_of(2): "yundu/2.txt"}
    found = audit(stage(rows, home / "staged"), home / "good", run_id="20310501T000000-aaaaaa", checked_at=CHECKED_AT, files=files)
    for number in range(1, KEPT_RUNS + 3):
        run = [{**row, "run_id": f"203105{number:02d}T000000-aaaaaa"} for row in found.validations]
        keep_results(run, home / "docs" / "results")
    index = build_data_docs(home / "docs" / "results", home / "docs")
    assert index == home / "docs" / "index.html"
    return home / "docs"


class Loads(HTMLParser):
    """Gathers what a page loads when it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        if address := dict(attrs).get(LOADS.get(tag, "")):
            self.found.append(address)


def test_pages_load_only_what_lies_in_the_site(site: Path) -> None:
    pages_of_site = list(site.rglob("*.html"))
    assert len(pages_of_site) > 15 * KEPT_RUNS
    for page in pages_of_site:
        text = page.read_text("utf-8")
        loads = Loads()
        loads.feed(text)
        loads.found += re.findall(r"url\(['\"]?([^)'\"]+)", text)
        for address in loads.found:
            if address.startswith(("data:", "#")):
                continue
            assert not re.match(r"(https?:)?//", address), (page, address)
            assert (page.parent / address.split("?")[0]).exists(), (page, address)


def test_stylesheets_load_nothing_from_elsewhere(site: Path) -> None:
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(?:url\(['\"]?|@import ['\"])(?:https?:)?//", sheet.read_text("utf-8")), sheet


def test_every_asset_has_its_licence(site: Path) -> None:
    carried = {path.name for path in (site / "static" / "offline").iterdir()}
    assert {name for name in carried if name.endswith(".LICENSE.txt")} == {
        "bootstrap-4.3.1.LICENSE.txt",
        "bootstrap-datepicker-1.9.0.LICENSE.txt",
        "bootstrap-table-1.19.1.LICENSE.txt",
        "jquery-3.7.1.LICENSE.txt",
    }


def test_only_the_last_runs_are_kept(site: Path) -> None:
    assert len(list((site / "results" / "blocks").iterdir())) == KEPT_RUNS
    runs = sorted(path.name for path in (site / "validations" / "blocks").iterdir())
    assert len(runs) == KEPT_RUNS
    assert runs[-1] == f"203105{KEPT_RUNS + 2:02d}T000000-aaaaaa"


def test_a_rule_is_shown_with_its_counts_and_examples(site: Path) -> None:
    page = next((site / "validations" / "quantities").rglob("*.html")).read_text("utf-8")
    assert "low is at most high (expect_column_pair_values_a_to_be_greater_than_b, critical)" in page
    assert "1 of 2 rows break it" in page
    assert page.count("fa-exclamation-triangle text-warning") == 2  # both its reasons: it was quarantined, and nothing held back
    assert "fa-check-circle text-success" in page and "text-danger" not in page
    assert f"{file_id_of(2)}-a0002-n001" in page


def test_a_hostile_key_is_not_markup(tmp_path) -> None:
    row = {
        "run_id": "20310501T000000-aaaaaa",
        "record_table": "terms",
        "expectation": "term is more than white space",
        "column_name": "term",
        "severity": "critical",
        "success": False,
        "n_evaluated": 1,
        "n_unexpected": 1,
        "examples": ["a01 | <script>alert(1)</script><b>$x</b>"],
        "checked_at": CHECKED_AT,
    }
    keep_results([row], tmp_path / "results")
    build_data_docs(tmp_path / "results", tmp_path)
    page = next((tmp_path / "validations" / "terms").rglob("*.html")).read_text("utf-8")
    assert "<script>alert" not in page


def test_a_site_without_results_shows_the_suites(tmp_path) -> None:
    assert build_data_docs(tmp_path / "results", tmp_path).exists()
    assert (tmp_path / "expectations" / "blocks.html").exists()


@pytest.mark.parametrize(
    ("expectation", "column", "n_unexpected", "success"),
    [
        ("trigger is not empty", "trigger", 20, False),
        ("trigger is not empty", "trigger", 3, True),
        ("the trigger stands in the evidence", "trigger", 20, True),
        ("someone does it", "actors", 20, True),
    ],
)
def test_only_what_blocks_has_failed(expectation: str, column: str, n_unexpected: int, success: bool) -> None:
    from expectations.gx import gx
    from expectations.gx.docs import suite_result, suites
    from expectations.results import severity_of

    severity = severity_of(suites()["events"][expectation, column])
    row = {
        "record_table": "events",
        "expectation": expectation,
        "column_name": column,
        "severity": severity,
        "success": False,
        "n_evaluated": 20,
        "n_unexpected": n_unexpected,
        "examples": [],
    }
    assert suite_result("events", [row], gx.RunIdentifier(run_name="20310501T000000-aaaaaa")).success is success
