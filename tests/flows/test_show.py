"""An article beside its raw blocks, for the sceptic: every seam is marked, every step of repair is told."""

from __future__ import annotations

from pathlib import Path

from flows.cli.show import find_article, raw_blocks, repaired, steps
from tests.home import connect, dibao
from transforms.decoding import decode


def test_every_seam_and_every_step_is_shown(ran):
    with connect(ran[0]) as con:
        moved = con.execute("SELECT article_id FROM edits WHERE kind = 'move' ORDER BY edit_id").fetchall()[0][0]
        kinds = [kind for (kind,) in con.execute("SELECT kind FROM edits WHERE article_id = ? ORDER BY edit_id", [moved]).fetchall()]
        paragraphs = con.execute("SELECT text FROM paragraphs WHERE article_id = ? ORDER BY seq", [moved]).fetchall()
        shown = repaired(con, moved).plain
        assert shown.count("|") == kinds.count("join") > 0
        assert shown.replace("|", "") == "".join(text + "\n\n" for (text,) in paragraphs)
        assert len(steps(con, moved)) == len(kinds) and any(line.startswith("moved block") for line in steps(con, moved))
        blocks = con.execute("SELECT text FROM blocks WHERE article_id = ? ORDER BY seq", [moved]).fetchall()
        raw = raw_blocks(con, moved).plain
        assert all(text in raw for (text,) in blocks) and "continues" in raw


def test_no_line_is_cut_off(ran):
    with connect(ran[0]) as con:
        article_id = con.execute("SELECT article_id FROM articles ORDER BY n_chars DESC, article_id").fetchall()[0][0]
        body = con.execute("SELECT body FROM articles WHERE article_id = ?", [article_id]).fetchall()[0][0]
    done = dibao("show", article_id, home=ran[0])
    left = "".join(line.split("│")[1].strip() for line in done.stdout.splitlines() if line.count("│") == 3)
    assert "…" in body or "…" not in left
    assert all(
        paragraph.replace(" ", "").replace("　", "") in left.replace("|", "").replace(" ", "").replace("　", "")
        for paragraph in body.split("\n")
    )


def test_the_raw_text_is_rebuilt_from_the_published_blocks(ran):
    with connect(ran[0]) as con:
        rebuilt = con.execute(
            "SELECT source, path, string_agg(space_before || text || space_after, '' ORDER BY seq) FROM raw_files JOIN blocks USING (file_id) GROUP BY ALL"
        ).fetchall()
    assert len(rebuilt) > 10
    for source, path, text in rebuilt:
        assert text == decode((Path(source) / path).read_bytes()).text, path


def test_a_headline_names_the_article_that_stands_for_those_that_repeat_it(ran):
    with connect(ran[0]) as con:
        ((headline, article_id),) = con.execute("""
            SELECT headline, min(article_id) FILTER (is_canonical) FROM articles GROUP BY headline
            HAVING count(*) > 1 AND count(*) FILTER (is_canonical) = 1 ORDER BY headline LIMIT 1""").fetchall()
        assert find_article(con, headline) == find_article(con, article_id) == [(article_id, headline)]
        assert find_article(con, "没有这样的标题") == []
