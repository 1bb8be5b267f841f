"""The raw text of one file again, for who looks at what was quarantined."""

from __future__ import annotations

from flows.pipeline.reviewed import read_forgotten
from transforms.decoding import UndecodableError, decode
from transforms.forgetting import parse_forgotten
from transforms.rows import file_id_of
from warehouse.home import Home
from warehouse.sources import SourceError, read_bytes


def raw_text(home: Home, location: str, file_id: str) -> str:
    """Return the text of a raw file as the run read it, without what was forgotten, all offsets hold; of one that cannot be decoded, its bytes
    as they can be shown.

    Raises SourceError where the bytes are gone or are others now.
    """
    try:
        data = read_bytes(location)
    except Exception as error:  # noqa: BLE001 whatever a store may raise
        raise SourceError(f"{location}: cannot be read now ({error or type(error).__name__})") from error
    if file_id_of(data) != file_id:
        raise SourceError(f"{location}: the file has changed since it was quarantined; run again")
    try:
        return parse_forgotten(read_forgotten(home)).without(decode(data).text, file_id)
    except UndecodableError:
        return data.decode("ascii", "backslashreplace")
