"""Decoding: the right encoding, never silently wrong, a reason where it is no text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import shared
from transforms.decoding import Decoded, EncodingError, UndecodableError, decode

PAGE = (
    "云渡日报　2025年3月5日　第一版\r\n\r\n区领导督导老旧小区改造\n本报讯(陆一鸣) 3月4日下午，区委书记程望舒来到青石桥街道，"
    "察看老旧小区改造进展。他强调，要把群众的事一件一件办好，让居民住得安心、住得舒心。\n今年，全区计划改造小区18个，惠及居民6200余户。\n"
)
TRADITIONAL = (
    "雲渡區今年計劃改造舊小區十八個，惠及居民六千二百餘戶。區長說，要把群眾的事一件一件辦好，讓居民住得安心、住得舒心。"
    "記者從會上了解到，這項工程總投資約三億元，將於年底前完成。"
)
FAMILY = {"utf-8-sig": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "utf-16": "utf-16-le", "utf-32": "utf-32-le", "big5hkscs": "big5"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb2312", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "hz"])
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


@pytest.mark.parametrize(
    "name", ["gb2312", "gbk", "gb18030", "big5", "hz", "euc_jp", "shift_jis", "iso2022_jp", "euc_kr", "cp949", "johab", "iso2022_kr"]
)
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


@pytest.mark.parametrize(
    ("data", "encoding", "words"),
    [
        (b"\xff\xfe" + PAGE.encode(), "utf-8", "byte order mark says utf-16-le"),
        (b"\xef\xbb\xbf" + PAGE.encode("gbk"), "gb18030", "byte order mark says utf-8"),
        (b"\xfe\xff" + PAGE.encode("utf-16-le"), "utf-16-le", "byte order mark says utf-16-be"),
        ((PAGE * 9).encode("gbk") + "再版要闻及更正".encode(), "utf-8, gb18030", "two encodings"),
        (PAGE.encode("gbk").decode("latin-1").encode(), "gb18030 read as latin-1", "undone"),
        (PAGE.encode() + "锟斤拷".encode(), "utf-8", "锟斤拷"),
        (PAGE.encode() + "\ufffd".encode(), "utf-8", "already lost"),
        (PAGE.encode() + b"\0", "utf-8", "control"),
        (PAGE.encode("gbk") + b"\0", "gb18030", "control"),
        ((PAGE + "\ud800").encode("utf-8", "surrogatepass"), "utf-8", "could not be decoded"),
        (PAGE.encode().decode("gbk", "ignore").encode(), "utf-8", "does not read like Chinese"),
        ("日报".encode("gbk"), "gb18030", "only 2 characters"),
    ],
)
def test_doubts_are_told(data, encoding, words):
    found = decode(data)
    assert found.encoding == encoding and words in found.doubtful


@pytest.mark.parametrize("encoding", ["gbk", "big5"])
def test_a_file_that_begins_inside_a_character_loses_that_one_only(encoding):
    text = PAGE if encoding == "gbk" else TRADITIONAL
    found = decode(text.encode(encoding)[1:])
    assert (found.text, found.n_replaced) == ("\ufffd" + text[1:], 1) and "could not be decoded" in found.doubtful


def test_a_lost_byte_is_told_where_it_shows():
    data = TRADITIONAL.replace("億元", "強調垃圾").encode("big5")
    at = data.index("垃".encode("big5"))
    assert "could not be decoded" in decode(data[:at] + data[at + 1 :] + b"\xa4").doubtful
    assert "a byte was lost" in decode("區住建妣t責人".encode("big5") + TRADITIONAL.encode("big5")).doubtful


def test_kana_in_big5_is_told_for_the_standards_disagree():
    text = TRADITIONAL + "鮮の味"
    assert decode(text.encode("big5")).text == text
    assert "others in big5hkscs" in decode(text.encode("big5")).doubtful


@pytest.mark.parametrize("text", ["戴德\t6,958.93\t19.4%", "曹思 侯振鹏 阎桂玉 钱思阳", "A股 渡口"])
def test_short_hz_is_never_taken_for_ascii(text):
    found = decode(text.encode("hz"))
    assert (found.text, found.encoding) == (text, "hz")


@pytest.mark.parametrize("text", ["时", "为<b>1</b>", "史伟 29"])
def test_a_few_characters_that_are_utf8_by_chance_are_told(text):
    assert text.encode("gbk").decode("utf-8") != text
    assert decode(text.encode("gbk")).doubtful


# --- what a source is said to be in -------------------------------------------------------------------------------------

SHORT = "渡口恢复"


@pytest.mark.parametrize(
    ("text", "encoding", "hints"),
    [
        (SHORT, "gbk", ["gbk"]),
        (SHORT, "gb2312", ["utf-8", "GB2312"]),
        ("沙", "gbk", ["gb18030"]),
        ("雲渡", "big5", ["big5", "gbk"]),
        (SHORT, "utf-16-le", ["utf-16"]),
        ("史伟 29", "gbk", ["cp936"]),
        (PAGE, "gbk", ["gb18030"]),
        (PAGE, "utf-8", ["utf-8"]),
        (PAGE, "utf-8-sig", ["utf-8"]),
        ("page 1\n", "ascii", ["gbk"]),
        ("page 1\n", "ascii", ["big5", "utf-8"]),
    ],
)
def test_a_hint_settles_what_is_open(text, encoding, hints):
    found = decode(text.encode(encoding), hints)
    assert (found.text, found.doubtful, found.n_replaced) == (text, None, 0)


@pytest.mark.parametrize(
    ("data", "hints", "encoding"),
    [
        (PAGE.encode(), ["gbk"], "utf-8"),
        (PAGE.encode("gbk"), ["utf-8"], "gb18030"),
        (TRADITIONAL.encode("big5"), ["gb18030"], "big5"),
        (PAGE.encode("gbk"), ["big5", "hz"], "gb18030"),
        (PAGE.encode("utf-16"), ["gb18030"], "utf-16-le"),
        (PAGE.encode("utf-8-sig"), ["gbk"], "utf-8"),
        (PAGE.replace("\r", "").encode("hz"), ["gbk"], "hz"),
        (PAGE.encode("utf-16-be"), ["utf-8"], "utf-16-be"),
        (PAGE.encode("gbk"), ["utf-16"], "gb18030"),
    ],
)
def test_a_wrong_hint_never_makes_rubbish(data, hints, encoding):
    found = decode(data, hints)
    assert (found.text, found.encoding) == (decode(data).text, encoding)
    assert f"does not fit: the bytes say {encoding}" in found.doubtful


def test_what_speaks_against_a_text_is_told_under_a_hint_too():
    found = decode(PAGE.encode("gbk")[:-2], ["gbk"])
    assert found.n_replaced == 1 and "could not be decoded" in found.doubtful
    assert "control" in decode(PAGE.encode("gbk") + b"\0", ["gbk"]).doubtful


@pytest.mark.parametrize("data", [b"", b"\0" * 99, bytes(range(256)) * 40, b"%PDF-1.7 \xe4", b"\xff" * 50])
def test_a_hint_makes_no_text_of_what_is_none(data):
    with pytest.raises(UndecodableError):
        decode(data, ["gb18030"])


def test_a_hint_that_is_none_says_what_is_known():
    with pytest.raises(EncodingError, match="unknown encoding 'gb19030'; expected some of utf-8"):
        decode(b"x", ["gb19030"])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty but for"),
        (b"\0" * 99, "control codes"),
        (bytes(range(256)) * 40, "readable"),
        (b"\xff" * 50, "cannot be read"),
        (b"%PDF-1.7 \xe4", "PDF"),
        (b"PK\x03\x04abc", "zip"),
        (b"\x1f\x8b\x08", "gzip"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data, words):
    with pytest.raises(UndecodableError, match=words):
        decode(data)


def test_ascii_in_utf16_without_a_mark():
    assert decode("page 1\n".encode("utf-16-le")).encoding == "utf-16-le"
    assert decode("page 1\n".encode("utf-16-be")).encoding == "utf-16-be"


def test_plain_ascii_is_utf8():
    assert decode(b"weather: fine ~{ no HZ\r\n") == Decoded("weather: fine ~{ no HZ\r\n", "utf-8", 0, None)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([(), ("gbk",), ("big5", "utf-16"), ("hz",), ("utf-8",)]))
def test_any_bytes_are_read_or_refused(data, hints):
    try:
        found = decode(data, hints)
    except UndecodableError as error:
        assert str(error)
    else:
        assert found == decode(data, hints)
        assert decode(data, [found.encoding]).text == found.text, "what was recorded reads the file again"
        found.text.encode("utf-8")
        assert found.n_replaced <= found.text.count("\ufffd")


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda text: text[0] not in "\ufeff\ufffe"))
def test_utf8_comes_back_to_the_letter(text):
    """But for a few letters that are common Chinese characters in GB18030 (ʱ is 时), which is said; '~{' begins HZ."""
    try:
        found = decode(text.encode())
        assert found.text == text or found.doubtful or "~{" in text
    except UndecodableError as error:
        assert any(word in str(error) for word in ("archive", "document", "image", "file"))
