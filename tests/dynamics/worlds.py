"""Random small portfolios with all features on or off at random, and the reference engine's view of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kamsim.config import DynamicsSettings
from kamsim.dynamics import reference_entities as entities
from kamsim.dynamics.reference import play_lane
from kamsim.dynamics.reference_luck import Luck
from kamsim.schemas import SEGMENTS
from kamsim.streams import entity_keys

from .random_settings import random_settings

FEATURES = (
    "team", "pools", "industries", "patterns", "alerts", "leads", "events", "shocks", "frozen",
    "routing", "dynamic_books", "exit_rule", "rebalancing",
)  # fmt: skip
NEED_A_TEAM = ("routing", "dynamic_books", "rebalancing")
KINDS = ("mapping", "offer", "review", "pursuit", "defence")

Array = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """One configuration: settings, a portfolio (accounts × lanes), a team, a plan, some months."""

    settings: DynamicsSettings
    features: dict[str, bool]
    segment: NDArray[np.int64]
    account_ids: list[str]
    arrival: NDArray[np.int64]
    industry: NDArray[np.int64]
    state: dict[str, Array]
    slots: dict[str, Array]
    plan: dict[str, Array]
    pattern: Array | None
    alerts: NDArray[np.bool_]
    capacity: Array
    executives: list[str]
    tenure: NDArray[np.int64]
    vacancy: NDArray[np.int64]
    pools: tuple[tuple[int, float], tuple[int, float]]
    industries: list[str]
    key: int
    replications: list[int]
    first_month: int
    months: int

    @property
    def accounts(self) -> int:
        return len(self.segment)

    @property
    def lanes(self) -> int:
        return len(self.replications)


def random_world(number: int, lanes: int | None = None) -> World:
    """Draw configuration `number`; the same number gives the same world."""
    rng = np.random.default_rng([20260101, number])
    features = {name: bool(rng.random() < 0.6) for name in FEATURES}
    features["frozen"] = bool(rng.random() < 0.1)
    for name in NEED_A_TEAM:
        features[name] &= features["team"]
    n, people = int(rng.integers(2, 13)), int(rng.integers(1, 5))
    width = int(rng.choice([1, 2, 3, 5])) if lanes is None else lanes
    first_month = int(rng.integers(600, 690))
    months = int(rng.integers(5, 37))
    settings = random_settings(rng, features)
    owners = _owners(rng, features, n, people, width)
    arrives = (rng.random(n) < 0.3) & features["leads"]
    arrival = np.where(arrives, first_month + rng.integers(0, months + 4, n), 0)
    return World(
        settings=settings,
        features=features,
        segment=rng.integers(0, 3, n),
        account_ids=[f"account {number} {i:03d}" for i in range(n)],
        arrival=arrival,
        industry=rng.integers(-1, 3, n) if features["industries"] else np.full(n, -1),
        state=_state(rng, n, width, arrival > 0) | {"owner": owners},
        slots=_slots(rng, n, width, arrival > 0),
        plan=_plan(rng, n, width, features),
        pattern=rng.uniform(0.2, 2.0, (n, len(KINDS))) if features["patterns"] else None,
        alerts=(rng.random(n) < 0.5) & features["alerts"],
        capacity=rng.uniform(3.0, 60.0, people),
        executives=[f"executive {number} {r}" for r in range(people)],
        tenure=rng.integers(0, 60, (people, width)),
        vacancy=np.where(rng.random((people, width)) < 0.2, rng.integers(1, 4, (people, width)), 0),
        pools=tuple((int(rng.integers(0, 5)), float(rng.uniform(1.0, 20.0))) for _ in range(2)),  # type: ignore[arg-type]
        industries=[f"industry {number} {g}" for g in range(3)],
        key=int(rng.integers(0, 2**63)),
        replications=list(range(int(rng.integers(0, 1000)), 2000))[:width],
        first_month=first_month,
        months=months,
    )


def _owners(
    rng: np.random.Generator, features: dict[str, bool], n: int, people: int, lanes: int
) -> NDArray[np.int64]:
    if not features["team"]:
        return np.full((n, lanes), -1)
    return rng.integers(-1, people, (n, 1)).repeat(lanes, axis=1)


def _state(rng: np.random.Generator, n: int, lanes: int, leads: NDArray[np.bool_]) -> dict[str, Array]:
    shape = (n, lanes)
    wallet = np.exp(rng.normal(8.0, 1.0, shape))
    attainable = rng.uniform(0.2, 1.0, shape)
    customer = (rng.random(shape) < 0.7) & ~leads[:, None]
    units = rng.integers(1, 9, shape)

    def counter(top: int) -> NDArray[np.int64]:
        return rng.integers(1, top, shape) * (rng.random(shape) < 0.3)

    return {
        "wallet": wallet,
        "revenue": np.where(customer, wallet * attainable * rng.uniform(0.05, 1.1, shape), 0.0),
        "attainable": attainable,
        "responsiveness": np.exp(rng.normal(0.0, 0.5, shape)),
        "propensity": rng.beta(1.0, 3.0, shape),
        "half_effort": np.exp(rng.normal(0.5, 0.7, shape)),
        "goodwill": rng.random(shape),
        "roles": rng.random(shape),
        "handover_quality": rng.random(shape),
        "renewal_month": rng.integers(0, 12, shape),
        "units": units,
        "units_penetrated": np.where(customer, rng.integers(1, units + 1), 0),
        "sponsorless": counter(6),
        "handover": counter(8),
        "newcomer": counter(8),
        "blind": counter(4),
        "idle": rng.integers(0, 9, shape),
        "exited": (rng.random(shape) < 0.15).astype(np.int64),
    }


def _slots(rng: np.random.Generator, n: int, lanes: int, leads: NDArray[np.bool_]) -> dict[str, Array]:
    shape = (n, lanes, entities.SLOTS)
    held = (rng.random(shape) < rng.choice([0.1, 0.4, 0.9])) & ~leads[:, None, None]
    return {
        "milestones_passed": np.where(held, rng.integers(0, 4, shape), -1),
        "age": rng.integers(0, 15, shape) * held,
        "amount": np.exp(rng.normal(6.0, 1.0, shape)) * held,
        "kind": rng.integers(0, 6, shape) * held,
        "meddic": rng.uniform(0.0, 6.0, shape) * held,
    }


def _plan(rng: np.random.Generator, n: int, lanes: int, features: dict[str, bool]) -> dict[str, Array]:
    idle = rng.random((n, 1)) < 0.1
    ae = np.where(idle, 0.0, np.exp(rng.normal(0.8, 1.0, (n, lanes))))
    others = (rng.uniform(0.0, 5.0, (n, lanes)) for _ in range(2))
    se, csm = (x if features["pools"] or rng.random() < 0.5 else np.zeros((n, lanes)) for x in others)
    return {"ae": ae, "se": se, "csm": csm}


def reference_lane(world: World, lane: int) -> entities.Lane:
    """One lane of the world, as the reference engine wants it."""
    rules = {name: world.features[name] for name in ("dynamic_books", "exit_rule", "rebalancing")}
    return entities.Lane(
        settings=world.settings,
        accounts=[_account(world, i, lane) for i in range(world.accounts)],
        plans=[
            entities.Plan(
                **{role: float(world.plan[role][i, lane]) for role in ("ae", "se", "csm")},
                **_pattern(world, i),
                alerts=bool(world.alerts[i]),
            )
            for i in range(world.accounts)
        ],
        team=_executives(world, lane) if world.features["team"] else None,
        pools=tuple(entities.Pool(*pool) for pool in world.pools) if world.features["pools"] else None,  # type: ignore[arg-type]
        industries=entities_of(world.industries) if world.features["industries"] else [],
        rules=entities.ReferenceRules(least_loaded_routing=world.features["routing"], **rules),
        revenue_frozen=world.features["frozen"],
    )


def _executives(world: World, lane: int) -> list[entities.Executive]:
    return [
        entities.Executive(
            entity, float(world.capacity[r]), int(world.tenure[r, lane]), int(world.vacancy[r, lane])
        )
        for r, entity in enumerate(entities_of(world.executives))
    ]


def entities_of(names: list[str]) -> list[int]:
    """Where the luck of each name is addressed."""
    return [int(key) for key in entity_keys(names)]


def _pattern(world: World, i: int) -> dict[str, float]:
    """Service pattern of an account: its own, or its segment's against the neutral one."""
    if world.pattern is not None:
        return dict(zip(KINDS, world.pattern[i].tolist(), strict=True))
    service = world.settings.service
    own = getattr(service, SEGMENTS[world.segment[i]])
    return {kind: getattr(own, kind) / getattr(service.neutral, kind) for kind in KINDS}


def _account(world: World, i: int, lane: int) -> entities.Account:
    slots = []
    for slot in range(entities.SLOTS):
        where = (i, lane, slot)
        if world.slots["milestones_passed"][where] < 0:
            slots.append(None)
            continue
        passed, age, amount, kind, meddic = (world.slots[name][where].item() for name in world.slots)
        slots.append(entities.Deal(passed, age, amount, kind, meddic))
    return entities.Account(
        segment=int(world.segment[i]),
        entity=entities_of(world.account_ids)[i],
        arrival=int(world.arrival[i]),
        industry=int(world.industry[i]),
        slots=slots,
        **{name: values[i, lane].item() for name, values in world.state.items()},
    )


@dataclass(frozen=True)
class ReferencePlay:
    """What the reference engine makes of a world: final lanes and months [lane][month][account]."""

    lanes: list[entities.Lane]
    months: list[list[list[entities.AccountMonth]]]


def play_reference(world: World) -> ReferencePlay:
    """Play all lanes of a world in the reference engine."""
    lanes = [reference_lane(world, lane) for lane in range(world.lanes)]
    months = [
        play_lane(lane, Luck(world.key, replication), world.first_month, world.months)
        for lane, replication in zip(lanes, world.replications, strict=True)
    ]
    return ReferencePlay(lanes, months)
