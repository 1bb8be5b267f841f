"""Whole files: written so that a crash leaves the old one or the new one, read so that a broken one stops nobody.

What cannot be used is never deleted: it is set aside under a name of its own, and standard error says so.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

Content = TypeVar("Content")


def write_whole(path: Path, text: str) -> None:
    """Replace a file in one step, after the new one has reached the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with partial.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    os.replace(partial, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Let what was created, renamed or deleted in a folder reach the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read_forgivingly(path: Path, parse: Callable[[str], Content]) -> Content | None:
    """Return what a file says, None where there is none; one that cannot be parsed is set aside and counts as none."""
    try:
        return parse(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        set_aside(path, f"it cannot be understood ({type(error).__name__}: {error})")
        return None


def set_aside(path: Path, why: str) -> None:
    """Give a file another name beside its own, so that it is in nobody's way and can still be looked at, and say so."""
    number = 1
    while (aside := path.with_name(f"{path.name}.set-aside-{number}")).exists():
        number += 1
    with suppress(OSError):  # who only reads may have no right to
        os.replace(path, aside)
    where = f"set aside as {aside.name}" if aside.exists() else "left where it is"
    print(f"dibao: {path}: {why}; {where}.", file=sys.stderr, flush=True)
