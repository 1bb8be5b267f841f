"""`dibao serve` as its owner runs it: a real server, a schedule that fires, one command that ends all of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.serving.serve import claimed, deployments, schedule_lines, serving_addresses
from flows.shared.sources import DeclarationError, Maintenance, declared_maintenance, declared_sources, find_source
from tests.home import PATIENCE, connect, dibao, moved
from tests.served import Served, receiving, until
from warehouse import sample
from warehouse.home import Home

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def receiver():
    with receiving() as (url, told):
        yield url, told


@pytest.fixture(scope="module")
def served(ran, receiver, tmp_path_factory):
    """The home of the sample's run, served: one source with a page that is new, one that is not there, one that has lost a paper."""
    home = tmp_path_factory.mktemp("served") / "dibao-home"
    shutil.copytree(ran[0], home)
    pages = home.parent / "pages"
    page = next(iter(sorted(sample.path().rglob("*.txt"))))
    (pages / "2025-06-01").mkdir(parents=True)
    (pages / "2025-06-01" / "01.txt").write_text(page.read_text("utf-8") + "\n\n云渡区图书馆六月起延长开放时间。\n", "utf-8")
    archive = home.parent / "archive"
    moved(Home(home), archive)
    shutil.copytree(sample.path() / "云渡晚报", archive / "云渡晚报")  # the other paper's folder is gone
    (home / "sources.toml").write_text(
        f'[archive]\nlocation = "{archive}"\npattern = "{sample.PATTERN}"\nretire = true\n'
        f'[yundu]\nlocation = "{pages}"\npattern = "{{date:%Y-%m-%d}}/{{page}}.txt"\npaper = "云渡晚报"\nschedule = 5\n'
        f'[gone]\nlocation = "{home.parent}/no-such-folder"\n',
        "utf-8",
    )
    url, told = receiver
    served = Served(home, told)
    served.start(url)
    yield served
    if served.process.poll() is None:
        served.process.send_signal(signal.SIGINT)
        served.process.wait(60)


def test_a_scheduled_run_appears_and_completes(served):
    run = until(lambda: served.runs("Loaded", "Degraded"))[0]
    assert run["auto_scheduled"] and run["state_type"] == "COMPLETED"
    assert "1 new of 1 files" in run["name"]
    with connect(served.home) as con:
        assert con.execute("SELECT paper, issue_on::VARCHAR FROM raw_files ORDER BY ingested_at DESC LIMIT 1").fetchall() == [
            ("云渡晚报", "2025-06-01")
        ]
    served.pause(run["deployment_id"])


def test_runs_made_without_a_server_are_there(served, ran):
    assert ran[1]["flow_run_id"] in {run["id"] for run in served.ask("flow_runs/filter", sort="START_TIME_DESC")}


def test_the_kinds_of_blocks_are_there_though_runs_without_a_server_write_none(served):
    assert {kind["slug"] for kind in served.ask("block_types/filter")} >= {"secret", "webhook", "slack-webhook"}


def test_a_second_start_finds_the_first(served):
    again = dibao("serve", home=served.home)
    assert again.returncode == 0
    assert f"127.0.0.1:{served.port}" in again.stdout and str(served.process.pid) in again.stdout


def test_a_run_by_hand_is_recorded_by_the_server(served):
    done = until(lambda: (run := dibao("run", "yundu", "--json", home=served.home)).returncode == 0 and run)
    assert served.ask("flow_runs/filter", flow_runs={"id": {"any_": [json.loads(done.stdout)["flow_run_id"]]}})


def test_the_reading_room_is_open(served):
    with urllib.request.urlopen(f"http://127.0.0.1:{served.room}/", timeout=PATIENCE) as answer:
        assert answer.status == 200


def test_a_late_paper_is_told_to_the_webhook(served):
    told = until(lambda: [told for told in served.told if told["kind"] == "late paper"])
    assert told[0]["run"] == "云渡晚报" and "2025-06-01" in told[0]["text"]


def test_a_failed_run_is_told_to_the_webhook(served):
    run_id = served.start_run("gone")
    told = until(lambda: [told for told in served.told if told["kind"] == "failed run"])
    assert "no-such-folder" in told[0]["text"] and "expected a folder" in told[0]["text"]
    assert served.runs("Failed")[0]["id"] == run_id
    assert served.artifact(run_id, "summary")["description"].split(" ", 2)[2].startswith("failed at discover: no such source")


def test_a_loss_waits_for_a_human_and_is_published_when_he_approves(served):
    run_id = served.start_run("archive")
    waiting = until(lambda: served.runs("Suspended"))[0]
    assert waiting["id"] == run_id and "blocked" in waiting["name"]
    told = until(lambda: [told for told in served.told if told["kind"] == "waiting run"])
    assert "would be lost" in told[0]["text"] and "approve or reject until" in told[0]["text"]
    with connect(served.home) as con:
        assert con.execute("SELECT count(*) FROM raw_files WHERE paper = '云渡日报' AND status = 'loaded'").fetchall() == [(8,)]
    refused = served.ask(f"flow_runs/{run_id}/resume", run_input={"approve": "perhaps"})
    assert refused["status"] == "REJECT"
    assert served.ask(f"flow_runs/{run_id}/resume", run_input={"approve": True, "reason": "moved to another archive"})["status"] == "ACCEPT"
    until(lambda: [done for done in served.runs("Loaded", "Degraded") if done["id"] == run_id])
    assert len([told for told in served.told if told["kind"] == "waiting run"]) == 1, "a run that goes on does not ask again"
    with connect(served.home) as con:
        assert con.execute("SELECT count(*) FROM raw_files WHERE paper = '云渡日报' AND status = 'loaded'").fetchall() == [(0,)]
        assert "moved to another archive" in served.artifact(run_id, "summary")["data"]


def test_prefect_yaml_deploys_to_a_server_as_it_is(served, tmp_path):
    environment = {
        **os.environ,
        "PREFECT_API_URL": f"http://127.0.0.1:{served.port}/api",
        "PREFECT_API_AUTH_STRING": served.secret,
        "PREFECT_HOME": str(tmp_path),
        "DIBAO_SOURCE": "/papers",
        "DIBAO_HOME": "/warehouse",
        "DIBAO_POOL": "machines",
        "PREFECT_CLI_PROMPT": "false",
    }
    for command in (["work-pool", "create", "machines", "--type", "process"], ["deploy", "--all"]):
        done = subprocess.run(
            [sys.executable, "-m", "prefect", *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stdout + done.stderr
    deployed = {each["name"]: each for each in served.ask("deployments/filter") if each["work_pool_name"] == "machines"}
    assert set(deployed) == {"nightly", "weekly"}
    assert deployed["nightly"]["parameters"] == {"source": "/papers", "home": "/warehouse"}
    assert [each["schedule"]["cron"] for each in deployed["nightly"]["schedules"]] == ["0 2 * * *"]


def test_a_run_that_nobody_starts_is_told_to_the_webhook(served):
    """The deployments of prefect.yaml wait for a worker, and none is there."""
    deployment = until(lambda: [each for each in served.ask("deployments/filter") if each["work_pool_name"] == "machines"])[0]
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    served.ask(
        f"deployments/{deployment['id']}/create_flow_run",
        state={"type": "SCHEDULED", "name": "Scheduled", "state_details": {"scheduled_time": hour_ago}},
    )
    told = until(lambda: [told for told in served.told if told["kind"] == "late run"])
    assert "nightly" in told[0]["text"]


def test_a_run_by_hand_and_one_of_the_server_at_once_lose_nothing(served, tmp_path):
    """Who comes second is refused in words; readers of the file and of the reading room see no error; then both sources are there."""
    text = next(iter(sorted(sample.path().rglob("*.txt")))).read_text("utf-8")
    by_hand = tmp_path / "by-hand"
    for folder, paper in ((by_hand, "云津晚报"), (served.home.parent / "pages" / "2025-06-02", "云渡晚报")):
        folder.mkdir()
        for number in range(5):
            (folder / f"{number:02}.txt").write_text(text.replace("云渡", paper[:2]) + f"\n\n第{number}班渡船离岸。\n", "utf-8")
    with reading(served) as troubles:
        command = [sys.executable, "-m", "flows.cli", "run", by_hand, "--home", served.home]
        run = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        run_id = served.start_run("yundu")
        said = run.communicate(timeout=PATIENCE)[1]
        state = until(lambda: (state := served.state(run_id))["type"] in ("COMPLETED", "FAILED", "CRASHED") and state)
        ended = ((by_hand, said, run.returncode == 0), ("yundu", state["message"], state["type"] == "COMPLETED"))
        refused = [(source, words) for source, words, is_done in ended if not is_done]
        assert len(refused) <= 1 and all("is writing to this home. Wait until it ends" in words for _, words in refused), ended
        for source, _ in refused:
            assert dibao("run", source, home=served.home).returncode == 0
    assert troubles == []
    with connect(served.home) as con:
        assert con.execute(
            "SELECT count(*) FROM file_paths WHERE contains(path, 'by-hand') OR contains(path, '2025-06-02')"
        ).fetchall() == [(10,)]


@contextmanager
def reading(served):
    """Open the published file and a page of the reading room again and again while the block runs; give what went wrong."""
    troubles, is_over = [], threading.Event()

    def read() -> None:
        while not is_over.wait(0.05):
            try:
                with connect(served.home) as con:
                    assert con.execute("SELECT count(*) FROM articles").fetchall()[0][0] > 0
                urllib.request.urlopen(f"http://127.0.0.1:{served.room}/", timeout=PATIENCE).close()
            except Exception as error:  # noqa: BLE001 each is a reader who saw it
                troubles.append(repr(error))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield troubles
    finally:
        is_over.set()
        reader.join()


def test_an_interrupt_ends_all_of_it(served):
    children = served.session()
    assert len(children) == 2
    groups = [os.getpgid(child) for child in children]
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(90) == 0
    assert serving_addresses(Home(served.home)) is None
    for group in groups:
        with pytest.raises(ProcessLookupError):
            os.killpg(group, 0)
    for port in (served.port, served.room):
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", port), 1)


def test_children_end_with_a_process_that_is_killed(served, receiver):
    served.start(receiver[0])
    children = served.session()
    served.process.kill()
    served.process.wait()
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children), 60)


def test_a_port_that_is_taken_is_said(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = dibao("serve", "--port", port, home=tmp_path / "home")
    assert done.returncode == 2
    assert str(port) in done.stderr and "--port" in done.stderr and "Traceback" not in done.stderr


def test_only_one_process_serves_a_home(tmp_path):
    home = Home(tmp_path)
    with claimed(home) as first, claimed(home) as second:
        assert first and second is None
    with claimed(home) as third:
        assert third


def test_maintenance_is_declared_where_the_sources_are(tmp_path):
    home = Home(tmp_path)
    assert declared_maintenance(home) == Maintenance()
    home.sources.write_text(
        '[a]\nlocation = "pages"\n[maintenance]\nschedule = "30 5 1 * *"\ntimezone = "UTC"\nkeep_releases = 2\n', "utf-8"
    )
    assert declared_maintenance(home) == Maintenance("30 5 1 * *", "UTC", 2) and set(declared_sources(home)) == {"a"}
    assert "maintenance: cron 30 5 1 * * (UTC)" in schedule_lines(home)
    weekly = deployments(home)[-1]
    assert (weekly.schedules[0].schedule.cron, weekly.schedules[0].schedule.timezone) == ("30 5 1 * *", "UTC")
    for wrong, words in (
        ("keep_releases = 0", "above zero"),
        ('schedul = "x"', "unknown key schedul"),
        ('keep_releases = "5"', "expected int"),
    ):
        home.sources.write_text(f"[maintenance]\n{wrong}", "utf-8")
        with pytest.raises(DeclarationError, match=words):
            declared_sources(home)


def test_a_declaration_is_read_strictly(tmp_path):
    home = Home(tmp_path)
    assert declared_sources(home) == {} and find_source(home, "pages").location == "pages"
    home.sources.write_text('[yundu]\nlocation = "s3://papers/yundu"\nlate_after_days = 3\n', "utf-8")
    assert find_source(home, "yundu").location == "s3://papers/yundu" and find_source(home, "yundu").late_after_days == 3
    for wrong, words in (
        ('[a]\npaper = "云渡日报"', "no location"),
        ("[a]\nlocation = 3", "location is 3"),
        ('[a]\nlocation = "x"\npattern = "{paper"', "partner"),
        ("a = 1", "expected a table"),
        ("[a", "not TOML"),
    ):
        home.sources.write_text(wrong, "utf-8")
        with pytest.raises(DeclarationError, match=words):
            declared_sources(home)
