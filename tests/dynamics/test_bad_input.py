"""What the dynamics refuse, before anything is played; and a run that is interrupted."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kamsim.config import Scenario
from kamsim.dynamics import (
    Plan,
    Rebalancing,
    Rules,
    State,
    Surroundings,
    Team,
    compile_parameters,
    engine,
    play,
)
from kamsim.errors import ConfigError

from .outcomes import kernel_state
from .worlds import random_world

PROMPT_SECONDS = 5.0


@pytest.fixture
def state() -> State:
    number = next(n for n in range(100) if not random_world(n).features["team"])
    return kernel_state(random_world(number, lanes=2))


def play_with(state: State, **changes: Any) -> None:
    settings = Scenario.load("saas_midmarket").dynamics
    run = {"effort": np.ones(state.accounts), "key": 1, "first_month": 672, "months": 12} | changes
    play(state, parameters=compile_parameters(settings), **run)


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal comes before the kernel is called."""
    for name in KERNELS:
        monkeypatch.setattr(engine, name, _must_not_run)


def _must_not_run(*_: Any) -> None:
    raise AssertionError("the kernel was started")


KERNELS = ("_play_alone", "_play_together")


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"months": 0}, "months"),
        ({"months": -12}, "months"),
        ({"replications": np.array([], dtype=np.int64)}, "replication"),
        ({"effort": np.array([-1.0])}, "effort|hours"),
        ({"effort": np.array([np.nan])}, "effort|hours"),
        ({"surroundings": Surroundings(rules=Rules(rebalancing=Rebalancing(0.1, 3)))}, "team"),
    ],
)
def test_a_run_that_makes_no_sense_is_refused(state: State, changes: dict[str, Any], words: str) -> None:
    if "effort" in changes:
        changes = {"effort": np.resize(changes["effort"], state.accounts)}

    with pytest.raises(ConfigError, match=words):
        play_with(state, **changes)


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("goodwill", 1.5),
        ("roles", -0.1),
        ("propensity", 1.0),
        ("wallet", -5.0),
        ("wallet", np.nan),
        ("half_effort", 0.0),
        ("units_penetrated", 99),
    ],
)
def test_a_state_out_of_its_bounds_is_refused(state: State, name: str, value: float) -> None:
    wrong = replace(state, **{name: np.full_like(getattr(state, name), value)})

    with pytest.raises(ConfigError, match=name):
        play_with(wrong)


@pytest.mark.usefixtures("no_kernel")
def test_an_owner_outside_the_team_is_refused(state: State) -> None:
    people = np.zeros((1, 2), dtype=np.int64)
    wrong = replace(state, owner=np.full_like(state.owner, 3), tenure=people, vacancy=people)

    with pytest.raises(ConfigError, match="owner"):
        play_with(
            wrong,
            effort=Plan(np.ones(state.accounts)),
            surroundings=Surroundings(team=Team(["one"], np.array([65.0]))),
        )


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("dynamics.goodwill_gain", 1.2, "goodwill_gain must be <= 1, got 1.2"),
        ("dynamics.sponsor_leaves_rate", -0.1, "sponsor_leaves_rate must be >= 0"),
        ("dynamics.response_exponent", 0.0, "decrease with effort"),
        ("dynamics.response_exponent", -1.0, "decrease with effort"),
        ("dynamics.opening_response_slope", -0.5, "opening_response_slope must be >= 0"),
        ("dynamics.churn_defence_effect", -0.5, "churn_defence_effect must be >= 0"),
        ("dynamics.organisation.takeover.yearly_probability", 0.1, "takeover"),
        ("dynamics.organisation.mergers.yearly_probability", 0.1, "did you mean .*merger"),
    ],
)
def test_settings_out_of_range_are_refused(key: str, value: float, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Scenario.load("saas_midmarket", {key: value})


def test_an_unknown_event_in_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "odd.toml"
    file.write_text(
        'extends = "saas_midmarket"\nname = "odd"\ndescription = "x"\n[dynamics.organisation.takeover]\n'
        "yearly_probability = 0.1\n",
        encoding="utf-8",
    )

    with pytest.raises(ConfigError, match="takeover"):
        Scenario.load(file)


LONG_RUN = """
import numpy as np
from kamsim.config import Scenario
from kamsim.dynamics import compile_parameters, play
from tests.dynamics.theory.portfolio import uniform_state
settings = Scenario.load("saas_midmarket").dynamics
parameters = compile_parameters(settings)
state = uniform_state(settings, 2000, 16)
play(state, np.ones(2000), parameters, key=1, first_month=672, months=1)
print("playing", flush=True)
play(uniform_state(settings, 2000, 1), np.ones(2000), parameters, key=1, first_month=672, months=120,
     replications=np.arange(20_000))
print("finished", flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="another way to interrupt")
def test_an_interrupt_ends_a_long_run_promptly(repository: Path) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", LONG_RUN],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    assert run.stdout.readline().strip() == "playing"
    time.sleep(1.0)
    asked = time.monotonic()
    run.send_signal(signal.SIGINT)
    rest, complaint = run.communicate(timeout=120)

    assert time.monotonic() - asked < PROMPT_SECONDS
    assert "finished" not in rest
    assert "KeyboardInterrupt" in complaint
