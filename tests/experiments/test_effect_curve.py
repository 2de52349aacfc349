"""Planted crossings of a target are found, and how sure they are."""

import numpy as np
import pytest

from sim.domain.months import Month
from sim.experiments.effect_curve import (
    EffectCurve,
    Target,
    VariedNumber,
    crossing_places,
    search,
)

NUMBER = VariedNumber("assumptions.x", 0.0, 1.0)
ZERO = Target("median", 0.0)
NOISE = np.linspace(-0.2, 0.2, 101)


def curve_of(function, number=NUMBER, target=ZERO, points=9, noise=NOISE):
    """Return the curve of a planted effect, and the coordinates that were run."""
    run = []

    def evaluate(coordinates):
        run.extend(coordinates)
        return np.stack([function(x) + noise for x in coordinates])

    return search(number, target, points, 1, evaluate), run


@pytest.mark.parametrize("place", [0.07, 0.5, 0.731, 0.99])
def test_a_crossing_is_found_and_no_point_is_run_twice(place):
    curve, run = curve_of(lambda x: x - place)
    [crossing] = curve.crossings
    assert crossing.coordinate == pytest.approx(place, abs=1e-3)
    assert (crossing.before, crossing.after) == (-1, 1)
    assert crossing.low < place < crossing.high
    # A crossing on a point of the scan is narrowed down from both sides.
    assert len(set(run)) == len(run) <= 9 + 2 * 2 * 3


def test_without_a_crossing_nothing_but_the_scan_is_run():
    curve, run = curve_of(lambda x: x + 1.0)
    assert curve.crossings == []
    assert len(run) == 9


def test_numbers_that_leave_no_other_between_them_end_the_search():
    ends = VariedNumber("assumptions.x", 1e16, 1e16 + 4.0)
    curve, run = curve_of(lambda x: x - 1e16 - 3.0, ends, points=3)
    assert run == [1e16, 1e16 + 2.0, 1e16 + 4.0]
    assert len(curve.crossings) == 1


def test_several_crossings_are_found_from_the_lowest_on():
    curve, _ = curve_of(lambda x: (x - 0.2) * (x - 0.8), noise=NOISE / 100)
    places = [crossing.coordinate for crossing in curve.crossings]
    assert places == pytest.approx([0.2, 0.8], abs=0.01)
    assert [crossing.after for crossing in curve.crossings] == [-1, 1]


def test_a_stated_target_and_a_share_are_reached():
    curve, _ = curve_of(lambda x: 10.0 * x, target=Target("median", 4.0))
    assert curve.crossings[0].coordinate == pytest.approx(0.4, abs=1e-3)
    # The effect rises in three of four draws where it exceeds the noise's quarter.
    curve, _ = curve_of(lambda x: x - 0.5, target=Target("share", 0.75))
    assert curve.crossings[0].coordinate == pytest.approx(0.6, abs=0.01)


def test_where_an_effect_ends_is_a_crossing_too():
    curve, _ = curve_of(lambda x: min(x - 0.6, 0.0), noise=np.zeros(5))
    [crossing] = curve.crossings
    assert (crossing.before, crossing.after) == (-1, 0)
    assert crossing.coordinate == pytest.approx(0.6, abs=0.01)


def test_a_point_that_lies_on_the_target_is_one_crossing():
    curve, _ = curve_of(lambda x: x - 0.5)
    [crossing] = curve.crossings
    assert crossing.coordinate == pytest.approx(0.5, abs=0.005)


def test_months_are_whole_and_the_first_on_the_other_side_is_told():
    first, last = Month(2026, 1), Month(2028, 12)
    turn = Month(2027, 4).index
    number = VariedNumber(
        "scenario.regime.add.a.effective", first.index, last.index, "months"
    )
    curve, run = curve_of(lambda x: 1.0 if x >= turn else -1.0, number)
    assert all(float(x).is_integer() for x in run)
    assert number.value(curve.crossings[0].coordinate) == "2027-04"


def test_a_log_scale_has_even_factors():
    number = VariedNumber("assumptions.x", np.log(1.0), np.log(100.0), "log")
    values = [number.value(x) for x in number.scan(3)]
    assert values == pytest.approx([1.0, 10.0, 100.0])


def test_the_range_is_wider_the_fewer_the_draws():
    def width(draws):
        noise = np.random.default_rng(3).normal(size=draws)
        curve, _ = curve_of(lambda x: 10.0 * (x - 0.5), noise=noise)
        crossing = curve.crossings[0]
        return crossing.high - crossing.low

    assert width(25) > 1.5 * width(400)


def test_a_crossing_that_few_draws_make_is_not_sure():
    effects = np.full((3, 99), -1.0)
    effects[2, :50] = 1.0
    curve = EffectCurve(NUMBER, ZERO, np.array([0.0, 0.5, 1.0]), effects)
    assert 0.3 < curve.crossings[0].resamples < 0.7


def test_levels_pass_a_target_between_points():
    places = crossing_places(NUMBER, np.array([0.0, 1.0]), np.array([-1.0, 3.0]), ZERO)
    assert places == [(0.25, -1, 1)]
