"""Settings of Prefect for a home, and the environment that all processes share. The user's own environment wins, but where it would open
a server of Dibao to others or keep Dibao from it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from contextlib import chdir
from importlib.util import find_spec
from pathlib import Path

from warehouse.home import Home
from warehouse.same_origin import THIS_MACHINE

HOST = "127.0.0.1"
"""What Dibao's servers listen on: this machine only."""
QUIET = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",  # the terminal shows a progress bar; log and traceback are in the UI
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "DO_NOT_TRACK": "1",
}
RECORDER = {  # without batches, task runs are lost at exit
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
}
HEARTBEATS = {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}
"""What the automation for dead runs listens for; it is the run that sends them, also one by hand."""
EMBEDDED = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # of a server that Prefect brings itself; the default of 20 s is too short for a small machine
    **RECORDER,
}
"""Where a command brings its own server."""
SERVER = {
    **RECORDER,
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "1",  # runs to come stand above last night's on the page of runs: one each is enough
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_RUNNER_POLL_FREQUENCY": "5",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "900",  # to wait for the run before is not to be late
    **HEARTBEATS,
    "DO_NOT_TRACK": "1",
}


def locked(secret: str) -> dict[str, str]:
    """Return the settings of a server that answers only who knows the secret, and of its clients. Neither works with one of the two alone.

    The rest keeps out pages of others that the user's browser has open, besides ``warehouse.same_origin``.
    """
    return {
        "PREFECT_SERVER_API_AUTH_STRING": secret,
        "PREFECT_API_AUTH_STRING": secret,
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://{HOST}",
    }


def new_secret() -> str:
    """Return a secret for one server, for as long as it runs."""
    return secrets.token_urlsafe(32)


def served_at(home: Home) -> dict | None:
    """Return what `dibao serve` says of itself, None where it does not run for this home or is still starting."""
    try:
        with home.serving.open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return json.loads(file.read() or "null")
    except (FileNotFoundError, PermissionError, ValueError):  # what another user serves is closed to this one
        return None
    return None


def isolate_environment(folder: Path) -> None:
    """Make the environment of this process, and of all that it starts, fit for work with a server on this machine, whatever the user's holds.

    No proxy stands between; packages of the folder or of PYTHONPATH that are named as Dibao's are not taken for them. Where the user has no
    home, ``folder`` is it.
    """
    os.environ["PYTHONSAFEPATH"] = "1"
    if others := os.environ.get("PYTHONPATH"):
        os.environ["PYTHONPATH"] = os.pathsep.join([ROOT, *(other for other in others.split(os.pathsep) if other != ROOT)])
    direct = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(dict.fromkeys([*filter(None, direct.split(",")), *THIS_MACHINE]))
    for name in [name for name, value in os.environ.items() if name.lower() in PROXIES and value.startswith("socks")]:
        if find_spec("socksio") is None:  # httpx then fails, also where it is to ask nobody by this proxy
            del os.environ[name]
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = str(folder)


ROOT = str(Path(__file__).parents[2])
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def apply_prefect_settings(home: Home) -> None:
    """Set what is not set: the server of `dibao serve` where it runs, else Prefect's home inside ours. Imports Prefect where a server is known."""
    os.environ.setdefault("PREFECT_HOME", str(home.prefect.absolute()))
    folder = Path(os.environ["PREFECT_HOME"])
    folder.mkdir(parents=True, exist_ok=True)  # the server cannot make its database in a folder that is not there
    if folder == home.prefect.absolute():
        home.close_prefect()
    isolate_environment(folder)
    if served := served_at(home):
        address = f"{served['prefect']}/api"
        if os.environ.setdefault("PREFECT_API_URL", address) == address:
            os.environ |= locked(served["secret"])
            os.environ.setdefault("PREFECT_UI_URL", served["prefect"])
    for name, value in {**QUIET, **(HEARTBEATS if "PREFECT_API_URL" in os.environ else EMBEDDED)}.items():
        os.environ.setdefault(name, value)
    if "PREFECT_API_URL" in os.environ:
        import_prefect()
    else:
        os.environ |= locked(new_secret())  # of the server that this process brings


def import_prefect() -> None:
    """Import Prefect, which reads its settings then. Not where the user is: it would take what it finds there in .env, prefect.toml, pyproject.toml."""
    with chdir(os.environ["PREFECT_HOME"]):
        import prefect.main  # noqa: F401
