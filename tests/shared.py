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


def require_shared() -> None:
    """End a bench, saying in one line what is missing, where the public test data is not beside this checkout."""
    if not SHARED.exists():
        raise SystemExit(f"this bench reads the public test data, which is not beside this checkout: {SHARED} is missing")
