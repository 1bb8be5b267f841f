"""Copies of large files past the system's cache of files: what is read and written once need not push out of memory what others use."""

from __future__ import annotations

import errno
import fcntl
import os
from mmap import mmap
from pathlib import Path
from typing import Protocol

AT_A_TIME = 4 << 20
PAGE = 4096
"""Past the cache, whole pages are read and written from whole pages of memory."""
DIRECT = getattr(os, "O_DIRECT", 0)


class Digest(Protocol):
    """What takes the bytes in, such as those of hashlib."""

    def update(self, data: memoryview, /) -> None: ...


def copy_file(path: Path, to: Path, digest: Digest | None = None) -> None:
    """Copy a file's bytes, in place of those that are there; ``digest`` takes them in as they pass. Goes through the cache where it must."""
    buffer = memoryview(mmap(-1, AT_A_TIME))
    source = opened(path, os.O_RDONLY)
    try:
        target = opened(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            while n := with_or_without_cache(source, os.readv, [buffer]):
                if digest:
                    digest.update(buffer[:n])
                write_all(target, buffer[:n])
        finally:
            os.close(target)
    finally:
        os.close(source)


def opened(path: Path, flags: int) -> int:
    """Return a descriptor that goes past the cache where the file system can do that."""
    try:
        return os.open(path, flags | DIRECT, 0o666)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        return os.open(path, flags, 0o666)


def write_all(target: int, data: memoryview) -> None:
    """Write all of the bytes; those that do not fill a page, and those after a write that was cut short, go through the cache."""
    if len(data) % PAGE:
        use_cache(target)
    while data:
        n = with_or_without_cache(target, os.write, data)
        if n < len(data):
            use_cache(target)
        data = data[n:]


def with_or_without_cache(file: int, call, data) -> int:
    """Return what a call says that reads or writes; where the system will not do it past the cache, it is done through it from then on."""
    try:
        return call(file, data)
    except OSError as error:
        if error.errno != errno.EINVAL or not DIRECT:
            raise
        use_cache(file)
        return call(file, data)


def use_cache(file: int) -> None:
    """Let a descriptor go through the cache from here on."""
    fcntl.fcntl(file, fcntl.F_SETFL, fcntl.fcntl(file, fcntl.F_GETFL) & ~DIRECT)
