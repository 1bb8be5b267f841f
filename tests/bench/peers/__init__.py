"""Dibao beside its peers: the part that both do, on the same articles, in one run, one process and one core each.

Each peer gets an environment of its own, made here and thrown away with the folder; what cannot be installed or run is said with the reason. A script per
tool (``with_...``) holds its parts; ``timed`` runs one of them. What counts is the CPU of the work, without start and imports.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

DUPLICATES = "near-duplicates"
CLEAN = "clean and filter"
ROOT = Path(__file__).resolve().parents[3]
FEWEST_CHARACTERS = 50
FIRST = 100
"""Articles done before the clock runs."""


@dataclass(frozen=True)
class Peer:
    """A tool: what is installed for it, and how each of its parts is to be read."""

    name: str
    module: str
    install: tuple[str, ...]
    notes: Mapping[str, str]


DIBAO = Peer("Dibao", "with_dibao", (), {
    DUPLICATES: "exact shared shingles of 5 characters, every candidate pair compared; finds contained articles too",
    CLEAN: "decode and read the page: roles, repeated blocks out, cut sentences joined, articles made; all of it with offsets",
})
PEERS = (
    Peer("data-juicer", "with_data_juicer", ("py-data-juicer", "aiohttp", "ray"), {
        DUPLICATES: "document_minhash_deduplicator, 5 characters, 256 hashes: its defaults for Chinese",
        CLEAN: "fix unicode, normalise spaces; filters for length, repetition of characters, special characters",
    }),
    Peer("datatrove", "with_datatrove", ("datatrove[processing]", "spacy", "jieba", "orjson"), {
        DUPLICATES: "MinhashDedup: signature, buckets, clusters, filter; 5-grams of jieba's words, 14 buckets of 8: its defaults for Chinese",
        CLEAN: "FTFYFormatter and GopherRepetitionFilter for Chinese",
    }),
    Peer("text-dedup", "with_text_dedup", ("text-dedup",), {
        DUPLICATES: "text_dedup.minhash, 5 characters (a space between each, for it knows words by spaces), 250 hashes: its defaults",
    }),
    Peer("dolma", "with_dolma", ("dolma",), {
        DUPLICATES: "dedupe of paragraphs by a Bloom filter, Rust: only paragraphs that are equal to the letter",
        CLEAN: "taggers for lengths and for repeated paragraphs",
    }),
)


def compare(scratch: Path, mb: float, articles: tuple[int, int], seed: int, keep: Callable[[dict], None], tell: Callable[[str], None]) -> dict:
    """Make articles, let every tool do its parts, and return the figures; ``keep`` gets what there is of them after each."""
    found: dict = {**write_articles(scratch / "articles.jsonl", mb, articles, seed), "rows": []}
    own = {}
    for part in (DUPLICATES, CLEAN):
        own[part] = row = run_part(DIBAO, part, Path(sys.executable), scratch, found["mb"])
        found["rows"].append(row)
        keep(found)
    for peer in PEERS:
        tell(f"{peer.name}: install")
        python, reason = installed(peer, scratch / peer.name)
        for part in peer.notes:
            tell(f"{peer.name}: {part}")
            row = run_part(peer, part, python, scratch, found["mb"]) if python else {"part": part, "tool": peer.name, "note": reason}
            if row.get("cpu_seconds"):
                row["beside"] = f"{row['cpu_seconds'] / own[part]['cpu_seconds']:.1f} times as fast" if own[part].get("cpu_seconds") else ""
            found["rows"].append(row)
            keep(found)
    found["rows"].sort(key=lambda row: (row["part"] != DUPLICATES, row["tool"] != DIBAO.name, -row.get("mb_per_cpu_second", 0.0)))
    keep(found)
    return found


def write_articles(path: Path, mb: float, articles: tuple[int, int], seed: int) -> dict[str, float]:
    """Write articles of damaged pages, one JSON object a line (``id``, ``text``), and return how many there are and how large."""
    n_bytes = n_articles = 0
    with path.open("w", encoding="utf-8") as out:
        for key, text in texts_of(seed, articles):
            out.write(json.dumps({"id": key, "text": text, "source": "tests.bench"}, ensure_ascii=False) + "\n")
            n_bytes, n_articles = n_bytes + len(text.encode()), n_articles + 1
            if n_bytes >= mb * 1e6:
                break
    return {"mb": n_bytes / 1e6, "articles": n_articles}


def texts_of(seed: int, articles: tuple[int, int]) -> Iterator[tuple[str, str]]:
    """Yield a key and the raw text, a block a line, of article after article without end, damaged as its page is."""
    from tests.bench.make_pages import make_pages

    for path, text, gold in make_pages(seed, articles):
        by_article: dict[int, list[str]] = {}
        for block in gold["blocks"]:
            if block["article"]:
                by_article.setdefault(block["article"], []).append(text[block["char_start"] : block["char_end"]])
        yield from ((f"{path}#{number}", "\n\n".join(blocks)) for number, blocks in by_article.items())


def installed(peer: Peer, folder: Path) -> tuple[Path | None, str]:
    """Make an environment with a peer in it, unless it is there, and return its Python, or None and why it could not be had."""
    python, whole = folder / "bin" / "python", folder / "installed"
    if whole.exists():
        return python, ""
    if sys.version_info[:2] > (3, 12):
        return None, f"not tried: it has no wheels for Python {sys.version_info.major}.{sys.version_info.minor}"
    venv.create(folder, with_pip=True)
    for command in (  # pip tries old releases one by one for many minutes where uv needs seconds
        ("pip", "install", "--quiet", "--disable-pip-version-check", "uv"),
        ("uv", "pip", "install", "--quiet", "--python", python, *peer.install),
    ):
        done = subprocess.run([python, "-m", *command], capture_output=True, text=True)
        if done.returncode:
            return None, f"could not be installed: {last_line(done.stderr)}"
    whole.touch()
    return python, ""


def run_part(peer: Peer, part: str, python: Path, scratch: Path, mb: float) -> dict[str, object]:
    """Let a tool do one part in a process of its own, and return what it took or why it did not work."""
    out = scratch / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "HOME": str(out), "HF_HOME": str(out), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1",
    }
    row: dict[str, object] = {"part": part, "tool": peer.name, "note": peer.notes[part]}
    command = [python, "-m", f"tests.bench.peers.{peer.module}", part, scratch / "articles.jsonl", out]
    done = subprocess.run(list(map(str, command)), cwd=ROOT, env=environment, capture_output=True, text=True, errors="replace")
    if done.returncode:
        return {**row, "note": f"did not work: {last_line(done.stderr)}"}
    taken = json.loads(done.stdout.splitlines()[-1])
    return {**row, **taken, "mb_per_cpu_second": mb / taken["cpu_seconds"], "note": f"{row['note']}; {taken['result']}"}


def last_line(text: str) -> str:
    """Return the last line of what a program said that is not empty."""
    return ([line.strip() for line in text.splitlines() if line.strip()] or ["it said nothing"])[-1][:300]


def timed(parts: Mapping[str, Callable[[Path, Path], Callable[[], str]]]) -> None:
    """Run the part named on the command line and print its CPU seconds, those of processes it waited for included.

    A part gets the articles and a folder, makes ready what it needs, and returns the work: a function that does it and says in words what
    came out. The first articles are done before, uncounted: imports and what is loaded at first use are then over.
    """
    part, articles, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    for folder in ("first", "all"):
        (out / folder).mkdir()
    first = out / "first.jsonl"
    with articles.open(encoding="utf-8") as lines:
        first.write_text("".join(islice(lines, FIRST)), "utf-8")
    parts[part](first, out / "first")()
    work = parts[part](articles, out / "all")
    before, began = cpu_seconds(), time.monotonic()
    result = work()
    print(json.dumps({"cpu_seconds": cpu_seconds() - before, "wall_seconds": time.monotonic() - began, "result": result}))


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and of those it waited for."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
