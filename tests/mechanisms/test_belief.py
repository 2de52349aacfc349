"""What actors expect of the law."""

import numpy as np
from hypothesis import given

from sim.mechanisms.belief import (
    after_evidence,
    after_news,
    faded,
    reopening,
)
from tests.strategies import each, per_draw, shares


def test_news_closes_its_share_of_the_doubt_that_is_left():
    np.testing.assert_allclose(after_news(each(0.0, 0.6), 0.25), [0.25, 0.7])


def test_a_reopening_is_as_much_likelier_as_a_closing_is_less_likely():
    """Odds of 1 to 4 fall to 1 to 16, so odds of 1 to 9 rise to 4 to 9."""
    belief, prior, first = each(1.0 / 17.0, 0.2), 0.2, each(0.1, 0.1)
    np.testing.assert_allclose(reopening(belief, prior, first), [4.0 / 13.0, 0.1])


def test_evidence_multiplies_the_odds():
    """Odds of 1 to 4 become, by evidence of ln 4, odds of 1 to 1."""
    np.testing.assert_allclose(after_evidence(each(0.2), np.log(4.0)), [0.5])
    np.testing.assert_allclose(after_evidence(each(0.5), -np.log(4.0)), [0.2])


def test_no_evidence_changes_no_bit():
    """A draw in which nothing was heard must not know that it was in another."""
    belief = each(0.1, 0.3, 0.7)
    np.testing.assert_array_equal(after_evidence(belief, each(0.0, 0.0, 0.0)), belief)


@given(per_draw(0.001, 0.999), per_draw(-2.0, 2.0), per_draw(-2.0, 2.0))
def test_pieces_of_evidence_add_up_whatever_their_order(belief, one, other):
    together = after_evidence(belief, one + other)
    np.testing.assert_allclose(
        after_evidence(after_evidence(belief, one), other), together, rtol=1e-9
    )
    np.testing.assert_allclose(
        after_evidence(after_evidence(belief, other), one), together, rtol=1e-9
    )


@given(shares(), per_draw(-5.0, 5.0))
def test_evidence_moves_a_belief_its_own_way_and_never_past_the_ends(belief, weight):
    after = after_evidence(belief, weight)
    assert np.all((after >= 0.0) & (after <= 1.0))
    assert np.all((after - belief) * weight >= -1e-15)


def test_a_belief_halves_in_its_half_life():
    belief = each(0.8)
    for _ in range(14):
        belief = faded(belief, each(14.0))
    np.testing.assert_allclose(belief, 0.4)


def test_a_belief_fades_to_its_prior_from_either_side():
    belief = each(0.9, 0.0)
    for _ in range(14):
        belief = faded(belief, each(14.0, 14.0), prior=0.1)
    np.testing.assert_allclose(belief, [0.5, 0.05])


@given(shares(), shares())
def test_bad_news_never_calms_and_never_makes_more_than_certain(belief, jump):
    after = after_news(belief, jump)
    assert np.all((after >= belief - 1e-15) & (after <= 1.0 + 1e-15))


@given(shares(), per_draw(0.5, 60.0))
def test_a_quiet_month_never_frightens(belief, half_life):
    after = faded(belief, half_life)
    assert np.all((after >= 0.0) & (after <= belief))
