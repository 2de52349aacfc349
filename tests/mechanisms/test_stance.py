"""M14: what moves Washington."""

import numpy as np
import pytest
from hypothesis import given

from sim.mechanisms.stance import (
    after_revelations,
    lobbying_influence,
    pressure_after,
    required_stance,
    threat_of,
)
from tests.strategies import each, per_draw, shares


def test_the_alarm_of_a_case_worked_by_hand():
    """Nine months behind is half of the alarm; 4 months nearer is 1 / (1 + 1/e)."""
    midpoint, scale = each(9.0, 9.0, 9.0), each(4.0, 4.0, 4.0)
    seen = threat_of(each(9.0, 5.0, 13.0), midpoint, scale)
    assert seen == pytest.approx([0.5, 0.7310586, 0.2689414])


def test_two_revelations_close_a_share_of_what_each_leaves():
    assert after_revelations(each(0.5), each(0.12), each(2.0)) == pytest.approx(
        1 - 0.5 * 0.7744
    )
    assert after_revelations(each(0.5), each(0.12), each(0.0)) == pytest.approx(0.5)


def test_pressure_halves_in_its_half_life_and_grows_by_alarm():
    after = pressure_after(
        each(1.0), alarm=each(0.0), weight=each(4.0), half_life=each(1.0)
    )
    assert after == pytest.approx(0.5)
    alarmed = pressure_after(
        each(1.0), alarm=each(0.1), weight=each(4.0), half_life=each(1.0)
    )
    assert alarmed == pytest.approx(0.9)


def test_pressure_fades_by_its_half_life():
    after = pressure_after(
        each(1.0), alarm=each(0.0), weight=each(4.0), half_life=each(2.0)
    )
    assert after == pytest.approx(2.0**-0.5)


def test_usual_lobbying_is_heard_as_the_log_of_two():
    assert lobbying_influence(each(0.0, 2.0), 2.0) == pytest.approx([0.0, np.log(2.0)])


def test_graver_acts_stand_higher_on_the_ladder():
    low, high = each(0.4), each(2.5)
    assert required_stance(0.1, base=low, span=high) == pytest.approx(0.65)
    assert required_stance(0.8, base=low, span=high) == pytest.approx(2.4)


@given(per_draw(-20.0, 80.0), per_draw(0.1, 40.0), per_draw(3.0, 15.0), per_draw(2, 8))
def test_a_longer_lag_never_alarms_more(lag, more, midpoint, scale):
    near, far = threat_of(lag, midpoint, scale), threat_of(lag + more, midpoint, scale)
    assert np.all((far >= 0.0) & (far <= near) & (near <= 1.0))


@given(shares(), shares(), per_draw(0.0, 9.0))
def test_revelations_never_calm_and_never_exceed_the_whole(was, jump, surprises):
    now = after_revelations(was, jump, surprises)
    assert np.all((now >= was - 1e-12) & (now <= 1.0))


@given(per_draw(0.0, 5.0), shares(), per_draw(0.0, 9.0), per_draw(1.0, 24.0))
def test_pressure_fades_without_alarm_and_stays_above_zero(
    pressure, alarm, weight, life
):
    calm = pressure_after(pressure, alarm=np.zeros(3), weight=weight, half_life=life)
    stirred = pressure_after(pressure, alarm=alarm, weight=weight, half_life=life)
    assert np.all((calm >= 0.0) & (calm <= pressure) & (stirred >= calm))


@given(per_draw(0.0, 1e4), per_draw(0.01, 1e3))
def test_more_lobbying_is_heard_more(lobbying, more):
    assert np.all(
        lobbying_influence(lobbying + more, 3.0) > lobbying_influence(lobbying, 3.0)
    )
    assert np.all(lobbying_influence(lobbying, 3.0) >= 0.0)
