"""What people wrote into a home about its pages: reviewed corrections, and what is to be forgotten."""

from __future__ import annotations

from transforms.pages.corrections import decode_corrections, lines_by_file
from warehouse.home import Home


def read_corrections(home: Home) -> dict[str, str]:
    """Return the lines of the home's file of corrections by the file they are about. Raises CorrectionError for a line that cannot be read."""
    if not home.corrections.exists():
        return {}
    return lines_by_file(decode_corrections(home.corrections.read_bytes()))


def read_forgotten(home: Home) -> str:
    """Return the lines that say what a home was told to forget, see ``transforms.forgetting``."""
    return home.forgotten.read_text("utf-8") if home.forgotten.exists() else ""
