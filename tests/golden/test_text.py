"""The ground floor: characters, the reading text with its way back, sentences and clauses, and where a fact stands in a raw file."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.locating import Locator
from transforms.pages import read_page
from transforms.records import Title
from transforms.text.characters import finds_in_reading_text, fold, fold_forms, read, to_raw, to_reading
from transforms.text.sentences import split_sentences
from transforms.text.spans import Span, concatenate

ODD = "云渡區縣長１２％．⼯⾧﹐﹒︰•　\u200b\u00ad\ufe0f\ufeff𠀀é\n，。“”（）a1"


@given(st.text(st.sampled_from(ODD), max_size=40))
def test_folding_keeps_the_length_and_folds_once(text):
    assert len(fold(text)) == len(fold_forms(text)) == len(text)
    assert fold(fold(text)) == fold(text) == fold(fold_forms(text))


@pytest.mark.parametrize("fold_one", [fold_forms, fold])
def test_no_character_of_unicode_folds_to_one_that_folds_again(fold_one):
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    folded = fold_one(everything)
    assert len(folded) == len(everything)
    assert [old for old, new, again in zip(everything, folded, fold_one(folded), strict=True) if new != again] == []
    assert fold(fold_forms(everything)) == fold(everything)


@given(st.text(st.sampled_from(ODD), max_size=40), st.data())
def test_every_range_of_the_reading_text_leads_back(text, data):
    reading = read(text)
    if reading.text:
        start = data.draw(st.integers(0, len(reading.text) - 1))
        end = data.draw(st.integers(start + 1, len(reading.text)))
        raw_start, raw_end = reading.raw_range(start, end)
        assert read(text[raw_start:raw_end]).text == reading.text[start:end]
        assert reading.range_of(raw_start, raw_end) == (start, end)
    assert read(reading.text).text == reading.text


def test_records_go_to_the_reading_text_and_back():
    raw = "代區\u200b长、縣政府"
    titles = [Title("區\u200b长", 1, 4, "縣政府")]
    in_reading = [to_reading(title, read(raw)) for title in titles]
    assert [title[:3] for title in in_reading] == [("区长", 1, 3)]
    assert to_raw(in_reading, read(raw), raw) == titles


def test_a_finder_gives_raw_offsets_of_what_it_finds_in_the_reading_text():
    find = finds_in_reading_text(lambda text, others: [one._replace(organization=text[:2]) for one in others])
    assert find("ＡＢ\u200b区长", [Title("区长", 3, 5)]) == [Title("区长", 3, 5, "AB")]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("渡口通航了！“我每天要坐船。”周明远说。", ["渡口通航了！", "“我每天要坐船。”周明远说。"]),
        ("会议决定；清浦大桥通车。", ["会议决定；清浦大桥通车。"]),
        ("投资3.5亿元。(来源:云渡日报)", ["投资3.5亿元。", "(来源:云渡日报)"]),
        ("第一行\n第二行", ["第一行", "第二行"]),
        (" \n ", []),
    ],
)
def test_where_sentences_end(text, sentences):
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


def test_a_fact_over_a_cut_has_a_span_on_each_side_and_its_sentence():
    raw = "县里举行常\n\n云渡晚报\n\n州体育产业集团揭牌仪式。"
    aligned = concatenate([[Span(0, 5), Span(13, len(raw))]], raw)
    assert aligned.text == "县里举行常州体育产业集团揭牌仪式。"
    assert [raw[span.char_start : span.char_end] for span in aligned.raw_spans(4, 12)] == ["常", "州体育产业集团"]


def test_the_locator_names_the_sentence_and_the_raw_place_of_a_fact():
    raw = "望江大桥6月合龙\n\n本报讯 渡口今天通航了，两岸居民都来庆祝。大桥将于6月合龙，两岸通行只要8分钟。\n"
    page = read_page(raw)
    (article,) = page.articles
    locator = Locator("a", raw, article)
    start = locator.aligned.text.index("8分钟")
    columns = locator.fact_columns(Title("8分钟", start, start + 3))
    assert (columns["text"], columns["sentence_id"]) == ("8分钟", "a-s003")
    assert [raw[span.char_start : span.char_end] for span in columns["spans"]] == ["8分钟"]
