"""Prefect's server for one command, in a thread of its process, where no other server is named.

Prefect would bring one in a process of its own, which imports the same libraries once more: a run that finds
nothing new takes 9.8 CPU seconds so, and 4.9 with the server in a thread. There it
cannot outlive the command either, however that ends. Prefect has no public way for it, so all that is private to Prefect is used in this
module alone; where a name of it is missing, Prefect brings its own server as it always would.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from flows.shared.garbage import imported_without_gc
from flows.shared.settings import HOST, import_prefect
from warehouse.same_origin import SameOrigin

SERVER_END_SECONDS = 10
"""How long the server may take to end: what it has not written by then is lost."""


class EmbeddedServerError(RuntimeError):
    """Prefect's server did not start; the message says why and what to do next."""


@dataclass(frozen=True)
class Server:
    """Prefect's server that is ready to run: what says that it has started and tells it to end, and what runs it until then."""

    uvicorn: Any
    run: Callable[[], Awaitable[None]]


@contextmanager
def embedded_server() -> Iterator[None]:
    """Serve Prefect's API while the block runs, in this process if that can be. The settings must be applied. Raises EmbeddedServerError."""
    with socket.create_server((HOST, 0)) as door:
        os.environ["PREFECT_API_URL"] = f"http://{HOST}:{door.getsockname()[1]}/api"  # Prefect reads it when it is imported
        try:
            with imported_without_gc():
                import_prefect()
                server = prepare(door)
            if server is None:
                use_own_server_of_prefect()
                yield
            else:
                with running(server):
                    yield
        finally:
            os.environ.pop("PREFECT_API_URL", None)


@contextmanager
def running(server: Server) -> Iterator[None]:
    """Run the server in a thread while the block runs, and let it write all it was told. Raises EmbeddedServerError."""
    failed: list[BaseException] = []

    def serve() -> None:
        try:
            asyncio.run(server.run())
        except BaseException as error:  # noqa: BLE001 it is raised in the thread that waits for the start
            failed.append(error)

    thread = threading.Thread(target=serve, name="Prefect's server", daemon=True)
    thread.start()
    try:
        while thread.is_alive() and not server.uvicorn.started:
            time.sleep(0.01)
        if failed:
            raise EmbeddedServerError(
                f"{os.environ['PREFECT_HOME']}: Prefect's server did not start: {type(failed[0]).__name__}: {str(failed[0]).partition(chr(10))[0]}\n"
                "Its database prefect.db there holds what it recorded of earlier runs, nothing of the warehouse: mend it, or move it away "
                "and run again."
            ) from failed[0]
        try:
            yield
        finally:
            drain_client()  # above all of a run that failed: its traceback is there
    finally:
        server.uvicorn.should_exit = True
        thread.join(2 * SERVER_END_SECONDS)


def prepare(door: socket.socket) -> Server | None:
    """Return Prefect's server, listening at a socket, or None where this version of Prefect has not the names that it is made of."""
    import uvicorn

    try:
        from docket import Docket
        from prefect.server.api.server import create_app
        from prefect.server.database import provide_database_interface
        from prefect.server.services.base import RunInEphemeralServers
        from prefect.server.utilities.messaging.memory import METRICS

        app = create_app(ephemeral=True)
        api = next(route.app for route in app.routes if getattr(route, "path", None) == "/api")
    except (ImportError, AttributeError, TypeError, StopIteration):
        return None
    server = uvicorn.Server(
        uvicorn.Config(SameOrigin(app), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=SERVER_END_SECONDS)
    )

    async def run() -> None:
        await provide_database_interface().create_db()
        # What the app would do besides is for schedules and for Prefect's pages; its queue is asked for where runs are deleted.
        async with Docket(name="prefect-server", url="memory://") as api.state.docket, RunInEphemeralServers.running():
            await server.serve(sockets=[door])  # to the last request
            with suppress(TimeoutError):
                async with asyncio.timeout(SERVER_END_SECONDS):
                    while METRICS["events"]["consumed"] < METRICS["events"]["published"]:
                        await asyncio.sleep(0.01)  # what has not come to the recorder of task runs when it ends is lost

    return Server(server, run)


def use_own_server_of_prefect() -> None:
    """Let Prefect bring its own server, in a process of its own that ends with this one."""
    from prefect.context import refresh_global_settings_context

    del os.environ["PREFECT_API_URL"]
    os.environ["PREFECT_SERVER_EPHEMERAL_ENABLED"] = "true"
    refresh_global_settings_context()


def drain_client() -> None:
    """Let Prefect's client send the log lines and events that it still holds back."""
    with suppress(ImportError, AttributeError):
        from prefect.events.worker import EventsWorker
        from prefect.logging.handlers import APILogWorker

        for worker in (EventsWorker, APILogWorker):
            worker.drain_all(timeout=SERVER_END_SECONDS)
