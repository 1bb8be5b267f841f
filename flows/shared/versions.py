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
    "expectations": ("*.py", "contracts/*.py"),
    "warehouse": ("schema.py", "arrow.py", "corpus/*.sql"),
    "flows": ("pipeline/batches.py", "pipeline/corpus.py", "pipeline/process.py"),
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
