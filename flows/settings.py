"""Settings of Prefect for a home, to be applied before Prefect is imported. The user's own environment wins."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

from warehouse.home import Home

QUIET = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",  # the terminal shows a progress bar; log and traceback are in the UI
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "http://127.0.0.1",  # by default any page in any browser may ask the server, and order runs
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
    "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "http://127.0.0.1",  # by default any page in any browser may ask the server, and order runs
    "DO_NOT_TRACK": "1",
}


def served_at(home: Home) -> dict | None:
    """Return what `dibao serve` says of itself, None where it does not run for this home or is still starting."""
    try:
        with home.serving.open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return json.loads(file.read() or "null")
    except (FileNotFoundError, ValueError):
        return None
    return None


def apply_prefect_settings(home: Home) -> None:
    """Set what is not set: the server of `dibao serve` where it runs, else Prefect's home inside ours."""
    os.environ.setdefault("PREFECT_HOME", str(home.prefect.absolute()))
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)  # the server cannot make its database in a folder that is not there
    if served := served_at(home):
        os.environ.setdefault("PREFECT_API_URL", f"{served['prefect']}/api")
        os.environ.setdefault("PREFECT_UI_URL", served["prefect"])
    for name, value in {**QUIET, **(HEARTBEATS if "PREFECT_API_URL" in os.environ else EMBEDDED)}.items():
        os.environ.setdefault(name, value)
