"""The weekly maintenance: the lake checked against its manifest, the build made compact, old records forgotten."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow, get_client, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterEndTime
from prefect.exceptions import ObjectNotFound
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed, State

from flows.orchestration.artifacts import artifact_key
from flows.orchestration.markdown import escape_markdown
from flows.orchestration.own_runs import INGEST, MAINTENANCE_FLOW, PATIENCE_SECONDS, one_at_a_time, own_runs, tag_run
from flows.orchestration.summary import run_name_at_start
from flows.pipeline import loading, publishing
from flows.pipeline.verify import Fault, lake_faults
from flows.shared.sources import declared_maintenance
from warehouse import store
from warehouse.home import Home
from warehouse.lake import read_manifest
from warehouse.releases import read_pin


def compact(home: Home) -> tuple[int, int]:
    """Make the build anew from the lake, publish it where its state is the published one, and return the bytes before and after."""
    before = home.build.stat().st_size if home.build.exists() else 0
    if publishing.is_published(home) and not read_pin(home):
        publishing.rebuild(home)
    else:
        home.build.unlink(missing_ok=True)
        with store.opened_build(home, loading.restore):
            pass
    return before, home.build.stat().st_size


def forget_runs(home: Home, before: datetime) -> int:
    """Delete Prefect's records of runs of this home that ended before that and return how many there were; the table ``runs`` keeps its rows."""
    old = FlowRunFilter(end_time=FlowRunFilterEndTime(before_=before))
    n_forgotten = 0
    with get_client(sync_client=True) as client:
        while runs := own_runs(home, client, (INGEST, MAINTENANCE_FLOW), old):
            for run in runs:
                with suppress(ObjectNotFound):
                    client.delete_flow_run(run.id)
            n_forgotten += len(runs)
    return n_forgotten


@task(name="verify the lake", cache_policy=NO_CACHE, persist_result=False)
def verify_lake(home: Home) -> list[Fault]:
    """Compare the files of the lake with the hashes that its manifest says; what is spoilt is returned, and shown."""
    faults = list(lake_faults(home, read_manifest(home.manifest)))
    for fault in faults:
        get_run_logger().error("%s: %s", fault.where, fault.what)
    if faults:
        text = "\n".join(f"- {escape_markdown(fault.where)}: {escape_markdown(fault.what)}" for fault in faults)
        create_markdown_artifact(
            f"## The lake is spoilt\n\n{text}",
            key=artifact_key(home, "maintenance"),
            description=f"{len(faults)} files of the lake are spoilt",
        )
    else:
        get_run_logger().info("%s files of the lake are sound", len(read_manifest(home.manifest).files))
    return faults


@task(name="compact the build", cache_policy=NO_CACHE, persist_result=False)
def compact_build(home: Home) -> tuple[int, int]:
    """Make the build anew from the lake, and return its bytes before and after."""
    before, after = compact(home)
    get_run_logger().info("build %.1f -> %.1f MB", before / 1e6, after / 1e6)
    return before, after


@task(name="forget old runs", cache_policy=NO_CACHE, persist_result=False)
def forget_old_runs(home: Home) -> int:
    """Delete Prefect's records of runs that the home's declaration calls old, and return how many there were."""
    n_forgotten = forget_runs(home, datetime.now(UTC) - timedelta(days=declared_maintenance(home).forget_after_days))
    get_run_logger().info("%s old runs forgotten", n_forgotten)
    return n_forgotten


@flow(name=MAINTENANCE_FLOW, flow_run_name=run_name_at_start, validate_parameters=False, persist_result=False)
def maintain(home: str = "dibao-home") -> State:
    """Check the lake, compact the build, forget old runs. Fails, and changes nothing, where the lake is spoilt.

    Args:
        home: The folder that holds the warehouse and all that belongs to it.
    """
    place = Home(Path(home).absolute())
    tag_run(place)
    with one_at_a_time(place), place.lock(PATIENCE_SECONDS):
        if faults := verify_lake(place):
            return Failed(message=f"{len(faults)} files of the lake are spoilt: {faults[0].where}: {faults[0].what}")
        n_files = len(read_manifest(place.manifest).files)
        before, after = compact_build(place) if n_files else (0, 0)
    n_forgotten = forget_old_runs(place)
    text = f"{n_files} lake files sound, build {before / 1e6:.1f} -> {after / 1e6:.1f} MB, {n_forgotten} old runs forgotten"
    create_markdown_artifact(text, key=artifact_key(place, "maintenance"), description=text)
    return Completed(message=text)
