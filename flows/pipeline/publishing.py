"""Put what is committed in front of readers: the published file, releases, the report, Data Docs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb

from flows.pipeline.loading import restore
from flows.shared.sources import declared_maintenance
from transforms.records import Row
from warehouse import store
from warehouse.home import Home
from warehouse.lake import read_manifest
from warehouse.releases import is_released, keep_release, list_releases, read_pin, roll_back
from warehouse.report import write_report


def is_published(home: Home) -> bool:
    """Return whether the published file can be read and equals the lake, or the release that somebody went back to."""
    commit = store.commit_of(home.published) if home.published.exists() else None
    wanted = pin.commit or commit if (pin := read_pin(home)) else read_manifest(home.manifest).commit
    return commit is not None and commit == wanted


def publish_release(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    """Publish the build and keep it as a release."""
    store.publish_build(home, con)
    keep_as_release(home)


def keep_as_release(home: Home) -> None:
    """Keep what is published as a release, and as many of the earlier ones as the home's maintenance says."""
    keep_release(home, datetime.now(UTC).replace(tzinfo=None), declared_maintenance(home).keep_releases)


def finish_earlier_run(home: Home, con: duckdb.DuckDBPyConnection) -> list[str]:
    """Do what a command left undone that died: roll back, publish, release, report. Return what was done."""
    done = []
    pin = read_pin(home)
    if not is_published(home):
        if wanted := [release for release in list_releases(home) if pin and release.name == pin.release]:
            roll_back(home, wanted[0])
        else:
            publish_release(home, con)
        done.append("roll back" if wanted else "publish")
    elif not pin and not is_released(home):
        keep_as_release(home)
        done.append("release")
    if not home.report.exists() or home.report.stat().st_mtime_ns < home.published.stat().st_mtime_ns:
        write_home_report(home)
        done.append("report")
    return done


def rebuild(home: Home) -> None:
    """Make the warehouse anew from the lake alone and publish it."""
    home.build.unlink(missing_ok=True)
    with store.opened_build(home, restore) as con:
        publish_release(home, con)


def write_home_report(home: Home) -> None:
    """Write the HTML report of the published warehouse."""
    con = store.connect(home.published, read_only=True)
    try:
        write_report(con, home.report)
    finally:
        con.close()


def write_data_docs(home: Home, validations: Sequence[Row]) -> None:
    """Write Data Docs of the last runs, this one's results among them; also where they blocked."""
    from expectations.gx.docs import build_data_docs, keep_results  # with Great Expectations: 2.5 s, not where nothing is new

    keep_results(validations, home.validation_results)
    build_data_docs(home.validation_results, home.data_docs)
