"""Quotas by book, and how many AEs can be expected to reach them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from kamsim.config import CoverageSettings
from kamsim.coverage.marginal import value_response
from kamsim.errors import ConfigError, unknown_name
from kamsim.schemas import BOOK, check

QuotaRule = Literal["expected", "equal", "potential"]
"""The same stretch on each book's own expected sales, on the team's mean, or on a share by potential."""
QUOTA_RULES: tuple[QuotaRule, ...] = get_args(QuotaRule)
MONTHS = 12


@dataclass(frozen=True, eq=False)
class QuotaPlan:
    """Quotas and their attainability.

    Attributes
    ----------
    rule : str
    books : DataFrame
        A row an AE: ``owner_id``, ``accounts``, ``expected_eur`` and ``spread_eur`` (mean and standard
        deviation of a year's sales), ``quota_eur``, ``reach_probability``.
    """

    rule: QuotaRule
    books: pd.DataFrame

    @property
    def attainability(self) -> float:
        """Expected share of AEs who reach their quota."""
        return float(self.books["reach_probability"].mean())

    def frame(self) -> pd.DataFrame:
        """Return one row an AE."""
        return self.books.copy()

    def summary(self) -> pd.DataFrame:
        """Return one row: rule, AEs, quotas and expected sales in all, attainability."""
        total = self.books[["quota_eur", "expected_eur"]].sum()
        row = {"rule": self.rule, "books": len(self.books), **total, "attainability": self.attainability}
        return pd.DataFrame([row])


def set_quotas(
    book: pd.DataFrame, settings: CoverageSettings, horizon_months: int, rule: QuotaRule = "expected"
) -> QuotaPlan:
    """Set a year's quota for the book of each owner, and say how probable it is to be reached.

    A year's sales of account i at the hours its tier asks for are taken as: mean m = (base + gain s) / margin
    x 12 / horizon, with s the share of the gain that these hours reach; variance = (sd of the gain x s)^2 +
    base^2 p (1 - p), both in sales a year, where p is the probability of leaving within 12 months. Accounts
    are independent, and a book's sales are normal with the sums as mean and variance. A rough spread: an
    industry that moves as one spreads a book wider than this, and a book of few accounts is skewed.

    Parameters
    ----------
    book : DataFrame
        BOOK; accounts without an owner are in no book.
    settings : CoverageSettings
        ``quota_stretch`` and ``margin``.
    horizon_months : int
        Months that values are over (``scenario.experiment.months``).
    rule : {"expected", "equal", "potential"}
        The quotas add up to ``quota_stretch`` times the expected sales of all books, split as each book's
        expected sales, equally, or as its accounts' potential.

    Returns
    -------
    QuotaPlan

    Raises
    ------
    SchemaError
        When `book` breaks its contract.
    ConfigError
        When the rule is unknown, no account has an owner, or the margin is 0.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> first = {n: c.one_of[0] if c.one_of else None if c.nullable else 0 for n, c in BOOK.columns.items()}
    >>> first |= {"owner_id": "r", "base_eur": 3e5, "half_hours": 1.0, "churn_probability_12m": 0.5}
    >>> book = pd.DataFrame({n: pd.Series([first[n]], dtype=c.dtype) for n, c in BOOK.columns.items()})
    >>> settings = Scenario.load("base", {"coverage.quota_stretch": 1.0}).coverage
    >>> set_quotas(book, settings, 36).attainability
    0.5
    """
    book = check(book, BOOK)
    if rule not in QUOTA_RULES:
        raise ConfigError(unknown_name("quota rule", rule, QUOTA_RULES))
    if settings.margin <= 0:
        raise ConfigError(
            f"coverage.margin must be above 0 to turn values into sales, got {settings.margin:g}"
        )
    books = _expected_by_owner(book, settings.margin * horizon_months / MONTHS)
    if books.empty:
        raise ConfigError("no account has an owner: there is no book to set a quota for")
    weights = {
        "expected": books["expected_eur"],
        "equal": pd.Series(1.0, index=books.index),
        "potential": books["potential_eur"],
    }[rule]
    if not weights.sum() > 0:
        raise ConfigError(f"quota rule {rule!r} has nothing to split by: all books come to 0")
    quota = settings.quota_stretch * books["expected_eur"].sum() * weights / weights.sum()
    reach = _reach(quota, books["expected_eur"], books["spread_eur"])
    return QuotaPlan(
        rule, books.drop(columns="potential_eur").assign(quota_eur=quota, reach_probability=reach)
    )


def _expected_by_owner(book: pd.DataFrame, value_per_sale: float) -> pd.DataFrame:
    """Add up mean and variance of a year's sales by owner."""
    base, leaving = book["base_eur"], book["churn_probability_12m"]
    expected = value_response(book).respond(book["workload_hours"].to_numpy())
    gain = book["gain_eur"].to_numpy()
    reached = np.divide(expected - base.to_numpy(), gain, out=np.zeros(len(book)), where=gain > 0)
    variance = (book["gain_sd_eur"] * reached) ** 2 + base**2 * leaving * (1 - leaving)
    owned = pd.DataFrame(
        {
            "owner_id": book["owner_id"],
            "accounts": 1,
            "expected_eur": expected / value_per_sale,
            "spread_eur": variance / value_per_sale**2,
            "potential_eur": book["potential_36m_eur"],
        }
    ).dropna(subset="owner_id")
    books = owned.groupby("owner_id", as_index=False).sum()
    return books.assign(spread_eur=np.sqrt(books["spread_eur"]))


def _reach(quota: pd.Series[float], mean: pd.Series[float], spread: pd.Series[float]) -> pd.Series[float]:
    sure = (mean >= quota).astype(float)
    z = (quota - mean) / spread.where(spread > 0)
    return pd.Series(np.where(spread > 0, stats.norm.sf(z), sure), index=quota.index)
