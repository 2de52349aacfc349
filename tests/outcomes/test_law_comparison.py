"""Laws side by side: every number of small results can be checked by eye."""

from dataclasses import replace

import numpy as np
import pytest

from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.outcomes.choice_among_laws import rank_rows
from sim.outcomes.effect_timing import timing_row
from sim.outcomes.formula import Formula
from sim.outcomes.frames import rows_frame
from sim.outcomes.interaction import InteractionRow, interaction_rows
from sim.outcomes.objectives import (
    Objective,
    ObjectiveValues,
    objective_values,
)
from sim.outcomes.results import sum_over_months, sums_over_year
from sim.outcomes.scenario_comparison import LawComparison
from tests.outcomes.samples import LAG, REVENUE, narrowed, results

LAG_OBJECTIVE = Objective(
    "lag", "Lag", Formula.parse(f"{LAG.name}[china]"), "months", "higher"
)
REVENUE_OBJECTIVE = Objective(
    "tools", "Tools", Formula.parse(f"{REVENUE.name}[NLD]"), "USD million a year"
)


def laws(**changes) -> list:
    """Return results of the baseline, and of laws that change the lag by so much."""
    base = results()
    others = [
        replace(narrowed(base, months), scenario=name)
        for name, months in changes.items()
    ]
    return [base, *others]


def values_of(objective=LAG_OBJECTIVE, **changes) -> ObjectiveValues:
    [values] = objective_values([objective], laws(**changes), {"asml": "NLD"})
    return values


def rows_by_law(rows) -> dict:
    return {row.law: row for row in rows}


def test_a_flow_counts_with_the_twelve_months_to_each_month():
    flow = results().series[REVENUE.name, "asml"]
    totals = sums_over_year(flow, np.arange(len(flow)))
    for last in (0, 5, 12, 23):
        expected = sum_over_months(flow[max(last - 11, 0) : last + 1])
        assert totals[last].tobytes() == expected.tobytes()


def test_a_law_that_is_always_the_best_has_no_regret():
    rows = rows_by_law(
        rank_rows(values_of(ban=[2.0, 3.0, 2.0, 5.0], deal=[-1.0, 0.0, 1.0, 0.0]))
    )
    assert rows["ban"].best_in == 1.0
    assert rows["ban"].regret_max == 0.0
    assert rows["deal"].regret_mean == (3 + 3 + 1 + 5) / 4
    assert rows["baseline"].regret_max == 5.0
    assert rows["baseline"].mean_rank == (2 + 2 + 3 + 2) / 4
    assert rows["deal"].mean_rank == (3 + 2 + 2 + 2) / 4


def test_laws_that_are_equal_share_the_first_rank():
    rows = rows_by_law(rank_rows(values_of(ban=[0.0] * 4, deal=[0.0, 0.0, 0.0, 1.0])))
    assert rows["ban"].best_in == rows["baseline"].best_in == 0.75
    assert rows["deal"].best_in == rows["ban"].worst_in == 1.0
    assert rows["deal"].worst_in == 0.75


def test_what_is_better_lower_is_ranked_the_other_way():
    lower = replace(LAG_OBJECTIVE, better="lower")
    rows = rows_by_law(rank_rows(values_of(lower, ban=[2.0, 3.0, 2.0, 5.0])))
    assert rows["baseline"].best_in == 1.0
    assert rows["ban"].regret_p50 == 2.5


def test_without_a_better_end_there_are_no_ranks():
    values = values_of(replace(LAG_OBJECTIVE, better=None), ban=[1.0] * 4)
    assert not list(rank_rows(values))


def test_pairs_say_in_which_share_of_draws_one_law_is_better():
    change = {"ban": [2.0, 3.0, -2.0, 0.0], "deal": [2.0, 0.0, 0.0, 1.0]}
    comparison = LawComparison(laws(**change), [values_of(**change)])
    by_pair = {(row.first, row.second): row for row in comparison.pairs}
    assert len(by_pair) == 3
    row = by_pair["ban", "deal"]
    assert (row.higher, row.lower, row.first_better) == (0.25, 0.5, 0.25)
    assert row.difference[1] == -0.5


def test_effects_are_differences_and_per_cent_draw_by_draw():
    change = {"ban": [3.0, 7.0, 4.0, 9.0]}
    comparison = LawComparison(laws(**change), [values_of(**change)])
    base, ban = comparison.effects
    assert base.level[1] == 7.5
    assert np.isnan(base.difference[1])
    assert ban.difference[1] == 5.5
    assert ban.change_percent[1] == pytest.approx((50.0 + 100.0) / 2)
    assert ban.probability_of_increase == 1.0


def test_every_headline_measure_is_there_for_every_law_and_year():
    change = {"ban": [1.0] * 4, "deal": [2.0] * 4}
    table = LawComparison(laws(**change), [values_of(**change)]).measures
    assert set(table["when"]) == {"2025", "2026", "horizon"}
    lag = table[(table["measure"] == LAG.name) & (table["when"] == "2025")]
    assert lag["law"].tolist() == ["baseline", "ban", "deal"]
    assert lag["difference_p50"].tolist()[1:] == [1.0, 2.0]


def effect_by_month(effect: np.ndarray) -> ObjectiveValues:
    """Return an objective with an effect in each month, the same in two draws."""
    base = np.full((len(effect), 2), 100.0)
    months = tuple(Month(2025, 1) + step for step in range(len(effect)))
    series = {"baseline": base, "ban": base + effect[:, None] * np.array([1.0, 2.0])}
    return ObjectiveValues(replace(LAG_OBJECTIVE, unit="H100e"), months, series)


def test_an_effect_is_there_from_a_tenth_of_its_largest_on():
    row = timing_row(effect_by_month(np.array([0.0, 0.5, 1.0, 10.0, 4.0])), "ban")
    assert row.share_of_draws == 1.0
    assert row.starts[1] == "2025-03"
    assert row.peaks[1] == "2025-04"
    assert (row.faded, row.ends) == (0.0, ("", "", ""))


def test_months_without_a_value_have_no_effect():
    values = effect_by_month(np.array([0.0, 1.0, 10.0, 4.0]))
    gap = {
        name: np.where([[True]] + 3 * [[False]], np.nan, x)
        for name, x in values.series.items()
    }
    row = timing_row(replace(values, series=gap), "ban")
    assert (row.starts[1], row.peaks[1]) == ("2025-02", "2025-03")


def test_an_effect_that_is_gone_by_the_horizon_has_faded():
    row = timing_row(effect_by_month(np.array([0.0, 5.0, 10.0, 2.0, 0.9])), "ban")
    assert row.faded == 1.0
    assert row.ends[1] == "2025-04"


def test_a_thousandth_of_the_baseline_is_no_effect():
    row = timing_row(effect_by_month(np.array([0.0, 0.04, 0.01, 0.0, 0.0])), "ban")
    assert row.share_of_draws == 0.0
    assert row.starts == ("", "", "")


def test_the_whole_is_set_beside_the_sum_of_its_parts():
    values = values_of(**{"a": [1.0] * 4, "b": [2.0] * 4, "a+b": [4.0, 4.0, 3.0, 2.0]})
    [row] = interaction_rows(values, {"a+b": ("a", "b"), "a+c": ("a", "c")})
    assert row.of_parts[1] == 3.0
    assert (row.above, row.below) == (0.5, 0.25)
    assert (row.more, row.less) == (0.5, 0.25)
    assert row.interaction[1] == 0.5


def test_of_what_the_parts_lower_more_is_further_down():
    values = values_of(**{"a": [-1.0] * 4, "b": [-2.0] * 4, "a+b": [-4.0] * 4})
    [row] = interaction_rows(values, {"a+b": ("a", "b")})
    assert (row.more, row.less) == (1.0, 0.0)


def test_rounding_of_large_levels_is_no_interaction():
    values = effect_by_month(np.zeros(1))
    base = values.series["baseline"] * 1e4 + 1.0 / 3.0
    effects = {"a": 0.011, "b": 0.011, "a+b": 0.022}
    series = {name: base + effect for name, effect in effects.items()}
    assert np.any(series["a+b"] - base != series["a"] - base + (series["b"] - base))
    values = replace(values, series={"baseline": base, **series})
    [row] = interaction_rows(values, {"a+b": ("a", "b")})
    assert (row.above, row.below) == (0.0, 0.0)


def test_a_table_without_rows_has_its_columns():
    columns = list(rows_frame([], InteractionRow))
    assert columns[:4] == ["objective", "unit", "whole", "parts"]
    assert "interaction_p95" in columns


def test_what_is_not_a_number_at_the_horizon_is_refused():
    divided = replace(
        LAG_OBJECTIVE, formula=Formula.parse(f"1 / ({LAG.name}[china] - 6)")
    )
    with pytest.raises(SettingsError, match="not a number in every draw under base"):
        values_of(divided, ban=[1.0] * 4)


def test_an_objective_may_name_the_actors_of_a_country():
    values = values_of(REVENUE_OBJECTIVE, ban=[1.0] * 4)
    assert values.differs is False
    year = results().series[REVENUE.name, "asml"][-12:]
    assert np.array_equal(values.at_horizon("baseline"), sum_over_months(year))
