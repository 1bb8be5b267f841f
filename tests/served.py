"""A home that is served as its owner serves it, with a webhook's receiver, for tests and campaigns."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from tests.home import PATIENCE

BUSY = 10


class Served:
    """A home that is being served, and what its webhook was told."""

    def __init__(self, home: Path, told: list[dict]) -> None:
        self.home, self.told, (self.port, self.room) = home, told, free_ports(2)
        self.process: subprocess.Popen[str] | None = None
        self.entrance = ""

    def start(self, webhook: str, command: Sequence[str] = (sys.executable, "-m", "flows.cli"), **process: object) -> None:
        asked = [*command, "serve", "--home", self.home, "--port", self.port, "--reading-room-port", self.room, "--webhook", webhook]
        self.process = subprocess.Popen(list(map(str, asked)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **process)
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith("Prefect  "):
                self.entrance = line.split()[1]
            if line.startswith("Logs"):
                return
        raise AssertionError("".join(lines))

    @property
    def secret(self) -> str:
        """The secret that lets a program or a browser in."""
        return json.loads((self.home / "serving.json").read_text("utf-8"))["secret"]

    @property
    def authorization(self) -> str:
        return "Basic " + base64.b64encode(self.secret.encode()).decode()

    def status(self, path: str, headers: dict[str, str], method: str = "POST") -> int:
        """Return the status of an answer to a request with just these headers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}", b"{}" if method == "POST" else None, headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def ask(self, path: str, **body: object):
        """Ask Prefect's API and return what it answers; again while it is busy, for SQLite lets one write at a time."""

        def answer_to(path: str, body: bytes | None = None, **headers: str):
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/api/{path}", body, {"authorization": self.authorization, **headers}
            )
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.loads(answer.read() or "null")

        for _ in range(BUSY):
            try:
                token = answer_to("csrf-token?client=tests")["token"]
                return answer_to(
                    path,
                    json.dumps(body).encode(),
                    **{"content-type": "application/json", "prefect-csrf-client": "tests", "prefect-csrf-token": token},
                )
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    raise
                time.sleep(1)
        raise AssertionError(f"{path}: the server was busy {BUSY} times")

    def runs(self, *states: str) -> list[dict]:
        """Return the runs of deployments in these states, newest first."""
        wanted = {"state": {"name": {"any_": list(states)}}, "deployment_id": {"is_null_": False}}
        return self.ask("flow_runs/filter", sort="START_TIME_DESC", flow_runs=wanted)

    def artifact(self, run_id: str, key: str) -> dict:
        """Return the last artifact that a run left, by the part of its key that does not name the home."""
        return self.ask(
            "artifacts/filter", sort="CREATED_DESC", artifacts={"flow_run_id": {"any_": [run_id]}, "key": {"like_": f"%-{key}"}}
        )[0]

    def pause(self, deployment_id: str) -> None:
        """Let a deployment's schedule rest."""
        self.ask(f"deployments/{deployment_id}/pause_deployment")

    def deployment(self, name: str) -> str:
        """Return the id of a deployment."""
        return until(lambda: self.ask("deployments/filter", deployments={"name": {"any_": [name]}}))[0]["id"]

    def start_run(self, deployment: str) -> str:
        """Start a run of a deployment and return its id."""
        return self.ask(f"deployments/{self.deployment(deployment)}/create_flow_run")["id"]

    def state(self, run_id: str) -> dict:
        """Return the state that a run is in."""
        return self.ask("flow_runs/filter", flow_runs={"id": {"any_": [run_id]}})[0]["state"]

    def session(self) -> list[int]:
        """Return the children of the serving process."""
        return [int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()]


def free_ports(n: int) -> list[int]:
    """Return ports that nobody listens at."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def until(condition: Callable[[], object], seconds: float = PATIENCE):
    """Return what the condition gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if got := condition():
            return got
        time.sleep(0.5)
    raise AssertionError(f"it did not come in {seconds} seconds")


@contextmanager
def receiving() -> Iterator[tuple[str, list[dict]]]:
    """Give a webhook's receiver: its address and what it was told."""
    told: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/dibao", told
        server.shutdown()
