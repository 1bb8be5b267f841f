"""Copies of files: the same bytes whatever the size, the digest of them, and a full disk that is told as such."""

from __future__ import annotations

import errno
import os
import random
import resource
from hashlib import sha256
from multiprocessing import get_context

import pytest

from warehouse import copying
from warehouse.copying import AT_A_TIME, PAGE, copy_file


@pytest.mark.parametrize("size", [0, 1, PAGE, PAGE + 1, AT_A_TIME, AT_A_TIME + PAGE, 2 * AT_A_TIME + 4711])
@pytest.mark.parametrize("is_direct", [True, False])
def test_a_copy_has_the_bytes_and_their_digest(tmp_path, monkeypatch, size, is_direct):
    if not is_direct:
        monkeypatch.setattr(copying, "DIRECT", 0)
    data, digest = random.Random(size).randbytes(size), sha256()
    (tmp_path / "source").write_bytes(data)
    (tmp_path / "target").write_bytes(b"longer than what comes" * size)
    copy_file(tmp_path / "source", tmp_path / "target", digest)
    assert (tmp_path / "target").read_bytes() == data
    assert digest.hexdigest() == sha256(data).hexdigest()


def copy_with_little_room(source, target, room, told) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        copy_file(source, target)
    except OSError as error:
        told.put(error.errno)


@pytest.mark.parametrize("room", [PAGE, AT_A_TIME + 100])
def test_a_copy_that_has_no_room_says_so(tmp_path, room):
    (tmp_path / "source").write_bytes(os.urandom(3 * AT_A_TIME))
    forked = get_context("fork")
    told = forked.Queue()
    process = forked.Process(target=copy_with_little_room, args=(tmp_path / "source", tmp_path / "target", room, told))
    process.start()
    assert told.get(timeout=60) == errno.EFBIG
    process.join()
