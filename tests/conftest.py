"""Fixtures shared by all rooms."""

from pathlib import Path

import pytest

from kamsim.config import Scenario

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real material beside the repository; tests that want it are skipped where it is absent."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared real data are not here")
    return folder


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return Scenario.load("saas_midmarket")


@pytest.fixture(scope="session")
def tiny_preset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario file on which the main job takes a second or two."""
    path = tmp_path_factory.mktemp("presets") / "tiny.toml"
    path.write_text(
        'extends = "saas_midmarket"\nname = "tiny"\ndescription = "For tests."\n'
        "[portfolio]\naccounts = 60\n[value]\nreplications = 8\n[experiment]\nreplications = 6\ndraws = 4\n"
        '[allocation]\npolicies = ["status_quo", "nearest", "profit_maximising"]\n',
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="session")
def tiny_run(tiny_preset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with all stages but the report. Read it or copy it, never write to it."""
    from kamsim import runs

    run = tmp_path_factory.mktemp("tiny") / "run"
    scenario = Scenario.load(tiny_preset)
    runs.generate_stage(run, scenario)
    runs.score_stage(run, scenario)
    runs.value_stage(run, scenario)
    runs.allocate_stage(run, scenario)
    runs.simulate_stage(run, scenario)
    return run
