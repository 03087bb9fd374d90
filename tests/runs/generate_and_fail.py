"""``kamsim generate`` on made-up parts, with something going wrong halfway; run by test_generation.py.

Arguments: for each run a word for what goes wrong, the format, and the run folder. Prints a line of JSON for
each: exit code, what the user was told, and whether half of the parts had been made. Runs that lack the
permission come last, since there is no way back.
"""

import contextlib
import io
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

import kamsim
from kamsim import cli
from kamsim.bundle import Portfolio, tables
from kamsim.config import Scenario
from kamsim.runs import generation
from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM

PARTS, IN_A_PART = 6, 500
NOBODY = 65_534


def accounts(first: int) -> pd.DataFrame:
    number = range(first, first + IN_A_PART)
    columns = {name: pd.Series(None, index=number, dtype=c.dtype) for name, c in ACCOUNTS.columns.items()}
    texts = pd.Series([f"A{i:06d} {i**7 % 99_991}" for i in number], index=number, dtype="str")
    known = {"account_id": texts, "name": texts, "segment": "smb", "revenue_eur_per_month": 10.0}
    return pd.DataFrame(columns).assign(**known).astype({"segment": "str"})


def generate(fault: str, file_format: str, out: Path) -> dict[str, object]:
    halfway = False

    def parts(scenario: Scenario) -> Iterator[Portfolio]:
        nonlocal halfway
        for number in range(PARTS):
            if number == PARTS // 2:
                halfway = True
                if fault == "interrupt":
                    os.kill(os.getpid(), signal.SIGINT)
                if fault == "full":
                    fill_disk(out)
            first = number * IN_A_PART
            yield Portfolio(accounts(first), HISTORY.empty(), OPPORTUNITIES.empty(), TEAM.empty())

    generation.portfolio_parts = parts
    told = io.StringIO()
    code = None
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(io.StringIO()):
        try:
            cli.app(["generate", "--format", file_format, "--out", str(out)])
        except SystemExit as end:
            code = end.code
    resource.setrlimit(resource.RLIMIT_FSIZE, UNLIMITED)
    return {"code": code, "told": told.getvalue(), "halfway": halfway}


def fill_disk(out: Path) -> None:
    """Leave room for a little more than what is written so far."""
    written = max(file.stat().st_size for file in out.rglob(".portfolio-*/accounts.*"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written + 1_000, UNLIMITED[1]))


def give_up_permission(out: Path) -> None:
    """Root may write anywhere, so become nobody; anyone else is kept out by the folders' modes."""
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    elif os.geteuid() != NOBODY:
        for folder in (out, out.parent):
            if folder.exists():
                folder.chmod(0o555)


UNLIMITED = resource.getrlimit(resource.RLIMIT_FSIZE)

if __name__ == "__main__":
    tables.ROW_GROUP = tables.BUFFER = 200
    words = sys.argv[1:]
    for fault, file_format, out in zip(words[::3], words[1::3], words[2::3], strict=True):
        if fault == "forbidden":
            give_up_permission(Path(out))
            try:
                Path(kamsim.__file__).read_bytes()
            except PermissionError:
                sys.exit("nobody may read the package here")
        print(json.dumps(generate(fault, file_format, Path(out))), flush=True)
