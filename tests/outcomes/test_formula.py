"""Formulas over measures: what they say, and all that they may not."""

import numpy as np
import pytest

from sim.outcomes.formula import LONGEST, Covered, Formula
from tests.outcomes.samples import LAG, REVENUE

COVERED = Covered(
    quantities={LAG.name: LAG, REVENUE.name: REVENUE},
    actors={LAG.name: ["china"], REVENUE.name: ["asml", "tel", "lam", "nvidia:H20"]},
    countries={"asml": "NLD", "tel": "JPN", "lam": "USA"},
)
SERIES = {
    (LAG.name, "china"): np.array([[6.0, 7.0]]),
    (REVENUE.name, "asml"): np.array([[1.0, 2.0]]),
    (REVENUE.name, "tel"): np.array([[3.0, 5.0]]),
    (REVENUE.name, "lam"): np.array([[0.0, 4.0]]),
    (REVENUE.name, "nvidia:H20"): np.array([[8.0, 8.0]]),
}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("frontier_lag_months[china]", [6.0, 7.0]),
        ("-frontier_lag_months[china] / 2 + 1", [-2.0, -2.5]),
        ("sum(china_revenue[asml, tel])", [4.0, 7.0]),
        ("china_revenue[asml] + china_revenue[tel]", [4.0, 7.0]),
        ("mean(china_revenue[NLD, JPN])", [2.0, 3.5]),
        ("max(china_revenue[USA], china_revenue[asml])", [1.0, 4.0]),
        ("min(china_revenue[asml, lam])", [0.0, 2.0]),
        ("china_revenue['nvidia:H20'] * (2 - 1)", [8.0, 8.0]),
        ("china_revenue[JPN]", [3.0, 5.0]),
    ],
)
def test_a_formula_is_computed_in_every_draw(text, values):
    formula = Formula.parse(text)
    assert formula.values(SERIES, COVERED).tolist() == [values]


def test_what_divides_by_zero_is_not_finite():
    value = Formula.parse("1 / china_revenue[lam]").values(SERIES, COVERED)
    assert np.isfinite(value).tolist() == [[False, True]]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("sum(china_revenue[asml, tel])", "USD million a year"),
        ("china_revenue[asml] - china_revenue[tel]", "USD million a year"),
        ("china_revenue[asml] / china_revenue[tel]", ""),
        ("china_revenue[asml] + frontier_lag_months[china]", ""),
        ("china_revenue[asml] * 2", ""),
    ],
)
def test_sums_keep_their_unit(text, unit):
    assert Formula.parse(text).unit(COVERED) == unit


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "cannot be read"),
        ("3", "names no measure"),
        ("sum(", "cannot be read"),
        ("china_revenue", "china_revenue stands alone"),
        ("china_revenue[]", "cannot be read"),
        ("china_revenue[()]", "the brackets after a measure are empty"),
        ("china_revenue[1]", "'1' is not an actor"),
        ("china_revenue[asml:tel]", "'asml:tel' is not an actor"),
        ("median(china_revenue[asml])", "there is no function 'median'"),
        ("summ(china_revenue[asml])", "did you mean 'sum'?"),
        ("sum()", "sum() is given nothing"),
        ("sum(china_revenue[asml], start=1)", "is not arithmetic"),
        ("china_revenue[asml] ** 9", "is not arithmetic"),
        ("china_revenue[asml] if 1 else 2", "is not arithmetic"),
        ("china_revenue[asml] > 1", "is not arithmetic"),
        ("china_revenue[asml] + True", "'True' is not arithmetic"),
        ("china_revenue[asml] + 'a'", "is not arithmetic"),
        ("china_revenue[asml].real", "is not arithmetic"),
        ("__import__('os').system('true')", "is not arithmetic"),
        ("[x for x in china_revenue[asml]]", "is not arithmetic"),
        ("(lambda: 1)()", "is not arithmetic"),
        ("china_revenue[asml][tel]", "is not arithmetic"),
        ("china_revenue[asml]" + " + 1" * LONGEST, "is longer than"),
        ("-" * 100 + "china_revenue[asml]", "nests deeper"),
        ("(" * 220 + "1" + ")" * 220, "cannot be read"),
        ("~" * (LONGEST - 2) + "a", "nests deeper"),
        ("china_revenue[asml] * 1" + "0" * 400, "is too large a number"),
        ("china_revenue[asml] * 1e999", "is too large a number"),
    ],
)
def test_what_is_not_arithmetic_over_measures_is_refused(text, reason):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as refusal:
        Formula.parse(text)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("china_revenu[asml]", "did you mean 'china_revenue'?"),
        ("china_revenue[asm]", "did you mean 'asml'?"),
        ("china_revenue[KOR]", "china_revenue does not cover 'KOR'"),
        ("sum(china_revenue[asml, NLD])", "names an actor twice"),
        ("china_revenue[asml, tel]", "write sum(china_revenue[asml, tel])"),
        ("-china_revenue[asml, tel]", "write sum(china_revenue[asml, tel])"),
    ],
)
def test_what_the_measures_do_not_cover_is_refused(text, reason):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as refusal:
        Formula.parse(text).keys(COVERED)
    assert reason in str(refusal.value)
