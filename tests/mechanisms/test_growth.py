"""Growth after a record ends, by hand and by property."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.months import Month
from sim.mechanisms.growth import fading_growth, grown, value_in_month

RATIO = st.floats(0.5, 4.0)


def one(value: float) -> np.ndarray:
    return np.array([value])


@pytest.mark.parametrize(
    ("years", "expected"),
    [(0.0, 1.0), (0.5, 1.5**0.5), (1.0, 1.5), (3.0, 1.5 * 1.1**2)],
)
def test_the_first_year_has_a_growth_of_its_own_and_later_ones_the_usual(
    years, expected
):
    assert grown(years, 0.1, one(1.5)) == pytest.approx(expected)


def test_without_one_the_first_year_is_like_the_others():
    assert grown(3.0, 0.1) == pytest.approx(1.1**3)
    assert grown(3.0, 0.1, one(1.1)) == pytest.approx(1.1**3)


def test_growth_halves_from_the_end_of_the_record_or_of_its_first_year():
    usual = np.log(1.6) / 12
    assert fading_growth(2.0, one(1.6), one(2.0)) == pytest.approx(usual / 2)
    assert fading_growth(0.9, one(1.6), one(2.0), one(2.4)) == pytest.approx(
        np.log(2.4) / 12
    )
    assert fading_growth(1.0, one(1.6), one(2.0), one(2.4)) == pytest.approx(usual)
    assert fading_growth(3.0, one(1.6), one(2.0), one(2.4)) == pytest.approx(usual / 2)


@given(first=RATIO, growth=st.floats(-0.3, 0.5), years=st.floats(0.0, 5.0))
def test_a_series_goes_on_without_a_jump(first, growth, years):
    before, after = (grown(years + step, growth, one(first)) for step in (0.0, 1e-6))
    assert after == pytest.approx(before, rel=1e-5)


@given(low=RATIO, high=RATIO, years=st.floats(0.1, 5.0))
def test_more_growth_in_the_first_year_is_more_ever_after(low, high, years):
    less, more = sorted([low, high])
    assert grown(years, 0.05, one(less)) <= grown(years, 0.05, one(more))


def test_a_yearly_series_runs_through_the_middles_of_its_years_to_the_last_of_them():
    yearly = {2022: 100.0, 2024: 180.0, 2023: 120.0}
    assert value_in_month(yearly, Month(2022, 1), 0.1) == 100.0
    between = value_in_month(yearly, Month(2023, 12), 0.1)
    assert between == pytest.approx(120.0 + 60.0 * 5.5 / 12)
    after = value_in_month(yearly, Month(2025, 6), 0.1)
    assert after == pytest.approx(180.0 * 1.1 ** (11.5 / 12))


def test_a_yearly_series_goes_on_from_the_middle_of_its_last_year():
    yearly = {2023: 100.0, 2024: 120.0}
    first = np.array([0.8, 1.5])
    assert value_in_month(yearly, Month(2023, 12), 0.05, first) < 120.0
    in_2025 = value_in_month(yearly, Month(2025, 6), 0.05, first)
    assert in_2025 == pytest.approx(120.0 * first ** (11.5 / 12))
