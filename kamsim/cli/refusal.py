"""How a verb ends that cannot do what it was asked: one sentence, and an exit code."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import typer
from typer.core import TyperGroup

from kamsim.errors import KamsimError, SmallSampleWarning


class OneSentence(TyperGroup):
    """Ends an error that a user can mend with one sentence and its exit code, and Ctrl-C with 130."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("always", SmallSampleWarning)
                warnings.showwarning = _show_warning
                return super().invoke(ctx)
        except KamsimError as caught:
            typer.echo(f"error: {' '.join(str(caught).split())}", err=True)
            raise typer.Exit(caught.exit_code) from None
        except KeyboardInterrupt:
            typer.echo("interrupted", err=True)
            raise typer.Exit(130) from None


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    back = "\r\x1b[K" if sys.stderr.isatty() else ""
    typer.echo(f"{back}warning: {message}", err=True)
