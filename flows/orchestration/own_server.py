"""Prefect's server for one command, in a thread of its process, where no other server is named.

Prefect would bring one in a process of its own, which imports the same libraries once more: that took more than all else of a run that
finds nothing new. In a thread it cannot outlive the command either, however that ends.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flows.shared.collecting import collected_later
from flows.shared.settings import import_prefect
from warehouse.same_origin import SameOrigin

HOST = "127.0.0.1"
END_SECONDS = 10
"""How long the server may take to end: what it has not written by then is lost."""

ASKED = ("/admin", "/csrf-token", "/flows", "/flow_runs", "/logs", "/artifacts", "/events")
"""What a run asks the server for comes first: of what it looks through until it has found it, it makes every route ready."""


class OwnServerError(RuntimeError):
    """Prefect's server did not start; the message says why and what to do next."""


@contextmanager
def own_server() -> Iterator[None]:
    """Serve Prefect's API at ``PREFECT_API_URL`` while the block runs. The settings must be applied. Raises OwnServerError."""
    with socket.create_server((HOST, 0)) as door:
        os.environ["PREFECT_API_URL"] = f"http://{HOST}:{door.getsockname()[1]}/api"  # Prefect reads it when it is imported
        with collected_later():
            import_prefect()
            server, run = prepared(door)
        failed: list[BaseException] = []

        def serve() -> None:
            try:
                asyncio.run(run())
            except BaseException as error:  # noqa: BLE001 it is raised in the thread that waits for the start
                failed.append(error)

        thread = threading.Thread(target=serve, name="Prefect's server", daemon=True)
        thread.start()
        try:
            while thread.is_alive() and not server.started:
                time.sleep(0.01)
            if failed:
                raise OwnServerError(
                    f"{os.environ['PREFECT_HOME']}: Prefect's server did not start: {type(failed[0]).__name__}: {str(failed[0]).partition(chr(10))[0]}\n"
                    "Its database prefect.db there holds what it recorded of earlier runs, nothing of the warehouse: mend it, or move it away "
                    "and run again."
                ) from failed[0]
            try:
                yield
            finally:
                send_what_waits()  # above all of a run that failed: its traceback is there
        finally:
            server.should_exit = True
            thread.join(2 * END_SECONDS)
            del os.environ["PREFECT_API_URL"]


def prepared(door: socket.socket):
    """Return Prefect's server, and what runs it to its end and writes what it was told."""
    import uvicorn
    from docket import Docket
    from prefect.server.api import server as api
    from prefect.server.database import provide_database_interface
    from prefect.server.services.base import RunInEphemeralServers
    from prefect.server.utilities.messaging.memory import METRICS

    api.API_ROUTERS = sorted(api.API_ROUTERS, key=lambda router: router.prefix not in ASKED)
    app = api.create_app(ephemeral=True)
    mounted = next(route.app for route in app.routes if getattr(route, "path", None) == "/api")
    server = uvicorn.Server(uvicorn.Config(SameOrigin(app), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=END_SECONDS))

    async def run() -> None:
        await provide_database_interface().create_db()
        # What the app would do besides is for schedules and for Prefect's pages; its queue is asked for where runs are deleted.
        async with Docket(name="prefect-server", url="memory://") as mounted.state.docket, RunInEphemeralServers.running():
            await server.serve(sockets=[door])  # to the last request
            with suppress(TimeoutError):
                async with asyncio.timeout(END_SECONDS):
                    while METRICS["events"]["consumed"] < METRICS["events"]["published"]:
                        await asyncio.sleep(0.01)  # what has not come to the recorder of task runs when it ends is lost

    return server, run


def send_what_waits() -> None:
    """Let Prefect's client send the log lines and events that it still holds back."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    for worker in (EventsWorker, APILogWorker):
        worker.drain_all(timeout=END_SECONDS)
