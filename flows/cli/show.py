"""An article beside its raw text: what was joined, dropped and moved, facts marked. For the sceptic who wants to check."""

from __future__ import annotations

import sys
from itertools import accumulate

import duckdb
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from flows.cli.printable import printable

STYLES = {"person": "bold magenta", "organization": "bold blue", "place": "green", "time": "cyan", "quantity": "yellow"}
ROLE_STYLES = {"duplicate": "dim strike", "furniture": "dim", "advert": "dim", "headline": "bold"}
FACTS_OF_ARTICLE = """
    SELECT kind, text FROM mentions WHERE article_id = $id
    UNION SELECT 'time', text FROM times WHERE article_id = $id
    UNION SELECT 'quantity', text FROM quantities WHERE article_id = $id
"""


def find_article(con: duckdb.DuckDBPyConnection, wanted: str) -> list[tuple[str, str]]:
    """Return (article_id, headline) of the article with this id, else of those with this headline, else of all whose headline holds the words; of
    articles that repeat one another only the one that stands for them."""
    for condition in (
        "article_id = $wanted",
        "headline = $wanted AND is_canonical",
        "contains(headline, $wanted) AND is_canonical",
        "contains(headline, $wanted)",
    ):
        rows = con.execute(
            f"SELECT article_id, headline FROM articles WHERE {condition} ORDER BY published_on, article_id", {"wanted": wanted}
        ).fetchall()
        if rows:
            return rows
    return []


def print_article(con: duckdb.DuckDBPyConnection, article_id: str) -> None:
    """Print the repaired article, its raw blocks in raw order, and every step of repair with its evidence."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    head = con.execute(
        "SELECT headline, kind, reporters, published_on, published_basis, path, is_headless, is_truncated "
        "FROM articles JOIN raw_files USING (file_id) WHERE article_id = ?",
        [article_id],
    ).fetchall()[0]
    headline, kind, reporters, published_on, basis, path, is_headless, is_truncated = head
    console.print(Text(printable(headline or "(no headline)"), style="bold"))
    flags = [name for name, holds in (("beginning missing", is_headless), ("end missing", is_truncated)) if holds]
    facts = [kind, ", ".join(reporters), f"{published_on or 'undated'} ({basis or 'no evidence'})", path, article_id, *flags]
    console.print(Text("  ".join(printable(fact) for fact in facts if fact), style="dim"))
    columns = [Column(title, overflow="fold", ratio=1) for title in ("repaired (| where blocks were joined)", "raw blocks, in raw order")]
    table = Table(*columns, show_lines=False, expand=True)
    table.add_row(repaired(con, article_id), raw_blocks(con, article_id))
    console.print(table)
    for line in steps(con, article_id):
        console.print(Text(line, style="dim"))


def repaired(con: duckdb.DuckDBPyConnection, article_id: str) -> Text:
    """Return the repaired paragraphs, facts marked, and a bar at every seam."""
    facts: dict[str, list[str]] = {}
    for kind, fact in con.execute(FACTS_OF_ARTICLE, {"id": article_id}).fetchall():
        facts.setdefault(kind, []).append(printable(fact))
    text = Text()
    for role, paragraph, spans in con.execute(
        "SELECT role, text, spans FROM paragraphs WHERE article_id = ? ORDER BY seq", [article_id]
    ).fetchall():
        shown = Text(printable(paragraph), style=ROLE_STYLES.get(role, ""))
        for kind, words in facts.items():
            shown.highlight_words(words, style=STYLES[kind])
        seams = list(accumulate(span["char_end"] - span["char_start"] for span in spans[:-1]))
        text.append_text(Text("|", style="bold red").join(shown.divide(seams))).append("\n\n")
    return text


def raw_blocks(con: duckdb.DuckDBPyConnection, article_id: str) -> Text:
    """Return the raw blocks of the article in raw order, each with its number and role."""
    rows = con.execute(
        "SELECT seq, role, text, duplicate_of, continues FROM blocks WHERE article_id = ? ORDER BY seq", [article_id]
    ).fetchall()
    text = Text()
    for seq, role, block, duplicate_of, continues in rows:
        notes = [role]
        notes += [f"{label} {int(target[-4:])}" for label, target in (("repeats", duplicate_of), ("continues", continues)) if target]
        text.append(f"[{seq} {', '.join(notes)}] ", style="dim cyan")
        text.append(printable(block) + "\n\n", style=ROLE_STYLES.get(role, ""))
    return text


def steps(con: duckdb.DuckDBPyConnection, article_id: str) -> list[str]:
    """Return one line per step of repair."""
    rows = con.execute(
        "SELECT kind, block_id, target_block_id, confidence, evidence FROM edits WHERE article_id = ? ORDER BY edit_id", [article_id]
    ).fetchall()
    words = {
        "join": "joined block {} to {}",
        "drop_duplicate": "dropped block {}, which repeats {}",
        "move": "moved block {} after {}",
        "correct": "corrected block {}",
    }
    return [
        f"{words[kind].format(int(block[-4:]), int(target[-4:]) if target else 'none')}  ({confidence:.2f}: {printable(evidence)})"
        for kind, block, target, confidence, evidence in rows
    ]
