"""The small bundle in data/sample: there, whole, and what its manifest says."""

from pathlib import Path

from kamsim.bundle import read_manifest, read_portfolio, read_scenario

SAMPLE = Path(__file__).parents[1] / "data" / "sample"


def test_the_sample_is_read_whole() -> None:
    portfolio = read_portfolio(SAMPLE)

    assert len(portfolio.accounts) == read_scenario(SAMPLE).portfolio.accounts
    assert set(portfolio.tables()) == set(read_manifest(SAMPLE, "portfolio").tables)
    assert all(len(frame) for frame in portfolio.tables().values())


def test_the_sample_is_small() -> None:
    assert sum(file.stat().st_size for file in SAMPLE.rglob("*")) < 1_500_000
