"""The figure of a break-even: round values on its axis, and its unit."""

from math import log

import numpy as np
import pytest

from sim.domain.months import Month
from sim.experiments.effect_curve import EffectCurve, Target, VariedNumber
from sim.presentation.break_even_chart import break_even_chart
from sim.presentation.break_even_report import BreakEvenReport


def report(number: VariedNumber, target: Target | None = None) -> BreakEvenReport:
    """Return an effect that rises over the range of a number, in three draws."""
    places = np.array(number.scan(5))
    effects = np.linspace(-1.0, 1.0, len(places))[:, None] + np.array([-0.1, 0.0, 0.1])
    curve = EffectCurve(number, target or Target("median", 0.0), places, effects)
    key = ("ai_compute_stock", "china")
    return BreakEvenReport(
        "ban", "baseline", key, "H100e", Month(2030, 1), curve, effects[0]
    )


def ticks(axes) -> list[str]:
    return [text.get_text() for text in axes.get_xticklabels()]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (VariedNumber("cap", 0.0, 1.0), ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (
            VariedNumber("dies", log(7e3), log(19e3), "log"),
            ["8k", "10k", "12k", "14k", "16k", "18k"],
        ),
        (VariedNumber("share", log(0.03), 0.0, "log"), ["0.05", "0.1", "0.2"]),
        (
            VariedNumber("end", Month(2026, 2).index, Month(2027, 3).index, "months"),
            ["2026-04", "2026-07", "2026-10", "2027-01"],
        ),
    ],
)
def test_an_axis_marks_round_values(number, shown):
    [axes] = break_even_chart(report(number)).axes
    assert ticks(axes)[: len(shown)] == shown


def test_shares_of_draws_are_in_per_cent_and_levels_have_their_unit():
    number = VariedNumber("cap", 0.0, 1.0)
    levels, shares = (
        break_even_chart(report(number, target))
        for target in (Target("median", 0.0), Target("share", 0.5))
    )
    assert levels.texts[1].get_text().startswith("H100e; bands")
    [axes] = shares.axes
    assert axes.yaxis.get_major_formatter()(0.5) == "50%"
    assert "a rise in all 3 draws at 1" in shares.alt_text
