"""A real server that speaks S3 over HTTP, for tests of object stores."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from tests.home import PATIENCE
from tests.served import free_ports

MISSING = next(
    (f"the package {name} is not installed" for module, name in (("s3fs", "s3fs"), ("moto", "moto[server]")) if find_spec(module) is None),
    None,
)
"""Why there can be no server, None where there can."""


@contextmanager
def s3_server() -> Iterator[None]:
    """Run the server on this machine; the environment says where it is, as for any S3."""
    import s3fs

    (port,) = free_ports(1)
    kept = dict(os.environ)
    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    server = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.2)
        s3fs.S3FileSystem.clear_instance_cache()  # they keep the address of an earlier server
        yield
    finally:
        s3fs.S3FileSystem.clear_instance_cache()
        server.terminate()
        server.wait()
        os.environ.clear()
        os.environ.update(kept)
