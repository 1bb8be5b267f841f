"""Text as it may come: fragments of real-looking print, and everything that print should not hold."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache

from hypothesis import strategies as st

from transforms.decoding import UndecodableError, decode
from warehouse import sample

CLAUSE = re.compile(r"[^，,。；;！!？?：:\n]+[，,。；;！!？?：:]?")
SIGNS = "，。、；：！？,.;:!?…—-·~“”‘’「」『』（）()《》〈〉【】[]{}%％‰℃￥$+=@#|/\\*_^<>&'\""
DIGITS = "0123456789０１２３４５６７８９〇零一二三四五六七八九十百千万亿两半几多余近约廿卅壹贰拾佰点"
UNITS = "年月日号时分秒周星期个名元亩吨米人次家户项版第每均至到间内前后初底上下今明去昨"
NAMES = "王李张刘陈赵周吴区县市镇街道书记长主任记者通讯员本报讯说道称据"
ODD = "\x00\x01\x07\x08\x1b\x7f\x85\xa0\xad\u200b\u200d\u200e\u202a\u202e\u2066\u2069\u2028\u2029\u3000\ufeff\ufffc\ufffd\ufffe\ue000\ud800\udbff\udc00\udfff\U00020000\U0001f004\U000e0001\U0010ffff"
BREAKS = ["\n", "\n\n", "\r\n", "\r", "\f", "\v", " \n　　", "\t", " ", "　", "\u2028"]


@cache
def clauses() -> list[str]:
    """Return the clauses that the bundled sample prints, each once, in order; of files that are no text, none."""
    found: dict[str, None] = {}
    for page in sorted(sample.path().rglob("*.txt")):
        with suppress(UndecodableError):
            found.update(dict.fromkeys(CLAUSE.findall(decode(page.read_bytes()).text)))
    return list(found)


def newspaper_text(max_pieces: int = 30) -> st.SearchStrategy[str]:
    """Return a strategy of texts: pieces of print, cut or whole, among signs, digits, odd characters and long runs of one of them."""
    whole = st.sampled_from(clauses())
    cut = st.builds(lambda clause, at: clause[at % len(clause) :], whole, st.integers(0, 30))
    letters = st.sampled_from(SIGNS + DIGITS + UNITS + NAMES + ODD)
    piece = st.one_of(
        whole,
        cut,
        st.sampled_from(BREAKS),
        st.text(st.sampled_from(DIGITS + UNITS), max_size=8),
        st.text(st.sampled_from(SIGNS), max_size=3),
        st.text(letters, max_size=8),
        st.text(st.characters(codec=None), max_size=4),
        st.builds(lambda letter, n: letter * n, letters, st.sampled_from([2, 3, 9, 40, 400])),
    )
    return st.lists(piece, max_size=max_pieces).map("".join)
