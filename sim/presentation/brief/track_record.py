"""How the model did on published figures that it was not fitted to, by subject."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sim.presentation import names
from sim.presentation.numbers import counted
from sim.presentation.story.wording import listed

SUBJECTS = {
    "China's compute and chips": (
        "ai_compute_stock",
        "china_share_of_nvidia_compute",
        "die_yield",
        "domestic_accelerators",
        "domestic_chip_share",
        "hbm_imports",
        "smuggled_units",
        "training_compute",
        "units_shipped",
        "wafer_starts",
    ),
    "the lag and the gap behind the frontier": (
        "capability_gap_points",
        "released_lag_months",
    ),
    "firms' sales": (
        "china_revenue",
        "china_share",
        "china_system_sales",
        "domestic_revenue",
        "revenue",
        "tool_spending",
    ),
}
"""Measures with published figures, by subject."""

_LEAST_COVERAGE = 0.85
"""Share of figures in the 90 % band below which the band is too narrow."""


@dataclass(frozen=True, eq=False)
class TrackRecord:
    """The scores of the model on a subject, in the months held out of the fit.

    Attributes:
        subject: what the series are about.
        rows: a row for each series, as in docs/hindcast/series.csv.
    """

    subject: str
    rows: pd.DataFrame

    @cached_property
    def figures(self) -> int:
        """Published figures that were scored."""
        return int(self.rows["periods"].sum())

    @property
    def coverage(self) -> float:
        """Share of them in the 90 % band."""
        return float(self.rows["covered_90"].sum()) / self.figures

    @property
    def evidence(self) -> str:
        """Evidence for the mechanisms behind the subject: limited, medium or robust.

        Robust where the bands hold and the median series beats persistence, medium
        where the bands hold, else limited.
        """
        if self.coverage < _LEAST_COVERAGE:
            return "limited"
        return "robust" if self._skills.median() > 0.0 else "medium"

    @property
    def sentence(self) -> str:
        """The scores in a sentence, what was missed by name."""
        better = int((self._skills > 0.0).sum())
        missed = self.rows[self.rows["covered_90"] < self.rows["periods"]]
        series = [
            names.within_sentence(names.series_title(row["measure"], row["actor"]))
            for row in missed.to_dict("records")
        ]
        outside = f"; outside: {listed(series)}" if series else ""
        return (
            f"{names.capitalised(self.subject)}: {self.rows['covered_90'].sum()} of "
            f"{counted(self.figures, 'figure')} in the 90 % band, {better} of "
            f"{len(self._skills)} series better than persistence{outside}."
        )

    @property
    def _skills(self) -> pd.Series[float]:
        return self.rows["skill_persistence"].dropna()


def track_records(series: pd.DataFrame) -> Iterator[TrackRecord]:
    """Yield the scores of the model alone in the test period, subject by subject.

    Args:
        series: the published scores, docs/hindcast/series.csv.
    """
    tested = series[(series["variant"] == "model") & (series["part"] == "test")]
    for subject, measures in SUBJECTS.items():
        rows = tested[tested["measure"].isin(measures)]
        if len(rows):
            yield TrackRecord(subject, rows)
