"""The bundled sample: pages of two invented papers of an invented district, as messy as extractors leave real ones."""

from importlib.resources import files
from pathlib import Path

PATTERN = "{paper}/{date:%Y-%m-%d}/{page}.txt"
"""What the paths of the sample say."""


def path() -> Path:
    """Return the folder of the sample's raw files."""
    return Path(str(files("warehouse.sample"))) / "pages"
