"""Writes the parameter table of docs/model.md from the configuration and the preset.

python -m tools.write_model_table
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from annotated_types import Ge, Gt, Le, Lt

from kamsim.config import Scenario
from kamsim.dynamics_settings import DynamicsSettings
from kamsim.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "model.md"
MARK = "<!-- parameters: written by `python -m tools.write_model_table` -->"
_HEAD = "| parameter `dynamics.*` | base | unit | range | source | meaning |\n|---|---|---|---|---|---|"


def table() -> str:
    """Return the parameter table: one row a figure, in the order of the configuration."""
    scenario = Scenario.load("base")
    return "\n".join([_HEAD, *_rows(DynamicsSettings, scenario.dynamics, "", scenario.sources)])


def page() -> str:
    """Return the page as it should stand."""
    return PAGE.read_text(encoding="utf-8").split(MARK)[0] + f"{MARK}\n\n{table()}\n"


def _rows(kind: type[Settings], values: Settings, prefix: str, sources: dict[str, str]) -> list[str]:
    rows = []
    for name, field in kind.model_fields.items():
        value = getattr(values, name)
        if isinstance(value, Settings):
            rows += _rows(type(value), value, f"{prefix}{name}.", sources)
        else:
            unit = (field.json_schema_extra or {}).get("unit", "-")  # type: ignore[union-attr]
            source = sources[f"dynamics.{prefix}{name}"]
            cells = (f"`{prefix}{name}`", _shown(value), unit, _range(field), source, field.description)
            rows.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return rows


def _shown(value: Any) -> str:
    return ", ".join(f"{v:g}" for v in value) if isinstance(value, tuple) else f"{value:g}"


def _range(field: Any) -> str:
    """Write a field's bounds: "0 to 1", "> 0"."""
    low = [f"≥ {m.ge:g}" for m in field.metadata if isinstance(m, Ge)]
    low += [f"> {m.gt:g}" for m in field.metadata if isinstance(m, Gt)]
    high = [f"≤ {m.le:g}" for m in field.metadata if isinstance(m, Le)]
    high += [f"< {m.lt:g}" for m in field.metadata if isinstance(m, Lt)]
    return ", ".join(low + high) or "-"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
