"""Staged rows of one invented page that keep every contract, for tests that break them one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from warehouse import schema
from warehouse.arrow import to_arrow, write_parquet

Row = dict[str, object]
Rows = dict[str, list[Row]]

RUN_ID = "20310512T060000-abcdef"
CHECKED_AT = datetime(2031, 5, 12, 6, 0)
PAGE = "云渡日报\n\n云渡区启用新码头\n本报讯 5月11日,区长闻一舟说:“新码头投资3亿元,缩短了常\n渡口的等候时间。”\n缩短了常\n清浦印务\n"
PARAGRAPH = "本报讯 5月11日,区长闻一舟说:“新码头投资3亿元,缩短了常渡口的等候时间。”"


def file_id_of(number: int) -> str:
    return f"{number:016x}"


def spans_of(*texts: str) -> list[Row]:
    """Return where each text stands first in the page."""
    starts = [PAGE.index(text) for text in texts]
    return [{"char_start": at, "char_end": at + len(text)} for at, text in zip(starts, texts, strict=True)]


def page_rows(number: int = 1) -> Rows:
    """Return the rows of one page, by table; pages of different numbers are different files with the same text."""
    file_id = file_id_of(number)
    article = f"{file_id}-a0002"
    sentence = f"{article}-s001"
    roles = ("furniture", "headline", "body", "body", "duplicate", "furniture")
    blocks: list[Row] = []
    at = end = 0
    for line in PAGE.splitlines(keepends=True):
        text = line.rstrip("\n")
        if text:
            seq = len(blocks) + 1
            blocks.append({
                "block_id": f"{file_id}-b{seq:04d}", "file_id": file_id, "seq": seq, "char_start": at,
                "char_end": at + len(text), "role": roles[seq - 1], "article_id": article if 2 <= seq <= 5 else None,
                "text": text, "space_before": PAGE[end:at], "space_after": "", "duplicate_of": None, "duplicate_kind": None,
                "continues": None,
            })
            end = at + len(text)
        at += len(line)
    blocks[-1].update(space_after=PAGE[end:])
    blocks[4].update(duplicate_of=blocks[2]["block_id"], duplicate_kind="contained")
    blocks[3].update(continues=blocks[2]["block_id"])
    body = spans_of(PARAGRAPH[: PARAGRAPH.index("渡口")], PARAGRAPH[PARAGRAPH.index("渡口"):])
    fact = {"article_id": article, "sentence_id": sentence}
    return {
        "raw_files": [{
            "file_id": file_id, "source": "pages", "path": f"yundu/{number}.txt", "n_bytes": len(PAGE.encode()),
            "encoding": "utf-8", "n_chars": len(PAGE), "n_replaced": 0, "paper": "云渡日报", "issue_on": date(2031, 5, 12),
            "issue_basis": "path, masthead", "page": "A1", "status": "loaded", "reason": None, "batch_id": "b1",
            "ingested_at": CHECKED_AT, "run_id": RUN_ID,
        }],
        "blocks": blocks,
        "edits": [
            {"edit_id": f"{file_id}-e001", "file_id": file_id, "article_id": article, "kind": "join",
             "block_id": blocks[3]["block_id"], "target_block_id": blocks[2]["block_id"], "confidence": 0.9, "evidence": "常|渡口"},
            {"edit_id": f"{file_id}-e002", "file_id": file_id, "article_id": article, "kind": "drop_duplicate",
             "block_id": blocks[4]["block_id"], "target_block_id": blocks[2]["block_id"], "confidence": 0.99, "evidence": "同文"},
        ],
        "articles": [{
            "article_id": article, "file_id": file_id, "paper": "云渡日报", "issue_on": date(2031, 5, 12), "page": "A1", "seq": 1, "headline": "云渡区启用新码头", "subheads": [], "kind": "news",
            "reporters": ["沈问渠"], "photographers": [], "agency": None, "dateline_place": None, "dateline_on": date(2031, 5, 11),
            "published_on": date(2031, 5, 12), "published_basis": "path", "body": PARAGRAPH, "n_chars": len(PARAGRAPH),
            "is_headless": False, "is_truncated": False, "cluster_id": None, "is_canonical": None,
        }],
        "paragraphs": [
            {"paragraph_id": f"{article}-p001", "article_id": article, "seq": 1, "role": "headline", "text": "云渡区启用新码头",
             "spans": spans_of("云渡区启用新码头")},
            {"paragraph_id": f"{article}-p002", "article_id": article, "seq": 2, "role": "body", "text": PARAGRAPH, "spans": body},
        ],
        "sentences": [
            {"sentence_id": sentence, "article_id": article, "paragraph_id": f"{article}-p002", "seq": 1, "text": PARAGRAPH, "spans": body},
        ],
        "mentions": [
            {"mention_id": f"{article}-m001", **fact, "kind": "person", "text": "闻一舟", "name": "闻一舟", "entity_id": "p1",
             "title": "区长", "spans": spans_of("闻一舟"), "confidence": 0.9},
            {"mention_id": f"{article}-m002", **fact, "kind": "place", "text": "常渡口", "name": "常渡口", "entity_id": "l1",
             "level": "site", "spans": spans_of("常\n"[:1], "渡口"), "confidence": 0.7},
            {"mention_id": f"{article}-m003", **fact, "kind": "organization", "text": "新码头", "name": "新码头", "entity_id": "o1",
             "organization_kind": "company", "spans": spans_of("新码头"), "confidence": 0.2},
        ],
        "person_titles": [
            {"person_id": "p1", "mention_id": f"{article}-m001", "title": "区长", "organization": None, "tenure": "current", **fact,
             "held_on": date(2031, 5, 12), "spans": spans_of("区长"), "confidence": 0.9, "rule": "title before name"},
        ],
        "times": [
            {"time_id": f"{article}-t001", **fact, "text": "5月11日", "value": "2031-05-11", "start_on": date(2031, 5, 11),
             "end_on": date(2031, 5, 11), "granularity": "day", "basis": "year from issue", "spans": spans_of("5月11日"), "confidence": 0.9},
        ],
        "quantities": [
            {"quantity_id": f"{article}-n001", **fact, "text": "3亿元", "value": 3e8, "low": 3e8, "high": 3e8, "unit": "元",
             "kind": "money", "base_value": 3e8, "base_unit": "CNY", "spans": spans_of("3亿元"), "confidence": 0.9},
        ],
        "quotes": [
            {"quote_id": f"{article}-q001", **fact, "speaker": "闻一舟", "person_id": "p1", "candidates": [], "verb": "说", "is_direct": True,
             "text": "新码头投资3亿元,缩短了常渡口的等候时间。", "confidence": 0.9,
             "spans": spans_of("新码头投资3亿元,缩短了常", "渡口的等候时间。")},
        ],
        "events": [
            {"event_id": f"{article}-v001", **fact, "kind": "opening", "trigger": "启用", "on_date": date(2031, 5, 11),
             "place_id": None, "place": "云渡区", "actors": ["云渡区"], "actor_ids": [], "deaths": 0, "injuries": 0, "objects": ["新码头"], "text": "云渡区启用新码头",
             "spans": spans_of("云渡区启用新码头"), "confidence": 0.5},
        ],
        "terms": [{"article_id": article, "term": "新码头", "n": 2}],
        "signatures": [{"article_id": article, "n_shingles": 2, "sketch": [1, 2]}],
        "suspected_misprints": [
            {"misprint_id": f"{article}-x001", **fact, "text": "等候", "suggestion": "等待", "evidence": "例", "confidence": 0.1,
             "spans": spans_of("等候")},
        ],
    }


def pages(*numbers: int) -> Rows:
    """Return the rows of several pages, by table."""
    rows: Rows = {}
    for number in numbers:
        for table, some in page_rows(number).items():
            rows.setdefault(table, []).extend(some)
    return rows


def stage(rows: Rows, folder: Path, tables: Sequence[str] = ()) -> dict[str, Path]:
    """Write the rows as a batch is staged, one Parquet file per page table, and return the paths."""
    paths = {}
    for table in schema.of_layer("page"):
        if not tables or table.name in tables:
            paths[table.name] = folder / f"{table.name}.parquet"
            write_parquet(to_arrow(table, rows.get(table.name, ())), paths[table.name])
    return paths
