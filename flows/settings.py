"""Settings of Prefect for a home, to be applied before Prefect is imported. The user's own environment wins."""

from __future__ import annotations

import os
from pathlib import Path

from warehouse.home import Home

EMBEDDED = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # the default of 20 s is too short for a small machine
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",  # without batches, task runs are lost at exit
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
}
QUIET = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",  # the terminal shows a progress bar; log and traceback are in the UI
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "DO_NOT_TRACK": "1",
}


def apply_prefect_settings(home: Home) -> None:
    """Set what is not set: Prefect's home inside ours, unless the user has a server of their own."""
    os.environ.setdefault("PREFECT_HOME", str(home.prefect.absolute()))
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)  # the server cannot make its database in a folder that is not there
    for name, value in {**QUIET, **({} if "PREFECT_API_URL" in os.environ else EMBEDDED)}.items():
        os.environ.setdefault(name, value)
