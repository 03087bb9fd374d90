"""The portfolio's part of the scenario: names, units and ranges of how a synthetic portfolio is made.

The figures live in `kamsim/presets/*.toml`, like those of every other part (`kamsim.config`).
"""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import field_validator, model_validator

from kamsim.observation_settings import DirtSettings, PipelineSettings, SignalSettings
from kamsim.settings import Settings, figure
from kamsim.stakeholder_settings import StakeholderSettings

LARGEST_PORTFOLIO = 9_999_999
"""Account ids have seven digits, so that none is ever renamed when accounts are added."""


class SegmentPortfolio(Settings):
    """What accounts of one segment look like at the start."""

    share: float = figure("share", "share of the accounts", ge=0, le=1)
    wallet_median_eur: float = figure("EUR/month", "median wallet", gt=0)
    wallet_log_sd: float = figure("log", "standard deviation of the log wallet", ge=0, le=3)
    attained_share: float = figure("share", "share of the attainable wallet sold at the start", gt=0, lt=1)
    prospect_share: float = figure("share", "share of accounts that buy nothing yet", ge=0, le=1)
    business_units: int = figure("count", "typical number of business units", ge=1, le=100)
    customer_years: float = figure(
        "years", "mean time that customers have been there when the history begins", ge=0, le=30
    )


class FirmSettings(Settings):
    """What a CRM knows about the firms behind the accounts (D-ICP-1)."""

    category_share: float = figure(
        "share", "the category's typical share of a firm's own revenue", gt=0, le=1
    )
    revenue_log_sd: float = figure("log", "spread of a firm's revenue around that", ge=0, le=3)
    revenue_per_head_eur: float = figure("EUR/year", "a firm's revenue per head", gt=0)
    headcount_log_sd: float = figure("log", "spread of a firm's headcount around that", ge=0, le=3)
    maturity_alpha: float = figure("-", "first Beta parameter of digital maturity", gt=0)
    maturity_beta: float = figure("-", "second Beta parameter of digital maturity", gt=0)
    complexity_alpha: float = figure("-", "first Beta parameter of technical complexity", gt=0)
    complexity_beta: float = figure("-", "second Beta parameter of technical complexity", gt=0)
    budget_confirmed_share: float = figure("share", "share of firms with a confirmed budget", ge=0, le=1)
    fit_signal: float = figure(
        "correlation",
        "how far digital maturity tells of responsiveness, and a budget of the attainable share",
        ge=0,
        le=1,
    )


class StaffSettings(Settings):
    """Who the AEs are, and how history carved the accounts up among them."""

    senior_share: float = figure("share", "share of AEs who are senior", ge=0, le=1)
    junior_cost_share: float = figure("share", "cost of a junior AE against a senior one", gt=0, le=1)
    industries_known: int = figure("count", "industries that a person knows well", ge=0, le=20)
    senior_preference: float = figure(
        "probability", "a strategic account goes to a senior AE where its region has one", ge=0, le=1
    )
    carve_concentration: float = figure(
        "-", "evenness of the AEs' shares of a region: their Dirichlet parameter", gt=0
    )


class RoutingRule(Settings):
    """A rule on incoming leads: which ones it takes, and to whom it sends them (D-ROU-1).

    An empty list takes every lead. The AE wanted comes from the lead's region, or from the whole team; knows
    the lead's industry well, or need not; is senior, junior, or either.
    """

    sizes: tuple[Literal["strategic", "mid_market", "smb"], ...] = ()
    industries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sent_to: Literal["region", "team"] = "region"
    speciality: Literal["wanted", "ignored"] = "ignored"
    seniority: Literal["senior", "junior", "any"] = "any"


class LeadSettings(Settings):
    """Leads of the recorded months: how many, where from, and how they are routed."""

    share: float = figure(
        "share", "share of accounts that arrived as leads in the recorded months", ge=0, le=1
    )
    turned_down_per_accepted: float = figure(
        "ratio", "leads turned down for each one that became an account", ge=0, le=20
    )
    sources: dict[str, float] = figure("weight", "where leads come from", min_length=1)
    rules: tuple[RoutingRule, ...] = figure("-", "routing rules: the first that fits decides", min_length=1)

    @field_validator("sources")
    @classmethod
    def _sources_have_weight(cls, sources: dict[str, float]) -> dict[str, float]:
        return checked_weights(sources)


class PortfolioSettings(Settings):
    """How a synthetic portfolio is made."""

    accounts: int = figure("count", "accounts in the portfolio", ge=1, le=LARGEST_PORTFOLIO)
    history_months: int = figure("months", "months recorded before the cut-off", ge=24, le=120)
    burn_in_months: int = figure("months", "months that fill the pipeline, revenue frozen", ge=0, le=120)
    cutoff: date = figure(
        "date", "first day after the recorded history", ge=date(1990, 1, 1), le=date(2300, 1, 1)
    )
    survey_share: float = figure("share", "share of accounts whose wallet is disclosed", ge=0, le=1)
    concentration: float = figure(
        "share", "share of revenue that the top 20 % hold at the start; 0 = as the wallets' spread says",
        ge=0, lt=1,
    )  # fmt: skip
    attainable_share_alpha: float = figure("-", "first Beta parameter of the attainable share", gt=0)
    attainable_share_beta: float = figure("-", "second Beta parameter of the attainable share", gt=0)
    attained_concentration: float = figure("-", "Beta concentration of the share sold at the start", gt=0)
    relationship_alpha: float = figure("-", "first Beta parameter of the relationship at the start", gt=0)
    relationship_beta: float = figure("-", "second Beta parameter of the relationship at the start", gt=0)
    responsiveness_log_sd: float = figure("log", "spread of the response to effort", ge=0, le=2)
    observation_noise: float = figure("share", "error of the CRM's relationship rating", ge=0, le=1)
    confounding: float = figure(
        "log per standard deviation",
        "how much more effort the past gave to accounts with a larger attainable wallet; 0 = none",
        ge=-2, le=2,
    )  # fmt: skip
    drift: float = figure(
        "share/year", "yearly change of the churn hazard over the history, up to the cut-off", ge=-0.5, le=0.5
    )
    truth_replications: int = figure(
        "count", "courses of events behind each account's true churn probability", ge=1, le=10_000
    )
    team_slack: float = figure("share", "AEs beyond what the guide's ratios ask for", ge=-0.9, le=10)
    industries: tuple[str, ...] = figure("-", "industries of the accounts", min_length=1)
    places: dict[str, float] = figure(
        "weight", "countries and sales regions of the accounts, each city by population times this",
        min_length=1,
    )  # fmt: skip
    population_exponent: float = figure(
        "-", "how accounts follow a city's population: 1 in proportion, 0 not at all", ge=0, le=3
    )
    scatter_km: float = figure("km", "spread of accounts around their city's centre", ge=0, le=100)
    family_share: float = figure("share", "share of accounts that may belong to a parent account", ge=0, le=1)
    historical_habit: Literal["revenue", "size", "equal"] = figure(
        "-", "what the historical effort follows within a book"
    )
    strategic: SegmentPortfolio
    mid_market: SegmentPortfolio
    smb: SegmentPortfolio
    firms: FirmSettings
    staff: StaffSettings
    leads: LeadSettings
    stakeholders: StakeholderSettings
    signals: SignalSettings
    pipeline: PipelineSettings
    dirt: DirtSettings

    @field_validator("places")
    @classmethod
    def _places_have_weight(cls, places: dict[str, float]) -> dict[str, float]:
        return checked_weights(places)

    @field_validator("industries")
    @classmethod
    def _industries_are_named_once(cls, industries: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(industries)) < len(industries) or "" in industries:
            raise ValueError(f"must name each industry once, got {list(industries)}")
        if any(";" in name for name in industries):
            raise ValueError(f"must not hold ';', which separates industries in TEAM, got {list(industries)}")
        return industries

    @field_validator("cutoff")
    @classmethod
    def _cutoff_starts_a_month(cls, cutoff: date) -> date:
        if cutoff.day != 1:
            raise ValueError(f"must be the first day of a month, got {cutoff}")
        return cutoff

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> Self:
        total = self.strategic.share + self.mid_market.share + self.smb.share
        if abs(total - 1) > 1e-9:
            raise ValueError(f"segment shares must sum to 1, got {total:g}")
        return self

    @model_validator(mode="after")
    def _rules_name_industries_that_there_are(self) -> Self:
        for number, rule in enumerate(self.leads.rules, 1):
            strange = [name for name in rule.industries if name not in self.industries]
            if strange:
                raise ValueError(
                    f"routing rule {number} names the industry {strange[0]!r}, which is not in industries"
                )
        return self


def checked_weights(weights: dict[str, float]) -> dict[str, float]:
    """Refuse weights below 0, or all of them 0."""
    for name, weight in weights.items():
        if weight < 0:
            raise ValueError(f"must have weights >= 0, got {weight:g} for {name!r}")
    if not sum(weights.values()) > 0:
        raise ValueError(f"must have a weight above 0, got {weights}")
    return weights
