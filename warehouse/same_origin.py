"""The check of a request's origin: programs and the service's own pages may ask a service on this machine, no other page that a browser has open."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
"""Names that no one else can make point here."""


class SameOrigin:
    """ASGI middleware that answers requests and web sockets only where they come from no page, or from one of the service's own origin.

    A browser says of which origin a page is (``Origin``, ``Sec-Fetch-Site``), and by which name it asks (``Host``): one that is not among
    ``hosts`` may be an attacker's, made to point at this machine. ``"*"`` among them allows every name. To follow a link is no such request.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = THIS_MACHINE) -> None:
        self.app, self.hosts = app, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or (why := self.refused(Headers(scope=scope), scope.get("method", ""))) is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": why})
        else:
            await PlainTextResponse(f"{why}\n", 403)(scope, receive, send)

    def refused(self, headers: Headers, method: str) -> str | None:
        """Return why a request is refused, None where it is not.

        >>> ask = SameOrigin(app=None).refused
        >>> ask(Headers({"host": "127.0.0.1:4200", "origin": "http://news.example"}), "POST")
        'a page of http://news.example may not ask 127.0.0.1:4200'
        >>> ask(Headers({"host": "news.example:4200"}), "GET")
        'news.example:4200 is no name of this machine; ask 127.0.0.1'
        >>> ask(Headers({"host": "localhost:4200", "origin": "http://localhost:4200"}), "POST")
        """
        host = headers.get("host", "")
        if not self.hosts & {"*", host_name(host)}:
            return f"{host} is no name of this machine; ask 127.0.0.1"
        for origin in headers.getlist("origin"):
            if origin not in (f"http://{host}", f"https://{host}"):
                return f"a page of {origin} may not ask {host}"
        is_link = method == "GET" and headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and not is_link:
            return f"a page of another origin may not ask {host}"
        return None


def host_name(host: str) -> str | None:
    """Return the name in a ``Host`` header, without its port; None where it cannot be read.

    >>> host_name("127.0.0.1:4200"), host_name("[::1]:4200"), host_name("[::1")
    ('127.0.0.1', '::1', None)
    """
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
