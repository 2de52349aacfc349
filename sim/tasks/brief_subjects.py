"""What a brief needs beside the folder of its run."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from sim.presentation.brief.subject import BriefSubject
from sim.presentation.written_run import Run
from sim.records.assumptions import Assumption
from sim.settings.shipped_files import HINDCAST_SERIES


def brief_subject(run: Run, assumptions: Iterable[Assumption]) -> BriefSubject:
    """Return what the brief of a run is about.

    Args:
        run: the run, in its folder.
        assumptions: the uncertain numbers on record.
    """
    scores = pd.read_csv(HINDCAST_SERIES)
    return BriefSubject(run, {row.name: row for row in assumptions}, scores)
