"""What to do next about errors that the machine raises, not Dibao: a full disk, a folder without rights, want of memory, a server that is gone."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from warehouse.home import Home
from warehouse.lake import LakeError, read_manifest
from warehouse.store import PublishError, smoke_test

FULL = "The disk is full: make room on it, or give another --home."
NO_RIGHTS = "It must be allowed to write there: look at owner and rights with `ls -ld`, or give another --home."
NO_MEMORY = "Memory is used up: run with fewer --workers, or end what else needs much of it."
LOST_DISK = "The disk or network folder fails: see that it is mounted and answers (`ls` it)."
LOST_SERVER = "Prefect's server does not answer: it was ended or killed. `dibao run` without `dibao serve` brings its own."
HINTS = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: "A file would grow beyond what is allowed: look at `ulimit -f` and at what the file system can hold.",
    errno.EROFS: NO_RIGHTS,
    errno.EACCES: NO_RIGHTS,
    errno.EPERM: NO_RIGHTS,
    errno.ENOMEM: NO_MEMORY,
    errno.EMFILE: "Too many files are open: allow more with `ulimit -n 4096`.",
    errno.EIO: LOST_DISK,
    errno.ESTALE: LOST_DISK,
    errno.ENOTCONN: LOST_DISK,
    errno.ECONNREFUSED: LOST_SERVER,
    errno.ECONNRESET: LOST_SERVER,
}
"""What to do, by the system's error number."""
WORDS = {
    "disk is full": FULL,
    "readonly database": NO_RIGHTS,
    "Out of Memory": NO_MEMORY,
    "Prefect API server": LOST_SERVER,
    "All connection attempts failed": LOST_SERVER,
}
"""What to do, by words of libraries that keep no number."""
LITTLE_BYTES = 1_000_000
"""Free bytes below which a disk counts as full, whatever the error says: a server answers 500 then."""


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that it came from, each once."""
    seen: list[BaseException] = []
    errors: list[BaseException | None] = [error]
    for each in errors:
        if each is not None and each not in seen:
            seen.append(each)
            yield each
            errors += [each.__cause__, each.__context__, *getattr(each, "exceptions", ())]


def hint_for(error: BaseException, home: Path) -> str | None:
    """Return what to do next about an error, None where it is not the machine's.

    DuckDB and others keep no error number, but end with the system's words for it.

    >>> hint_for(RuntimeError("could not write: No space left on device"), Path("."))
    'The disk is full: make room on it, or give another --home.'
    """
    for each in chain(error):
        if isinstance(each, MemoryError):
            return NO_MEMORY
        if isinstance(each, OSError) and each.errno in HINTS:
            return HINTS[each.errno]
        said = str(each)
        for number, next_step in HINTS.items():
            if os.strerror(number) in said:
                return next_step
        for words, next_step in WORDS.items():
            if words in said:
                return next_step
    return FULL if free_bytes(home) < LITTLE_BYTES else None


def hint_for_outdated(home: Path) -> str:
    """Return what to do about a published file that this code cannot ask: make it anew from the lake, unless that is of another schema too."""
    outdated = "It was published by an earlier version of Dibao, with other tables, columns or views."
    try:
        read_manifest(Home(home).manifest)
    except LakeError as error:
        return f"{outdated} {error}"
    return f"{outdated} `dibao rebuild` makes it anew from the lake."


def state_of_published(home: Path) -> str:
    """Return what can be said of a home's published file: it is opened to say it."""
    path = Home(home).published
    if not path.exists():
        return "Nothing is published yet"
    try:
        smoke_test(path, {})
    except PublishError as error:
        return f"What is published cannot be used: {error}"
    return "What is published can be read"


def free_bytes(path: Path) -> int:
    """Return the free bytes of the disk that a path is or would be on."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return shutil.disk_usage(path).free
