"""Preset files: how a scenario's figures and their sources are read from TOML.

A figure is either bare or written ``{value = 4, source = "D-COV-1"}``; a table ``[sources]`` gives sources
by dotted key. A file may say ``extends = "base"``, or name another file beside it, and then holds only what
differs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from kamsim.errors import ConfigError, unknown_name

ASSUMPTION = "assumption"
"""Source of a figure that has none."""

_FOLDER = resources.files("kamsim.presets")


def presets() -> list[str]:
    """Return the names of the presets that come with kamsim.

    Examples
    --------
    >>> "saas_midmarket" in presets()
    True
    """
    names = (file.name for file in _FOLDER.iterdir())
    return sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml") and n != "base.toml")


def read_preset(
    name_or_path: str | Path, extended_by: tuple[str, ...] = ()
) -> tuple[dict[str, Any], dict[str, str]]:
    """Read a preset with all that it extends.

    Parameters
    ----------
    name_or_path : str or Path
        A name of `presets`, "base", or a path that ends in ``.toml``.
    extended_by : tuple of str
        Files on the way here, so that a circle is found.

    Returns
    -------
    tree : dict
        The figures, not validated.
    sources : dict of str to str
        Source by dotted key. A bare figure that replaces one of the extended preset is an assumption.

    Raises
    ------
    ConfigError
        When there is no such preset, the file cannot be read, or it extends itself.

    Examples
    --------
    >>> tree, sources = read_preset("base")
    >>> tree["segmentation"]["tier_1_above_eur"], sources["segmentation.tier_1_above_eur"]
    (500000.0, 'D-TIER-1')
    """
    if str(name_or_path) in extended_by:
        raise ConfigError(f"scenario {name_or_path}: extends itself")
    tree = _parse(name_or_path)
    parent, sources = tree.pop("extends", None), tree.pop("sources", {})
    if not isinstance(sources, dict):
        raise ConfigError(f"scenario {name_or_path}: sources must be a table, got {sources!r}")
    tree = _split_sources(tree, "", sources)
    if parent is None:
        return tree, sources
    if str(parent).endswith(".toml"):
        parent = Path(name_or_path).parent / parent
    base, base_sources = read_preset(parent, (*extended_by, str(name_or_path)))
    bare = [key for key in base_sources if key not in sources and _holds(tree, key)]
    return _merge(base, tree, set(base_sources)), {
        **base_sources,
        **dict.fromkeys(bare, ASSUMPTION),
        **sources,
    }


def parse_overrides(assignments: Sequence[str]) -> dict[str, Any]:
    """Read ``key.path=value`` texts; a value is TOML, and what is not TOML is a text.

    Examples
    --------
    >>> parse_overrides(["experiment.replications=50", "experiment.baseline=status_quo"])
    {'experiment.replications': 50, 'experiment.baseline': 'status_quo'}
    """
    parsed: dict[str, Any] = {}
    for assignment in assignments:
        key, sign, text = assignment.partition("=")
        if not sign or not key.strip():
            raise ConfigError(f"--set wants key.path=value, got {assignment!r}")
        try:
            parsed[key.strip()] = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            parsed[key.strip()] = text.strip()
    return parsed


def _parse(name_or_path: str | Path) -> dict[str, Any]:
    is_file = str(name_or_path).endswith(".toml")
    if not is_file and str(name_or_path) not in [*presets(), "base"]:
        raise ConfigError(unknown_name("scenario", str(name_or_path), presets()))
    place = Path(name_or_path) if is_file else _FOLDER / f"{name_or_path}.toml"
    try:
        return tomllib.loads(place.read_text(encoding="utf-8"))
    except OSError as caught:
        raise ConfigError(f"scenario {name_or_path}: cannot be read ({caught.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as caught:
        raise ConfigError(f"scenario {name_or_path}: not valid TOML ({caught})") from None


def _split_sources(tree: Any, key: str, sources: dict[str, str]) -> Any:
    """Turn ``{value, source}`` leaves into values and note their sources."""
    if not isinstance(tree, dict):
        return tree
    if set(tree) == {"value", "source"}:
        sources[key] = tree["source"]
        return tree["value"]
    return {k: _split_sources(v, _dotted(key, k), sources) for k, v in tree.items()}


def _merge(base: dict[str, Any], top: dict[str, Any], figures: set[str], key: str = "") -> dict[str, Any]:
    """Lay `top` over `base`, section by section; a figure that is a table itself is replaced as a whole."""
    merged = dict(base)
    for name, value in top.items():
        dotted = _dotted(key, name)
        sections = isinstance(value, dict) and isinstance(base.get(name), dict) and dotted not in figures
        merged[name] = _merge(base[name], value, figures, dotted) if sections else value
    return merged


def _holds(tree: Any, key: str) -> bool:
    for part in key.split("."):
        if not isinstance(tree, dict) or part not in tree:
            return False
        tree = tree[part]
    return True


def _dotted(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
