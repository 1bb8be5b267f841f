"""What a web page of others may do while Dibao's servers run: nothing is written, nothing read, nothing run. Before they were guarded, the
same script and the same page wrote flows, overheard ids, and had the runner run a command.
"""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests import attack
from tests.browser import chromium
from tests.home import PATIENCE, dibao
from tests.served import Served, until

BY_NAME = ("--host-resolver-rules=MAP *.example 127.0.0.1",)
"""Lets the browser find the attacker's name at this machine: that of his own page, and what he makes of it for DNS rebinding."""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A home that is being served, with a deployment that has run, so that there is something to overhear."""
    home = tmp_path_factory.mktemp("attacked") / "dibao-home"
    home.mkdir()
    (home / "sources.toml").write_text('[gone]\nlocation = "no-such-folder"\n', "utf-8")
    served = Served(home, [])
    served.start(webhook="")
    run_id = served.start_run("gone")
    until(lambda: served.state(run_id)["type"] == "FAILED")
    yield served
    served.process.send_signal(signal.SIGINT)
    served.process.wait(60)


def written(served: Served) -> dict[str, list]:
    """Return what an attack would have changed."""
    deployments = served.ask("deployments/filter", sort="NAME_ASC")
    return {
        "flows": sorted(flow["name"] for flow in served.ask("flows/filter")),
        "pull steps": [each["pull_steps"] for each in deployments],
        "runs": [run["id"] for run in served.ask("flow_runs/filter", sort="START_TIME_DESC") if not run["auto_scheduled"]],
        "events": [event["event"] for event in served.ask("events/filter", filter={"event": {"name": ["attack"]}})["events"]],
    }


def test_a_script_that_does_what_a_page_may_do_gets_nowhere(served):
    before, port = written(served), served.port
    for headers in (attack.UNTYPED, attack.TEXT, attack.FORM):
        assert attack.send(port, "POST", "/api/flows/", attack.flow("page"), headers)[0] == 403
    for path in ("/api/flows/filter", "/api/flows/", "/api/csrf-token?client=page", "/api/admin/settings", "/v2", "/enter"):
        for method in ("GET", "POST"):
            status, text = attack.send(port, method, path, "{}", {"content-type": "application/json"}, host=attack.NAME)
            assert status == 403 and "no name of this machine" in text, "his name was made to point here"
    assert attack.send(served.room, "GET", "/", host=attack.NAME)[0] == attack.send(served.room, "GET", "/")[0] == 403
    for socket in ("/api/events/out", "/api/logs/out"):
        assert attack.overheard(port, socket) == []
    assert not attack.shouted(port, "attack")
    deployment_id = served.deployment("gone")
    flow_id = served.ask("deployments/filter", deployments={"name": {"any_": ["gone"]}})[0]["flow_id"]
    assert attack.order(port, "gone", (deployment_id, flow_id), "true") == [403, 403], "even who knows the ids"
    assert written(served) == before


def test_a_page_of_another_origin_in_a_real_browser_gets_nowhere(served, tmp_path):
    before, marker = written(served), tmp_path / "was-here"
    facts = {"port": served.port, "room": served.room, "deployment": "gone", "command": f"touch {marker}"}
    with attack.attackers_page(**facts) as url, chromium(flags=BY_NAME) as browser:
        browser.open(url)
        assert browser.evaluate("attack()") == {"heard": 0, "read": []}
        browser.open(f"http://{attack.NAME}:{served.port}/v2")  # the same name, made to point here: a page of the server's own origin
        assert "no name of this machine" in browser.evaluate("document.body.innerText")
        assert browser.evaluate("fetch('/api/csrf-token?client=page').then(answer => answer.status)") == 403
    assert written(served) == before and not marker.exists()


def test_each_guard_holds_without_the_others(served):
    """No page, so nothing to be told by: the secret is asked for; who knows it and sends no token that a page could not have is refused too."""
    known = {"authorization": served.authorization}
    plain = {"content-type": "application/json"}
    assert [served.status("flows/filter", plain), served.status("flows/filter", {**plain, **known})] == [403, 403]
    token = {"prefect-csrf-client": "page", "prefect-csrf-token": "x"}
    assert served.status("flows/filter", {**plain, **known, **token}) == 403
    assert served.status("admin/version", {}, "GET") == 401
    assert served.status("admin/version", known, "GET") == 200


def test_the_secret_is_the_owners(served):
    assert stat.S_IMODE((served.home / "serving.json").stat().st_mode) == 0o600
    assert len(served.secret) > 40 and served.secret not in dibao("status", "--json", home=served.home).stdout


def test_the_entrance_lets_the_owners_browser_in_and_nobody_else_in(served):
    def shown(words: str) -> bool:
        return words in str(browser.evaluate("document.body.innerText"))

    with chromium() as browser:
        browser.open(f"http://127.0.0.1:{served.port}/v2/deployments")
        until(lambda: browser.evaluate("!!document.querySelector('input[type=password]')"), 30)
        assert not shown("weekly")
        browser.open(served.entrance)
        until(lambda: "/v2" in browser.evaluate("location.pathname"), 30)
        browser.open(f"http://127.0.0.1:{served.port}/v2/deployments")
        until(lambda: shown("weekly"), 30)  # asked for by POST, with the secret and a token against forged requests
        assert served.secret not in browser.evaluate("location.href")
        browser.open(f"http://localhost:{served.port}/enter{served.entrance[served.entrance.index('#') :]}")
        until(lambda: shown("Flow"), 30)
        browser.open(f"http://localhost:{served.port}/v2/deployments")
        until(lambda: shown("weekly"), 30)


OWN_SERVER = """
import json, os, sys
from pathlib import Path
from flows.shared.settings import apply_prefect_settings
from warehouse.home import Home
apply_prefect_settings(Home(Path(sys.argv[1])))
from flows.orchestration.embedded_server import embedded_server
from tests import attack
with embedded_server():
    port = int(os.environ["PREFECT_API_URL"].split(":")[2].split("/")[0])
    from prefect import get_client
    with get_client(sync_client=True) as client:
        assert str(client.api_url).rstrip("/") == os.environ["PREFECT_API_URL"]
        client.create_flow_from_name("mine")
        answers = [attack.send(port, "POST", "/api/flows/", attack.flow("page"), headers)[0] for headers in (attack.UNTYPED, attack.TEXT, attack.FORM)]
        answers.append(attack.send(port, "POST", "/api/flows/filter", "{}", {"content-type": "application/json"}, host=attack.NAME)[0])
        heard = attack.overheard(port)
        print(json.dumps({"answers": answers, "heard": heard, "shouted": attack.shouted(port, "attack"), "flows": [flow.name for flow in client.read_flows()]}))
"""


def test_the_server_that_a_run_brings_is_guarded_too(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", OWN_SERVER, str(tmp_path / "home")],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"answers": [403, 403, 403, 403], "heard": [], "shouted": False, "flows": ["mine"]}
