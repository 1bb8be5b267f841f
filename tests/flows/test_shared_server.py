"""On a server that others use too, Dibao touches its own: runs of its flows, of this home. Another machine may have a home of the same path."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.home import PATIENCE
from warehouse.home import Home

ROOT = Path(__file__).parents[2]
SHARED = """
import json, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from flows.shared.settings import apply_prefect_settings
from warehouse.home import Home
home, other = Home(Path(sys.argv[1])), Home(Path(sys.argv[2]))
apply_prefect_settings(home)
from flows.orchestration.embedded_server import embedded_server
with embedded_server():
    from prefect import flow, get_client
    from prefect.states import Completed, Running, Scheduled, Suspended
    from flows.orchestration.ingest import cancel_unasked, crash_killed_runs, ingest
    from flows.orchestration.maintenance import forget_runs, maintain
    from flows.orchestration.artifacts import create_runs_artifact
    from flows.orchestration.own_runs import home_tag

    @flow(name="report of another team")
    def theirs():
        pass

    def left(client):
        return sorted(run.name for run in client.read_flow_runs())

    with get_client(sync_client=True) as client:
        def known(of, name, tags, state):
            run = client.create_flow_run(of, name=name, tags=tags, parameters={"source": "x", "home": str(home.path)})
            client.set_flow_run_state(run.id, Running(), force=True)
            client.set_flow_run_state(run.id, state, force=True)
            return run.id

        mine, machine = [home_tag(home)], [home_tag(other)]
        ids = {name: known(of, name, tags, state) for name, of, tags, state in (
            ("mine killed", ingest, mine, Running()), ("mine waits for its turn", ingest, mine, Running()), ("of another machine", ingest, machine, Running()), ("of another team", theirs, [], Running()),
            ("mine asked", ingest, mine, Suspended()), ("asked by another machine", ingest, machine, Suspended()))}
        crash_killed_runs(home, {str(ids["mine killed"]), str(ids["of another machine"])})
        cancel_unasked(home, "over")
        states = {name: client.read_flow_run(id).state.name for name, id in ids.items()}
        for name, of, tags in (("mine old", ingest, mine), ("my maintenance", maintain, mine), ("old of another machine", ingest, machine),
                               ("old of another team", theirs, mine), ("old without a home", ingest, [])):
            known(of, name, tags, Completed(name="Loaded"))
        for number in range(40):
            client.create_flow_run(ingest, name=f"to come {number}", tags=mine, parameters={"source": "x"},
                                   state=Scheduled(scheduled_time=datetime.now(UTC) + timedelta(days=number + 1)))
        create_runs_artifact(home, "", "Loaded", "Asia/Shanghai")
        chart = client.read_artifacts(limit=1)[0].description
        forgotten = forget_runs(home, datetime.now(UTC) + timedelta(minutes=1))
        print(json.dumps({"states": states, "chart": chart, "forgotten": forgotten, "left": [name for name in left(client) if "to come" not in name]}))
"""


def test_only_runs_of_this_home_are_crashed_cancelled_shown_and_forgotten(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SHARED, str(tmp_path / "home"), str(tmp_path / "other")],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["states"] == {
        "mine killed": "Crashed",
        "mine waits for its turn": "Running",
        "of another machine": "Running",
        "of another team": "Running",
        "mine asked": "Cancelled",
        "asked by another machine": "Suspended",
    }
    assert told["chart"].startswith("last 3 runs: 2 failed"), (
        "one that loaded, one that crashed, one that was cancelled; none that waits or is to come"
    )
    assert told["forgotten"] == 4
    assert told["left"] == [
        "asked by another machine",
        "mine waits for its turn",
        "of another machine",
        "of another team",
        "old of another machine",
        "old of another team",
        "old without a home",
    ]


def test_a_home_has_one_id_that_goes_with_it(tmp_path):
    home = Home(tmp_path / "home")
    assert home.id == home.id == Home(home.path).id != Home(tmp_path / "other").id
    shutil.move(home.path, tmp_path / "moved")
    assert Home(tmp_path / "moved").id == (tmp_path / "moved" / "id").read_text().strip()
    assert list((tmp_path / "moved").iterdir()) == [tmp_path / "moved" / "id"]
