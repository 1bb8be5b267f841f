"""A good night and a bad one, as whoever watches Prefect's pages meets them: ``python -m tests.bench.nights --pictures DIR``.

A home is served with a schedule, a webhook and a work pool. Its nights are good, with bad files, blocked, failed by an exception, killed
in two ways, late, rejected, expired; a worker runs a deployment of ``prefect.yaml``. After each it is checked what the run's state, its
summary, the webhook and `dibao status` say; with --pictures the pages are photographed in a real Chromium, to be looked at. It takes
about ten minutes, most of them waiting for heartbeats that do not come.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows import approval
from tests.browser import Browser, chromium
from tests.home import connect, dibao, moved
from tests.served import Served, receiving, until
from warehouse import sample
from warehouse.home import Home

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 420
"""Seconds within which all that is waited for has to come, heartbeats that are missed among it."""
CLICK = "[...document.querySelectorAll('button')].find(b => b.textContent.trim() == {text!r})?.click()"


class Night:
    """A served home and how its nights went."""

    def __init__(self, served: Served, scratch: Path) -> None:
        self.served, self.scratch, self.faults = served, scratch, []

    def check(self, what: str, holds: object) -> None:
        """Say whether something is as it should be."""
        print(f"{'ok  ' if holds else 'FAIL'} {what}", flush=True)
        if not holds:
            self.faults.append(what)

    def ended(self, run_id: str, *names: str) -> dict:
        """Wait until a run is in one of the states."""
        return until(lambda: (state := self.served.state(run_id))["name"] in names and state, PATIENCE)

    def told(self, kind: str, words: str) -> None:
        """Check that the webhook is told."""
        def came() -> object:
            return [told for told in self.served.told if told["kind"] == kind and words in told["text"] + told["run"]]

        try:
            self.check(f"the webhook is told: {until(came, 60)[-1]}", True)
        except AssertionError:
            self.check(f"the webhook is told of {kind}: {words}; it was told {self.served.told[-3:]}", False)

    def status(self) -> list[dict]:
        """Return the last runs as `dibao status` tells them."""
        return json.loads(dibao("status", "--json", home=self.served.home).stdout)["Last runs"]

    def run(self, deployment: str, *names: str) -> str:
        """Run a deployment to one of these states and return the run's id."""
        run_id = self.served.start_run(deployment)
        state = self.ended(run_id, *names)
        print(f"     {deployment}: {state['name']}: {state['message']}", flush=True)
        return run_id


def prepare(scratch: Path) -> Home:
    """Make a home that holds the sample, and the sources of its nights."""
    home = Home(scratch / "dibao-home")
    assert dibao("run", home=home.path).returncode == 0
    archive, pages = scratch / "archive", scratch / "pages"
    moved(home, archive)
    shutil.copytree(sample.path() / "云渡晚报", archive / "云渡晚报")
    shutil.copytree(sample.path() / "云渡日报" / "2025-03-04", pages / f"{datetime.now(UTC):%Y-%m-%d}")
    for page in pages.rglob("*.txt"):
        page.write_text(page.read_text("utf-8") + "\n\n云渡区图书馆六月起延长开放时间。\n", "utf-8")
    big = scratch / "big"
    subprocess.run([sys.executable, "-m", "tests.bench.make_pages", "--mb", "3", str(big)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    home.sources.write_text(
        f'[yundu]\nlocation = "{pages}"\npattern = "{{date:%Y-%m-%d}}/{{page}}.txt"\npaper = "云渡日报"\nschedule = "0 2 * * *"\n'
        f'[archive]\nlocation = "{archive}"\npattern = "{sample.PATTERN}"\nretire = true\n'
        f'[gone]\nlocation = "{scratch}/no-such-folder"\n[big]\nlocation = "{big}"\n[maintenance]\nschedule = "30 4 * * 6"\n', "utf-8")
    return home


# --- nights -----------------------------------------------------------------------------------------------------------


def good(night: Night) -> None:
    run_id = night.run("yundu", "Loaded", "Loaded with warnings")
    night.check("a good night", night.served.artifact(run_id, "summary")["description"].startswith("loaded"))
    night.run("yundu", "Nothing new")
    night.check("status tells of a night without anything new", night.status()[0]["status"] == "nothing new")


def with_bad_files(night: Night) -> str:
    folder = next((night.scratch / "pages").iterdir())
    (folder / "98.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "99.txt").write_text("云渡区公园开园\n\n本报讯 昨天,云渡区公园开园。<script>alert(1)</script>\n", "utf-8")
    run_id = night.run("yundu", "Loaded", "Loaded with warnings")
    quarantine = night.served.artifact(run_id, "quarantine")
    night.check(f"bad files are listed: {quarantine['description']}", "cannot be decoded" in quarantine["description"])
    night.check("and link to the reading room", f"(http://127.0.0.1:{night.served.room}/quarantine/" in quarantine["data"])
    return quarantine["data"].split("](http")[1].split(")")[0]


def failed_by_an_exception(night: Night) -> None:
    run_id = night.run("gone", "Failed")
    night.check("the state says where and why", "plan: no such source" in night.served.state(run_id)["message"])
    night.check("the summary says it", night.served.artifact(run_id, "summary")["description"].startswith("failed at plan: no such source"))
    night.told("failed", "no-such-folder")


def killed(night: Night) -> None:
    """A scheduled run whose process is killed: Prefect's runner sees it."""
    run_id = night.served.start_run("big")
    kill_when_processing(night)
    night.ended(run_id, "Crashed")
    night.told("failed", "")
    night.check("status tells of it", night.status()[0]["status"] == "crashed")


def died_without_a_word(night: Night) -> None:
    """A run by hand whose process is killed: nobody sees it but the automation that misses its heartbeats."""
    command = [sys.executable, "-m", "flows.cli", "run", "big", "--home", str(night.served.home)]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pid = kill_when_processing(night)
    night.check("it was the run by hand", pid == run.pid)
    run.wait()
    (zombie,) = night.served.ask("flow_runs/filter", flow_runs={"state": {"name": {"any_": ["Running"]}}})
    began = time.monotonic()
    state = night.ended(zombie["id"], "Crashed")
    night.check(f"it is marked Crashed after {time.monotonic() - began:.0f} s: {state['message']}", "No heartbeat" in state["message"])
    night.told("failed", "No heartbeat")


def kill_when_processing(night: Night) -> int:
    """Kill the run that is under way as soon as it processes batches, and return its process."""
    home = Home(night.served.home)
    until(lambda: home.running.exists() and list(home.staging.glob("*/batch.json")), PATIENCE)
    pid = json.loads(home.running.read_text("utf-8"))[0]["pid"]
    os.kill(pid, signal.SIGKILL)
    return pid


def waiting(night: Night) -> str:
    """A publish that would lose a paper waits."""
    run_id = night.run("archive", "Suspended")
    night.told("waiting", "would be lost")
    return run_id


def answer(night: Night, run_id: str, approve: bool, reason: str) -> str:
    """Answer on Prefect's side and return how that was taken."""
    return night.served.ask(f"flow_runs/{run_id}/resume", run_input={"approve": approve, "reason": reason})["status"]


def rejected(night: Night, run_id: str) -> None:
    night.check("what is no answer is refused", night.served.ask(f"flow_runs/{run_id}/resume", run_input={"approve": "perhaps"})["status"] == "REJECT")
    answer(night, run_id, False, "the folder was not mounted")
    state = night.ended(run_id, "Rejected")
    night.check(f"rejected: {state['message']}", "the folder was not mounted" in state["message"])
    night.told("failed", "the folder was not mounted")


def expired(night: Night) -> None:
    """An answer that comes after a week counts for nothing."""
    home = Home(night.served.home)
    approval.release(home)
    run_id = night.run("archive", "Suspended")
    before = home.published.read_bytes()
    held = json.loads(home.held_back.read_text("utf-8"))
    week_ago = datetime.now(UTC).replace(tzinfo=None) - approval.EXPIRES_AFTER - timedelta(minutes=1)
    home.held_back.write_text(json.dumps({**held, "held_at": week_ago.isoformat()}), "utf-8")
    answer(night, run_id, True, "too late")
    state = until(lambda: (state := night.served.state(run_id))["name"] in ("Suspended", "Failed", "Blocked", "Loaded")
                  and state["timestamp"] > f"{datetime.now(UTC) - timedelta(seconds=5):%Y-%m-%dT%H:%M:%S}" and state, PATIENCE)
    night.check(f"an answer that comes too late publishes nothing: {state['name']}", home.published.read_bytes() == before)


def late(night: Night) -> None:
    """A run of a pool without a worker."""
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    scheduled = {"type": "SCHEDULED", "name": "Scheduled", "state_details": {"scheduled_time": hour_ago}}
    night.served.ask(f"deployments/{night.served.deployment('nightly')}/create_flow_run", state=scheduled)
    night.told("late run", "")


def deployed(night: Night) -> dict[str, str]:
    """Deploy prefect.yaml on the server as it is; return the environment that a worker needs."""
    environment = {**os.environ, "PREFECT_API_URL": f"http://127.0.0.1:{night.served.port}/api", "PREFECT_HOME": str(night.scratch / "worker"),
                   "DIBAO_SOURCE": "yundu", "DIBAO_HOME": str(night.served.home), "DIBAO_POOL": "machines", "PREFECT_CLI_PROMPT": "false"}
    for command in (["work-pool", "create", "machines", "--type", "process"], ["deploy", "--all"]):
        done = subprocess.run([sys.executable, "-m", "prefect", *command], cwd=ROOT, env=environment, capture_output=True, text=True)
        night.check(f"prefect {' '.join(command)}", done.returncode == 0)
    return environment


def run_by_a_worker(night: Night, environment: dict[str, str]) -> None:
    """A process worker of the pool runs what waits there to the end."""
    with (night.scratch / "worker.log").open("wb") as log:
        worker = subprocess.Popen([sys.executable, "-m", "prefect", "worker", "start", "--pool", "machines", "--type", "process"],
                                  cwd=night.scratch, env=environment, stdout=log, stderr=log)
        try:
            run_id = night.served.ask("flow_runs/filter", flow_runs={"deployment_id": {"any_": [night.served.deployment("nightly")]}})[0]["id"]
            state = night.ended(run_id, "Loaded", "Loaded with warnings", "Nothing new", "Failed", "Crashed")
            night.check(f"a worker runs the deployment of prefect.yaml: {state['name']}: {state['message']}", state["type"] == "COMPLETED")
        finally:
            worker.terminate()
            worker.wait(60)


# --- pictures ---------------------------------------------------------------------------------------------------------


def photograph(night: Night, folder: Path, name: str, *paths: str, click: str = "") -> None:
    """Take pictures of pages of Prefect's, or of the reading room where the address is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium(width=1400, height=1000) as browser:
        for number, path in enumerate(paths, 1):
            browser.open(path if path.startswith("http") else f"http://127.0.0.1:{night.served.port}/v2/{path}")
            time.sleep(6)
            if click:
                browser.evaluate(CLICK.format(text=click))
                time.sleep(3)
            browser.screenshot(folder / f"{name}-{number}.png", whole=False)
            watched(night, browser, f"{name}-{number}")


def watched(night: Night, browser: Browser, name: str) -> None:
    """Say what the page complained of."""
    for error in sorted(set(browser.errors)):
        print(f"     {name}: {error[:200]}")
    browser.errors.clear()


def artifact_pages(night: Night, run_id: str) -> list[str]:
    """Return the pages of the artifacts of a run."""
    found = night.served.ask("artifacts/filter", artifacts={"flow_run_id": {"any_": [run_id]}})
    return [f"artifacts/artifact/{each['id']}" for each in sorted(found, key=lambda each: each["key"])]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--pictures", type=Path, help="folder for pictures of the pages")
    wanted = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch, receiving() as (url, told):
        served = Served(prepare(Path(scratch)).path, told)
        served.start(url)
        night = Night(served, Path(scratch))
        look: Callable = (lambda *some, **more: photograph(night, wanted.pictures, *some, **more)) if wanted.pictures else (lambda *_, **__: None)
        try:
            all_nights(night, look)
        finally:
            served.process.send_signal(signal.SIGINT)
            served.process.wait(90)
    print(f"{len(night.faults)} faults")
    raise SystemExit(bool(night.faults))


def all_nights(night: Night, look: Callable) -> None:
    """Live through the nights and look at each."""
    good(night)
    look("good", "runs", "artifacts", "dashboard")
    place = with_bad_files(night)
    look("bad-files", "runs", *artifact_pages(night, night.served.runs("Loaded", "Loaded with warnings")[0]["id"]))
    look("raw-place", "http" + place)
    question = waiting(night)
    look("waiting", f"runs/flow-run/{question}")
    look("form", f"runs/flow-run/{question}", click="Resume")
    rejected(night, question)
    failed_by_an_exception(night)
    killed(night)
    environment = deployed(night)
    late(night)
    died_without_a_word(night)
    look("bad-night", "runs", "artifacts", "dashboard", *artifact_pages(night, night.served.runs("Failed")[0]["id"]))
    expired(night)
    run_by_a_worker(night, environment)
    look("morning", "runs", "artifacts")
    with connect(night.served.home) as con:
        print(con.sql("SELECT started_at, status, reason FROM runs ORDER BY started_at"))


if __name__ == "__main__":
    main()
