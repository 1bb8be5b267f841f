"""The house: imports run one way, the schema and the records agree, nothing private or machine-bound is in the tree."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from transforms import records
from warehouse.schema import TABLES

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {
    "transforms": set(),
    "warehouse": set(),
    "expectations": {"warehouse"},
    "flows": {"expectations", "transforms", "warehouse"},
}
FLOWS = ("cli", "serving", "orchestration", "pipeline", "shared")
"""Folders of ``flows``: each may import those that stand behind it."""
FLOORS = (("rows",), ("facts",), (), ("records",), ("text",), ("lexicons", "data"))
"""Floors of ``transforms``: each imports only from itself and from those behind it."""
FINDERS = FLOORS.index(())
LIBRARIES_OF_OTHERS = {"prefect", "great_expectations", "duckdb", "pandas", "pyarrow", "fsspec", "rich"}


def imported(path: Path) -> set[str]:
    """Return the top-level names of what a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        others = imported(path) & (set(ROOMS) - {room})
        assert others <= ROOMS[room], f"{path.relative_to(ROOT)} imports {others - ROOMS[room]}"


@pytest.mark.parametrize("folder", FLOWS)
def test_imports_within_flows_run_one_way(folder: str) -> None:
    for path in (ROOT / "flows" / folder).rglob("*.py"):
        nodes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
        others = {node.module.split(".")[1] for node in nodes if node.module and node.module.startswith("flows.")}
        assert others <= set(FLOWS[FLOWS.index(folder) :]), f"{path.relative_to(ROOT)} imports {others}"


@pytest.mark.parametrize("path", sorted((ROOT / "transforms").rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_within_transforms_run_one_way(path: Path) -> None:
    floor = floor_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("transforms."):
            assert floor_of(node.module) >= floor, node.module


SHARED_NAMES = {
    "main",  # of a program: the command, and a child of `dibao serve`
    "rows",  # what every module of facts has for `transforms.facts`, of one article or
    "rows_of",  # of all articles of a page
    "CONTRACT",  # what every module of contracts has for `expectations.contracts`
    "BESIDE",  # the relations that a contract lays beside its table
    "HERE",  # the folder of a module
}
"""Names that several modules have on purpose."""
WORD_LISTS = {"labels", "queries", "schema"}
"""Modules of ``warehouse`` whose constants are only used with the name of the module: labels.ROLES, queries.EVENTS, schema.ROLES."""


def test_a_name_stands_for_one_thing() -> None:
    homes: dict[str, set[str]] = {}
    for path in (path for room in (*ROOMS, "dibao") for path in (ROOT / room).rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                names = {node.name}
            else:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
                is_constant = path.parent.name != "warehouse" or path.stem not in WORD_LISTS
                named = [
                    name
                    for target in targets
                    for name in ast.walk(target)
                    if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
                ]
                names = {name.id for name in named if is_constant and name.id.isupper()}
            for name in names - SHARED_NAMES:
                homes.setdefault(name, set()).add(path.relative_to(ROOT).as_posix())
    assert {name: sorted(modules) for name, modules in homes.items() if len(modules) > 1} == {}


def floor_of(module: str) -> int:
    """Return on which floor of ``transforms`` a module is, 0 the uppermost; finders are those that are named nowhere."""
    name = module.split(".")[1] if "." in module else ""
    return next((number for number, names in enumerate(FLOORS) if name in names), FINDERS)


def test_transforms_import_none_of_the_others_libraries() -> None:
    for path in (ROOT / "transforms").rglob("*.py"):
        assert not imported(path) & LIBRARIES_OF_OTHERS, path


@pytest.mark.parametrize(
    ("record", "table", "own"),
    [
        ("Block", "blocks", {"article"}),
        ("Edit", "edits", {"block", "target", "article"}),
        ("Paragraph", "paragraphs", set()),
        ("Time", "times", {"char_start", "char_end"}),
        ("Quantity", "quantities", {"char_start", "char_end"}),
        ("Quote", "quotes", {"char_start", "char_end"}),
        ("Event", "events", {"char_start", "char_end"}),
        ("Name", "mentions", {"char_start", "char_end", "titles"}),
        ("Misprint", "suspected_misprints", {"char_start", "char_end"}),
        ("Term", "terms", set()),
    ],
)
def test_records_are_named_like_columns(record: str, table: str, own: set[str]) -> None:
    names = set(getattr(records, record)._fields)
    assert names - own <= set(TABLES[table].column_names)


def test_no_file_names_this_machine_or_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    # [w] so that this file does not hold what it forbids and need not be left out.
    forbidden = re.compile(rb"/[w]ork/|--(?:extra-)?[i]ndex-url|https?://[^\s\"]*/[s]imple(?:/|\"|$)", re.M)
    for name in filter(None, listed):
        path = ROOT / name.decode()
        if path.is_file():
            assert not forbidden.search(path.read_bytes()), path
