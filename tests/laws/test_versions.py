"""The version of the code stands for all that makes rows, and for nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from flows.shared import versions
from flows.shared.versions import code_version, files_that_make_rows
from tests.laws.test_house import ROOMS, ROOT

CARRIERS = {
    "warehouse/store.py",
    "warehouse/ddl.py",
    "warehouse/home.py",
    "warehouse/lake.py",
    "warehouse/files.py",  # keep rows as they are
    "warehouse/sources.py",  # gives bytes, whose hash is checked
    "flows/shared/garbage.py",
    "flows/pipeline/machines.py",
    "flows/shared/versions.py",  # decide when, where and whether, not what
    "warehouse/__init__.py",
}
"""Modules that those that make rows import, and that make none."""


def own_imports(path: Path) -> Iterator[Path]:
    """Yield the modules of this project that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            if name.partition(".")[0] in ROOMS:
                place = ROOT / name.replace(".", "/")
                yield from (found for found in (place.with_suffix(".py"), place / "__init__.py") if found.exists())


def test_every_module_that_a_batch_or_the_corpus_needs_is_in_the_version_or_makes_no_rows():
    needed: set[Path] = set()
    ahead = [ROOT / "flows/pipeline/processing.py", ROOT / "flows/pipeline/corpus.py"]
    while ahead:
        if (path := ahead.pop()) not in needed:
            needed.add(path)
            ahead += own_imports(path)
    names = {path.relative_to(ROOT).as_posix() for path in needed}
    assert names - {name for name, _ in files_that_make_rows()} == CARRIERS


def test_data_and_corpus_queries_are_in_the_version_documents_and_style_sheets_are_not():
    names = [name for name, _ in files_that_make_rows()]
    assert {
        "transforms/data/surnames.txt",
        "transforms/data/names.npz",
        "warehouse/corpus/people.sql",
        "warehouse/arrow.py",
        "flows/pipeline/processing.py",
    } <= set(names)
    assert not [name for name in names if name.endswith((".md", ".css", ".js", ".pyc", ".html"))]
    assert not [name for name in names if name.startswith(("warehouse/views", "warehouse/reading_room", "expectations/gx/assets"))]


def test_a_change_of_what_makes_rows_is_another_version_and_another_document_is_not(tmp_path, monkeypatch):
    for name in ("transforms", "expectations", "warehouse", "flows"):
        (tmp_path / name / "data").mkdir(parents=True)
    (tmp_path / "flows" / "pipeline").mkdir()
    monkeypatch.setattr(versions, "files", lambda package: tmp_path / package)
    seen = []
    for place in (
        "transforms/extending.md",
        "flows/pipeline/corpus.py",
        "warehouse/report.py",
        "transforms/data/words.txt",
        "transforms/data/weights.bin",
    ):
        (tmp_path / place).write_bytes(b"\x00 text")
        code_version.cache_clear()
        seen.append(code_version())
    code_version.cache_clear()
    document, corpus, report, words, weights = seen
    assert corpus == report and len({document, corpus, words, weights}) == 4
