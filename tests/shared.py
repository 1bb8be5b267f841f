"""Where the public test data lies beside a checkout; tests that need it skip where it is missing."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(name: str) -> Path:
    """Return the path of a shared data file; skip the calling test, naming the file, where it is missing."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"shared data {name} is not beside this checkout")
    return path
