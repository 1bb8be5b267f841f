"""Data Docs: what each run expected and found, as pages of Great Expectations that open without a network.

The results of a run, added up over its batches, are kept as results of Great Expectations; the site is rendered from those of the
last runs. Its pages would load their assets from servers: here they load copies from ``static/offline`` (``expectations/assets``,
each with its licence), and what the pages can do without is left out.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC
from importlib.resources import as_file, files
from pathlib import Path

from expectations.contracts import balances, contracts, layouts
from expectations.warehouse_checks import warehouse_contracts

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
_NEWSLETTER = re.compile(r"<footer>.*?</footer>", re.S)


def keep_results(validations: Iterable[Row], results_dir: Path) -> None:
    """Keep the results of one run for Data Docs, one result per table.

    ``validations`` are rows of that table, added up over the batches of the run; they replace what was kept of it before.
    """
    from great_expectations.data_context.types.resource_identifiers import ExpectationSuiteIdentifier, ValidationResultIdentifier

    from expectations.suites import gx, suite_result

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

    Results of earlier runs are deleted. Where there are no results the site shows the suites alone.
    """
    from expectations.suites import add_suites

    prune(results_dir, KEPT_RUNS)
    for stale in ("expectations", "validations"):
        shutil.rmtree(site / stale, ignore_errors=True)
    context = context_of(results_dir, site)
    add_suites(context, [*layouts().values(), *contracts().values(), *balances().values(), *warehouse_contracts().values()])
    context.build_data_docs()
    shutil.rmtree(site / "static" / "styles", ignore_errors=True)
    carry_assets(site / OFFLINE)
    for page in (site / "index.html", *(site / "expectations").rglob("*.html"), *(site / "validations").rglob("*.html")):
        make_local(page, site)
    return site / "index.html"


def context_of(results_dir: Path, site: Path):
    """Return a context that keeps results in one folder and writes its site to another, and nothing else anywhere."""
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

    from expectations.suites import gx

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
        store_backend_defaults=defaults, analytics_enabled=False,
        progress_bars={"globally": False, "metric_calculations": False},
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def folder_of(path: Path) -> dict[str, str]:
    """Return the configuration of a store in a folder."""
    return {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(path.absolute())}


def prune(results_dir: Path, n_runs: int) -> None:
    """Delete the results of all runs but the last so many; they lie in ``<table>/<run_id>/``, and run ids sort by time."""
    runs = sorted({folder.name for folder in results_dir.glob("*/*/")}, reverse=True)
    for stale in runs[n_runs:]:
        for folder in results_dir.glob(f"*/{stale}/"):
            shutil.rmtree(folder)


def carry_assets(folder: Path) -> None:
    """Copy the assets, with their licences, to a folder of the site."""
    with as_file(files("expectations") / "assets") as assets:
        shutil.copytree(assets, folder, dirs_exist_ok=True)


def make_local(page: Path, site: Path) -> None:
    """Make a page load its assets from the site, by relative paths."""
    home = "../" * (len(page.relative_to(site).parts) - 1)
    text = page.read_text("utf-8")
    text = _LOADED.sub(lambda found: local_tag(found["link"] or found["script"], home), text)
    text = _IMAGE.sub(lambda found: f"{home}static/images/{IMAGES.get(found['name'], found['name'])}", text)
    text = _STATIC.sub(f"{home}static/", text)
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
