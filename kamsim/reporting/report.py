"""The report: one HTML file that needs nothing beside it, written as stage "report" of a run folder."""

from __future__ import annotations

import platform
from datetime import date, datetime
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

import kamsim
from kamsim.bundle import write_stage
from kamsim.locale import Locale
from kamsim.reporting.calibration import calibration_lines, calibration_table
from kamsim.reporting.finding import Finding, compare_with_next, find_best, share_leading
from kamsim.reporting.key_figures import key_figure_table
from kamsim.reporting.ledger import KEY_FIGURES, count_sources, ledger_table
from kamsim.reporting.overview import import_table, move_table, team_table, tier_table
from kamsim.reporting.pictures import draw_pictures
from kamsim.reporting.run_data import READ, RunData, read_run
from kamsim.reporting.tables import assessment_table, comparison_table, verdict_texts
from kamsim.reporting.verdict import verdict_lines
from kamsim.scoring import ScoreNote

TEMPLATE = "report.html.jinja"
PACKAGES = ("numpy", "pandas", "scipy", "scikit-learn", "numba")
"""Packages that figures rest on."""


def write_report(run: Path, locale: Locale) -> Path:
    """Write the report of a run folder: ``report/report.html`` and its pictures as PNG.

    Parameters
    ----------
    run : Path
        The run folder; all stages up to the simulation must stand.
    locale : Locale
        Language of the report.

    Returns
    -------
    Path
        The HTML file.

    Raises
    ------
    BundleError
        When a stage is absent or out of date, or the folder cannot be written; an earlier report is kept.

    Examples
    --------
    >>> write_report(Path("nowhere"), Locale("en"))
    Traceback (most recent call last):
    kamsim.errors.BundleError: nowhere holds no stage 'portfolio': run the step that writes it first
    """
    data = read_run(Path(run))
    pictures = draw_pictures(data, locale)
    context = {
        "t": locale.text,
        "lang": locale.lang,
        "pictures": pictures,
        **_opening(data, locale),
        **_summary(data, locale),
        **_ledger(data, locale),
        **_policies(data, locale),
        **_portfolio(data, locale),
        **_scores(data, locale),
        **_provenance(data, locale),
    }
    html = _template().render(context)
    files = {f"{name}.png": picture.png for name, picture in pictures.items()}
    facts = {"lang": locale.lang, "title": context["title"]}
    write_stage(
        Path(run), "report", {}, data.scenario, inputs=READ, files={"report.html": html, **files}, facts=facts
    )
    return Path(run) / "report" / "report.html"


def _template() -> jinja2.Template:
    """Load the page. Everything put into it is escaped: names in a CRM export are anybody's text."""
    source = resources.files("kamsim.reporting") / TEMPLATE
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source.read_text(encoding="utf-8"))


def _opening(data: RunData, locale: Locale) -> dict[str, Any]:
    settings = data.scenario.experiment
    finding = find_best(data.tables["comparison"])
    cutoff = data.fact("portfolio", "cutoff")
    return {
        "title": finding.text(locale, data.scenario.currency, settings.months, settings.confidence),
        "verdict": finding.verdict,
        "subtitle": locale.text(
            "report.of",
            portfolio=Path(data.fact("portfolio", "mapping", data.scenario.name)).stem,
            cutoff=locale.date(date.fromisoformat(cutoff)) if cutoff else locale.text("format.missing"),
        ),
        "nature": locale.text("report.synthetic" if data.synthetic else "report.imported"),
        "truth_known": data.truth_known,
    }


def _summary(data: RunData, locale: Locale) -> dict[str, Any]:
    accounts, team, comparison = (data.tables[name] for name in ("accounts", "team", "comparison"))
    settings = data.scenario.experiment
    customers = accounts[accounts["revenue_eur_per_month"] > 0]
    revenue = 12 * customers["revenue_eur_per_month"].sum()
    text = locale.text(
        "report.summary.text",
        accounts=locale.number(len(accounts)),
        customers=locale.number(len(customers)),
        revenue=locale.money(revenue, data.scenario.currency, compact=True),
        people=locale.number((team["role"] == "AE").sum()),
        policies=locale.number(len(comparison)),
        months=locale.number(settings.months),
        replications=locale.number(comparison["replications"].max()),
    )
    rest = compare_with_next(comparison, data.tables["periods"], settings.confidence)
    if rest is None:
        return {"summary": [text], "doubt": None}
    share = float(share_leading(data.tables["periods"])[rest.policy])
    driven = not data.truth_known and share < settings.confidence
    return {
        "summary": [text, *_rank_texts(rest, share, data, locale)],
        "doubt": locale.text("report.summary.assumption_driven") if driven else None,
    }


def _rank_texts(rest: Finding, share: float, data: RunData, locale: Locale) -> list[str]:
    """Say how sure the first place is: against the next, and over replications or draws."""
    settings = data.scenario.experiment
    interval = locale.money_interval(
        rest.difference_eur,
        rest.low_eur,
        rest.high_eur,
        data.scenario.currency,
        confidence=settings.confidence,
    )
    first, following = locale.policy(rest.policy), locale.policy(rest.baseline)
    settled = "runner_up" if rest.verdict == "better" else "unsettled"
    texts = [locale.text(f"report.summary.{settled}", first=first, policy=following, interval=interval)]
    count = data.tables["periods"]["replication" if data.truth_known else "draw"].nunique()
    leads = "leads" if data.truth_known else "leads_draws"
    texts.append(
        locale.text(
            f"report.summary.{leads}",
            policy=first,
            share=locale.percent(share, 0),
            count=locale.number(count),
        )
    )
    return texts


def _ledger(data: RunData, locale: Locale) -> dict[str, Any]:
    counts = {name: locale.number(n) for name, n in vars(count_sources(data.scenario)).items()}
    draws = locale.number(data.scenario.experiment.draws)
    return {
        "ledger_text": locale.text("report.ledger.text", **counts),
        "ledger_all": locale.text("report.ledger.all", figures=counts["figures"]),
        "ledger_imported": None if data.truth_known else locale.text("report.ledger.imported", draws=draws),
        **_calibrated(data, locale),
        "key_figures": ledger_table(data.scenario, locale, KEY_FIGURES),
        "all_figures": ledger_table(data.scenario, locale),
    }


def _calibrated(data: RunData, locale: Locale) -> dict[str, Any]:
    """Give the calibrated rows of the ledger, where parameters were drawn from a calibration."""
    found = data.tables.get("calibration")
    if found is None:
        return {"calibrated_text": None, "calibrated_lines": [], "calibrated": None}
    confidence = locale.confidence(data.scenario.calibration.confidence)
    return {
        "calibrated_text": locale.text(
            "report.ledger.calibrated", parameters=locale.number(len(found)), confidence=confidence
        ),
        "calibrated_lines": calibration_lines(found, data.manifests["calibration"].facts, locale),
        "calibrated": calibration_table(found, locale, data.scenario),
    }


def _policies(data: RunData, locale: Locale) -> dict[str, Any]:
    comparison, settings, currency = (
        data.tables["comparison"],
        data.scenario.experiment,
        data.scenario.currency,
    )
    table = comparison_table(
        comparison, locale, currency, months=settings.months, confidence=settings.confidence
    )
    best = find_best(comparison)
    policy = data.baseline if best.verdict == "worse" else best.policy
    moves = move_table(
        data.tables["assignment"],
        data.tables["book"],
        data.tables["accounts"],
        data.tables["team"],
        policy,
        data.baseline,
        locale=locale,
        currency=currency,
    )
    moved = int(comparison.set_index("policy")["accounts_moved"][policy])
    names = {"policy": locale.policy(policy), "accounts": locale.number(len(data.tables["accounts"]))}
    rules = [(locale.policy(p), f"policy_rule.{p}") for p in comparison["policy"]]
    return {
        "baseline": locale.policy(data.baseline),
        "confidence": locale.confidence(settings.confidence),
        "comparison": table,
        "verdict_lines": verdict_lines(
            data.manifests["simulation"].facts, data.scenario, data.truth_known, locale
        ),
        "key_figures_by_tier": [
            (
                locale.text(f"tier.{tier}"),
                key_figure_table(data.tables["key_figures"], locale, currency, tier=tier),
            )
            for tier in sorted(data.tables["key_figures"]["tier"].unique())
        ],
        "key_figures_text": locale.text(
            "report.comparison.key_figures", confidence=locale.confidence(settings.confidence)
        ),
        "rules": [(name, locale.text(key)) for name, key in rules if locale.has(key)],
        "moves": moves,
        "moves_text": locale.text(
            "report.moves.text" if moved else "report.moves.none", moved=locale.number(moved), **names
        ),
    }


def _portfolio(data: RunData, locale: Locale) -> dict[str, Any]:
    currency, bounds = data.scenario.currency, data.scenario.segmentation
    rows, won = data.fact("portfolio", "rows"), data.fact("portfolio", "won_total")
    people = data.fact("allocation", "team_size") or []
    return {
        "portfolio_text": locale.text(
            "report.portfolio.text",
            tier_1=locale.money(bounds.tier_1_above_eur, currency),
            tier_2=locale.money(bounds.tier_2_from_eur, currency),
        ),
        "tiers": tier_table(
            data.tables["accounts"], data.tables["scores"], data.tables["tiers"], locale, currency
        ),
        "import_rows": None if rows is None else import_table(rows, locale),
        "import_text": None
        if rows is None
        else locale.text("report.import.text", mapping=data.fact("portfolio", "mapping", "")),
        "import_money": None
        if won is None
        else locale.text("report.import.money", money=_exact_money(won, currency, locale)),
        # The import wrote its report once in every language that there was then.
        "import_remarks": data.fact("portfolio", "report", {}).get(locale.lang),
        "team": team_table(people, locale),
    }


def _exact_money(text: str, currency: str, locale: Locale) -> str:
    """Write money that a manifest keeps as text, with its cents where there are any."""
    return locale.money(float(text), currency, digits=2 if text.partition(".")[2].strip("0") else 0)


def _scores(data: RunData, locale: Locale) -> dict[str, Any]:
    notes = data.fact("scores", "notes") or []
    return {
        "assessment": assessment_table(data.tables["assessment"], locale),
        "notes": [
            *verdict_texts(data.fact("scores", "verdicts") or {}, locale),
            *(ScoreNote(**note).text(locale) for note in notes),
        ],
    }


def _provenance(data: RunData, locale: Locale) -> dict[str, Any]:
    scenario = data.scenario
    heads = [locale.text(f"provenance.{name}") for name in ("stage", "fingerprint", "inputs", "created")]
    separator = locale.text("format.list_separator")
    rows = [
        (
            locale.text(f"stage.{stage}"),
            manifest.fingerprint,
            separator.join(locale.text(f"stage.{name}") for name in manifest.inputs),
            locale.date(datetime.fromisoformat(manifest.created)),
        )
        for stage, manifest in data.manifests.items()
    ]
    versions = {"kamsim": kamsim.__version__, "Python": platform.python_version()}
    versions |= {name: version(name) for name in PACKAGES}
    return {
        "provenance_text": locale.text(
            "report.provenance.text", scenario=scenario.name, seed=str(scenario.seed)
        ),
        "stages": pd.DataFrame(rows, columns=heads).astype("str"),
        "versions": separator.join(f"{name} {number}" for name, number in versions.items()),
    }
