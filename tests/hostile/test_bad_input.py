"""One folder with every kind of bad input, run once: each file is read or quarantined with a reason, and the good page is loaded."""

from __future__ import annotations

import gzip
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from flows.pipeline.processing import DEFECT, Batch, BatchFile, TakenFile, read_group, read_portions
from tests.home import connect, dibao
from transforms.rows import RawFileFacts, file_id_of, read_raw_file

GOOD = "云渡日报\n\n2025年3月4日 星期二\n\n渡口通航\n\n本报讯(周明远) 3月3日,云渡区清浦渡口恢复通航,首日运送乘客1200人次。\n".encode()


def zipped(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


@pytest.fixture(scope="module")
def fates(tmp_path_factory) -> dict[str, tuple[str, str]]:
    """Return status and reason of every file by its path."""
    folder = tmp_path_factory.mktemp("bad")
    pages = folder / "pages"
    pages.mkdir()
    files = {
        "good.txt": GOOD,
        "empty.txt": b"",
        "white.txt": b" \n\t\n\xe3\x80\x80\n",
        "binary.txt": bytes(range(256)) * 40,
        "nul.txt": GOOD.replace("恢复".encode(), b"\x00\x00"),
        "one-long-line.txt": "云渡区清浦渡口恢复通航，".encode() * 10_000,
        "many-short-lines.txt": "渡口\n".encode() * 10_000,
        "cut-in-a-character.txt": GOOD[:-2],
        "mixed.txt": GOOD + "望江大桥合龙，两岸居民前来观看。\n".encode("gb18030") * 3,
        "wrong-bom.txt": b"\xff\xfe" + GOOD,
        "surrogates.txt": GOOD + b"\xed\xa0\x80\xed\xb0\x80\n",
        "bidi.txt": GOOD + "‮价格\x1b[31m5元‬\x07\n".encode(),
        "formula.txt": '=HYPERLINK("http://x","云渡")\n\n<script>alert(1)</script>\n'.encode() + GOOD,
        "broken.txt.gz": gzip.compress(GOOD)[:-9],
        "bomb.txt.gz": gzip.compress(b"0" * 20_000_000),
        "too-many-lines.txt": "清浦渡口\n".encode() * 20_001,
        "huge-line.txt": "渡".encode() * 700_000,
        "long-line.txt": "渡".encode() * 120_001,
        "surrogates-only.txt": b"\xed\xa0\x80" * 1000,
        "half-utf16.txt": GOOD.decode().encode("utf-16")[:-1],
    }
    for name, data in files.items():
        (pages / name).write_bytes(data)
    (pages / os.fsdecode(b"\xff\xfe.txt")).write_bytes(GOOD + b"\n")
    with (pages / "two-gigabytes.txt").open("wb") as file:
        file.truncate(2_000_000_000)
    zipped(pages / "bomb.zip", {"bomb.txt": b"0" * 50_000_000})
    zipped(pages / "outside.zip", {"../outside.txt": GOOD, "inside.txt": GOOD + b"\n\n"})
    (pages / "broken.zip").write_bytes(b"PK\x03\x04 this is no archive")
    (folder / "secret.txt").write_bytes(GOOD)
    (pages / "link.txt").symlink_to(folder / "secret.txt")
    done = dibao("run", pages, home=folder / "home")
    assert done.returncode == 0, done.stderr
    with connect(folder / "home") as con:
        found = con.execute("SELECT path, status, coalesce(reason, '') FROM raw_files").fetchall()
        found += con.execute("SELECT path, 'quarantined', reason || ': ' || detail FROM quarantine").fetchall()
        assert con.execute("SELECT count(*) FROM articles WHERE headline = '渡口通航'").fetchall()[0][0] >= 1
    return {path: (status, reason) for path, status, reason in found}


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("good.txt", "loaded", ""),
        ("nul.txt", "loaded", ""),
        ("one-long-line.txt", "loaded", ""),
        ("many-short-lines.txt", "loaded", ""),
        ("bidi.txt", "loaded", ""),
        ("formula.txt", "loaded", ""),
        ("\\xff\\xfe.txt", "loaded", ""),
        ("outside.zip!inside.txt", "loaded", ""),
        ("empty.txt", "quarantined", "the file is empty"),
        ("white.txt", "loaded", ""),
        ("cut-in-a-character.txt", "loaded", ""),
        ("binary.txt", "quarantined", "cannot be decoded"),
        ("two-gigabytes.txt", "quarantined", "split the file"),
        ("broken.txt.gz", "quarantined", "broken"),
        ("bomb.txt.gz", "quarantined", "more than 2,000,000 bytes"),
        ("too-many-lines.txt", "quarantined", "20,001 lines of text; at most 20,000 are read of one page: split the file"),
        ("huge-line.txt", "quarantined", "2,100,000 bytes; at most 2,000,000 are read of one page: split the file"),
        ("long-line.txt", "quarantined", "a line of 120,001 characters; at most 120,000 are read: break it where paragraphs end"),
        ("surrogates-only.txt", "quarantined", "cannot be decoded"),
        ("half-utf16.txt", "loaded", "could not be decoded"),
        ("bomb.zip!bomb.txt", "quarantined", "zip bomb"),
        ("outside.zip!../outside.txt", "quarantined", "leads out of the archive"),
        ("broken.zip", "quarantined", "cannot be opened"),
    ],
)
def test_each_is_read_or_quarantined_with_a_reason(fates, path, status, words):
    assert fates[path][0] == status, fates[path]
    assert words in fates[path][1]


@pytest.mark.parametrize("path", ["mixed.txt", "wrong-bom.txt", "surrogates.txt", "cut-in-a-character.txt"])
def test_what_is_doubtful_says_so(fates, path):
    assert fates[path][1], f"{path} is {fates[path][0]} without a word"


def test_a_file_that_changes_while_it_is_read_is_set_aside(tmp_path):
    page = tmp_path / "page.txt"
    page.write_bytes(GOOD)
    file = BatchFile(str(page), file_id_of(GOOD), str(tmp_path), "page.txt")
    page.write_bytes(GOOD + b"\n")
    rows, quarantine = next(read_portions(Batch("batch", "run", "2025-03-08T00:00:00", (file,))))
    assert [(row["status"], row["reason"]) for row in rows["raw_files"]] == [
        ("quarantined", "cannot be read: the file changed while it was read; run again")
    ]
    assert "articles" not in rows and [row["path"] for row in quarantine] == ["page.txt"]


def test_a_page_at_fault_fails_alone_among_those_read_with_it():
    texts = [f"渡口通航\n\n本报讯(周明远) 11月28日,云渡区{n}个渡口通航。".encode() for n in "三四五"]
    group = [
        TakenFile(BatchFile(name, file_id_of(data), "pages", name), known, data, read_raw_file(data, known))
        for name, data in zip("abc", texts, strict=True)
        if (known := RawFileFacts("pages", name))
    ]
    alone = [read_group([one], "run")[0] for one in group]
    group[1] = group[1]._replace(opened=replace(group[1].opened, datings=()))
    rows, quarantine = read_group(group, "run")
    assert [(row["path"], row["status"]) for row in rows["raw_files"]] == [("a", "loaded"), ("b", "quarantined"), ("c", "loaded")]
    assert [(row["path"], row["reason"]) for row in quarantine] == [("b", DEFECT)]
    del rows["raw_files"]
    assert rows == {table: [*alone[0][table], *alone[2][table]] for table in rows} and rows["articles"]


def test_links_are_not_followed(fates):
    assert "link.txt" not in fates
