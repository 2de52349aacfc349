"""The value of information: its laws, and cases in which it is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.experiments.information_value import information_values

GROUPS = {"ab": ("a", "b"), "abc": ("a", "b", "c"), "noise": ("noise", "fixed")}


def worlds(seed, draws):
    """Return assumptions, one of which nothing reads and one of which never varies."""
    luck = np.random.default_rng(seed)
    assumed = {name: luck.normal(size=draws) for name in ("a", "b", "c", "noise")}
    assumed["fixed"] = np.ones(draws)
    return assumed, luck


@pytest.fixture(scope="module")
def known():
    """A choice between nothing, and a law worth a + b and luck, each of variance 1."""
    assumed, luck = worlds(1, 3_000)
    gain = assumed["a"] + assumed["b"] + luck.normal(size=3_000)
    gain -= gain.mean()
    return information_values(
        {"stay": np.full(3_000, 1e-9), "go": gain}, assumed, GROUPS
    )


def value_of(found, name):
    return next(x for x in (*found.assumptions, *found.groups) if x.name == name)


def test_values_are_those_that_theory_has(known):
    # Of a normal gain with mean 0 it is the standard deviation over the root of 2 pi.
    unit = 1.0 / np.sqrt(2.0 * np.pi)
    assert known.chosen == "stay"
    assert known.perfect == pytest.approx(unit * np.sqrt(3.0), rel=0.05)
    assert value_of(known, "a").value == pytest.approx(unit, rel=0.1)
    assert value_of(known, "ab").value == pytest.approx(unit * np.sqrt(2.0), rel=0.1)
    assert value_of(known, "a").low < unit < value_of(known, "a").high


def test_what_nothing_reads_is_worth_nothing(known):
    for name in ("noise", "c"):
        assert value_of(known, name).value == 0.0
    assert "fixed" not in [one.name for one in known.assumptions]
    assert known.assumptions[0].name in ("a", "b")


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), laws=st.integers(2, 4))
def test_knowing_more_is_worth_no_less_and_no_more_than_everything(seed, laws):
    assumed, luck = worlds(seed, 150)
    inputs = np.stack([assumed[name] for name in ("a", "b", "c")])
    effects = luck.normal(size=(laws, 3))
    utility = {
        f"law {place}": effect @ inputs + luck.standard_t(3, size=150)
        for place, effect in enumerate(effects)
    }
    found = information_values(utility, assumed, GROUPS)
    for one in (*found.assumptions, *found.groups):
        assert 0.0 <= one.low <= one.value <= one.high <= found.perfect + 1e-12
    for name in ("a", "b"):
        assert value_of(found, name).value <= value_of(found, "ab").value
    assert value_of(found, "ab").value <= value_of(found, "abc").value


def test_where_one_law_is_always_the_best_nothing_is_worth_knowing():
    assumed, _ = worlds(2, 200)
    found = information_values(
        {"stay": assumed["a"], "go": assumed["a"] + 1.0}, assumed, GROUPS
    )
    assert (found.chosen, found.perfect) == ("go", 0.0)
    assert all(one.value == 0.0 == one.high for one in found.assumptions)
