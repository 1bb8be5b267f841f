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
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.orchestration import approval
from flows.pipeline import journal
from tests.browser import Browser, chromium
from tests.home import connect, dibao, moved
from tests.served import Served, receiving, until
from warehouse import sample
from warehouse.home import Home

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 420
"""Seconds within which all that is waited for has to come, heartbeats that are missed among it."""


class Night:
    """A served home and how its nights went."""

    def __init__(self, served: Served, scratch: Path, pictures: Path | None) -> None:
        self.served, self.scratch, self.pictures, self.faults = served, scratch, pictures, []
        self.environment: dict[str, str] = {}

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
            self.check(f"the webhook is told: {until(came, 180)[-1]}", True)
        except AssertionError:
            self.check(f"the webhook is told of {kind}: {words}; it was told {self.served.told[-3:]}", False)

    def artifact(self, run_id: str, key: str) -> str:
        """Return what the card of an artifact says."""
        return self.served.artifact(run_id, key)["description"]

    def look(self, name: str, *paths: str, clicks: Sequence[str] = ()) -> None:
        """Photograph pages, where pictures are wanted."""
        if self.pictures:
            photograph(self, self.pictures, name, *paths, clicks=clicks)

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
        f'[gone]\nlocation = "{scratch}/no-such-folder"\n[big]\nlocation = "{big}"\n[maintenance]\nschedule = "30 4 * * 6"\n',
        "utf-8",
    )
    return home


# --- nights -----------------------------------------------------------------------------------------------------------


def good(night: Night) -> None:
    """New pages, then nothing new."""
    run_id = night.run("yundu", "Loaded", "Degraded")
    night.check("a good night", " loaded" in night.artifact(run_id, "summary"))
    night.run("yundu", "Nothing new")
    night.check("status tells of a night without anything new", night.status()[0]["status"] == "nothing new")
    night.look("good", "runs", "artifacts", "dashboard")


def downstream(night: Night) -> None:
    """A flow of somebody else's starts on what a run has published."""
    environment = {
        **os.environ,
        "PREFECT_API_URL": f"http://127.0.0.1:{night.served.port}/api",
        "PREFECT_API_AUTH_STRING": night.served.secret,
        "PREFECT_HOME": str(night.scratch / "downstream"),
    }
    with (night.scratch / "downstream.log").open("wb") as log:
        command = [sys.executable, "-m", "flows.orchestration.downstream"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            night.served.deployment("after publish")
            page = next((night.scratch / "pages").rglob("*.txt"))
            page.with_name("90.txt").write_text(page.read_text("utf-8") + "\n\n云渡区体育馆昨天开馆。\n", "utf-8")
            night.run("yundu", "Loaded", "Degraded")
            (run,) = until(lambda: [run for run in night.served.runs("Completed") if run["name"].startswith("after publish of")], PATIENCE)
            night.check(f"it was given the path: {run['name']}", run["name"].endswith("dibao.duckdb"))
        finally:
            process.terminate()
            process.wait(90)


def bad_files(night: Night) -> None:
    """One file cannot be decoded: the others go on, and its raw place is a click away."""
    folder = next((night.scratch / "pages").iterdir())
    (folder / "98.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "99.txt").write_text("云渡区公园开园\n\n本报讯 昨天,云渡区公园开园。<script>alert(1)</script>\n", "utf-8")
    run_id = night.run("yundu", "Loaded", "Degraded")
    night.check("bad files are listed", "cannot be decoded" in night.artifact(run_id, "quarantine"))
    text = night.served.artifact(run_id, "quarantine")["data"]
    night.check("and link to the reading room", f"(http://127.0.0.1:{night.served.room}/quarantine/" in text)
    night.look("bad-files", "runs", *artifact_pages(night, run_id))
    night.look("raw-place", "http" + text.split("](http")[1].split(")")[0])


def held(night: Night) -> None:
    """A publish that would lose a paper waits for a human, who does not want it."""
    run_id = night.run("archive", "Suspended")
    night.told("waiting run", "would be lost")
    night.look("held", "runs", "artifacts", f"runs/flow-run/{run_id}")
    night.look("form", f"runs/flow-run/{run_id}", clicks=("[aria-haspopup=menu]", "[role=menuitem] Resume"))
    refused = night.served.ask(f"flow_runs/{run_id}/resume", run_input={"approve": "perhaps"})
    night.check("what is no answer is refused", refused["status"] == "REJECT")
    answer(night, run_id, False, "the folder was not mounted")
    state = night.ended(run_id, "Rejected")
    night.check(f"rejected: {state['message']}", "the folder was not mounted" in state["message"])
    night.told("failed run", "the folder was not mounted")


def answer(night: Night, run_id: str, approve: bool, reason: str) -> None:
    """Answer as Prefect's pages do."""
    night.served.ask(f"flow_runs/{run_id}/resume", run_input={"approve": approve, "reason": reason})


def failed(night: Night) -> None:
    """A source is gone: the run ends by an exception."""
    run_id = night.run("gone", "Failed")
    night.check("the state says where and why", "discover: no such source" in night.served.state(run_id)["message"])
    night.check("the summary says it", "failed at discover: no such source" in night.artifact(run_id, "summary"))
    night.told("failed run", "no-such-folder")
    night.look("failed", "runs", "artifacts", "dashboard", f"runs/flow-run/{run_id}", *artifact_pages(night, run_id))


def killed(night: Night) -> None:
    """A scheduled run whose process is killed: Prefect's runner sees it."""
    run_id = night.served.start_run("big")
    kill_when_processing(night)
    state = night.ended(run_id, "Crashed")
    night.check(f"it is marked Crashed: {state['message']}", True)
    night.told("failed run", "ingest big")
    night.check("status tells of it", night.status()[0]["status"] == "crashed")
    night.look("killed", "runs", f"runs/flow-run/{run_id}")


def silent(night: Night) -> None:
    """A run by hand whose process is killed: nobody sees it but the automation that misses its heartbeats."""
    command = [sys.executable, "-m", "flows.cli", "run", "big", "--home", str(night.served.home)]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    night.check("it was the run by hand", kill_when_processing(night) == run.pid)
    run.wait()
    (zombie,) = night.served.ask("flow_runs/filter", flow_runs={"state": {"name": {"any_": ["Running"]}}})
    began = time.monotonic()
    state = night.ended(zombie["id"], "Crashed")
    night.check(f"it is marked Crashed after {time.monotonic() - began:.0f} s: {state['message']}", "No heartbeat" in state["message"])
    night.told("failed run", "No heartbeat")
    night.look("silent", "runs")


def kill_when_processing(night: Night) -> int:
    """Kill the run that is under way as soon as it processes batches, and return its process."""
    home = Home(night.served.home)

    def processes() -> object:
        return [row for row in journal.entries(home) if row["status"] == journal.RUNNING] and list(home.staging.glob("*/batch.json"))

    until(processes, PATIENCE)
    pid = json.loads(home.running.read_text("utf-8"))[0]["pid"]
    os.kill(pid, signal.SIGKILL)
    return pid


def late(night: Night) -> None:
    """A run of a pool without a worker."""
    deploy(night)
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    scheduled = {"type": "SCHEDULED", "name": "Scheduled", "state_details": {"scheduled_time": hour_ago}}
    night.served.ask(f"deployments/{night.served.deployment('nightly')}/create_flow_run", state=scheduled)
    night.told("late run", "nightly")


def deploy(night: Night) -> None:
    """Deploy prefect.yaml on the server as it is, where that is not done yet."""
    if night.environment:
        return
    night.environment = {
        **os.environ,
        "PREFECT_API_URL": f"http://127.0.0.1:{night.served.port}/api",
        "PREFECT_HOME": str(night.scratch / "worker"),
        "DIBAO_SOURCE": "yundu",
        "DIBAO_HOME": str(night.served.home),
        "DIBAO_POOL": "machines",
        "PREFECT_CLI_PROMPT": "false",
    }
    for command in (["work-pool", "create", "machines", "--type", "process"], ["deploy", "--all"]):
        done = subprocess.run([sys.executable, "-m", "prefect", *command], cwd=ROOT, env=night.environment, capture_output=True, text=True)
        night.check(f"prefect {' '.join(command)}", done.returncode == 0)


def worker(night: Night) -> None:
    """A process worker of the pool runs a deployment of prefect.yaml to the end."""
    deploy(night)
    run_id = night.served.start_run("nightly")
    with (night.scratch / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "worker", "start", "--pool", "machines", "--type", "process"],
            cwd=night.scratch,
            env=night.environment,
            stdout=log,
            stderr=log,
        )
        try:
            state = night.ended(run_id, "Loaded", "Degraded", "Nothing new", "Failed", "Crashed")
            night.check(f"a worker runs the deployment: {state['name']}: {state['message']}", state["type"] == "COMPLETED")
        finally:
            process.terminate()
            process.wait(90)


def expired(night: Night) -> None:
    """An answer that comes after a week counts for nothing, and the next run closes the question."""
    home = Home(night.served.home)
    run_id = night.run("archive", "Suspended")
    before = home.published.read_bytes()
    (held,) = json.loads(home.held_back.read_text("utf-8"))
    week_ago = datetime.now(UTC).replace(tzinfo=None) - approval.EXPIRES_AFTER - timedelta(minutes=1)
    home.held_back.write_text(json.dumps([{**held, "held_at": week_ago.isoformat()}]), "utf-8")
    refused = dibao("approve", home=home.path)
    night.check(f"dibao approve refuses: {refused.stderr.strip()}", refused.returncode == 2 and "expired" in refused.stderr)
    home.held_back.write_text(json.dumps([{**held, "held_at": week_ago.isoformat()}]), "utf-8")
    night.run("yundu", "Loaded", "Degraded", "Nothing new")
    state = night.ended(run_id, "Cancelled")
    night.check(f"the next run closes the question: {state['message']}", "in time" in state["message"])
    with connect(home.path) as con:
        kept = con.execute(
            "SELECT count(*) FROM raw_files WHERE paper = '云渡日报' AND path LIKE '云渡日报/%' AND status = 'loaded'"
        ).fetchall()
    night.check("nothing of it was published", kept == [(8,)] and len(before) > 0)


NIGHTS = {each.__name__: each for each in (good, downstream, bad_files, held, failed, killed, late, worker, silent, expired)}


# --- pictures ---------------------------------------------------------------------------------------------------------


def photograph(night: Night, folder: Path, name: str, *paths: str, clicks: Sequence[str] = ()) -> None:
    """Take pictures of pages of Prefect's, or of the reading room where the address is whole, after clicks on the first of each."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium(width=1400, height=1000) as browser:
        browser.open(night.served.entrance)
        for number, path in enumerate(paths, 1):
            browser.open(path if path.startswith("http") else f"http://127.0.0.1:{night.served.port}/v2/{path}")
            time.sleep(6)
            for selector in clicks:
                click(browser, selector)
                time.sleep(8)
            browser.screenshot(folder / f"{name}-{number}.png", whole=False)
            watched(night, browser, f"{name}-{number}")


def click(browser: Browser, wanted: str) -> None:
    """Click with the mouse on what a selector and the words after it name: menus do not listen to clicks that scripts make."""
    selector, _, words = wanted.partition(" ")
    place = browser.evaluate(
        f"(() => {{ const r = [...document.querySelectorAll({selector!r})].find(e => e.textContent.includes({words!r}))?.getBoundingClientRect();"
        " return r && [r.x + r.width / 2, r.y + r.height / 2] })()"
    )
    for kind in ("mousePressed", "mouseReleased") if place else ():
        browser.send("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)


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
    arguments.add_argument("nights", nargs="*", metavar="NIGHT", help=f"which nights (default: all): {', '.join(NIGHTS)}")
    arguments.add_argument("--pictures", type=Path, help="folder for pictures of the pages")
    wanted = arguments.parse_args()
    chosen = [NIGHTS[name] for name in wanted.nights] or list(NIGHTS.values())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, receiving() as (url, told):
        served = Served(prepare(Path(scratch)).path, told)
        served.start(url)
        night = Night(served, Path(scratch), wanted.pictures)
        try:
            for each in chosen:
                print(f"{each.__name__}: {each.__doc__}", flush=True)
                try:
                    each(night)
                except Exception as error:  # noqa: BLE001 the other nights go on
                    night.check(f"{each.__name__} comes to its end: {type(error).__name__}: {error}", False)
        finally:
            served.process.send_signal(signal.SIGINT)
            served.process.wait(90)
        print("\n".join(f"{row['started_at']} {row['status']:<22} {(row['reason'] or '').splitlines()[:1]}" for row in night.status()))
    print(f"{len(night.faults)} faults")
    raise SystemExit(bool(night.faults))


if __name__ == "__main__":
    main()
