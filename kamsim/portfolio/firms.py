"""The firms behind the accounts: names, size, and what an ideal-customer grid asks for (D-ICP-1)."""

from __future__ import annotations

from math import gcd
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import ndtr, ndtri

from kamsim.config import Scenario
from kamsim.dynamics import MONTHS_A_YEAR
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio.cities import Cities
from kamsim.portfolio.quantiles import beta_quantile
from kamsim.portfolio.texts import joined, pick_words
from kamsim.streams import luck_key

_STARTS = (
    "Al", "Am", "An", "Ar", "Av", "Bal", "Bel", "Ber", "Bor", "Cal", "Car", "Cel", "Cor", "Dal", "Del", "Dor",
    "Ed", "El", "Em", "Er", "Fal", "Fer", "Fin", "For", "Gal", "Gar", "Gen", "Hal", "Har", "Hel", "Il", "In",
    "Is", "Jal", "Jor", "Kal", "Kar", "Kel", "Lam", "Lan", "Len", "Lor", "Mal", "Mar", "Mel", "Mor", "Nal",
    "Nor", "Ol", "Or", "Pal", "Per", "Quin", "Ral", "Ren", "Ros", "Sal", "Sel", "Sol", "Tal", "Ter", "Val",
    "Ver", "Vi",
)  # fmt: skip
_MIDDLES = (
    "a", "ba", "be", "bo", "ca", "co", "da", "de", "di", "do", "e", "fa", "ga", "i", "ka", "la", "le", "li",
    "lo", "ma", "me", "mi", "na", "ne", "ni", "no", "o", "ra", "ri", "ro", "ta", "ti",
)  # fmt: skip
_ENDS = (
    "dis", "lia", "lis", "lux", "mat", "med", "met", "mo", "nex", "nis", "nor", "nova", "plast", "rex", "ris",
    "rys", "san", "tec", "tis", "tra", "ven", "via", "vox", "xis",
)  # fmt: skip
_SECOND_WORDS = (
    "Alliance", "& Associés", "& Co", "Company", "Concept", "Corporation", "Direct", "Enterprises", "Europe",
    "Expert", "& Fils", "Frères", "Global", "Group", "Holding", "Industries", "International", "Invest",
    "Partners", "Services", "Solutions", "Systems", "Technologies", "Union",
)  # fmt: skip
_STEMS = len(_STARTS) * len(_MIDDLES) * len(_ENDS)
_NAMES = _STEMS * len(_SECOND_WORDS)

_GOLDEN = 0.6180339887498949


def firm_names(numbers: Counts, parents: Counts, city: Counts, cities: Cities, seed: int) -> pa.Array:
    """Name the firms: a family shares the first word, everybody else has a name of their own.

    A name is made of four parts, and account numbers run through all combinations in a scattered order that
    depends on the seed. So the first million names differ, and none depends on how many there are; later
    ones repeat with a number behind them. A subsidiary is called after its parent, its city and its number.

    Parameters
    ----------
    numbers : array of int, shape (accounts,)
        Account numbers, from 0.
    parents : array of int, shape (accounts,)
        Number of the parent account; -1 = none.
    city : array of int, shape (accounts,)
        Position in `cities`.
    cities : Cities
    seed : int

    Returns
    -------
    Arrow array of text, length accounts
    """
    child = parents >= 0
    place = _place(np.where(child, parents, numbers), seed)
    stem, second = place % _STEMS, place // _STEMS
    starts, rest = np.divmod(stem, len(_MIDDLES) * len(_ENDS))
    middles, ends = np.divmod(rest, len(_ENDS))
    first_word = joined(pick_words(_STARTS, starts), pick_words(_MIDDLES, middles), pick_words(_ENDS, ends))
    own = np.where(child, -1, second)
    second_word = pc.coalesce(pick_words(_SECOND_WORDS, own), pick_words(cities.name, city))
    repeat = np.where(child, numbers + 1, numbers // _NAMES + 1)
    shown = pa.array(repeat, mask=~child & (repeat == 1))
    numbered = pc.coalesce(joined(second_word, pc.cast(shown, pa.large_string()), between=" "), second_word)
    return joined(first_word, numbered, between=" ")


def _place(numbers: Counts, seed: int) -> Counts:
    """Scatter account numbers over all names: a step prime to their count meets each once."""
    step = next(s for s in range(int(_GOLDEN * _NAMES), _NAMES) if gcd(s, _NAMES) == 1)
    return (numbers * step + luck_key(seed, "names") % _NAMES) % _NAMES


def firm_size(scenario: Scenario, wallet: Floats, u: dict[str, Floats]) -> tuple[Floats, Floats]:
    """Draw the firms' own yearly revenue (EUR) and headcount. They follow the wallet, loosely."""
    settings = scenario.portfolio.firms
    typical = MONTHS_A_YEAR * wallet / settings.category_share
    revenue = typical * np.exp(settings.revenue_log_sd * ndtri(u["firm_revenue"]))
    heads = revenue / settings.revenue_per_head_eur
    heads = heads * np.exp(settings.headcount_log_sd * ndtri(u["headcount"]))
    return revenue, np.maximum(1.0, np.round(heads))


def firm_fit(scenario: Scenario, u: dict[str, Floats]) -> dict[str, Any]:
    """Draw digital maturity, confirmed budget and technical complexity.

    With `fit_signal` r, maturity has correlation r with the (latent) responsiveness, and the budget with the
    attainable share, on the normal scale: so the grid of D-ICP-1 tells something, and not all.
    """
    settings = scenario.portfolio.firms
    r = settings.fit_signal
    own = np.sqrt(1 - r**2)
    maturity, budget = (
        r * ndtri(u[latent]) + own * ndtri(u[seen])
        for latent, seen in (("responsiveness", "maturity"), ("attainable", "budget"))
    )
    return {
        "digital_maturity": _beta_of_normal(maturity, settings.maturity_alpha, settings.maturity_beta),
        "budget_confirmed": budget > -ndtri(settings.budget_confirmed_share),
        "technical_complexity": draw_complexity(scenario, u["complexity"]),
    }


def draw_complexity(scenario: Scenario, u: Floats) -> Floats:
    """Draw how much expertise the solution needs at each firm (D-ALL-1)."""
    settings = scenario.portfolio.firms
    return beta_quantile(u, settings.complexity_alpha, settings.complexity_beta)


def _beta_of_normal(normal: Floats, alpha: float, beta: float) -> Floats:
    return beta_quantile(ndtr(normal), alpha, beta)
