"""Run every ``bench_*.py`` beside this file and write ``results.json``.

``python -m benchmarks.run`` runs all; ``python -m benchmarks.run start bundle`` runs those two and keeps
the other rows as they are. A module gives its rows by ``def rows() -> Iterator[Row]``; the names of its rows
begin with its own name and a dot or a colon.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.row import Row

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results.json"


def topics() -> list[str]:
    """Return the names of the benchmark modules, without their prefix."""
    return sorted(p.stem.removeprefix("bench_") for p in FOLDER.glob("bench_*.py"))


def main(wanted: list[str]) -> int:
    """Measure, print as it goes, write; return 2 for an unknown topic."""
    unknown = [name for name in wanted if name not in topics()]
    if unknown:
        print(f"error: unknown benchmark {unknown[0]!r}: known are {', '.join(topics())}", file=sys.stderr)
        return 2
    chosen = wanted or topics()
    kept = [row for row in _stored() if re.split(r"[.:]", str(row["name"]))[0] not in chosen and wanted]
    rows: list[dict[str, object]] = kept
    for topic in chosen:
        for row in importlib.import_module(f"benchmarks.bench_{topic}").rows():
            _print(row)
            rows.append(asdict(row))
    rows.sort(key=lambda row: str(row["name"]))
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


def _stored() -> list[dict[str, object]]:
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []


def _print(row: Row) -> None:
    verdict = {None: "", True: f"goal {row.goal}: met", False: f"goal {row.goal}: MISSED"}[row.met]
    print(f"{row.name:44} {row.value:>12,.4g} {row.unit:10} {verdict}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
