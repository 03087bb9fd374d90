import re

import pytest

from kamsim.allocation import POLICIES
from kamsim.config import figures
from kamsim.errors import ConfigError
from kamsim.locale.catalogue import languages, placeholders, read_catalogue
from kamsim.schemas import ROLES, SEGMENTS

OTHERS = [lang for lang in languages() if lang != "en"]


@pytest.mark.parametrize("lang", OTHERS)
def test_every_language_has_the_same_keys(lang: str) -> None:
    english, other = read_catalogue("en"), read_catalogue(lang)
    assert set(other) == set(english)


@pytest.mark.parametrize("lang", OTHERS)
def test_every_language_wants_the_same_values(lang: str) -> None:
    english, other = read_catalogue("en"), read_catalogue(lang)
    differing = [k for k in english if placeholders(english[k]) != placeholders(other[k])]
    assert differing == []


@pytest.mark.parametrize("lang", languages())
def test_placeholders_are_bare_names(lang: str) -> None:
    texts = read_catalogue(lang)
    strange = [k for k, text in texts.items() if not all(name.isidentifier() for name in placeholders(text))]
    assert strange == []


def test_french_marks_never_start_a_line() -> None:
    loose = [k for k, text in read_catalogue("fr").items() if re.search(r" [:;?!»%]|« ", text)]
    assert loose == [], "write a no-break space before : ; ? ! » % and after «"


@pytest.mark.parametrize("lang", languages())
def test_policies_roles_and_segments_have_names(lang: str) -> None:
    wanted = [f"policy.{p}" for p in POLICIES] + [f"policy_rule.{p}" for p in POLICIES]
    wanted += [f"role.{r}" for r in ROLES] + [f"segment.{s}" for s in SEGMENTS]
    assert [k for k in wanted if k not in read_catalogue(lang)] == []


@pytest.mark.parametrize("lang", languages())
def test_every_figure_of_a_scenario_has_a_meaning_and_a_unit(lang: str) -> None:
    texts = read_catalogue(lang)
    wanted = set()
    for key, unit, _ in figures():
        parts = ["segment" if part in SEGMENTS else part for part in key.split(".")]
        wanted |= {f"figure.{'.'.join(parts)}", f"unit.{unit}"}
    assert sorted(k for k in wanted if k not in texts) == []


def test_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="unknown language 'zz': known are en, fr"):
        read_catalogue("zz")
