"""A store of files that is lost in the middle of a run: an fsspec file system that is registered as ``lost://`` and ceases to answer."""

from __future__ import annotations

import errno

import fsspec
from fsspec.implementations.local import LocalFileSystem


class LostFileSystem(LocalFileSystem):
    """The files of this machine, until so many have been opened; from then on every call times out."""

    protocol = "lost"
    cachable = False
    answers = 0

    @classmethod
    def _strip_protocol(cls, path):
        return super()._strip_protocol(path.removeprefix("lost://"))

    def unstrip_protocol(self, name):
        return f"lost://{name}"

    def _open(self, path, mode="rb", **options):
        if LostFileSystem.answers < 1:
            raise OSError(errno.ETIMEDOUT, "Connection timed out", path)
        LostFileSystem.answers -= 1
        return super()._open(path, mode, **options)


def lose_after(answers: int) -> None:
    """Register the store in this process; it is lost after so many files were opened."""
    fsspec.register_implementation("lost", LostFileSystem, clobber=True)
    LostFileSystem.answers = answers
