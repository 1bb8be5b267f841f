"""Finding raw files: folders, globs, archives, stores; nothing outside of the source, nothing lost without a reason."""

from __future__ import annotations

import gzip
import os
import struct
import tracemalloc
import zipfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import fsspec
import pytest

from warehouse import sources
from warehouse.sources import SourceError, find_raw_files, read_bytes

TEXT = "云渡日报\n区领导调研\n".encode()


@pytest.fixture
def folder(tmp_path):
    """A folder with pages in several forms, and things that are no pages."""
    root = tmp_path / "in"
    for name in ("b/02.txt", "b/01.TXT", "a/9.txt", "a.txt"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TEXT)
    (root / "b/03.txt.gz").write_bytes(gzip.compress(TEXT))
    with zipfile.ZipFile(root / "c.zip", "w") as made:
        made.writestr("云渡日报/2.txt", TEXT)
        made.writestr("云渡日报/1.txt", TEXT)
        made.writestr("云渡日报/1.pdf", b"%PDF")
        made.writestr("__MACOSX/._1.txt", b"x")
    (root / "readme.md").write_text("no page")
    (root / ".hidden.txt").write_text("no page")
    return root


def paths(source: object, ignored: Counter[str] | None = None) -> list[str]:
    return [raw.path for raw in find_raw_files(str(source), ignored)]


def test_a_folder_is_read_to_the_bottom_in_order(folder):
    ignored: Counter[str] = Counter()
    assert paths(folder, ignored) == [
        "a/9.txt",
        "a.txt",
        "b/01.TXT",
        "b/02.txt",
        "b/03.txt.gz",
        "c.zip!云渡日报/1.txt",
        "c.zip!云渡日报/2.txt",
    ]
    assert ignored == {".md files": 1, "hidden files": 2, ".pdf files": 1}
    for raw in find_raw_files(str(folder)):
        assert raw.read() == read_bytes(raw.location) == TEXT
        assert raw.source == str(folder) and raw.location.startswith(str(folder))


def test_single_files_and_globs(folder, monkeypatch):
    assert paths(folder / "a.txt") == ["a.txt"]
    assert paths(folder / "readme.md") == ["readme.md"]
    assert paths(folder / "c.zip") == ["c.zip!云渡日报/1.txt", "c.zip!云渡日报/2.txt"]
    assert paths(folder / "**" / "*.txt") == ["a/9.txt", "a.txt", "b/02.txt"]
    monkeypatch.chdir(folder)
    assert paths("b/0*") == ["01.TXT", "02.txt", "03.txt.gz"]
    assert paths("b") == ["01.TXT", "02.txt", "03.txt.gz"]
    assert paths(f"file://{folder}/b") == ["01.TXT", "02.txt", "03.txt.gz"]


def test_a_store_gives_what_a_folder_gives(folder):
    store = fsspec.filesystem("memory")
    store.put(str(folder), "/papers", recursive=True)
    try:
        local = [raw.path for raw in find_raw_files(str(folder))]
        remote = list(find_raw_files("memory://papers"))
        assert [raw.path for raw in remote] == local
        assert {raw.read() for raw in remote} == {TEXT}
        assert [raw.fingerprint for raw in remote] == [raw.fingerprint for raw in find_raw_files("memory://papers")]
        assert paths("memory://papers/b/*.txt") == ["02.txt"]
        assert paths("memory://papers/a.txt") == ["a.txt"]
        with pytest.raises(SourceError, match="no such source"):
            paths("memory://nothing-here")
    finally:
        store.rm("/papers", recursive=True)


def test_the_fingerprint_changes_with_the_file(folder):
    before = {raw.path: raw.fingerprint for raw in find_raw_files(str(folder))}
    assert before == {raw.path: raw.fingerprint for raw in find_raw_files(str(folder))}
    (folder / "a.txt").write_bytes(TEXT + b"!")
    with zipfile.ZipFile(folder / "c.zip", "w") as made:
        made.writestr("云渡日报/2.txt", TEXT)
        made.writestr("云渡日报/1.txt", TEXT.replace(b"\n", b" "))
    after = {raw.path: raw.fingerprint for raw in find_raw_files(str(folder))}
    assert {path for path in before if before[path] != after[path]} == {"a.txt", "c.zip!云渡日报/1.txt"}
    assert read_bytes(f"{folder}/c.zip!云渡日报/1.txt") == TEXT.replace(b"\n", b" ")


def test_links_are_not_followed(folder, tmp_path):
    (tmp_path / "secret.txt").write_text("outside")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "loop").symlink_to(folder)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/1.txt").write_text("outside")
    (folder / "out").symlink_to(tmp_path / "elsewhere")
    ignored: Counter[str] = Counter()
    found = paths(folder, ignored)
    assert "link.txt" not in found and "out/1.txt" not in found and len(found) == 7 and ignored["links"] == 3
    assert "link.txt" not in paths(folder / "*.txt")


def test_a_glob_leads_through_no_link_out_of_its_folder(folder, tmp_path):
    (tmp_path / "elsewhere/deep").mkdir(parents=True)
    for place in ("1.txt", "deep/1.txt"):
        (tmp_path / "elsewhere" / place).write_text("outside")
    (folder / "out").symlink_to(tmp_path / "elsewhere")
    (folder / "b/loop").symlink_to(folder)
    for pattern in ("*/*.txt", "**/*.txt", "*/deep/*.txt", "ou[t]/1.txt"):
        ignored: Counter[str] = Counter()
        try:
            found = paths(folder / pattern, ignored)
        except SourceError:
            found = []
        assert not [path for path in found if "out" in path or "loop" in path] and ignored["links"], pattern
    (tmp_path / "linked").symlink_to(folder)
    assert paths(tmp_path / "linked/*.txt") == paths(folder / "*.txt"), "the folder that was given may itself be a link"


def with_members(path: Path, n: int, n_said: int | None = None) -> None:
    """Write the list of an archive of so many members, each said to be empty; ``n_said`` is how many the archive says it has."""
    listed = b"".join(struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, *[0] * 7, 7, *[0] * 6) + b"%07d" % number for number in range(n))
    said = n if n_said is None else n_said
    path.write_bytes(listed + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, said % 65536, said % 65536, len(listed), 0, 0))


@pytest.mark.parametrize(
    ("n", "n_said", "words"),
    [
        (200_001, 5, "200,001 members; at most 200,000"),
        (1_000_000, None, "list of members has 53,000,000 bytes; at most 40,000,000"),
    ],
)
def test_an_archive_of_too_many_members_is_refused_before_it_costs_memory(tmp_path, n, n_said, words):
    with_members(tmp_path / "many.zip", n, n_said)
    tracemalloc.start()
    (raw,) = find_raw_files(str(tmp_path))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert words in raw.error and most < 50_000_000


def test_names_that_are_no_utf8(folder):
    os.rename(os.fsencode(folder / "a.txt"), os.fsencode(folder) + b"/\xd4\xc6\x1b[31m.txt")
    found = [raw for raw in find_raw_files(str(folder)) if "xd4" in raw.path]
    assert [raw.path for raw in found] == ["\\xd4\\xc6\\x1b[31m.txt"]
    assert found[0].read() == TEXT
    found[0].location.encode("utf-8")


def test_names_in_gbk_in_an_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "gbk.zip", "w") as made:
        made.writestr("XXXXXXXX/1.txt", TEXT)
    packed = (tmp_path / "gbk.zip").read_bytes().replace(b"XXXXXXXX", "云渡日报".encode("gbk"))
    (tmp_path / "gbk.zip").write_bytes(packed)
    assert [(raw.path, raw.read()) for raw in find_raw_files(str(tmp_path))] == [("gbk.zip!云渡日报/1.txt", TEXT)]


def refused(source: Path) -> dict[str, str]:
    """Return why each file cannot be read, by path."""
    reasons = {}
    for raw in find_raw_files(str(source)):
        try:
            raw.read()
        except (SourceError, OSError) as error:
            reasons[raw.path] = str(error)
    return reasons


def test_what_is_dangerous_or_broken_is_refused_with_a_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MAX_BYTES", 1_000_000)
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no archive")
    (tmp_path / "broken.txt.gz").write_bytes(gzip.compress(TEXT)[:-9])
    (tmp_path / "bomb.txt.gz").write_bytes(gzip.compress(b"0" * 1_000_001))
    (tmp_path / "large.txt").write_bytes(b"0" * 1_000_001)
    with zipfile.ZipFile(tmp_path / "odd.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("../../etc/climbs.txt", TEXT)
        made.writestr("/etc/absolute.txt", TEXT)
        made.writestr("bomb.txt", b"0" * 900_000)
        made.writestr("good.txt", TEXT)
        made.writestr("spoilt.txt", os.urandom(5000))
    packed = bytearray((tmp_path / "odd.zip").read_bytes())
    packed[packed.rindex(b"spoilt.txt", 0, len(packed) - 400) + 2000] ^= 255
    (tmp_path / "odd.zip").write_bytes(packed)
    reasons = refused(tmp_path)
    words = {
        "broken.zip": "archive cannot be opened",
        "broken.txt.gz": "broken",
        "bomb.txt.gz": "more than 1,000,000 bytes",
        "large.txt": "at most 1,000,000",
        "odd.zip!../../etc/climbs.txt": "leads out",
        "odd.zip!/etc/absolute.txt": "leads out",
        "odd.zip!bomb.txt": "zip bomb",
        "odd.zip!spoilt.txt": "broken",
    }
    assert set(reasons) == set(words)
    for path, reason in reasons.items():
        assert words[path] in reason


@contextmanager
def as_nobody():
    """Give up the rights of root for a while: to root nothing is closed."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_there_is_no_right_to_read_is_refused_by_itself():
    with TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        (root / "closed").mkdir()
        for path in ("closed/1.txt", "open.txt", "secret.txt", "secret.zip"):
            (root / path).write_bytes(TEXT)
        for path in ("closed", "secret.txt", "secret.zip"):
            (root / path).chmod(0)
        with as_nobody():
            reasons = refused(root)
            assert [raw.read() for raw in find_raw_files(str(root)) if raw.path == "open.txt"] == [TEXT]
        (root / "closed").chmod(0o755)
    assert reasons.keys() == {"closed", "secret.txt", "secret.zip"}
    assert all("Permission denied" in reason for reason in reasons.values()), reasons
    assert reasons["closed"].startswith("the folder cannot be opened")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("no-such-folder", "no such source: no-such-folder"),
        ("in/nothing-*.txt", "found nothing"),
        ("in/only-pdf", "found 1 .pdf files; expected .txt"),
        ("nonsense://bucket/x", "cannot be opened"),
    ],
)
def test_errors_say_what_was_found_and_expected(folder, monkeypatch, source, words):
    (folder / "only-pdf").mkdir()
    (folder / "only-pdf/1.pdf").write_bytes(b"%PDF")
    monkeypatch.chdir(folder.parent)
    with pytest.raises(SourceError) as caught:
        paths(source)
    assert words in str(caught.value) and "expected" in str(caught.value)
