"""Data Docs: what each run expected and found, as pages of Great Expectations that open without a network.

The results of a run, added up over its batches, are kept as results of Great Expectations; the site is rendered from those of the
last runs. Its pages would load their assets from servers: here they load copies from ``static/offline`` (``assets``,
each with its licence), and what the pages can do without is left out.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from functools import cache
from html import escape
from importlib.resources import as_file, files
from pathlib import Path

from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
from great_expectations.data_context import EphemeralDataContext
from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults
from great_expectations.data_context.types.resource_identifiers import ExpectationSuiteIdentifier, ValidationResultIdentifier

from expectations.contract import balance, columns_of, layout, tolerance_of
from expectations.contracts import contracts
from expectations.gate import allowed
from expectations.gx import Expectation, gx
from expectations.gx.row_expectations import ExpectSqlToHold
from expectations.gx.validation import suite_of
from expectations.results import severity_of, table_of
from expectations.warehouse_checks import warehouse_contracts
from warehouse import schema

Row = Mapping[str, object]

KEPT_RUNS = 5
"""Runs that the site shows: the time to build it grows with them."""
OFFLINE = "static/offline"
ASSETS = {
    "/bootstrap.min.css": "bootstrap.min.css",
    "/bootstrap-table.min.css": "bootstrap-table.min.css",
    "/all.min.css": "icons.css",
    "/jquery-3.7.1.min.js": "jquery.min.js",
    "/bootstrap.min.js": "bootstrap.bundle.min.js",
    "/bootstrap-table.min.js": "bootstrap-table.min.js",
    "/bootstrap-table-filter-control.min.css": "bootstrap-table-filter-control.min.css",
    "/bootstrap-table-filter-control.css": "bootstrap-table-filter-control.min.css",
    "/bootstrap-table-filter-control.min.js": "bootstrap-table-filter-control.min.js",
    "/bootstrap-datepicker.min.css": "bootstrap-datepicker.min.css",
    "/bootstrap-datepicker.min.js": "bootstrap-datepicker.min.js",
}
"""What is loaded instead, by the end of the address; what is not here is not loaded."""

IMAGES = {"full_logo_dark.png": "logo-long.png"}
"""Images that the pages load from a server, and what stands for them in the site."""

_LOADED = re.compile(
    r'<link\b[^<>]*\bhref="(?P<link>https?://[^"<>]*)"[^<>]*>|<script\b[^<>]*\bsrc="(?P<script>https?://[^"<>]*)"[^<>]*>\s*</script>'
)
_IMAGE = re.compile(r"https://great-expectations-web-assets\.[^\"')?]*/(?P<name>[\w-]+\.\w+)(?:\?[^\"')]*)?")
_STATIC = re.compile(r"(?:\.{1,2}/)+static/")
_PASSED = re.compile(r"fa-check-circle text-success(?=(?:(?!fa-check-circle|fa-times|fa-exclamation).)*Sampled Unexpected Values)", re.S)
"""The tick of an expectation that rows broke and that held nothing back."""
_FLAGGED = "fa-exclamation-triangle text-warning"
_NEWSLETTER = re.compile(r"<footer>.*?</footer>", re.S)


def keep_results(validations: Iterable[Row], results_dir: Path) -> None:
    """Keep the results of one run for Data Docs, one result per table.

    ``validations`` are rows of that table, added up over the batches of the run; they replace what was kept of it before.
    """
    store = context_of(results_dir, results_dir.with_name("unused")).validation_results_store
    by_table: dict[str, list[Row]] = {}
    for row in validations:
        by_table.setdefault(str(row["record_table"]), []).append(row)
    for table, rows in by_table.items():
        run = gx.RunIdentifier(run_name=str(rows[0]["run_id"]), run_time=rows[0]["checked_at"].replace(tzinfo=UTC))
        key = ValidationResultIdentifier(ExpectationSuiteIdentifier(table), run_id=run, batch_identifier=table)
        store.set(key, suite_result(table, rows, run))


def build_data_docs(results_dir: Path, site: Path) -> Path:
    """Render the results of the last runs to a site that opens offline, and return its first page.

    Results of earlier runs are deleted. Where there are no results the site shows the suites alone. The suites lie beside it as JSON of
    Great Expectations, in ``suites``.
    """
    prune_results(results_dir, KEPT_RUNS)
    for stale in ("expectations", "validations", "suites"):
        shutil.rmtree(site / stale, ignore_errors=True)
    context = context_of(results_dir, site)
    for table, expectations in suites().items():
        context.suites.add(suite_of(table, [labelled(one) for one in expectations.values()]))
    context.build_data_docs()
    export_suites(site / "suites")
    shutil.rmtree(site / "static" / "styles", ignore_errors=True)
    carry_assets(site / OFFLINE)
    for page in (site / "index.html", *(site / "expectations").rglob("*.html"), *(site / "validations").rglob("*.html")):
        make_local(page, site)
    return site / "index.html"


@cache
def suites() -> dict[str, dict[tuple[str, str], Expectation]]:
    """Return every expectation of each table, by sentence and columns: of its rows, its columns, its counts, and in the warehouse."""
    suites_of_tables: dict[str, dict[tuple[str, str], Expectation]] = {}
    pages = schema.of_layer("page")
    for contract in (*contracts().values(), layout(pages), balance(pages), *warehouse_contracts().values()):
        for one in contract.expectations:
            suites_of_tables.setdefault(table_of(contract, one), {})[one.description, ", ".join(columns_of(one))] = one
    return suites_of_tables


def labelled(expectation: Expectation) -> Expectation:
    """Return an expectation as pages show it: its sentence, and what Great Expectations and the gate call it."""
    label = f"{expectation.description} ({expectation.configuration.type}, {severity_of(expectation)})"
    return expectation.copy(update={"description": label})


def export_suites(folder: Path) -> None:
    """Write each suite as JSON of Great Expectations, ``<table>.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, expectations in suites().items():
        suite = suite_of(table, expectations.values()).to_json_dict()
        (folder / f"{table}.json").write_text(json.dumps(suite, ensure_ascii=False, indent=1), "utf-8")


def suite_result(table: str, rows: Sequence[Row], run: gx.RunIdentifier) -> ExpectationSuiteValidationResult:
    """Return rows of ``validations`` of one table and run as the result of its suite."""
    results = [expectation_result(row) for row in rows]
    n_good = sum(result.success for result in results)
    return ExpectationSuiteValidationResult(
        success=all(result.success for result in results),
        results=results,
        suite_name=table,
        statistics={
            "evaluated_expectations": len(rows),
            "successful_expectations": n_good,
            "unsuccessful_expectations": len(rows) - n_good,
            "success_percent": 100 * n_good / len(rows),
        },
        meta={
            "great_expectations_version": gx.__version__,
            "run_id": run,
            "validation_time": run.run_time,
            "batch_markers": {},
            "batch_spec": {"data_asset_name": table},
            "active_batch_definition": {
                "datasource_name": "dibao",
                "data_connector_name": "run",
                "data_asset_name": table,
                "batch_identifiers": {},
            },
        },
        batch_id=table,
    )


def expectation_of(row: Row) -> Expectation:
    """Return the expectation that a row of ``validations`` is about; what no suite asks was found by SQL: how a run compares with earlier ones."""
    table, sentence, column = row["record_table"], row["expectation"], row["column_name"]
    found = suites().get(table, {}).get((sentence, column))
    return found or ExpectSqlToHold(relation=table, column=column, condition=sentence, description=sentence, severity=row["severity"])


def expectation_result(row: Row) -> ExpectationValidationResult:
    """Return a row of ``validations`` as the result of its expectation; keys come from outside, so they are escaped for HTML.

    What blocks has failed. What is quarantined, flagged or recorded has not: the page says how many rows it was.
    """
    expectation = expectation_of(row)
    evaluated = row["success"] or row["n_unexpected"]
    n, n_unexpected = int(row["n_evaluated"]), int(row["n_unexpected"])
    keys = [escape(key) for key in row["examples"]]
    is_fine = row["severity"] != "critical" or n_unexpected <= allowed(tolerance_of(expectation), n)
    return ExpectationValidationResult(
        success=bool(evaluated and is_fine),
        expectation_config=labelled(expectation).configuration,
        result={
            "element_count": n,
            "unexpected_count": n_unexpected,
            "unexpected_percent": 100 * n_unexpected / n if n else 0.0,
            "partial_unexpected_list": keys,
            "observed_value": f"{n_unexpected:,} of {n:,} rows break it",
        }
        if evaluated
        else {},
        exception_info={
            "raised_exception": not evaluated,
            "exception_message": None if evaluated else "could not be evaluated",
            "exception_traceback": None if evaluated else "",
        },
    )


def context_of(results_dir: Path, site: Path) -> EphemeralDataContext:
    """Return a context that keeps results in one folder and writes its site to another, and nothing else anywhere."""
    defaults = InMemoryStoreBackendDefaults()
    defaults.stores["validation_results_store"]["store_backend"] = folder_of(results_dir)
    defaults.data_docs_sites = {
        "dibao": {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": folder_of(site),
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        }
    }
    config = DataContextConfig(
        store_backend_defaults=defaults,
        analytics_enabled=False,
        progress_bars={"globally": False, "metric_calculations": False},
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def folder_of(path: Path) -> dict[str, str]:
    """Return the configuration of a store in a folder."""
    return {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(path.absolute())}


def prune_results(results_dir: Path, n_runs: int) -> None:
    """Delete the results of all runs but the last so many; they lie in ``<table>/<run_id>/``, and run ids sort by time."""
    runs = sorted({folder.name for folder in results_dir.glob("*/*/")}, reverse=True)
    for stale in runs[n_runs:]:
        for folder in results_dir.glob(f"*/{stale}/"):
            shutil.rmtree(folder)


def carry_assets(folder: Path) -> None:
    """Copy the assets, with their licences, to a folder of the site."""
    with as_file(files("expectations.gx") / "assets") as assets:
        shutil.copytree(assets, folder, dirs_exist_ok=True)


def make_local(page: Path, site: Path) -> None:
    """Make a page load its assets from the site, by relative paths."""
    home = "../" * (len(page.relative_to(site).parts) - 1)
    text = page.read_text("utf-8")
    text = _LOADED.sub(lambda match: local_tag(match["link"] or match["script"], home), text)
    text = _IMAGE.sub(lambda match: f"{home}static/images/{IMAGES.get(match['name'], match['name'])}", text)
    text = _STATIC.sub(f"{home}static/", text)
    text = _PASSED.sub(_FLAGGED, text)
    page.write_text(_NEWSLETTER.sub("", text), "utf-8")


def local_tag(address: str, home: str) -> str:
    """Return the tag that loads the copy of what an address names, nothing where there is none.

    >>> local_tag("https://code.jquery.com/jquery-3.7.1.min.js", "../")
    '<script src="../static/offline/jquery.min.js"></script>'
    """
    name = next((name for end, name in ASSETS.items() if address.endswith(end)), None)
    if name is None:
        return ""
    path = f"{home}{OFFLINE}/{name}"
    return f'<link rel="stylesheet" href="{path}">' if name.endswith(".css") else f'<script src="{path}"></script>'
