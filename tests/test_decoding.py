"""Decoding: the right encoding, never silently wrong, a reason where it is no text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import shared
from transforms.decoding import Decoded, UndecodableError, decode

PAGE = (
    "云渡日报　2025年3月5日　第一版\r\n\r\n区领导督导老旧小区改造\n本报讯(陆一鸣) 3月4日下午，区委书记程望舒来到青石桥街道，"
    "察看老旧小区改造进展。他强调，要把群众的事一件一件办好，让居民住得安心、住得舒心。\n今年，全区计划改造小区18个，惠及居民6200余户。\n"
)
TRADITIONAL = (
    "雲渡區今年計劃改造舊小區十八個，惠及居民六千二百餘戶。區長說，要把群眾的事一件一件辦好，讓居民住得安心、住得舒心。"
    "記者從會上了解到，這項工程總投資約三億元，將於年底前完成。"
)
FAMILY = {"utf-8-sig": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "utf-16": "utf-16-le", "utf-32": "utf-32-le", "big5hkscs": "big5"}


@pytest.mark.parametrize("encoding", [
    "utf-8", "utf-8-sig", "gb2312", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "hz"])
def test_simplified(encoding):
    text = PAGE if encoding != "hz" else PAGE.replace("\r", "")
    assert decode(text.encode(encoding)) == Decoded(text, FAMILY.get(encoding, encoding), 0, None)


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "gbk", "utf-16-be", "utf-8"])
def test_traditional(encoding):
    assert decode(TRADITIONAL.encode(encoding)) == Decoded(TRADITIONAL, FAMILY.get(encoding, encoding), 0, None)


def test_hong_kong_characters():
    text = TRADITIONAL + "佢哋喺度食嘢，記者話啲人好開心㗎。"
    assert decode(text.encode("big5hkscs")) == Decoded(text, "big5hkscs", 0, None)


def test_gb18030_beyond_gbk():
    text = PAGE + "𠄌😀"
    assert decode(text.encode("gb18030")) == Decoded(text, "gb18030", 0, None)


@pytest.mark.parametrize("name", ["gb2312", "gbk", "gb18030", "big5", "hz", "euc_jp", "shift_jis", "iso2022_jp", "euc_kr", "cp949", "johab", "iso2022_kr"])
def test_the_twins_of_cpython(name):
    found = decode(shared(f"encodings/{name}.txt").read_bytes())
    assert found.text == shared(f"encodings/{name}-utf8.txt").read_bytes().decode()
    is_chinese = name in ("gb2312", "gbk", "gb18030", "big5", "hz")
    assert (found.doubtful is None) == is_chinese, found.doubtful


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_a_cut_last_character_is_counted_and_flagged(encoding):
    found = decode(PAGE.rstrip().encode(encoding)[:-1])
    assert (found.encoding, found.n_replaced) == (encoding, 1)
    assert "could not be decoded" in found.doubtful and found.text[:-1] == PAGE.rstrip()[: len(found.text) - 1]


@pytest.mark.parametrize(("data", "encoding", "words"), [
    (b"\xff\xfe" + PAGE.encode(), "utf-8", "byte order mark says utf-16-le"),
    (b"\xef\xbb\xbf" + PAGE.encode("gbk"), "gb18030", "byte order mark says utf-8"),
    (b"\xfe\xff" + PAGE.encode("utf-16-le"), "utf-16-le", "byte order mark says utf-16-be"),
    ((PAGE * 9).encode("gbk") + "再版要闻及更正".encode(), "gb18030", "hardly occurs"),
    (PAGE.encode() + "锟斤拷".encode(), "utf-8", "锟斤拷"),
    (PAGE.encode() + "\ufffd".encode(), "utf-8", "already lost"),
    (PAGE.encode() + b"\0", "utf-8", "control"),
    (PAGE.encode("gbk") + b"\0", "gb18030", "control"),
    ((PAGE + "\ud800").encode("utf-8", "surrogatepass"), "utf-8", "could not be decoded"),
    (PAGE.encode().decode("gbk", "ignore").encode(), "utf-8", "does not read like Chinese"),
    ("日报".encode("gbk"), "gb18030", "only 2 characters"),
])
def test_doubts_are_told(data, encoding, words):
    found = decode(data)
    assert found.encoding == encoding and words in found.doubtful


@pytest.mark.parametrize(("data", "words"), [
    (b"", "empty"), (b"\xef\xbb\xbf", "empty but for"), (b"\0" * 99, "control codes"), (bytes(range(256)) * 40, "readable"),
    (b"\xff" * 50, "cannot be read"), (b"%PDF-1.7 \xe4", "PDF"), (b"PK\x03\x04abc", "zip"), (b"\x1f\x8b\x08", "gzip"),
])
def test_what_is_no_text_is_refused_with_a_reason(data, words):
    with pytest.raises(UndecodableError, match=words):
        decode(data)


def test_ascii_in_utf16_without_a_mark():
    assert decode("page 1\n".encode("utf-16-le")).encoding == "utf-16-le"
    assert decode("page 1\n".encode("utf-16-be")).encoding == "utf-16-be"


def test_plain_ascii_is_utf8():
    assert decode(b"weather: fine ~{ no HZ\r\n") == Decoded("weather: fine ~{ no HZ\r\n", "utf-8", 0, None)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    try:
        found = decode(data)
    except UndecodableError as error:
        assert str(error)
    else:
        assert found == decode(data)
        found.text.encode("utf-8")
        assert found.n_replaced <= found.text.count("\ufffd")


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda text: text[0] not in "\ufeff\ufffe"))
def test_utf8_comes_back_to_the_letter(text):
    try:
        assert decode(text.encode()).text == text or "~{" in text
    except UndecodableError as error:
        assert any(word in str(error) for word in ("archive", "document", "image", "file"))
