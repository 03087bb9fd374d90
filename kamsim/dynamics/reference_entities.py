"""What the reference engine plays with (docs/model.md, section 2): one lane, ordinary Python objects."""

from __future__ import annotations

from dataclasses import dataclass, field

from kamsim.config import DynamicsSettings, SegmentDynamics
from kamsim.schemas import SEGMENTS

SLOTS = 4
MILESTONES = 4

NOBODY = -1
NEW, UPSELL, CROSS_SELL = 0, 1, 2
COMPETITOR = 3


@dataclass
class Deal:
    """An open opportunity; a free slot holds None."""

    passed: int
    age: int
    amount: float
    kind: int
    meddic: float

    @property
    def kind_without_competitor(self) -> int:
        """NEW, UPSELL or CROSS_SELL."""
        return self.kind % COMPETITOR

    @property
    def has_competitor(self) -> bool:
        """Whether a competitor is in the deal."""
        return self.kind >= COMPETITOR


@dataclass
class Account:
    """One account; names as in the table of docs/model.md."""

    segment: int
    entity: int
    wallet: float
    revenue: float
    attainable: float
    responsiveness: float
    propensity: float
    half_effort: float
    goodwill: float
    roles: float
    renewal_month: int
    units: int
    units_penetrated: int
    arrival: int = 0
    industry: int = -1
    sponsorless: int = 0
    handover: int = 0
    newcomer: int = 0
    blind: int = 0
    handover_quality: float = 1.0
    owner: int = NOBODY
    idle: int = 0
    exited: int = 0
    slots: list[Deal | None] = field(default_factory=lambda: [None] * SLOTS)

    @property
    def ceiling(self) -> float:
        """Attainable spend, T in the formulas."""
        return self.attainable * self.wallet

    @property
    def has_open_deal(self) -> bool:
        """Whether any slot is taken."""
        return any(deal is not None for deal in self.slots)


@dataclass
class Executive:
    """One AE; `busy` sums planned over available hours, month by month."""

    entity: int
    capacity: float
    tenure: int = 60
    vacancy: int = 0
    left: bool = False
    available: float = 0.0
    load: float = 0.0
    busy: float = 0.0

    @property
    def ratio(self) -> float:
        """Load per hour of capacity."""
        return self.load / self.capacity

    @property
    def reach(self) -> float:
        """Share of the planned hours that the AE can give."""
        return 1.0 if self.load <= self.available else self.available / self.load


@dataclass(frozen=True)
class Plan:
    """Hours a month and service pattern of one account."""

    ae: float
    se: float = 0.0
    csm: float = 0.0
    mapping: float = 1.0
    offer: float = 1.0
    review: float = 1.0
    pursuit: float = 1.0
    defence: float = 1.0
    alerts: bool = False


@dataclass(frozen=True)
class Pool:
    """People of one role who work for all accounts."""

    people: int
    hours: float


@dataclass(frozen=True)
class ReferenceRules:
    """Which rules act during the run."""

    least_loaded_routing: bool = False
    dynamic_books: bool = False
    exit_rule: bool = False
    rebalancing: bool = False


@dataclass
class Lane:
    """Everything of one course of events: what changes, and what the run was given."""

    settings: DynamicsSettings
    accounts: list[Account]
    plans: list[Plan]
    team: list[Executive] | None = None
    pools: tuple[Pool, Pool] | None = None
    industries: list[int] = field(default_factory=list)
    rules: ReferenceRules = ReferenceRules()
    revenue_frozen: bool = False
    se_served: float = 1.0
    se_waiting: float = 0.0
    csm_served: float = 1.0
    csm_waiting: float = 0.0

    def segment(self, account: Account) -> SegmentDynamics:
        """The parameters *by segment* of an account."""
        parameters: SegmentDynamics = getattr(self.settings, SEGMENTS[account.segment])
        return parameters

    def attention(self, account: Account) -> float:
        """What is left of the planned hours of an account that the exit rule has deprioritised."""
        return self.settings.rules.exit_share if account.exited else 1.0

    def quality_now(self) -> float:
        """Quality of a hand-over that happens now."""
        return self.settings.handover_quality * (1.0 - self.settings.pools.csm_wait_effect * self.csm_waiting)


@dataclass
class AccountMonth:
    """What is observed of one account in one month."""

    revenue: float = 0.0
    hours: float = 0.0
    booked: float = 0.0
    capped: float = 0.0
    churned: float = 0.0
    contracted: float = 0.0
    repriced: float = 0.0
    outcomes: list[int] = field(default_factory=lambda: [0] * SLOTS)
    closed_amounts: list[float] = field(default_factory=lambda: [0.0] * SLOTS)
    opened_amounts: list[float] = field(default_factory=lambda: [0.0] * SLOTS)
