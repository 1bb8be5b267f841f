"""Makes ``sbom.cdx.json``, the bill of materials of what is installed: CycloneDX, from ``constraints.txt`` alone but for the licences.

``python -m tests.bench.make_sbom`` writes it anew; licences are those that the packages installed here name.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BILL = ROOT / "sbom.cdx.json"
PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$", re.M)


def components() -> list[dict[str, object]]:
    """Return one component a pinned package, in order of their names; its hashes stand in ``constraints.txt``, one a file."""
    pinned = sorted(
        (re.sub(r"[-_.]+", "-", name).lower(), version)
        for name, version, _ in PINNED.findall((ROOT / "constraints.txt").read_text("utf-8"))
    )
    return [
        {"type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}", "bom-ref": f"{name}@{version}"}
        for name, version in pinned
    ]


def licence_of(name: str) -> dict[str, object]:
    """Return what an installed package says of its licence, as CycloneDX has it; nothing where it is not installed or does not say."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return {}
    if expression := said.get("License-Expression"):
        return {"licenses": [{"expression": expression}]}
    short = said.get("License", "").strip()
    named = [
        line.rpartition(" :: ")[2] for line in said.get_all("Classifier", []) if line.startswith("License :: ") and line.count("::") > 1
    ]
    names = named or ([short] if short and len(short) < 80 and "\n" not in short else [])
    return {"licenses": [{"license": {"name": each}} for each in names]} if names else {}


def bill() -> dict[str, object]:
    """Return the bill: Dibao and all that is pinned. It tells of no time and no machine, so that it changes only with what it lists."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "dibao", "bom-ref": "dibao", "licenses": [{"expression": "Apache-2.0"}]}},
        "components": [{**component, **licence_of(str(component["name"]))} for component in components()],
    }


if __name__ == "__main__":
    BILL.write_text(json.dumps(bill(), indent=1, ensure_ascii=False) + "\n", "utf-8")
