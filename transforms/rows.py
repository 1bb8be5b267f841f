"""One raw file as rows of the warehouse's tables: bytes in, rows out.

This is the whole reading of a file, top to bottom: decode, read the page, date it, and find the facts of each article.
Finders see the text of one article (its paragraphs, one per line) and know nothing of raw files; ``transforms.facts`` makes
rows of what they find, and ``transforms.locating`` carries their offsets back to the raw text, through seams.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice

from transforms.bylines import signed_names
from transforms.dating import Dating, date_page
from transforms.decoding import Decoded, decode
from transforms.facts import ReadArticle, all_fact_rows
from transforms.forgetting import NOTHING_FORGOTTEN, Forgotten
from transforms.locating import Locator
from transforms.names import find_names_of
from transforms.pages import read_page
from transforms.pages.blocks import measure_blocks
from transforms.pages.corrections import Correction
from transforms.pages.masthead import Masthead, read_masthead
from transforms.pages.physical_form import unreadable
from transforms.records import Article, Page, Row, file_id_of
from transforms.text.characters import read, to_reading

Rows = dict[str, list[Row]]

MAX_BLOCKS = 20_000
"""Blocks beyond which a raw file is no page: one has some hundred, and each costs a row or two, and memory."""
MAX_LINE = 120_000
"""Characters of a line that is still read; a page has some ten thousand in all. The audit's memory grows with facts times the length of their line."""


class NoPageError(ValueError):
    """The text cannot be read as one page; the message says why."""


@dataclass(frozen=True, slots=True)
class RawFileFacts:
    """What is known of a raw file before it is read: where it was found, what its path says, and the encodings its source is said to be in."""

    source: str
    path: str
    paper: str | None = None
    issue_on: date | None = None
    page: str | None = None
    encodings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A raw file with its page read and dated, before anything is found in its articles; ``rows`` are those of the page."""

    rows: Rows
    articles: Sequence[Article]
    datings: Sequence[Dating]
    located: Sequence[Locator]


def read_file(data: bytes, known: RawFileFacts, corrections: Sequence[Correction] = ()) -> Rows:
    """Return the rows that one raw file gives, by table; raises what ``read_raw_file`` raises."""
    return rows_of_files([read_raw_file(data, known, corrections)])


def read_raw_file(
    data: bytes, known: RawFileFacts, corrections: Sequence[Correction] = (), forgotten: Forgotten = NOTHING_FORGOTTEN
) -> OpenedFile:
    """Return a raw file with its page read; columns of runs and corpus are left to those who know them.

    ``corrections`` are what reviewers decided about its page; it is read without what was ``forgotten``. Raises ``transforms.decoding.UndecodableError`` where the bytes
    are no text, NoPageError where it has more than ``MAX_BLOCKS`` blocks or a line beyond ``MAX_LINE``, ``transforms.pages.corrections.CorrectionError``
    where a correction does not fit the page.
    """
    return open_text(decode(data, known.encodings), file_id_of(data), len(data), known, corrections, forgotten)


def open_text(
    decoded: Decoded,
    file_id: str,
    n_bytes: int,
    known: RawFileFacts,
    corrections: Sequence[Correction] = (),
    forgotten: Forgotten = NOTHING_FORGOTTEN,
) -> OpenedFile:
    """Return a raw file that is decoded already with its page read, as ``read_raw_file`` does."""
    decoded = replace(decoded, text=forgotten.without(decoded.text, file_id))
    n_blocks, longest = measure_blocks(decoded.text)
    if n_blocks > MAX_BLOCKS:
        raise NoPageError(f"{n_blocks:,} lines of text; at most {MAX_BLOCKS:,} are read of one page: split the file")
    if longest > MAX_LINE:
        raise NoPageError(f"a line of {longest:,} characters; at most {MAX_LINE:,} are read: break it where paragraphs end")
    masthead = read_masthead(decoded.text)
    issue_on = known.issue_on or masthead.issue_on
    page = read_page(decoded.text, (*corrections, *forgotten.corrections(file_id)))
    datings = date_page(page.articles, issue_on)
    rows: Rows = {
        "raw_files": [
            {
                "file_id": file_id,
                "source": known.source,
                "path": known.path,
                "n_bytes": n_bytes,
                "encoding": decoded.encoding,
                "n_chars": len(decoded.text),
                "n_replaced": decoded.n_replaced,
                "paper": known.paper or masthead.paper,
                "issue_on": issue_on,
                "issue_basis": issue_basis(known, masthead),
                "page": known.page or masthead.page,
                "form": page.form,
                "status": "loaded",
                "reason": "; ".join(filter(None, (decoded.doubtful, unreadable(decoded.text)))) or None,
            }
        ],
    }
    article_ids = article_ids_of(file_id, page)
    rows["blocks"] = list(block_rows(file_id, page, article_ids))
    rows["edits"] = list(edit_rows(file_id, page, article_ids))
    located = [Locator(article_ids[article.seq], page.text, article) for article in page.articles]
    rows["articles"] = [
        article_row(article_ids[article.seq], rows["raw_files"][0], article, dating)
        for article, dating in zip(page.articles, datings, strict=True)
    ]
    rows["paragraphs"] = [row for locator in located for row in locator.paragraph_rows]
    rows["sentences"] = [row for locator in located for row in locator.sentence_rows]
    return OpenedFile(rows, page.articles, datings, located)


def rows_of_files(files: Sequence[OpenedFile]) -> Rows:
    """Return the rows that some files give, by table, file after file: the same as one by one, but faster, as what numpy does
    is done for the articles of all of them at once.
    """
    rows: Rows = {}
    for table, some in chain.from_iterable(file.rows.items() for file in files):
        rows.setdefault(table, []).extend(some)
    readings = [read(locator.aligned.text) for file in files for locator in file.located]
    read_and_named = zip(readings, find_names_of([reading.text for reading in readings]), strict=True)
    return rows | all_fact_rows(
        [
            ReadArticle(
                locator, article, dating, signed_names(names, [to_reading(byline, reading) for byline in article.bylines]), row["body"]
            )
            for file in files
            for article, dating, locator, row, (reading, names) in zip(
                file.articles, file.datings, file.located, file.rows["articles"], islice(read_and_named, len(file.articles)), strict=True
            )
        ]
    )


def issue_basis(known: RawFileFacts, masthead: Masthead) -> str | None:
    """Return where paper and date of the issue come from: ``path``, ``masthead``, both, or None."""
    path = known.paper or known.issue_on
    from_masthead = (not known.paper and masthead.paper) or (not known.issue_on and masthead.issue_on)
    return ", ".join(name for name, holds in (("path", path), ("masthead", from_masthead)) if holds) or None


def block_id_of(file_id: str, seq: int | None) -> str | None:
    """Return the id of a block, None for no block.

    >>> block_id_of("9325bc4b746a9a60", 7)
    '9325bc4b746a9a60-b0007'
    """
    return None if seq is None else f"{file_id}-b{seq:04d}"


def article_ids_of(file_id: str, page: Page) -> dict[int, str]:
    """Return the id of each article of a page by its ``seq``: an article is named by the raw block in which it begins."""
    return {article.seq: f"{file_id}-a{article.blocks[0]:04d}" for article in page.articles}


def block_rows(file_id: str, page: Page, article_ids: Mapping[int, str]) -> Iterator[Row]:
    """Yield the rows of ``blocks``."""
    for block in page.blocks:
        yield {
            "block_id": block_id_of(file_id, block.seq),
            "file_id": file_id,
            "seq": block.seq,
            "char_start": block.char_start,
            "char_end": block.char_end,
            "role": block.role,
            "article_id": article_ids.get(block.article),
            "text": block.text,
            "duplicate_of": block_id_of(file_id, block.duplicate_of),
            "duplicate_kind": block.duplicate_kind,
            "continues": block_id_of(file_id, block.continues),
            "space_before": block.space_before,
            "space_after": block.space_after,
        }


def edit_rows(file_id: str, page: Page, article_ids: Mapping[int, str]) -> Iterator[Row]:
    """Yield the rows of ``edits``."""
    for number, edit in enumerate(page.edits, 1):
        yield {
            "edit_id": f"{file_id}-e{number:03d}",
            "file_id": file_id,
            "article_id": article_ids.get(edit.article),
            "kind": edit.kind,
            "block_id": block_id_of(file_id, edit.block),
            "target_block_id": block_id_of(file_id, edit.target),
            "confidence": edit.confidence,
            "evidence": edit.evidence,
        }


def body_of(article: Article) -> str:
    """Return the body paragraphs of an article, one per line; of photo news, that has none, the caption."""
    texts = {role: [p.text for p in article.paragraphs if p.role == role] for role in ("body", "caption")}
    return "\n".join(texts["body"] or texts["caption"])


def article_row(article_id: str, raw_file: Row, article: Article, dating: Dating) -> Row:
    """Return the row of ``articles``; ``cluster_id`` and ``is_canonical`` are known to the corpus only."""
    body = body_of(article)
    return {
        "article_id": article_id,
        "file_id": raw_file["file_id"],
        "paper": raw_file["paper"],
        "issue_on": raw_file["issue_on"],
        "page": raw_file["page"],
        "seq": article.seq,
        "headline": article.headline,
        "subheads": list(article.subheads),
        "kind": article.kind,
        "reporters": list(article.reporters),
        "photographers": list(article.photographers),
        "agency": article.agency,
        "dateline_place": article.dateline_place,
        "dateline_on": dating.dateline_on,
        "published_on": dating.published_on,
        "published_basis": dating.published_basis,
        "body": body,
        "n_chars": len(body),
        "is_headless": article.is_headless,
        "is_truncated": article.is_truncated,
    }
