"""What is said of assumptions that were tried one by one."""

import numpy as np
import pytest

from sim.domain.months import Month
from sim.experiments.effect_curve import EffectCurve, Target, VariedNumber
from sim.presentation.break_even_report import BreakEvenReport
from sim.presentation.screening_report import ScreeningReport, TriedAssumption


def report(number: VariedNumber, effects: list[float]) -> BreakEvenReport:
    """Return the report of an effect that is the same in two draws."""
    places = np.linspace(number.low, number.high, len(effects))
    table = np.outer(effects, np.ones(2))
    return BreakEvenReport(
        scenario="ban",
        baseline="baseline",
        key=("ai_compute_stock", "china"),
        unit="H100e",
        month=Month(2030, 12),
        curve=EffectCurve(number, Target("median", 100.0), places, table),
        as_it_is=np.full(2, 5.0),
        assumed=np.array([0.2, 0.4]),
        written="",
    )


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ([5.0, 5.0], "None of 7 assumptions moves it between the ends of its range"),
        ([5.0, 9.0], "none turns it alone within its range: it is below +100 H100e"),
    ],
)
def test_where_nothing_turns_the_answer_it_is_said_why(ends, words):
    own = report(VariedNumber("assumptions.skill", 0.0, 1.0), ends)
    said = ScreeningReport(
        as_it_is=report(VariedNumber("assumptions", 0.0, 0.0), [5.0]),
        tried=[TriedAssumption(abs(ends[1] - ends[0]), own)],
        screened=7,
        meanings={},
    )
    assert words in " ".join(said.sentences())
