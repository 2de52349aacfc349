"""The kinds of inputs, and how an input is written to a file and read again."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zlib import crc32

from hypothesis import strategies as st

from tests.fuzz.brief_run import run_briefly
from tests.fuzz.campaign import Case
from tests.fuzz.commands import CommandCase, commands
from tests.fuzz.documents import DocumentCase, documents
from tests.fuzz.folders import Damage, FolderCase, folders
from tests.fuzz.points import PointsCase, points
from tests.fuzz.tables import Scribble, TableCase, tables
from tests.fuzz.verdict import (
    SLOWEST,
    SLOWEST_RUN,
    Expected,
    Outcome,
    Truth,
    Verdict,
    judged,
)

STRATEGIES: Mapping[str, Callable[[], st.SearchStrategy[Any]]] = {
    "commands": commands,
    "documents": documents,
    "tables": tables,
    "points": points,
    "folders": folders,
}
"""Strategies of inputs by kind."""

SHARES = {
    "commands": 0.15,
    "documents": 0.45,
    "tables": 0.1,
    "points": 0.15,
    "folders": 0.15,
}
"""How many of the inputs are of each kind."""

CORPUS = Path(__file__).parent / "corpus"
"""Inputs that once failed, or that look as if they might."""

ONE_RUNS = 50
"""One input in so many is run for two months if it is accepted."""


def judge_case(case: Case) -> Outcome:
    """Use an input of any kind, and say what became of it."""
    runs = crc32(repr(case).encode("utf-8", "replace")) % ONE_RUNS == 0

    def use() -> None:
        made = case.use()
        if runs and case.expected.truth is not Truth.WRONG:
            run_briefly(made)

    slowest = SLOWEST_RUN if runs else SLOWEST
    outcome = judged(use, case.expected, slowest)
    if outcome.verdict is Verdict.HANG:
        # What was slow because other inputs were is quick the second time.
        return judged(use, case.expected, slowest)
    return outcome


def as_text(case: Case) -> str:
    """Return an input as the text of a file of the corpus."""
    return json.dumps({"kind": case.kind, **asdict(case)}, indent=1) + "\n"  # type: ignore[call-overload]


def from_text(text: str) -> Case:
    """Return the input that a file of the corpus holds."""
    content = json.loads(text)
    kind = content.pop("kind")
    expected = content.pop("expected", {})
    content["expected"] = Expected(
        Truth(expected.get("truth", Truth.OPEN)),
        expected.get("fault", ""),
        tuple(expected.get("names", ())),
    )
    match kind:
        case "commands":
            return CommandCase(**content | {"words": tuple(content["words"])})
        case "documents":
            return DocumentCase(**content)
        case "tables":
            scribbles = content.pop("scribbles", ())
            return TableCase(
                **content, scribbles=tuple(Scribble(**one) for one in scribbles)
            )
        case "points":
            columns = content.pop("columns", ())
            return PointsCase(
                **content | {"fixed": tuple(content.get("fixed", PointsCase.fixed))},
                columns=tuple(
                    (name, kind, tuple(cells)) for name, kind, cells in columns
                ),
            )
        case "folders":
            return FolderCase(**content | {"damage": Damage(**content["damage"])})
    raise ValueError(f"no kind of input is called {kind!r}")
