"""A real browser for tests and for looking at what people will look at: headless Chromium, driven over its debugging protocol."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.sync.client import connect

from tests.home import PATIENCE

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)


class Browser:
    """One page of a running Chromium."""

    def __init__(self, socket) -> None:
        self._socket, self._n, self._loaded = socket, 0, False
        self.errors: list[str] = []
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: object) -> dict:
        """Send a command and return its result."""
        self._n += 1
        self._socket.send(json.dumps({"id": self._n, "method": method, "params": parameters}))
        while (message := self._receive()).get("id") != self._n:
            pass
        assert "error" not in message, message
        return message["result"]

    def _receive(self) -> dict:
        message = json.loads(self._socket.recv(timeout=PATIENCE))
        if message.get("method") == "Page.loadEventFired":
            self._loaded = True
        elif message.get("method") in ("Runtime.exceptionThrown", "Page.javascriptDialogOpening"):
            self.errors.append(json.dumps(message["params"]))
        elif message.get("method") == "Log.entryAdded" and message["params"]["entry"]["level"] == "error":
            self.errors.append(message["params"]["entry"]["text"] + " " + message["params"]["entry"].get("url", ""))
        return message

    def open(self, url: str) -> None:
        """Open an address and wait until it has loaded."""
        self._loaded = False
        self.send("Page.navigate", url=url)
        while not self._loaded:
            self._receive()

    def evaluate(self, script: str) -> object:
        """Return the value of a JavaScript expression."""
        result = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def screenshot(self, path: Path, whole: bool = True) -> None:
        """Write what the page looks like as PNG; the whole page, or what the window shows."""
        data = self.send("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))


@contextmanager
def chromium(width: int = 1280, height: int = 900, flags: Sequence[str] = ()) -> Iterator[Browser]:
    """Give a page of that width, with more flags for the browser; skip the calling test where no Chromium is installed."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium is installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [program, *FLAGS, *flags, f"--user-data-dir={profile}", "about:blank"], stderr=subprocess.PIPE, text=True
        )
        try:
            port = next(found[1] for line in process.stderr if (found := re.search(r"ws://[^:]+:(\d+)/", line)))
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
                target = next(page for page in json.load(answer) if page["type"] == "page")
            with connect(target["webSocketDebuggerUrl"], max_size=None) as socket:
                browser = Browser(socket)
                browser.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
                yield browser
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    # python -m tests.browser URL PNG [WIDTH]: look at a page.
    with chromium(int(sys.argv[3]) if len(sys.argv) > 3 else 1280) as looking:
        looking.open(sys.argv[1])
        time.sleep(2)
        looking.screenshot(Path(sys.argv[2]))
        print("\n".join(looking.errors))
