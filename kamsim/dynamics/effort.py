"""What effort is: hours of three roles in AE-equivalents, what habit gives them to; a change of owner."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics.state import Floats, State
from kamsim.dynamics_settings import DynamicsSettings


def effective_hours(ae: Floats, se: Floats, csm: Floats, settings: DynamicsSettings) -> Floats:
    """Add up the hours of the three roles in AE-equivalents.

    Parameters
    ----------
    ae, se, csm : array, shape (accounts,)
        Hours a month.
    settings : DynamicsSettings

    Returns
    -------
    array, shape (accounts,)

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> settings = Scenario.load("saas_midmarket").dynamics
    >>> effective_hours(np.array([2.0]), np.array([1.0]), np.array([0.0]), settings)
    array([2.6])
    """
    return np.asarray(ae + settings.se_weight * se + settings.csm_weight * csm)


def habit_money(habit: str, revenue: Floats, firm_revenue: Floats) -> Floats:
    """Give the money that attention follows under a habit; parameters as in `habit_weight`."""
    if habit == "revenue":
        return revenue
    if habit == "size":
        known = ~np.isnan(firm_revenue)
        usual = np.median(firm_revenue[known]) if known.any() else 0.0
        return np.where(known, firm_revenue, usual)
    return np.zeros_like(revenue)


def habit_weight(habit: str, revenue: Floats, firm_revenue: Floats, *, mean: float | None = None) -> Floats:
    """Weigh the accounts of a book as people do who follow a habit and no model.

    Attention grows in proportion to money, on top of a quarter of the mean that everybody gets. The
    generator's past and the policy "status quo" share this one rule.

    Parameters
    ----------
    habit : {"revenue", "size", "equal"}
        What attention follows.
    revenue : array, shape (accounts,)
        EUR a month.
    firm_revenue : array, shape (accounts,)
        The client's own revenue, EUR a year; the median stands in where it is not known.
    mean : float, optional
        Mean of what attention follows (`habit_money`), where the accounts are a part of all.

    Returns
    -------
    array, shape (accounts,)
        Above 0.

    Examples
    --------
    >>> habit_weight("revenue", np.array([0.0, 4.0]), np.array([1.0, 1.0])).round(2)
    array([0.5, 4.5])
    """
    money = habit_money(habit, revenue, firm_revenue)
    floor = (money.mean() if mean is None else mean) / 4
    return np.asarray(money + floor) if floor > 0 else np.ones_like(money)


def hand_over(state: State, moved: NDArray[np.bool_], settings: DynamicsSettings) -> State:
    """Change the owner of some accounts: goodwill falls, and renewals are harder for some months (E-REP-1).

    Parameters
    ----------
    state : State
        Not changed.
    moved : array of bool, shape (accounts,)
    settings : DynamicsSettings

    Returns
    -------
    State
    """
    after = state.copy()
    after.goodwill[moved] *= settings.handover_goodwill
    after.handover[moved] = settings.handover_months
    after.newcomer[moved] = settings.newcomer_months
    after.handover_quality[moved] = settings.handover_quality
    return after
