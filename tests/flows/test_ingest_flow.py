"""The ingest as Prefect sees it: its graph, names, log and artifacts, what is tried again, and what is told to the outside."""

from __future__ import annotations

import re
from collections import defaultdict
from contextvars import copy_context
from threading import Thread
from time import sleep
from types import SimpleNamespace

import pytest
from prefect import flow, get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, LogFilter, LogFilterFlowRunId
from prefect.testing.utilities import prefect_test_harness

from flows.orchestration import own_runs, stages
from flows.orchestration.ingest import ingest
from flows.orchestration.maintenance import maintain
from tests.served import until
from warehouse import sample
from warehouse.home import Home
from warehouse.sources import SourceLostError

STAGES = ["discover", "plan", "process", "load", "complete", "check", "commit", "publish", "report", "summarize"]
PATTERN = "{date:%Y-%m-%d}/{page}.txt"


@pytest.fixture(scope="module", autouse=True)
def server():
    with prefect_test_harness(server_startup_timeout=240):
        yield


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Three pages in two batches, one of them no text, and two files that are left out."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "2025-03-04").mkdir()
    for number, path in enumerate(sorted((sample.path() / "云渡日报").rglob("*.txt"))[:2]):
        (folder / "2025-03-04" / f"{number:02}.txt").write_bytes(path.read_bytes())
    (folder / "2025-03-04" / "09.txt").write_bytes((sample.path() / "云渡晚报" / "2025-03-06" / "02.txt").read_bytes())
    (folder / "2025-03-04" / "00.pdf").touch()
    (folder / "封面.txt").write_text("云渡日报", "utf-8")
    return folder


@pytest.fixture(scope="module")
def done(pages, tmp_path_factory):
    """A run over the pages: its state, and what Prefect recorded."""
    home = Home(tmp_path_factory.mktemp("云渡 Home") / "yundu")
    state = ingest(str(pages), home=str(home.path), pattern=PATTERN, workers=1, batch_bytes=4_000, return_state=True)
    run_id = state.state_details.flow_run_id
    with get_client(sync_client=True) as client:
        tasks = until(
            lambda: len(found := tasks_of(client, run_id)) > len(STAGES) and {run.state_name for run in found} == {"Completed"} and found
        )
        until(lambda: any("Finished in state Degraded" in log.message for log in logs_of(client, run_id)))
        return SimpleNamespace(
            home=home,
            state=state,
            run=client.read_flow_run(run_id),
            tasks={run.name: run for run in tasks},
            logs=logs_of(client, run_id),
            artifacts=[each for each in client.read_artifacts(limit=200) if each.flow_run_id == run_id],
        )


def tasks_of(client, run_id):
    return client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run_id])), limit=200)


def logs_of(client, run_id):
    return client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id])), limit=200)


def test_each_stage_is_a_task_that_follows_from_the_one_before(done):
    batches = [name for name in done.tasks if re.fullmatch(r"batch \d of \d", name)]
    assert len(batches) > 1 and {*STAGES, *batches} == set(done.tasks)
    names = {run.id: name for name, run in done.tasks.items()}
    upstream = {
        name: {names[each.id] for parameter, found in run.task_inputs.items() if parameter != "__parents__" for each in found}
        for name, run in done.tasks.items()
    }
    for earlier, later in zip(STAGES, STAGES[1:], strict=False):
        assert earlier in upstream[later]
    assert all(upstream[later] <= set(STAGES[:number]) for number, later in enumerate(STAGES)), "no edge leads back, none to a single batch"
    for batch in batches:
        assert [names[each.id] for each in done.tasks[batch].task_inputs["__parents__"]] == ["process"]


def test_no_more_batches_run_at_once_than_there_are_workers(done):
    times = sorted((run.start_time, run.end_time) for name, run in done.tasks.items() if name.startswith("batch"))
    assert all(end <= start for (_, end), (start, _) in zip(times, times[1:], strict=False)), "one worker"


def test_every_stage_says_what_it_did_and_warnings_name_files(done):
    names = {run.id: name for name, run in done.tasks.items()}
    said = defaultdict(list)
    for log in done.logs:
        said[names.get(log.task_run_id, "flow")].append(log)
    for stage in STAGES:
        assert [log for log in said[stage] if not log.message.startswith("Finished in state")], stage
    assert "4 files at" in said["discover"][0].message and re.search(r"\d+ articles", said["load"][0].message)
    assert "left out: 1 .pdf files" in [log.message for log in said["discover"]]
    assert any("the pattern does not match" in log.message and "封面.txt" in log.message for log in said["discover"])
    assert [
        log
        for name, logs in said.items()
        if name.startswith("batch")
        for log in logs
        if log.level == 30 and "2025-03-04/09.txt" in log.message
    ]
    assert str(done.home.published) in said["publish"][0].message


def test_artifacts_hang_on_the_task_that_made_them_and_name_the_home(done):
    names = {run.id: name for name, run in done.tasks.items()}
    made_by = {each.key.removeprefix(f"yundu-{done.home.id[:6]}-"): names[each.task_run_id] for each in done.artifacts}
    assert made_by == {
        "progress": "process",
        "quality": "check",
        "lineage": "publish",
        "freshness": "publish",
        "quarantine": "report",
        "summary": "summarize",
        "last-runs": "summarize",
    }
    summary = next(each for each in done.artifacts if each.key.endswith("summary"))
    assert "left out: 1 .pdf files" in summary.data.replace("\\", "") and "## Degraded" in summary.data


def test_a_degraded_run_is_told_from_a_good_one_and_a_failed_one(done, pages, tmp_path):
    assert done.state.name == "Degraded" and "quarantined" in done.state.message and "degraded" in done.run.tags
    good = ingest(str(pages / "2025-03-04" / "00.txt"), home=str(tmp_path / "home"), workers=1, return_state=True)
    with get_client(sync_client=True) as client:
        assert good.name == "Loaded" and "degraded" not in client.read_flow_run(good.state_details.flow_run_id).tags
    again = ingest(str(sample.path() / "云渡日报"), home=str(tmp_path / "home"), workers=1, since="2030-01-01", return_state=True)
    assert again.name == "Nothing new"
    gone = ingest(str(tmp_path / "gone"), home=str(tmp_path / "home"), return_state=True)
    assert gone.name == "Failed" and gone.message.startswith("discover: no such source")


def test_a_run_is_named_by_what_it_did(done):
    assert re.fullmatch(r"ingest \d{4}-\d\d-\d\d, 4 new of 4 files, \d+ quarantined", done.run.name)
    assert own_runs.home_tag(done.home) in done.run.tags


def test_a_publish_is_told_to_the_outside_as_an_asset(done):
    with get_client(sync_client=True) as client:
        wanted = {
            "filter": {
                "event": {"name": ["prefect.asset.materialization.succeeded"]},
                "resource": {"id": [f"dibao://{done.home.id}/dibao.duckdb"]},
            }
        }
        (event,) = until(lambda: client.request("POST", "/events/filter", json=wanted).json()["events"])
    assert event["payload"]["path"] == str(done.home.published)
    assert event["resource"]["prefect.resource.name"] == "warehouse yundu"


@pytest.mark.parametrize(("deployed_as", "attempts", "ends"), [("nightly", 2, "Degraded"), (None, 1, "Failed")])
def test_a_source_that_does_not_answer_is_asked_again_where_nobody_watches(deployed_as, attempts, ends, pages, tmp_path, monkeypatch):
    answer, asked = stages.survey_source, []

    def survey_source(*arguments):
        asked.append(arguments)
        if len(asked) == 1:
            raise SourceLostError("3 files in a row cannot be read")
        return answer(*arguments)

    monkeypatch.setattr(stages, "survey_source", survey_source)
    monkeypatch.setattr(stages, "deployment", SimpleNamespace(id=deployed_as))
    monkeypatch.setattr(stages, "discover", stages.discover.with_options(retry_delay_seconds=0))
    state = ingest(str(pages), home=str(tmp_path / "home"), pattern=PATTERN, workers=1, return_state=True)
    assert (len(asked), state.name) == (attempts, ends)


def test_what_cannot_pass_is_not_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(stages, "deployment", SimpleNamespace(id="nightly"))
    state = ingest(str(tmp_path / "gone"), home=str(tmp_path / "home"), return_state=True)
    with get_client(sync_client=True) as client:
        runs = until(lambda: {run.name: run for run in tasks_of(client, state.state_details.flow_run_id) if run.state_name == "Failed"})
    assert runs["discover"].run_count == 1


def test_runs_of_deployments_on_one_home_wait_for_each_other(tmp_path, monkeypatch):
    monkeypatch.setattr(own_runs, "deployment", SimpleNamespace(id="nightly"))
    home, happened = Home(tmp_path), []

    @flow
    def work(name: str):
        with own_runs.one_at_a_time(home):
            happened.append(name)
            sleep(1)
            happened.append(name)

    threads = [Thread(target=copy_context().run, args=(work, name)) for name in ("nightly", "weekly")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert happened in (["nightly"] * 2 + ["weekly"] * 2, ["weekly"] * 2 + ["nightly"] * 2)


def test_a_turn_that_nobody_has_any_more_is_taken(tmp_path, monkeypatch):
    """What a server leaves behind that was killed: a limit that is taken, and no lease that would end."""
    monkeypatch.setattr(own_runs, "deployment", SimpleNamespace(id="nightly"))
    monkeypatch.setattr(own_runs, "STALE_SECONDS", 0.5)
    home, happened = Home(tmp_path), []
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(own_runs.home_tag(home), 1)
        client.update_global_concurrency_limit(own_runs.home_tag(home), GlobalConcurrencyLimitUpdate(active_slots=1))

    @flow
    def work():
        with own_runs.one_at_a_time(home):
            happened.append("its turn")

    waiting = Thread(target=copy_context().run, args=(work,))
    with home.lock():
        waiting.start()
        sleep(3)
        assert not happened, "somebody is at work on the home"
    waiting.join()
    assert happened


@pytest.mark.parametrize("of", [ingest, maintain])
def test_the_form_says_what_each_parameter_means(of):
    assert all(each.get("description") for each in of.parameters.properties.values()), of.parameters.properties
