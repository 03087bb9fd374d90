"""The command line: one verb a stage of a run folder, `run` for all of them, and the notebooks.

Heavy modules load inside the verbs, so that help comes at once. What a user can mend ends as one
sentence and its exit code; the texts of results come from the message catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

import kamsim
from kamsim.cli.breakeven import breakeven, flips
from kamsim.cli.calibrate import calibrate
from kamsim.cli.coverage import coverage
from kamsim.cli.dashboard import dashboard
from kamsim.cli.fidelity import fidelity
from kamsim.cli.ladder import ladder
from kamsim.cli.notebook import list_notebooks, refresh_notebooks, run_notebook, show_notebook
from kamsim.cli.portfolio import generate, import_
from kamsim.cli.presets import presets
from kamsim.cli.rebalance import rebalance
from kamsim.cli.refusal import OneSentence
from kamsim.cli.solve_gap import solve_gap
from kamsim.cli.steps import allocate, report, run, score, simulate
from kamsim.cli.sweep import sweep
from kamsim.cli.territories import territories
from kamsim.cli.validate import validate

HELP = """Key-account coverage: who should cover which account, and what that is worth.

A run folder holds one subfolder per stage. `kamsim run` does them all; the other verbs do one each, and
every verb finds in the run folder what the verbs before it wrote there:

\b
  import | generate > score > allocate > simulate > report

Start with:

\b
  kamsim run --out runs/first
  kamsim import EXPORT --mapping data/mappings/maven.toml --out runs/mine
  kamsim run --data runs/mine --out runs/mine
"""

STYLE: dict[str, Any] = {"no_args_is_help": True, "add_completion": False, "rich_markup_mode": None}
app = typer.Typer(cls=OneSentence, help=HELP, pretty_exceptions_enable=False, **STYLE)
notebook_app = typer.Typer(help="List, describe and run the notebooks.", **STYLE)

VERBS: dict[str, Callable[..., None]] = {
    "run": run,
    "import": import_,
    "generate": generate,
    "score": score,
    "allocate": allocate,
    "simulate": simulate,
    "report": report,
    "breakeven": breakeven,
    "flips": flips,
    "coverage": coverage,
    "territories": territories,
    "validate": validate,
    "fidelity": fidelity,
    "ladder": ladder,
    "rebalance": rebalance,
    "calibrate": calibrate,
    "dashboard": dashboard,
    "solve-gap": solve_gap,
    "sweep": sweep,
    "presets": presets,
}
"""In the order of the help text."""

NOTEBOOK_VERBS: dict[str, Callable[..., None]] = {
    "list": list_notebooks,
    "show": show_notebook,
    "run": run_notebook,
    "refresh": refresh_notebooks,
}

for name, verb in VERBS.items():
    app.command(name)(verb)
for name, verb in NOTEBOOK_VERBS.items():
    notebook_app.command(name)(verb)
app.add_typer(notebook_app, name="notebook")


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    if version:
        typer.echo(f"kamsim {kamsim.__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command ``kamsim``."""
    app()
