"""Commands that serve until Ctrl-C: explore, serve."""

from __future__ import annotations

import os
import socket
import threading
import webbrowser
from contextlib import suppress
from functools import partial
from typing import Annotated

import uvicorn
from cyclopts import Parameter

from flows.cli.errors import DONE, UserError
from flows.cli.homes import home_at, opened, sources_of
from flows.cli.options import DEFAULT_HOME, HomeFolder, Positive
from flows.pipeline.raw import raw_text
from flows.serving.serve import PortTakenError, serve
from warehouse.reading_room.app import make_app
from warehouse.same_origin import THIS_MACHINE


def explore_command(
    *,
    host: Annotated[str, Parameter(help="address to listen on: this machine only unless told otherwise")] = "127.0.0.1",
    port: Positive = 8765,
    no_browser: Annotated[bool, Parameter(help="do not open a browser")] = False,
    home: HomeFolder = DEFAULT_HOME,
) -> int:
    """The reading room: search, articles beside their raw pages, people, days."""
    place = home_at(home)
    opened(home).close()
    hosts = ("*",) if host in ("0.0.0.0", "::") else (*THIS_MACHINE, host)
    with listening_at(host, port) as listener:
        url = f"http://{host}:{port}/"
        print(f"The reading room of {place.published} is open at {url} (Ctrl-C closes it)", flush=True)
        if not no_browser:
            threading.Timer(1, webbrowser.open, (url,)).start()
        with suppress(KeyboardInterrupt):
            uvicorn.Server(uvicorn.Config(make_app(place.published, hosts, partial(raw_text, place)), log_level="warning")).run(
                sockets=[listener]
            )
    return DONE


def listening_at(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address. Raises UserError where it cannot, most often because something else does."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise UserError(
            f"{host}:{port}: cannot listen here ({os.strerror(error.errno or 0)}). Give another --port, or end what listens there."
        ) from error


def serve_command(
    *,
    port: Annotated[Positive, Parameter(help="port of Prefect's server and UI")] = 4200,
    reading_room_port: Positive = 8765,
    webhook: Annotated[
        str | None, Parameter(env_var="DIBAO_WEBHOOK", help="URL that is told of failed, blocked, late and waiting runs and of late papers")
    ] = None,
    home: HomeFolder = DEFAULT_HOME,
) -> int:
    """Prefect's server, the schedules and the reading room, all on this machine; Ctrl-C ends them."""
    place = home_at(home)
    sources_of(place)
    try:
        return serve(place, port, reading_room_port, webhook)
    except PortTakenError as error:
        raise UserError(str(error)) from error
