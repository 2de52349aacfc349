"""Luck is a function of seed, event, month and draw, and of nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.chance import Chance, RepeatedChance
from sim.domain.ensemble import Draws
from sim.domain.months import Month

MANY = 20_000
MONTH = Month(2025, 2)
WHOLE = Chance(7, Draws(4_000))


@given(st.integers(0, 3_900), st.integers(1, 100))
def test_draw_k_of_a_chunk_is_draw_k_of_the_whole(first, count):
    chunk = Chance(7, Draws(count, first))
    part = slice(first, first + count)
    for luck in ("uniform", "normal"):
        np.testing.assert_array_equal(
            getattr(chunk, luck)("seizure", MONTH),
            getattr(WHOLE, luck)("seizure", MONTH)[part],
        )


@given(st.sampled_from(["seizure", "breakthrough"]), st.integers(2022, 2030))
def test_asking_again_or_later_changes_nothing(event, year):
    before = WHOLE.uniform(event, Month(year, 1))
    WHOLE.uniform("something else", MONTH)
    np.testing.assert_array_equal(before, WHOLE.uniform(event, Month(year, 1)))


@pytest.mark.parametrize(
    "other",
    [
        WHOLE.uniform("breakthrough", MONTH),
        WHOLE.uniform("seizure", MONTH + 1),
        WHOLE.uniform("seizure"),
        Chance(8, Draws(4_000)).uniform("seizure", MONTH),
    ],
    ids=["event", "month", "no month", "seed"],
)
def test_another_event_month_or_seed_has_other_luck(other):
    """The correlation of 4 000 pairs of independent numbers has a standard error of
    0.016; four of them are passed by chance once in sixteen thousand."""
    luck = WHOLE.uniform("seizure", MONTH)
    assert not np.any(luck == other)
    assert abs(np.corrcoef(luck, other)[0, 1]) < 4 * 0.016


@pytest.mark.parametrize("probability", [0.0, 0.01, 0.3, 0.5, 0.97, 1.0])
def test_events_happen_as_often_as_they_should(probability):
    """Four standard errors: a right generator fails once in sixteen thousand.

    The seed is fixed, so that it fails always or never."""
    chance = Chance(11, Draws(MANY))
    happened = (chance.uniform("seizure", MONTH) < probability).mean()
    error = (probability * (1.0 - probability) / MANY) ** 0.5
    assert abs(happened - probability) <= 4.0 * error


def test_uniform_luck_fills_the_unit_interval_evenly():
    """Kolmogorov and Smirnov: 1.95 over the root of n is passed once in a thousand."""
    luck = np.sort(Chance(11, Draws(MANY)).uniform("seizure", MONTH))
    assert luck[0] >= 0.0
    assert luck[-1] < 1.0
    steps = np.arange(1, MANY + 1) / MANY
    assert np.max(np.abs(luck - steps)) < 1.95 / MANY**0.5


def test_normal_luck_is_standard_normal():
    luck = Chance(11, Draws(MANY)).normal("tool orders", MONTH)
    assert np.isfinite(luck).all()
    assert abs(luck.mean()) < 4.0 / MANY**0.5
    assert abs(luck.std() - 1.0) < 4.0 / (2.0 * MANY) ** 0.5


def test_neighbouring_draws_have_luck_of_their_own():
    luck = Chance(11, Draws(MANY)).uniform("seizure", MONTH)
    assert abs(np.corrcoef(luck[1:], luck[:-1])[0, 1]) < 4.0 / MANY**0.5


@pytest.mark.parametrize("luck", ["uniform", "normal"])
def test_every_copy_of_a_draw_has_the_luck_of_that_draw(luck):
    copies = RepeatedChance.of(7, Draws(5, 3), copies=4)
    echoed = getattr(copies, luck)("seizure", MONTH)
    assert copies.draws.count == 4 * 5
    np.testing.assert_array_equal(
        echoed.reshape(4, 5),
        np.tile(getattr(WHOLE, luck)("seizure", MONTH)[3:8], (4, 1)),
    )
