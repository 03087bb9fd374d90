"""Ranking and selection: which policy is best, by how little one need not care, and when nobody can say.

The procedure KN of Kim & Nelson (2001, ACM Trans. Model. Comput. Simul. 11) plays all policies under common
luck, drops one as soon as its deficit leaves a triangle that closes with the replications, and ends with
one. Its promise: the best is found with the wanted probability whenever it leads by the indifference zone
or more. Where the lead may be smaller, KN names one all the same; so its choice is then held against each
rival until the lead is shown to be above zero or below the zone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import pandas as pd

from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError
from kamsim.experiments.intervals import Interval, mean_interval, replications_for_skewness

BEST, SAME, UNDECIDED = "best", "no practical difference", "undecided"

FEWEST = 10
"""Replications below which no policy is named."""

_FIRST_STAGE = 30
"""Replications that the first stage wants, and more where differences are skewed: a sample that lies low by
chance also shows too small a variance, and would drop the best."""

More = Callable[[Sequence[str], int, int], Floats]
"""Values of some policies in the replications from one number up to another: (replications, policies).

A replication is the same luck for every policy, whenever it is asked for.
"""


@dataclass(frozen=True, eq=False)
class Selection:
    """What the selection came to.

    Attributes
    ----------
    verdict : {"best", "no practical difference", "undecided"}
    policy : str or None
        The choice; None where there is none. With no practical difference, one of several as good.
    equals : tuple of str
        With no practical difference, those whose deficit is below the indifference zone; where it is
        undecided, those that are still in the running.
    reason : {"", "few replications", "budget"}
        Why it is undecided.
    replications : int
        Of the choice.
    lead : Interval or None
        Over the rival that comes closest; None where there is no choice.
    trace : DataFrame
        A row a policy: policy, replications, mean, dropped_by, lead, lead_low, lead_high.
    """

    verdict: str
    policy: str | None
    equals: tuple[str, ...]
    reason: str
    replications: int
    lead: Interval | None
    trace: pd.DataFrame

    @property
    def front_runner(self) -> str:
        """The policy with the highest mean so far, chosen or not."""
        return str(self.trace.nlargest(1, "mean")["policy"].tolist()[0])

    def frame(self) -> pd.DataFrame:
        """Return the trace."""
        return self.trace

    def summary(self) -> str:
        """Say the verdict in one line."""
        if self.verdict == UNDECIDED:
            return f"undecided ({self.reason}): {', '.join(self.equals)} still in the running"
        if self.verdict == SAME:
            return f"no practical difference: {', '.join([str(self.policy), *self.equals])}"
        return f"best: {self.policy} after {self.replications} replications"


def select_best(
    more: More,
    policies: Sequence[str],
    *,
    indifference: float,
    confidence: float,
    first_stage: int,
    budget: int,
) -> Selection:
    """Select the policy with the highest mean.

    Parameters
    ----------
    more : callable
        See `More`.
    policies : sequence of str
        Two or more.
    indifference : float
        A lead below this does not matter; in the unit of the values.
    confidence : float
        Probability of a correct selection where the best leads by `indifference` or more.
    first_stage : int
        Replications of every policy before the first is dropped, which also give the variances of
        differences.
    budget : int
        Replications of a policy that there may be.

    Returns
    -------
    Selection
        "undecided" with fewer than `FEWEST` replications, or where the budget was spent first.

    Raises
    ------
    ConfigError
        With fewer than two policies, or an indifference zone that is not positive.

    Examples
    --------
    >>> from kamsim.streams import stream
    >>> luck = stream(1, "example").normal(size=(500, 1))
    >>> values = luck + np.array([0.0, 3.0]) + stream(2, "example").normal(size=(500, 2))
    >>> def more(names, first, last):
    ...     return values[first:last, [["a", "b"].index(name) for name in names]]
    >>> select_best(more, ["a", "b"], indifference=1, confidence=0.95, first_stage=20, budget=500).summary()
    'best: b after 30 replications'
    """
    if len(policies) < 2:
        raise ConfigError(f"a selection wants two policies or more, got {len(policies)}")
    if not indifference > 0:
        raise ConfigError(f"the indifference zone must be > 0, got {indifference:g}")
    table = _Table(more, tuple(policies))
    first_stage = min(first_stage, budget)
    table.reach(policies, max(first_stage, 1))
    if first_stage < FEWEST:
        return _undecided(table, policies, "few replications")
    # Half of the risk for dropping the best, half for calling its lead too small to matter.
    risk = (1 - confidence) / 2
    first_stage = _extend(table, policies, first_stage, budget)
    running, dropped = _drop(table, indifference, risk, first_stage, budget)
    if len(running) > 1:
        return _undecided(table, running, "budget", dropped)
    return _judge(table, running[0], dropped, indifference, risk, budget)


@dataclass
class _Table:
    """The values played so far: a column a policy, each from replication 0 on."""

    more: More
    policies: tuple[str, ...]
    columns: dict[str, Floats] = field(default_factory=dict)

    def reach(self, policies: Sequence[str], replications: int) -> None:
        """Play what the policies lack up to so many replications; those at the same place go together."""
        behind: dict[int, list[str]] = {}
        for name in policies:
            have = self.columns.setdefault(name, np.zeros(0)).size
            if have < replications:
                behind.setdefault(have, []).append(name)
        for have, names in behind.items():
            new = np.asarray(self.more(names, have, replications), float)
            for place, name in enumerate(names):
                self.columns[name] = np.concatenate([self.columns[name], new[:, place]])

    def lead(self, policy: str, rival: str) -> Floats:
        """Paired leads over the replications that both have."""
        n = min(self.columns[policy].size, self.columns[rival].size)
        lead: Floats = self.columns[policy][:n] - self.columns[rival][:n]
        return lead


def _extend(table: _Table, policies: Sequence[str], first: int, budget: int) -> int:
    """Extend the first stage until it suits the skewness of the differences, or the budget ends."""
    while True:
        start = np.column_stack([table.columns[name][:first] for name in policies])
        pairs = [start[:, i] - start[:, j] for i in range(len(policies)) for j in range(i)]
        wanted = min(budget, max(_FIRST_STAGE, replications_for_skewness(np.column_stack(pairs))))
        if wanted <= first:
            return first
        # In steps, since the skewness of a longer sample may be smaller.
        first = min(wanted, 2 * max(first, _FIRST_STAGE // 2))
        table.reach(policies, first)


def _drop(
    table: _Table, zone: float, alpha: float, first: int, budget: int
) -> tuple[list[str], dict[str, tuple[str, int]]]:
    """Run KN: those left (one, unless the budget is spent), and by whom and when each other was dropped."""
    names = list(table.policies)
    start = np.column_stack([table.columns[name][:first] for name in names])
    variance = (start[:, :, None] - start[:, None, :]).var(axis=0, ddof=1)
    eta = 0.5 * ((2 * alpha / (len(names) - 1)) ** (-2 / (first - 1)) - 1)
    reach = 2 * eta * (first - 1) * variance / zone  # of the triangle at its base, in sums; c = 1
    running, dropped = list(range(len(names))), dict[str, tuple[str, int]]()
    done, played = first - 1, first
    while len(running) > 1:
        if done == played:
            if played == budget:
                break
            played = min(budget, played + max(FEWEST, played // 2))
            table.reach([names[i] for i in running], played)
        sums = np.cumsum(np.column_stack([table.columns[names[i]][:played] for i in running]), axis=0)
        # deficit[r, i, l]: how far i lies behind l after r + 1 replications.
        block, at = sums[done:played], np.arange(done + 1, played + 1)
        deficit = block[:, None, :] - block[:, :, None]
        own = np.ix_(running, running)
        limit = np.maximum(0.0, 0.5 * (reach[own][None] - zone * at[:, None, None]))
        # Where the triangle has closed, a tie to the last bit goes to the first named.
        later = np.greater.outer(running, running)[None]
        behind = (deficit > limit) | ((limit == 0) & (deficit == 0) & later)
        hit = np.flatnonzero(behind.any(axis=(1, 2)))
        if hit.size == 0:
            done = played
            continue
        r = int(hit[0])
        leader = int(np.argmax(block[r]))
        # The leader lies behind nobody, so that one is left.
        losers = [i for i in range(len(running)) if i != leader and behind[r, i].any()]
        for i in losers:
            by = int(np.argmax(deficit[r, i] - limit[r, i]))
            dropped[names[running[i]]] = names[running[by]], int(at[r])
        running = [v for i, v in enumerate(running) if i not in losers]
        done = done + r + (0 if len(running) == 1 else 1)
    return [names[i] for i in running], dropped


def _judge(
    table: _Table,
    choice: str,
    dropped: dict[str, tuple[str, int]],
    zone: float,
    risk: float,
    budget: int,
) -> Selection:
    """Hold KN's choice against every rival until its lead is above zero or below the zone.

    Each look at each rival gets a share of the risk, 1/2, 1/6, 1/12, …, so that all looks together keep it.
    """
    rivals = [name for name in table.policies if name != choice]
    for look in count(1):
        confidence = 1 - 2 * risk / len(rivals) / (look * (look + 1))
        leads = {name: mean_interval(table.lead(choice, name), confidence) for name in rivals}
        same = [name for name in rivals if leads[name].high < zone]
        unclear = [name for name in rivals if name not in same and leads[name].low <= 0]
        played = table.columns[choice].size
        if not unclear or all(table.lead(choice, name).size == budget for name in unclear):
            break
        lags = any(table.columns[name].size < played for name in unclear)
        table.reach([choice, *unclear], played if lags else min(budget, 2 * played))
    verdict, reason = (UNDECIDED, "budget") if unclear else (SAME, "") if same else (BEST, "")
    nearest = min(rivals, key=lambda name: leads[name].mean)
    return Selection(
        verdict=verdict,
        policy=None if unclear else choice,
        equals=(choice, *unclear, *same) if unclear else tuple(same),
        reason=reason,
        replications=table.columns[choice].size,
        lead=None if unclear else leads[nearest],
        trace=_trace(table, dropped, leads),
    )


def _undecided(
    table: _Table, running: Sequence[str], reason: str, dropped: dict[str, tuple[str, int]] | None = None
) -> Selection:
    most = max(values.size for values in table.columns.values())
    return Selection(UNDECIDED, None, tuple(running), reason, most, None, _trace(table, dropped or {}, {}))


def _trace(table: _Table, dropped: dict[str, tuple[str, int]], leads: dict[str, Interval]) -> pd.DataFrame:
    rows = []
    for name in table.policies:
        by, after = dropped.get(name, (None, 0))
        lead = leads.get(name)
        rows.append(
            {
                "policy": name,
                "replications": table.columns[name].size,
                "mean": float(table.columns[name].mean()),
                "dropped_by": by,
                "dropped_after": after,
                "lead": lead.mean if lead else np.nan,
                "lead_low": lead.low if lead else np.nan,
                "lead_high": lead.high if lead else np.nan,
            }
        )
    return pd.DataFrame(rows).astype({"policy": "str", "dropped_by": "str"})
