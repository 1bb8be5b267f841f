"""How a page is read: golden pages with every kind of damage, laws of accounting, hostile input, and what reviewers corrected.

The golden pages are invented (``cases/pages.json``): each block with the role and the article that it must get. Cases that are
``unchanged`` hold nothing to repair; a ``known_failure`` says what is still beyond Dibao, and must fail.
"""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench.make_pages import make_pages
from tests.laws import check_accounting, check_articles, check_edits
from tests.shared import shared
from transforms.pages import read_page
from transforms.pages.blocks import cut_blocks
from transforms.pages.corrections import Correction, CorrectionError, decode_corrections, lines_by_file, parse_corrections
from transforms.records import Page

CASES = json.loads((Path(__file__).parents[1] / "cases" / "pages.json").read_text("utf-8"))
GOLD = json.loads((Path(__file__).parents[1] / "bench" / "pages_gold.json").read_text("utf-8"))


def marked(case: dict):
    """Return the case as a test parameter; a known failure must fail."""
    marks = [pytest.mark.xfail(strict=True, reason=case["known_failure"])] if "known_failure" in case else []
    return pytest.param(case, id=case["name"], marks=marks)


def what_is_read(page: Page) -> dict:
    """Return a page in the terms of the golden cases."""
    return {
        "blocks": [[block.role, block.article, block.text] for block in page.blocks],
        "duplicates": {str(block.seq): [block.duplicate_of, block.duplicate_kind] for block in page.blocks if block.duplicate_of},
        "joins": {str(block.seq): block.continues for block in page.blocks if block.continues},
    }


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_golden_pages(case):
    page = read_page("\n\n".join(text for *_, text in case["blocks"]))
    assert what_is_read(page) == {name: case[name] for name in ("blocks", "duplicates", "joins")}
    for article, wanted in zip(page.articles, case["articles"], strict=True):
        flags = {"headless": article.is_headless, "truncated": article.is_truncated}
        for name, value in wanted.items():
            found = flags[name] if name in flags else getattr(article, name)
            assert (list(found) if isinstance(found, tuple) else found) == value, (article.seq, name)
    assert not (case.get("unchanged") and page.edits)


def test_line_endings_and_blank_lines_change_nothing():
    case = next(case for case in CASES if case["name"] == "a seam inside a word")
    texts = [text for *_, text in case["blocks"]]
    for gap in ("\n", "\r\n\r\n", "\n　　", " \n\n\n\n "):
        assert what_is_read(read_page(gap.join(texts))) == what_is_read(read_page("\n\n".join(texts))), repr(gap)


# --- laws -------------------------------------------------------------------------------------------------------------

PIECES = [text for case in CASES[:24] for *_, text in case["blocks"]]
HALVES = [piece[: len(piece) // 2] for piece in PIECES] + [piece[len(piece) // 2 :] for piece in PIECES]
STRANGE = ["", " ", "　", "\x00", "\ud800", "，", "”", "……", "第02版", "A", "一、", "12", "（", "\u2028x", "\x85y", "🀄", "\ufeff渡口"]
PAGES = st.lists(
    st.tuples(st.sampled_from(PIECES + HALVES + STRANGE), st.sampled_from(["\n", "\n\n", "\r\n", "\n\n\n\n", " \n　", "", "\f"])),
    max_size=14,
).map(lambda parts: "".join(text + gap for text, gap in parts))


@settings(max_examples=150, deadline=None)
@given(PAGES)
def test_every_character_is_accounted_for(text):
    page = read_page(text)
    check_accounting(text, page)
    check_articles(page)
    check_edits(page)
    assert read_page(text) == page


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec=None) | st.sampled_from("\n。，”（)一 　"), max_size=300))
def test_any_text_can_be_read(text):
    page = read_page(text)
    check_accounting(text, page)
    check_articles(page)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n" * 5000,
        "渡" * 1_000_000,
        "渡口通航，" * 50_000,
        "（" * 50_000,
        "“”" * 50_000,
        "\x00" * 50_000,
        "\n".join(f"渡口{number}" for number in range(20_000)),
        "\n".join(["渡口今天通航。"] * 20_000),
        "\ud800\n" * 5000,
        "\n".join(f"渡口通航第{number}天，两岸居民往来不绝，大家都说这是一件大好事，往后还会有更多的客人到" for number in range(3000)),
    ],
    ids=[
        "empty",
        "blank",
        "one line",
        "one sentence",
        "brackets",
        "quotes",
        "NUL",
        "tiny lines",
        "one line again and again",
        "surrogates",
        "open ends",
    ],
)
def test_hostile_text_is_read_and_rebuilt(text):
    page = read_page(text)
    check_accounting(text, page)
    check_edits(page)


def test_real_pages_are_accounted_for():
    folder = shared("press/messy")
    paths = sorted(folder.glob("*.txt"))[::9]
    for path in [*paths, shared("page.txt")]:
        text = path.read_text("utf-8")
        page = read_page(text)
        check_accounting(text, page)
        check_articles(page)
        check_edits(page)


def test_the_real_page_is_read_as_by_hand():
    page = read_page(shared("page.txt").read_text("utf-8"))
    assert [set(article.blocks) for article in page.articles] == [set(article["blocks"]) for article in GOLD["articles"]]
    assert [len(article.reporters) for article in page.articles] == [article["n_reporters"] for article in GOLD["articles"]]
    assert [
        (article.dateline or "")[: len(wanted["dateline"])] for article, wanted in zip(page.articles, GOLD["articles"], strict=True)
    ] == [article["dateline"] for article in GOLD["articles"]]
    assert [[block.seq, block.duplicate_of] for block in page.blocks if block.duplicate_of] == GOLD["duplicates"]
    assert [[block.seq, block.continues] for block in page.blocks if block.continues] == GOLD["joins"]


def test_most_invented_pages_are_read_whole():
    right = wanted = 0
    for _, text, gold in islice(make_pages(11), 60):
        articles: dict[int, set[int]] = {}
        for block in gold["blocks"]:
            if block["article"] is not None:
                articles.setdefault(block["article"], set()).add(block["seq"])
        found = [set(article.blocks) for article in read_page(text).articles]
        right += sum(blocks in found for blocks in articles.values())
        wanted += len(articles)
    assert right >= 0.88 * wanted, (right, wanted)


# --- corrections ------------------------------------------------------------------------------------------------------

CORRECTED = "\n\n".join(
    [
        "老渡口恢复通航",
        "本报讯（周明远） 11月28日，云渡区老渡口恢复通航，两岸居民前来观看，首日运送乘客三千余人次。",
        "老渡口始建于清代，曾是清浦镇连接两岸的唯一通道，2008年大桥建成以后渡船停开。",
        "渡船每天往返二十班，票价两元，老人和学生免费，节假日还要加开夜班船，方便游客往来。",
        "渡船每天往返二十班，票价两元，老人和学生免费，节假日还要加开夜班船，方便游客往来。",
    ]
)


def corrected(*decisions: tuple[int, str, object]) -> Page:
    """Return the page as read with these decisions."""
    return read_page(CORRECTED, [Correction(block, what, value, "周明远") for block, what, value in decisions])


def test_without_corrections_the_page_is_one_article_with_a_duplicate():
    page = read_page(CORRECTED)
    assert [block.role for block in page.blocks] == ["headline", "body", "body", "body", "duplicate"] and len(page.articles) == 1


def test_a_role_is_corrected():
    page = corrected((3, "role", "advert"))
    assert page.blocks[2].role == "advert" and page.blocks[2].article is None
    assert corrected((1, "role", "body")).blocks[0].role == "body"
    assert corrected((3, "role", "subhead")).articles[0].subheads == (page.blocks[2].text,)


def test_the_border_of_an_article_is_corrected():
    page = corrected((3, "begins_article", True))
    assert [block.article for block in page.blocks] == [1, 1, 2, 2, 2]
    assert {block.article for block in corrected((3, "begins_article", True), (3, "begins_article", False)).blocks} == {1}


def test_a_headline_is_corrected():
    page = corrected((3, "role", "headline"), (3, "begins_article", True))
    assert [article.headline for article in page.articles] == ["老渡口恢复通航", page.blocks[2].text]


def test_duplicates_are_corrected():
    assert corrected((5, "duplicate_of", None)).blocks[4].role == "body"
    page = corrected((3, "duplicate_of", 2))
    assert (page.blocks[2].role, page.blocks[2].duplicate_of) == ("duplicate", 2)
    page = corrected((4, "duplicate_of", 5))
    assert [block.duplicate_of for block in page.blocks] == [None, None, None, 5, None]


def test_order_is_corrected():
    page = corrected((4, "continues", 2))
    assert [paragraph.text[:4] for paragraph in page.articles[0].paragraphs] == ["老渡口恢", "本报讯（", "老渡口始"]
    assert page.articles[0].paragraphs[1].text.endswith("游客往来。")
    page = corrected((3, "after", 4))
    assert [page.text[p.spans[0].char_start] for p in page.articles[0].paragraphs] == ["老", "本", "渡", "老"]
    back = corrected((2, "continues", 3), (3, "continues", 2))
    check_articles(back)


def test_a_seam_is_undone():
    text = "渡船又开了\n\n本报讯（周明远） 11月28日，老渡口举行了通航仪\n\n式，两岸居民前来观看，首日运送乘客三千余人次。"
    assert read_page(text).blocks[2].continues == 2
    assert read_page(text, [Correction(3, "continues", None, "周明远")]).blocks[2].continues is None


def test_corrections_are_edits_and_keep_the_account():
    page = corrected((3, "after", 4), (5, "duplicate_of", None), (2, "role", "body"))
    assert [(edit.kind, edit.block, edit.target) for edit in page.edits if edit.kind == "correct"] == [
        ("correct", 2, None),
        ("correct", 3, 4),
        ("correct", 5, None),
    ]
    assert all("周明远" in edit.evidence for edit in page.edits if edit.kind == "correct")
    check_accounting(CORRECTED, page)
    check_articles(page)
    check_edits(page)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 5),
            st.one_of(
                st.tuples(st.just("role"), st.sampled_from(["headline", "body", "subhead", "furniture", "credit", "advert"])),
                st.tuples(st.just("begins_article"), st.booleans()),
                st.tuples(st.sampled_from(["continues", "duplicate_of"]), st.none() | st.integers(1, 5)),
                st.tuples(st.just("after"), st.integers(1, 5)),
            ),
        ),
        max_size=5,
    )
)
def test_no_corrections_break_the_account(decisions):
    decisions = [(block, what, value) for block, (what, value) in decisions if what in ("role", "begins_article") or value != block]
    page = corrected(*decisions)
    check_accounting(CORRECTED, page)
    check_articles(page)
    check_edits(page)


def test_a_correction_that_does_not_fit_is_told():
    with pytest.raises(CorrectionError, match="block 9: role 'body' does not fit a page of 5 blocks"):
        corrected((9, "role", "body"))
    with pytest.raises(CorrectionError, match="duplicate_of 3 does not fit"):
        corrected((3, "duplicate_of", 3))


LINE = {"file_id": "9325bc4b746a9a60", "block": 7, "role": "headline", "by": "周明远"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"role": "titel"}, "expected 'role' as one of"),
        ({"role": ["headline"]}, "expected 'role' as one of"),
        ({"role": None}, "expected 'role'"),
        ({"block": "7"}, "expected 'block' as the number of a block, counted from 1, found '7'"),
        ({"block": True}, "found True"),
        ({"block": -7}, "found -7"),
        ({"block": 7.0}, "found 7.0"),
        ({"block": None}, "expected 'block'"),
        ({"block": {"7": 7}}, "expected 'block'"),
        ({"by": ""}, "expected 'by' as text"),
        ({"by": ["周明远"]}, "expected 'by' as text"),
        ({"by": "\ud800"}, "expected 'by' as text"),
        ({"note": {"a": 1}}, "expected 'note' as text"),
        ({"note": 3}, "expected 'note' as text, found 3"),
        ({"file_id": "9325BC4B746A9A60"}, "expected 'file_id' as 16 hex digits"),
        ({"file_id": 9325}, "expected 'file_id'"),
        ({"roll": "body"}, "unknown \\['roll'\\]"),
        ({"after": None}, "expected 'after' as the number of a block, found None"),
        ({"continues": 0}, "expected 'continues' as the number of a block or null, found 0"),
        ({"duplicate_of": True}, "'duplicate_of' .* found True"),
        ({"begins_article": 1}, "expected 'begins_article' as true or false, found 1"),
    ],
)
def test_a_bad_line_is_told_with_its_number(change, said):
    with pytest.raises(CorrectionError, match=f"line 2: .*{said}"):
        parse_corrections("\n" + json.dumps(LINE | change))


def test_a_line_without_a_decision_or_without_json_is_told():
    with pytest.raises(CorrectionError, match="line 1: no decision"):
        parse_corrections(json.dumps({key: value for key, value in LINE.items() if key != "role"}))
    with pytest.raises(CorrectionError, match="line 1: expected one JSON object, found 'no'"):
        parse_corrections("no")


@pytest.mark.parametrize("line", ["[" * 100_000, '{"note": ' + "[" * 900 + "]" * 900 + "}", '{"file_id": ' * 3000])
def test_a_deeply_nested_line_is_told(line):
    with pytest.raises(CorrectionError, match="line 1: expected"):
        parse_corrections(line)


def test_a_name_that_stands_twice_is_told():
    with pytest.raises(CorrectionError, match="line 1: .*stands in it twice"):
        parse_corrections('{"file_id": "9325bc4b746a9a60", "block": 7, "block": 8, "role": "body", "by": "周明远"}')


def test_a_file_in_another_encoding_is_told_with_the_line():
    line = json.dumps(LINE, ensure_ascii=False) + "\n"
    assert decode_corrections(b"\xef\xbb\xbf" + line.encode()) == line
    with pytest.raises(CorrectionError, match="line 2: expected UTF-8, found the byte 0xd6"):
        decode_corrections(b"\n" + line.encode("gb18030"))


def lines_of(what: str, *pairs: tuple[int, int | None]) -> str:
    return "\n".join(json.dumps({"file_id": LINE["file_id"], "by": "周明远", "block": block, what: other}) for block, other in pairs)


@pytest.mark.parametrize("what", ["duplicate_of", "continues", "after"])
@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([(3, 4), (4, 3)], "line 2: .* goes in a circle, 3 -> 4 -> 3"),
        ([(3, 3)], "line 1: .* circle, 3 -> 3"),
        ([(9, 3), (3, 4), (5, 3), (4, 5), (8, 9)], "line 4: .* circle, 3 -> 4 -> 5 -> 3"),
    ],
)
def test_decisions_that_go_in_a_circle_are_told_with_the_line_that_closes_it(what, pairs, said):
    with pytest.raises(CorrectionError, match=said):
        parse_corrections(lines_of(what, *pairs))


def test_the_last_decision_about_a_block_counts_and_opens_a_circle():
    assert len(parse_corrections(lines_of("duplicate_of", (3, 4), (4, 3), (3, None), (5, 4)))[LINE["file_id"]]) == 4
    other = lines_of("duplicate_of", (4, 3)).replace(LINE["file_id"], "070473c1b81c2bbf")
    assert len(parse_corrections(lines_of("duplicate_of", (3, 4)) + "\n" + other)) == 2


def test_lines_are_carried_by_file():
    other = LINE | {"file_id": "070473c1b81c2bbf", "role": "body"}
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in (LINE, other, LINE | {"block": 8}))
    lines = lines_by_file(text)
    assert sorted(lines) == ["070473c1b81c2bbf", "9325bc4b746a9a60"]
    assert [c.block for c in parse_corrections(lines["9325bc4b746a9a60"])["9325bc4b746a9a60"]] == [7, 8]


def test_blocks_are_cut_at_every_kind_of_line_break():
    assert [cut.text for cut in cut_blocks("渡口\r\n通航\u2028两岸\x0b居民\x85观看\f。")] == ["渡口", "通航", "两岸", "居民", "观看", "。"]
