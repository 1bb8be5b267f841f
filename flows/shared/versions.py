"""The version of what makes rows: where it is another, rows are stale, and a worker that has another refuses to work."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

MAKES_ROWS = {
    "transforms": ("**/*",),
    "expectations": ("*.py", "contracts/*.py", "gx/*.py"),
    "warehouse": ("schema.py", "arrow.py", "corpus/*.sql"),
    "flows": ("pipeline/batches.py", "pipeline/corpus.py", "pipeline/processing.py"),
}
"""Files of each package that decide what rows say, or whether they are good."""
MAKES_NO_ROWS = ("*.md", "*.pyc", "docs.py")
"""What lies among them and explains code or results."""
DICTIONARY = "rjieba"
"""The library whose dictionary shapes the taggers' features: with another version, other names are found."""


def files_that_make_rows() -> Iterator[tuple[str, Path]]:
    """Yield the files whose content decides what rows say, in order: package and path within it, and where the file lies."""
    for package, patterns in MAKES_ROWS.items():
        root = Path(str(files(package)))
        for path in sorted({path for pattern in patterns for path in root.glob(pattern)}):
            if path.is_file() and not any(path.match(pattern) for pattern in MAKES_NO_ROWS):
                yield f"{package}/{path.relative_to(root).as_posix()}", path


@cache
def code_version() -> str:
    """Return the version of what makes the rows: a hash of its files, data included, and of the dictionary's version, 12 hex digits."""
    digest = sha256(version(DICTIONARY).encode())
    for name, path in files_that_make_rows():
        digest.update(name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def short_hash(*parts: object) -> str:
    """Return 8 hex digits that stand for some values."""
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def input_version(code: str, hints_hash: str, corrections: str) -> str:
    """Return the version of what makes a file's rows beside its bytes: the code, the hash of what its path and source say, and corrections, if any.

    >>> input_version("5d8cbc1aef52", "d2b34e4c", "")
    '5d8cbc1aef52+d2b34e4c'
    """
    return "+".join([code, hints_hash, *([short_hash(corrections)] if corrections else [])])


def code_of(version: str) -> str:
    """Return the part of a version that stands for the code.

    >>> code_of("5d8cbc1aef52+d2b34e4c")
    '5d8cbc1aef52'
    """
    return version.partition("+")[0]


def hints_of(version: str) -> str:
    """Return the part of a version that stands for what people said of a file, by its path, its source or corrections.

    >>> hints_of("5d8cbc1aef52+d2b34e4c")
    'd2b34e4c'
    """
    return version.partition("+")[2]
