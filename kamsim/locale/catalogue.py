"""The message catalogues: one TOML file per language, nested tables, read as dotted keys."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from string import Formatter
from types import MappingProxyType
from typing import Any

from kamsim.errors import ConfigError, unknown_name


def languages() -> list[str]:
    """Return the codes of the languages that have a catalogue.

    Examples
    --------
    >>> languages()
    ['en', 'fr']
    """
    files = resources.files("kamsim.locale").iterdir()
    return sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml"))


@cache
def read_catalogue(lang: str) -> Mapping[str, str]:
    """Read the texts of one language by dotted key.

    Parameters
    ----------
    lang : str
        One of `languages`.

    Returns
    -------
    mapping of str to str
        Read only.

    Raises
    ------
    ConfigError
        For a language without a catalogue, or a catalogue that is not valid TOML or holds something
        other than texts.

    Examples
    --------
    >>> read_catalogue("fr")["policy.balanced"]
    'Charge équilibrée'
    """
    if lang not in languages():
        raise ConfigError(unknown_name("language", lang, languages()))
    source = resources.files("kamsim.locale") / f"{lang}.toml"
    try:
        tree = tomllib.loads(source.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as caught:
        raise ConfigError(f"catalogue {lang}.toml: not valid TOML ({caught})") from None
    return MappingProxyType(dict(_flatten(tree, "", lang)))


def placeholders(text: str) -> set[str]:
    """Return the names of the values that a text wants.

    Examples
    --------
    >>> sorted(placeholders("{policy} brings {money}"))
    ['money', 'policy']
    """
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _flatten(tree: Mapping[str, Any], prefix: str, lang: str) -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{key}.", lang)
        elif isinstance(value, str):
            yield key, value
        else:
            raise ConfigError(f"catalogue {lang}.toml: {key} must be a text, got {value!r}")
