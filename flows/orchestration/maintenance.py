"""The weekly maintenance: is the lake what its manifest says, is the build compact, what may be forgotten."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow, get_client
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterEndTime
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed, Failed, State

from flows.orchestration.monitor import marks
from flows.orchestration.own_runs import INGEST, MAINTENANCE, PATIENCE_SECONDS, claim_run, own_runs
from flows.pipeline import loading, publishing
from flows.pipeline.verify import lake_faults
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
        while runs := own_runs(home, client, (INGEST, MAINTENANCE), old):
            for run in runs:
                with suppress(ObjectNotFound):
                    client.delete_flow_run(run.id)
            n_forgotten += len(runs)
    return n_forgotten


@flow(name=MAINTENANCE, flow_run_name="maintenance", validate_parameters=False, persist_result=False)
def maintain(home: str = "dibao-home") -> State:
    """Check the lake, compact the build, forget old runs. Fails, and changes nothing, where the lake is spoilt."""
    place = Home(Path(home).absolute())
    with get_client(sync_client=True) as client:
        claim_run(place, client)
    with place.held(PATIENCE_SECONDS):
        if faults := list(lake_faults(place, read_manifest(place.manifest))):
            text = "\n".join(f"- {marks(fault.where)}: {marks(fault.what)}" for fault in faults)
            create_markdown_artifact(f"## The lake is spoilt\n\n{text}", key="maintenance", description=f"{len(faults)} files of the lake are spoilt")
            return Failed(message=f"{len(faults)} files of the lake are spoilt: {faults[0].where}: {faults[0].what}")
        n_files = len(read_manifest(place.manifest).files)
        before, after = compact(place) if n_files else (0, 0)
    n_forgotten = forget_runs(place, datetime.now(UTC) - timedelta(days=declared_maintenance(place).forget_after_days))
    text = f"{n_files} lake files sound, build {before / 1e6:.1f} -> {after / 1e6:.1f} MB, {n_forgotten} old runs forgotten"
    create_markdown_artifact(text, key="maintenance", description=text)
    return Completed(message=text)
