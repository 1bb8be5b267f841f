"""Where a fact stands: offsets in an article's text carried back to the raw text and to its sentences."""

from __future__ import annotations

from bisect import bisect_right

from transforms.records import Article
from transforms.sentences import split_sentences
from transforms.spans import Piecewise, lay

Row = dict[str, object]


class Locator:
    """Carries offsets in an article's text back to the raw text and to its sentences."""

    def __init__(self, article_id: str, raw_text: str, article: Article) -> None:
        self.article_id = article_id
        self.whole: Piecewise = lay([paragraph.spans for paragraph in article.paragraphs], raw_text)
        self.sentence_starts: list[int] = []
        self.paragraph_rows: list[Row] = []
        self.sentence_rows: list[Row] = []
        at = 0
        for paragraph in article.paragraphs:
            paragraph_id = f"{article_id}-p{paragraph.seq:03d}"
            self.paragraph_rows.append({
                "paragraph_id": paragraph_id,
                "article_id": article_id,
                "seq": paragraph.seq,
                "role": paragraph.role,
                "text": paragraph.text,
                "spans": paragraph.spans,
            })
            for start, end in split_sentences(paragraph.text):
                self._add_sentence(paragraph_id, at + start, at + end)
            at += len(paragraph.text) + 1

    def _add_sentence(self, paragraph_id: str, start: int, end: int) -> None:
        self.sentence_starts.append(start)
        seq = len(self.sentence_starts)
        self.sentence_rows.append({
            "sentence_id": f"{self.article_id}-s{seq:03d}",
            "article_id": self.article_id,
            "paragraph_id": paragraph_id,
            "seq": seq,
            "text": self.whole.text[start:end],
            "spans": self.whole.raw_spans(start, end),
        })

    def place(self, record) -> Row:
        """Return the columns that every fact has: article, sentence, text, spans."""
        seq = bisect_right(self.sentence_starts, record.char_start)
        return {
            "article_id": self.article_id,
            "sentence_id": self.sentence_rows[seq - 1]["sentence_id"] if seq else None,
            "text": record.text,
            "spans": self.whole.raw_spans(record.char_start, record.char_end),
        }
