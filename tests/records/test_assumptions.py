"""Assumptions are sampled so that a draw keeps its values whatever else is asked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.domain.ensemble import Draws
from sim.domain.errors import SettingsError
from sim.records.assumptions import Assumption, sample
from tests.worlds import SEED

MANY = 4_096


@pytest.fixture(scope="module")
def sampled(records):
    return sample(records.assumptions, Draws(MANY), SEED)


@pytest.mark.parametrize(
    ("level", "end"), [(0.05, "low"), (0.5, "mid"), (0.95, "high")]
)
def test_low_mid_and_high_are_quantiles(records, sampled, level, end):
    """Ranges fill evenly: of 4 096 draws the share below each end is right to half a
    per cent (independent draws would have a standard error of a third)."""
    for row in records.assumptions:
        at = getattr(row, end)
        if end == "low" and at == 0.0:
            continue
        below = np.mean(sampled[row.name] < at)
        assert abs(below - level) < 0.005, row.name


def test_every_value_is_finite_and_within_reach(records, sampled):
    for row in records.assumptions:
        values = sampled[row.name]
        assert np.isfinite(values).all(), row.name
        if row.low >= 0.0:
            assert values.min() >= 0.0, row.name
        if row.scale == "logit":
            assert 0.0 < values.min() <= values.max() < 1.0, row.name


@given(st.integers(0, 3_000), st.integers(1, 200))
@settings(max_examples=15)
def test_a_draw_does_not_depend_on_how_many_there_are(records, sampled, first, count):
    part = sample(records.assumptions, Draws(count, first), SEED)
    for name, values in part.items():
        np.testing.assert_array_equal(values, sampled[name][first : first + count])


def test_another_seed_has_other_values(records, sampled):
    other = sample(records.assumptions, Draws(8), SEED + 1)
    assert all(np.any(other[name] != sampled[name][:8]) for name in other)


def test_fixing_one_leaves_the_others(records, sampled):
    first, *others = [row.name for row in records.assumptions]
    fixed = sample(records.assumptions, Draws(16), SEED, {first: 0.4})
    np.testing.assert_array_equal(fixed[first], np.full(16, 0.4))
    for name in others:
        np.testing.assert_array_equal(fixed[name], sampled[name][:16])


def test_adding_one_leaves_the_others(records, sampled):
    fewer = sample(records.assumptions[1::2], Draws(16), SEED)
    for name, values in fewer.items():
        np.testing.assert_array_equal(values, sampled[name][:16])


def test_of_every_hundred_draws_one_lies_in_each_hundredth(records, sampled):
    row = records.assumptions[0]
    edges = row.quantile(np.arange(1, 100) / 100.0)
    for block in (0, 7):
        values = sampled[row.name][100 * block : 100 * (block + 1)]
        strata = np.searchsorted(edges, values)
        # The cut tails of one per cent fall on their edges.
        assert len(set(strata[1:99])) >= 97


def test_few_draws_do_not_make_assumptions_move_together(sampled):
    """Of 500 draws no two assumptions have a correlation above a quarter."""
    table = np.array(list(sampled.values()))[:, :500]
    ranks = table.argsort(axis=1).argsort(axis=1).astype(float)
    correlation = np.corrcoef(ranks) - np.eye(len(ranks))
    assert np.abs(correlation).max() < 0.25


def test_assumptions_do_not_move_together(sampled):
    """Between any two of them the rank correlation of 4 096 draws is near nothing."""
    table = np.array(list(sampled.values()))
    ranks = table.argsort(axis=1).argsort(axis=1).astype(float)
    correlation = np.corrcoef(ranks) - np.eye(len(ranks))
    assert np.abs(correlation).max() < 0.1


def test_an_unknown_name_gets_a_suggestion(records):
    with pytest.raises(SettingsError) as refusal:
        sample(records.assumptions, Draws(1), SEED, {"service.engineer_weight": 0.4})
    assert str(refusal.value) == (
        "assumptions.service.engineer_weight: no assumption is called "
        "'service.engineer_weight'; did you mean 'service.engineers_weight'?"
    )


def test_a_value_that_is_no_number_is_refused(records):
    name = records.assumptions[0].name
    with pytest.raises(SettingsError) as refusal:
        sample(records.assumptions, Draws(1), SEED, {name: float("nan")})
    assert str(refusal.value) == f"assumptions.{name}: nan is not a finite number"


def row(scale, low, mid, high):
    return Assumption(
        name="some.name",
        low=low,
        mid=mid,
        high=high,
        scale=scale,
        unit="share",
        meaning="an example",
        as_of="2025",
        source="a judgement",
        confidence="judgement",
    )


@pytest.mark.parametrize(
    "assumption",
    [
        row("linear", -2.0, 1.0, 2.0),
        row("log", 1.0, 10.0, 20.0),
        row("logit", 0.1, 0.2, 0.9),
    ],
    ids=["linear", "log", "logit"],
)
def test_quantiles_meet_the_ends_and_rise(assumption):
    ends = assumption.quantile(np.array([0.05, 0.5, 0.95]))
    np.testing.assert_allclose(ends, [assumption.low, assumption.mid, assumption.high])
    levels = np.linspace(0.001, 0.999, 99)
    assert np.all(np.diff(assumption.quantile(levels)) >= 0.0)


def test_tails_are_cut_at_one_in_a_hundred():
    assumption = row("linear", -2.0, 1.0, 2.0)
    far = assumption.quantile(np.array([1e-9, 0.01, 0.99, 1.0 - 1e-9]))
    np.testing.assert_allclose(far[0], far[1])
    np.testing.assert_allclose(far[2], far[3])


def test_a_share_that_may_be_nothing_is_never_below():
    assert row("linear", 0.0, 0.1, 0.3).quantile(np.array([0.01]))[0] == 0.0


@pytest.mark.parametrize(
    ("scale", "unit", "taken", "refused"),
    [
        ("logit", "share", (0.0, 0.02, 1.0), {1.4: "1.4 is not from 0 to 1 (share)"}),
        ("linear", "share", (0.0, 1.0), {-0.1: "-0.1 is not from 0 to 1 (share)"}),
        ("log", "months", (1e-9, 900.0), {0.0: "0 is not above 0 (months)"}),
        ("linear", "per year", (0.0, 7.0), {-0.1: "-0.1 is not 0 or more (per year)"}),
        ("linear", "per year", (), {np.inf: "inf is not a finite number"}),
    ],
)
def test_a_fixed_value_lies_where_the_quantity_can(scale, unit, taken, refused):
    some = row(scale, 0.1, 0.2, 0.3).model_copy(update={"unit": unit})
    for value in taken:
        some.check(value)
    for value, message in refused.items():
        with pytest.raises(ValueError) as refusal:
            some.check(value)
        assert str(refusal.value) == message


def test_a_quantity_that_may_be_negative_takes_any_number():
    row("linear", -0.5, 0.0, 0.5).check(-30.0)


def test_every_value_that_is_sampled_may_also_be_fixed(records, sampled):
    for each in records.assumptions:
        for value in sampled[each.name][:200]:
            each.check(float(value))
