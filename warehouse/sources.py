"""Where raw files come from: finds them at a source, says when one has changed, and reads its bytes.

A source is a folder (searched to the bottom), a file, a glob or the URL of an object store (anything fsspec opens). Raw files are
``.txt``, ``.txt.gz`` and the ``.txt`` members of ``.zip``. Nothing outside the source is read: links are not followed, archives
are never unpacked to disk. What cannot be read is returned all the same and raises when it is read, so that it is quarantined.

Memory is bounded by ``MAX_BYTES`` for one raw file, compressed or not, and archives by ``MAX_MEMBERS`` and ``MAX_RATIO``.
"""

from __future__ import annotations

import gzip
import os
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from glob import glob, has_magic
from hashlib import sha256
from pathlib import Path, PurePosixPath
from stat import S_ISDIR, S_ISREG
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:  # fsspec is imported where a URL is opened
    from fsspec import AbstractFileSystem

MAX_BYTES = 2_000_000
"""Bytes of one raw file, after decompression, beyond which it is not read: a page has some ten thousand, and reading takes up to 300 times
as much memory."""
MAX_MEMBERS = 200_000
"""Members of an archive beyond which none is read."""
MAX_LIST_BYTES = 200 * MAX_MEMBERS
"""Bytes of an archive's list of members beyond which it is not read: a member takes 46 and its name, and ten times as much memory."""
MAX_RATIO = 500
"""Times that a member may grow when it is unpacked; deflate gives about 3 for Chinese text, bombs have 1000."""

TEXT, PACKED, ARCHIVE = ".txt", ".txt.gz", ".zip"
SUFFIXES = (TEXT, PACKED, ARCHIVE)
IN_ARCHIVE = re.compile(r"^(.*?\.zip)!(.+)$", re.IGNORECASE | re.DOTALL)
MEMBER = b"PK\x01\x02"
"""What each member begins with in the list at the end of an archive."""
ESCAPED_BYTE = re.compile(rb"\\x([0-9a-f]{2})")
UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


class SourceError(ValueError):
    """A source or a file of it cannot be read; the message says where, what was found, what is expected, what to do next."""


class SourceLostError(RuntimeError):
    """A source no longer answers: several files in a row cannot be read, for no fault of theirs."""


OUT_OF_REACH = "error"
"""What the fingerprint of a file begins with of which nothing could be learnt."""
MAX_FAILURES_IN_A_ROW = 3
"""Files in a row that cannot be read, for no fault of theirs, before their source is taken for lost."""


@dataclass
class CircuitBreaker:
    """Counts the files in a row that cannot be read: one is quarantined, but a store that is gone must end the run."""

    n_in_a_row: int = 0

    def success(self) -> None:
        """A file could be read."""
        self.n_in_a_row = 0

    def failure(self, location: str, error: Exception) -> None:
        """A file could not be read. Raises SourceLostError where it is one too many; what is wrong with one file alone does not count."""
        if isinstance(error, SourceError | FileNotFoundError | PermissionError):
            return
        self.n_in_a_row += 1
        if self.n_in_a_row >= MAX_FAILURES_IN_A_ROW:
            raise SourceLostError(
                f"{shown(location)}: {self.n_in_a_row} files in a row cannot be read, the last one because of: {str(error) or type(error).__name__}\n"
                "The source seems lost: see that it is mounted, or that the network and the store answer."
            ) from error


class RawFile(NamedTuple):
    """A raw file as found: nothing of it has been read.

    ``path`` is relative to the source, ``location`` opens it; bytes in names that are no UTF-8 stand as ``\\xff`` in both.
    ``fingerprint`` changes when the bytes do. ``error`` says why it cannot be read, None where nothing speaks against it.
    """

    source: str
    path: str
    location: str
    n_bytes: int
    fingerprint: str
    error: str | None = None

    @property
    def is_out_of_reach(self) -> bool:
        """Return whether nothing is known of it, for the system or the store gave an error instead."""
        return self.fingerprint.startswith(OUT_OF_REACH)

    def read(self) -> bytes:
        """Return the bytes, decompressed. Raises SourceError or OSError where they cannot be read."""
        if self.error:
            raise SourceError(self.error)
        return read_bytes(self.location)


def find_raw_files(source: str, ignored: Counter[str] | None = None) -> Iterator[RawFile]:
    """Yield the raw files of a source in order of their paths.

    ``ignored`` is filled with what was passed over: how many files by suffix, hidden files, links. Raises SourceError where there is
    no such source or no raw file in it.
    """
    ignored = Counter() if ignored is None else ignored
    files = find_remote_files(source, ignored) if is_remote(source) else find_local_files(source, ignored)
    is_empty = True
    for raw in files:
        is_empty = False
        yield raw
    if is_empty:
        passed = ", ".join(f"{n} {what}" for what, n in ignored.most_common(5)) or "nothing"
        raise SourceError(f"no raw file at {shown(source)}: found {passed}; expected {', '.join(SUFFIXES)} files")


def within(source: str) -> Callable[[str], bool]:
    """Return what tells of a location whether it is one that a source gives, were a file there.

    >>> [within(source)("/papers/01/a.txt") for source in ("/papers/", "/papers/../papers/0*", "/papers/*/a.txt", "/paper")]
    [True, False, True, False]
    """
    if is_remote(source):
        file_system, root = open_store(source)
        given = shown(file_system.unstrip_protocol(root)).rstrip("/")
        is_glob = has_magic(root)
    else:
        given = absolute_path(source)
        is_glob = has_magic(given) and not os.path.lexists(given)
        given = shown(given).rstrip("/")
    if not is_glob:
        return lambda location: location == given or location.startswith((f"{given}/", f"{given}!"))
    from fsspec.utils import glob_translate

    matches = re.compile(glob_translate(given)).match
    return lambda location: bool(matches(location) or (inside := IN_ARCHIVE.match(location)) and matches(inside[1]))


def is_remote(source: str) -> bool:
    """Return whether a source is on an object store, not on this machine."""
    return "://" in source and not source.startswith("file://")


# --- local files ------------------------------------------------------------------------------------------------------


def find_local_files(source: str, ignored: Counter[str]) -> Iterator[RawFile]:
    """Yield the raw files of a folder, file or glob on this machine."""
    given = absolute_path(source)
    if os.path.isdir(given):
        yield from in_folder(source, given, "", ignored)
    elif os.path.lexists(given):
        yield from of_file(source, given, os.path.basename(given), ignored)
    elif has_magic(source):
        root = fixed_part(given)
        for path in sorted(glob(given, recursive=True), key=lambda path: path.split(os.sep)):
            relative = os.path.relpath(path, root)
            if passes_link(root, relative):
                ignored["links"] += 1
            elif os.path.isfile(path):
                yield from of_file(source, path, relative, ignored)
    else:
        raise SourceError(missing(source, given))


def fixed_part(pattern: str) -> str:
    """Return the folder of a glob that no wildcard is in.

    >>> fixed_part("/papers/云渡日报/2025-*/*.txt")
    '/papers/云渡日报'
    """
    parts = pattern.split(os.sep)
    return os.sep.join(parts[: next((i for i, part in enumerate(parts) if has_magic(part)), len(parts))]) or os.sep


def passes_link(root: str, relative: str) -> bool:
    """Return whether a path below a folder is a link, or leads through one: it may end anywhere. The folder itself may be one."""
    way = PurePosixPath(relative)
    return any(os.path.islink(os.path.join(root, part)) for part in (way, *way.parents))


def missing(source: str, given: str) -> str:
    """Return the message for a source that is not there: how far the path exists, and what lies there."""
    parent = Path(given).parent
    while not parent.exists():
        parent = parent.parent
    try:
        names = sorted(entry.name for entry in parent.iterdir())
    except OSError:
        names = []
    there = f"{shown(str(parent))} exists and holds {', '.join(map(shown, names[:5])) or 'nothing'}{' ...' if len(names) > 5 else ''}"
    return f"no such source: {shown(source)}\n{there}\nexpected a folder, a file, a glob or a URL such as s3://bucket/papers; check the spelling"


def absolute_path(source: str) -> str:
    """Return the absolute path that a source on this machine means; ``%20`` of a ``file://`` URL is a blank, unless it stands so on the disk."""
    path = os.path.abspath(os.path.expanduser(source.removeprefix("file://")))
    if source.startswith("file://") and not os.path.lexists(path):
        path = unquote(path)
    return os.fsdecode(local_path(path))


def in_folder(source: str, folder: str, relative: str, ignored: Counter[str]) -> Iterator[RawFile]:
    """Yield the raw files below a folder; links are not followed, hidden files are passed over."""
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        reason = f"the folder cannot be opened: {error.strerror}"
        yield RawFile(source, shown(relative or "."), shown(folder), 0, f"{OUT_OF_REACH} {error.errno}", reason)
        return
    for entry in entries:
        name = entry.name
        path = f"{relative}/{name}" if relative else name
        if name.startswith("."):
            ignored["hidden files"] += 1
        elif entry.is_symlink():
            ignored["links"] += 1
        elif entry.is_dir(follow_symlinks=False):
            yield from in_folder(source, entry.path, path, ignored)
        elif read_suffix(name) is None:
            ignored[f"{suffix_of(name)} files"] += 1
        else:
            yield from of_file(source, entry.path, path, ignored)


def of_file(source: str, location: str, path: str, ignored: Counter[str]) -> Iterable[RawFile]:
    """Return the raw file, or the members where it is an archive."""
    try:
        status = os.stat(location)
    except OSError as error:
        return (
            RawFile(
                source, shown(path), shown(location), 0, f"{OUT_OF_REACH} {error.errno}", f"the file cannot be opened: {error.strerror}"
            ),
        )
    if not S_ISREG(status.st_mode):
        ignored["folders" if S_ISDIR(status.st_mode) else "special files"] += 1
        return ()
    raw = RawFile(source, shown(path), shown(location), status.st_size, f"{status.st_size}-{status.st_mtime_ns}")
    return members(raw, ignored) if read_suffix(path) == ARCHIVE else (bounded(raw),)


# --- object stores ----------------------------------------------------------------------------------------------------


def find_remote_files(source: str, ignored: Counter[str]) -> Iterator[RawFile]:
    """Yield the raw files at a URL."""
    file_system, root = open_store(source)
    try:
        if has_magic(root):
            infos = file_system.glob(root, detail=True)
            root = fixed_part(root)
        else:
            infos = file_system.find(root, detail=True) or {root: file_system.info(root)}
    except FileNotFoundError as error:
        raise SourceError(f"no such source: {source}\nexpected a folder, a file or a glob in that store; check the spelling") from error
    except Exception as error:
        raise SourceError(f"{source} cannot be listed: {error}\ncheck the address, the network and the store's credentials") from error
    for name, info in sorted(infos.items(), key=lambda item: item[0].split("/")):
        if info.get("type", "file") != "file":
            continue
        path = relative_to(name, root)
        if any(part.startswith(".") for part in PurePosixPath(path).parts):
            ignored["hidden files"] += 1
        elif read_suffix(name) is None and name != root:
            ignored[f"{suffix_of(name)} files"] += 1
        else:
            raw = remote_file(source, path, file_system.unstrip_protocol(name), info)
            if read_suffix(name) == ARCHIVE:
                yield from members(raw, ignored)
            else:
                yield bounded(raw)


def open_store(location: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system of a URL and the path in it. Raises SourceError that names the package that is missing."""
    from fsspec.core import url_to_fs

    try:
        return url_to_fs(location)
    except ImportError as error:
        raise SourceError(f"{location} cannot be opened: {error}") from error
    except ValueError as error:
        raise SourceError(f"{location} cannot be opened: {error}\nexpected such as s3://bucket/papers or https://host/page.txt") from error


def relative_to(name: str, root: str) -> str:
    """Return a name in a store relative to a root that is given with or without a slash at its end.

    >>> relative_to("bucket/papers/2025/01.txt", "bucket/papers/")
    '2025/01.txt'
    """
    root = root.rstrip("/") + "/"
    return name[len(root) :] if name.startswith(root) else PurePosixPath(name).name


def remote_file(source: str, path: str, location: str, info: Mapping[str, object]) -> RawFile:
    """Return a raw file of a store; where the store does not say when it changed, its content is the fingerprint."""
    size = int(str(info.get("size") or 0))
    tags = ("ETag", "etag", "md5", "content_md5", "checksum", "LastModified", "last_modified", "mtime", "updated", "created")
    tag = next((info[name] for name in tags if info.get(name)), None)
    raw = RawFile(source, shown(path), shown(location), size, f"{size}-{tag}")
    if tag or size > MAX_BYTES:
        return raw
    try:
        content = sha256(read_bytes(location)).hexdigest()
    except Exception as error:  # noqa: BLE001 whatever a store may raise, the other files go on
        return RawFile(source, raw.path, raw.location, size, OUT_OF_REACH, str(error) or type(error).__name__)
    return RawFile(source, raw.path, raw.location, size, content)


# --- archives ---------------------------------------------------------------------------------------------------------


def members(archive: RawFile, ignored: Counter[str]) -> Iterator[RawFile]:
    """Yield the text members of an archive in order of their names; the archive itself, with the reason, where it is broken."""
    try:
        with open_file(archive.location) as file, zipfile.ZipFile(WithinBounds(file)) as opened:
            infos = {member_name(info): info for info in opened.infolist() if not info.is_dir()}
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        reason = str(error) if isinstance(error, SourceError) else f"the archive cannot be opened: {error}"
        yield RawFile(archive.source, archive.path, archive.location, archive.n_bytes, archive.fingerprint, reason)
        return
    for name in sorted(infos, key=lambda name: name.split("/")):
        info = infos[name]
        parts = name.split("/")
        if any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts):
            ignored["hidden files"] += 1
        elif read_suffix(name) not in (TEXT, PACKED):
            ignored[f"{suffix_of(name)} files"] += 1
        else:
            place = f"{archive.location}!{shown(name)}"
            fingerprint = f"{info.file_size}-{info.CRC:08x}"
            path = f"{archive.path}!{shown(name)}"
            yield bounded(RawFile(archive.source, path, place, info.file_size, fingerprint, fault_of(info, parts)))


class WithinBounds:
    """The file of an archive, as ``zipfile`` reads it: a list of members that would cost much memory raises SourceError before it does."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def read(self, n_bytes: int = -1) -> bytes:
        if n_bytes > MAX_LIST_BYTES:
            raise SourceError(f"the archive's list of members has {n_bytes:,} bytes; at most {MAX_LIST_BYTES:,} are read: split it")
        data = self.file.read(n_bytes)
        if (n_members := data.count(MEMBER)) > MAX_MEMBERS:
            raise SourceError(f"the archive has {n_members:,} members; at most {MAX_MEMBERS:,} are read: split it")
        return data


def fault_of(info: zipfile.ZipInfo, parts: list[str]) -> str | None:
    """Return why a member is not read, None where nothing speaks against it."""
    if ".." in parts or parts[0] == "" or re.match(r"[A-Za-z]:", parts[0]):
        return "its name leads out of the archive; pack it anew with plain names"
    if info.flag_bits & 1:
        return "it is encrypted; pack it anew without a password"
    if info.file_size > MAX_RATIO * max(info.compress_size, 1):
        return f"it grows {info.file_size // max(info.compress_size, 1)} times when unpacked (at most {MAX_RATIO}): taken for a zip bomb"
    return None


def member_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; Chinese systems write names in GBK without saying so, which zipfile takes for code page 437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename


@lru_cache(maxsize=4)
def opened_archive(location: str, stamp: str) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """Return an archive, kept open for its next member, and its members by shown name. ``stamp`` tells a changed one apart."""
    opened = zipfile.ZipFile(WithinBounds(open_file(location)))
    return opened, {shown(member_name(info)): info for info in opened.infolist()}


def read_member(location: str, name: str) -> bytes:
    """Return the bytes of a member. Raises SourceError where it is gone, broken or too large."""
    try:
        opened, infos = opened_archive(location, stamp_of(location))
        if name not in infos:
            raise SourceError(f"the archive {location} no longer has {name}; run again")
        with opened.open(infos[name]) as member:
            return unpacked(member, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise SourceError(f"the archive member is broken: {error}") from error


def stamp_of(location: str) -> str:
    """Return what changes when a local archive does; stores are asked for every archive once per process."""
    if "://" in location:
        return ""
    status = os.stat(local_path(location))
    return f"{status.st_size}-{status.st_mtime_ns}"


# --- bytes ------------------------------------------------------------------------------------------------------------


def read_bytes(location: str) -> bytes:
    """Return the bytes at a location that ``find_raw_files`` gave, decompressed. Raises SourceError or OSError."""
    inside = IN_ARCHIVE.match(location)
    if inside and not is_local_file(location):
        return read_member(inside[1], inside[2])
    with open_file(location) as file:
        return unpacked(file, location)


def is_local_file(location: str) -> bool:
    """Return whether a location is itself the path of a file of this machine, whatever signs are in it."""
    return "://" not in location and os.path.lexists(local_path(location))


def check_reach(location: str) -> None:
    """Raise SourceError or OSError where the file or archive at a location that ``find_raw_files`` gave cannot be opened from here."""
    inside = IN_ARCHIVE.match(location)
    open_file(inside[1] if inside and not is_local_file(location) else location).close()


def unpacked(file: IO[bytes], name: str) -> bytes:
    """Return the bytes of an open file, decompressed where its name says so. Raises SourceError beyond ``MAX_BYTES``."""
    try:
        data = gzip.GzipFile(fileobj=file).read(MAX_BYTES + 1) if read_suffix(name) == PACKED else file.read(MAX_BYTES + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise SourceError(f"the compressed file is broken: {error}") from error
    if len(data) > MAX_BYTES:
        raise SourceError(f"more than {MAX_BYTES:,} bytes; at most that many are read of one page: split the file")
    return data


def open_file(location: str) -> IO[bytes]:
    """Return the file at a location, open for reading bytes."""
    if "://" in location:
        file_system, path = open_store(location)
        return file_system.open(path, "rb")
    return open(local_path(location), "rb")  # noqa: SIM115 the caller closes it


def local_path(location: str) -> str | bytes:
    """Return the path that opens a local file: shown bytes are turned back where no file is called so."""
    raw = os.fsencode(location)
    if ESCAPED_BYTE.search(raw) and not os.path.lexists(raw):
        return ESCAPED_BYTE.sub(lambda byte: bytes([int(byte[1], 16)]), raw)
    return location


def bounded(raw: RawFile) -> RawFile:
    """Return the raw file, with the reason where it is too large to be read."""
    if raw.error or raw.n_bytes <= MAX_BYTES:
        return raw
    reason = f"{raw.n_bytes:,} bytes; at most {MAX_BYTES:,} are read of one page: split the file"
    return RawFile(raw.source, raw.path, raw.location, raw.n_bytes, raw.fingerprint, reason)


def read_suffix(name: str) -> str | None:
    """Return the suffix by which a file is read, None for other files.

    >>> read_suffix("2025-03-04/01.TXT"), read_suffix("pages.zip"), read_suffix("notes.md")
    ('.txt', '.zip', None)
    """
    lower = name.lower()
    for suffix in SUFFIXES:
        if lower.endswith(suffix):
            return suffix
    return None


def suffix_of(name: str) -> str:
    """Return the suffix of a name for a message."""
    return shown(PurePosixPath(name).suffix.lower()) or "other"


def shown(name: str) -> str:
    """Return a name that any screen and database can hold: bytes that are no UTF-8, and control characters, stand as ``\\xff``.

    >>> shown("01\\udcff.txt") == "01" + chr(92) + "xff.txt"
    True
    """
    if name.isprintable():
        return name  # a hundred thousand paths are looked at where nothing is new
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return UNSHOWABLE.sub(lambda char: "".join(f"\\x{byte:02x}" for byte in char[0].encode()), text)
