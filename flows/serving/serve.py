"""``dibao serve``: Prefect's server, the schedules and the reading room on this machine, under one command that ends all of them.

This process holds a lock on ``serving.json`` for as long as it lives; the kernel lets go of it with the process. The server and the
runner of the schedules are its children. Each reads a pipe that only this process holds open, so that they end with it in any case.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from flows.shared.settings import HOST, SERVER, isolate_environment, locked, new_secret, served_at
from flows.shared.sources import MAINTENANCE, Source, declared_maintenance, declared_sources
from warehouse.home import Home

if TYPE_CHECKING:  # a second of Prefect, which only the child that runs schedules needs
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Schedule

START_SECONDS = 180
"""How long the server may take to answer for the first time."""
CHILD_END_SECONDS = 30
"""How long a child may take to end before it is killed."""
NIGHTLY = "0 2 * * *"
WEEKLY = "weekly"
"""The deployment of the maintenance."""
NAMING_SECONDS = 20
"""How often runs to come are looked for that have no name yet."""
ENTRANCE = "/enter"
ENTRANCE_PAGE = """<!doctype html><title>Dibao</title>
<script>localStorage.setItem("prefect-password", location.hash.slice(1)); location.replace("/v2")</script>"""
"""Prefect's pages look for the secret there, and show a form for it where there is none."""


class ServeError(RuntimeError):
    """Serving cannot start or go on; the message says why and what to do next."""


class PortTakenError(ServeError):
    """Another program listens at a port."""


@dataclass(frozen=True)
class Addresses:
    """Where what is served can be reached."""

    pid: int
    prefect: str
    reading_room: str
    secret: str
    """Without it, Prefect's server answers nobody."""

    @property
    def api(self) -> str:
        return f"{self.prefect}/api"

    @property
    def entrance(self) -> str:
        """The address that lets a browser in: its fragment, which no browser sends to anybody, is how Prefect's pages write the secret."""
        return f"{self.prefect}{ENTRANCE}#{b64encode(self.secret.encode()).decode()}"


def serve(home: Home, port: int, reading_room_port: int, webhook: str | None) -> int:
    """Serve until a signal ends it; return 0 then, also where another process serves this home already. Raises ServeError."""
    declared_sources(home)  # what cannot be read is said before anything starts
    home.path.mkdir(parents=True, exist_ok=True)
    with claimed(home) as claim:
        if claim is None:
            say(serving_message(home, serving_addresses(home)))
            return 0
        for wanted in (port, reading_room_port):
            check_free(wanted)
        secret = os.environ.get("PREFECT_SERVER_API_AUTH_STRING") or new_secret()
        addresses = Addresses(os.getpid(), f"http://{HOST}:{port}", f"http://{HOST}:{reading_room_port}", secret)
        isolate_environment(home.prefect)
        environment = {**os.environ, **environment_of(home, addresses), "DIBAO_WEBHOOK": webhook or ""}
        ended = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
        with child(home, "server", environment) as server:
            say("Prefect's server is starting ...")
            if wait_until_healthy(addresses, server, ended):
                with child(home, "runner", environment) as runner, opened_reading_room(home, reading_room_port):
                    write_addresses(claim, addresses)
                    say(serving_message(home, addresses))
                    wait_for_end(home, (server, runner), ended)
        say("Stopped: the server, the schedules and the reading room have ended")
    return 0


def say(text: str) -> None:
    """Print a line at once, also where it goes into a pipe."""
    print(text, flush=True)


def serving_message(home: Home, addresses: Addresses | None) -> str:
    """Return what the user reads who started, or found, what serves a home."""
    if addresses is None:
        return f"{home.path} is being served by a process that is still starting; try again in a minute"
    schedules = "\n              ".join(schedule_lines(home))
    return (
        f"Serving {home.path} (process {addresses.pid}; Ctrl-C there ends it)\n"
        f"Prefect       {addresses.entrance}\n"
        f"              lets your browser in, then {addresses.prefect}/v2 will do (what runs leave: {addresses.prefect}/v2/artifacts)\n"
        f"Reading room  {addresses.reading_room}\n"
        f"Schedules     {schedules}\nLogs          {home.prefect}/server.log, runner.log"
    )


def schedule_lines(home: Home) -> list[str]:
    """Return one line per deployment: its name and when it runs."""
    scheduled = [(source.name, source) for source in served_sources(home)] + [(MAINTENANCE, declared_maintenance(home))]
    return [f"{name}: {in_words(each.schedule)} ({each.timezone})" for name, each in scheduled]


def in_words(schedule: str | float | None) -> str:
    """Return a schedule as it is shown.

    >>> in_words("0 2 * * *"), in_words(3600), in_words(None)
    ('cron 0 2 * * *', 'every 3600 seconds', 'when asked for')
    """
    if schedule is None:
        return "when asked for"
    return f"cron {schedule}" if isinstance(schedule, str) else f"every {schedule:g} seconds"


def served_sources(home: Home) -> list[Source]:
    """Return the declared sources, the bundled sample where none is declared."""
    from warehouse import sample

    return list(declared_sources(home).values()) or [Source("sample", str(sample.path()), sample.PATTERN, schedule=NIGHTLY)]


# --- one at a time ----------------------------------------------------------------------------------------------------


@contextmanager
def claimed(home: Home) -> Iterator[TextIO | None]:
    """Give the locked file, None where another process holds it."""
    with open(home.serving, "a+", encoding="utf-8", opener=partial(os.open, mode=0o600)) as file:  # it will hold the secret
        os.fchmod(file.fileno(), 0o600)
        for _ in range(5):  # who looks whether somebody serves holds the lock for a moment
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.05)
            else:
                file.truncate(0)
                yield file
                file.truncate(0)
                return
        yield None


def write_addresses(claim: TextIO, addresses: Addresses) -> None:
    """Say in the locked file where this process serves."""
    claim.seek(0)
    claim.truncate()
    json.dump(asdict(addresses), claim)
    claim.flush()


def serving_addresses(home: Home) -> Addresses | None:
    """Return where another process serves the home, None where none does or it is still starting."""
    content = served_at(home)
    return Addresses(**content) if content else None


def check_free(port: int) -> None:
    """Raise PortTakenError where another program listens at a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortTakenError(
                f"port {port} of {HOST} cannot be used ({error.strerror}); give another one with --port or --reading-room-port"
            ) from error


# --- children ---------------------------------------------------------------------------------------------------------


def environment_of(home: Home, addresses: Addresses) -> dict[str, str]:
    """Return the settings under which server and runner work."""
    return {
        **SERVER,
        **locked(addresses.secret),
        "PREFECT_HOME": str(home.prefect.absolute()),
        "PREFECT_API_URL": addresses.api,
        "PREFECT_UI_URL": addresses.prefect,
        "PREFECT_UI_API_URL": "/api",  # of whatever name of this machine, and port, a browser asks by
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": addresses.prefect.rsplit(":", 1)[1],
        "DIBAO_HOME": str(home.path),
        "DIBAO_FOLDER": os.getcwd(),
    }


@contextmanager
def child(home: Home, part: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen]:
    """Run a part of this module as a child while the block runs; afterwards nothing that it started is left."""
    home.close_prefect()
    with (home.prefect / f"{part}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.serving.serve", part],
            env=dict(environment),
            cwd=home.prefect,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen) -> None:
    """End a child and all that belongs to its session: first politely, then for good."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(CHILD_END_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()


def wait_until_healthy(addresses: Addresses, server: subprocess.Popen, ended: threading.Event) -> bool:
    """Wait until the server answers; False where a signal came first. Raises ServeError where it ends or stays silent."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        if ended.wait(0.25):
            return False
        try:
            with urllib.request.urlopen(f"{addresses.api}/health", timeout=5) as answer:
                if answer.status == 200:
                    return True
        except OSError:
            continue
    raise ServeError("Prefect's server did not start; the end of prefect/server.log in the home says why")


def wait_for_end(home: Home, children: Sequence[subprocess.Popen], ended: threading.Event) -> None:
    """Wait for a signal. Raises ServeError where a child ends by itself."""
    while not ended.wait(0.5):
        for process in children:
            if process.poll() is not None:
                part = process.args[3]
                raise ServeError(f"the {part} ended with code {process.returncode}; see {home.prefect / part}.log, then start again")


@contextmanager
def opened_reading_room(home: Home, port: int) -> Iterator[None]:
    """Open the reading room in a thread of this process while the block runs."""
    import uvicorn

    from flows.pipeline.raw import raw_text
    from warehouse.reading_room.app import make_app

    server = uvicorn.Server(
        uvicorn.Config(make_app(home.published, raw_text=partial(raw_text, home)), host=HOST, port=port, log_level="warning")
    )
    thread = threading.Thread(target=server.run, name="reading room", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(CHILD_END_SECONDS)


# --- what the children do ---------------------------------------------------------------------------------------------


def end_with_parent() -> None:
    """End this process's whole session when the parent lets go of the pipe: it does so even when it is killed."""

    def watch() -> None:
        while os.read(pipe, 4096):
            pass
        os.killpg(os.getpgid(0), signal.SIGTERM)
        time.sleep(CHILD_END_SECONDS)
        os.killpg(os.getpgid(0), signal.SIGKILL)

    pipe = os.dup(0)
    threading.Thread(target=watch, name="end with parent", daemon=True).start()


def run_server() -> None:
    """Be Prefect's server; the environment says where."""
    import uvicorn
    from prefect.server.api.server import create_app
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    from warehouse.same_origin import SameOrigin

    app = create_app(final=True)
    app.router.routes.insert(0, Route(ENTRANCE, lambda request: HTMLResponse(ENTRANCE_PAGE)))
    uvicorn.run(SameOrigin(app), host=HOST, port=int(os.environ["PREFECT_SERVER_API_PORT"]), log_level="warning")


def run_schedules(home: Home, webhook: str | None) -> None:
    """Register deployments and automations, then run what is due, one run at a time: a home has one writer."""
    from prefect import serve as serve_deployments

    from flows.orchestration.automations import register_automations

    register_automations(webhook)
    threading.Thread(target=keep_runs_named, args=(home,), name="names of runs to come", daemon=True).start()
    serve_deployments(*deployments(home), limit=1, print_starting_message=False)


def keep_runs_named(home: Home) -> None:
    """Name the runs to come by what they are and when they are due, again and again: Prefect's scheduler names them by chance."""
    from flows.orchestration.own_runs import name_runs_to_come

    timezones = {source.name: source.timezone for source in served_sources(home)} | {WEEKLY: declared_maintenance(home).timezone}
    while True:
        with suppress(Exception):  # a server that is busy is asked again
            name_runs_to_come(home, timezones)
        time.sleep(NAMING_SECONDS)


def deployments(home: Home) -> list[RunnerDeployment]:
    """Return one deployment of the ingest flow per source, and the weekly maintenance."""
    from prefect.deployments.runner import EntrypointType
    from prefect.schedules import Cron, Interval

    from flows.orchestration.ingest import ingest
    from flows.orchestration.maintenance import maintain
    from flows.orchestration.own_runs import home_tag

    def schedule_of(schedule: str | float, timezone: str) -> Schedule:
        if isinstance(schedule, str):
            return Cron(schedule, timezone=timezone)
        return Interval(schedule, timezone=timezone)

    declared, kept = declared_sources(home), declared_maintenance(home)
    common = {"entrypoint_type": EntrypointType.MODULE_PATH, "paused": False, "tags": ["dibao", home_tag(home)]}
    made = [
        ingest.to_deployment(
            name=source.name,
            schedules=[schedule_of(source.schedule, source.timezone)] if source.schedule else [],
            parameters={
                "source": source.name if source.name in declared else source.location,
                "home": str(home.path),
                "pattern": None if source.name in declared else source.pattern,
            },
            description=f"Takes in what is new at {source.location}",
            **common,
        )
        for source in served_sources(home)
    ]
    made.append(
        maintain.to_deployment(
            name=WEEKLY,
            schedules=[schedule_of(kept.schedule, kept.timezone)],
            parameters={"home": str(home.path)},
            description="Checks the lake against its hashes, makes the build compact, forgets old runs",
            **common,
        )
    )
    return made


def main(part: str) -> None:
    """Be one of the children."""
    end_with_parent()
    if part == "server":
        run_server()
    else:
        run_schedules(Home(Path(os.environ["DIBAO_HOME"])), os.environ["DIBAO_WEBHOOK"] or None)


if __name__ == "__main__":
    main(sys.argv[1])
