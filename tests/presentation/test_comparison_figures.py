"""Figures of a comparison, where an objective is undefined in some months."""

from dataclasses import replace

import numpy as np

from sim.outcomes.formula import Formula
from sim.outcomes.objectives import Objective, objective_values
from sim.outcomes.scenario_comparison import LawComparison
from sim.presentation.comparison_figures import over_time_figure
from tests.outcomes.samples import LAG, narrowed, results


def test_months_without_a_number_are_left_out():
    base = results()
    first = base.series[LAG.name, "china"].copy()
    first[0] = 0.0
    base = replace(base, series={**base.series, (LAG.name, "china"): first})
    ban = replace(narrowed(base, [1.0] * 4), scenario="ban")
    inverse = Objective("speed", "Speed", Formula.parse(f"1 / {LAG.name}[china]"), "")
    laws = LawComparison([base, ban], objective_values([inverse], [base, ban], {}))
    figure = over_time_figure(laws, laws.values[0])
    assert "not a number in every draw" in figure.texts[-1].get_text()
    assert np.isfinite(figure.axes[0].get_ylim()).all()
    [median, *_] = figure.axes[0].get_lines()
    assert np.isnan(median.get_ydata()).tolist()[:2] == [True, False]
