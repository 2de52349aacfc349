"""Value of information: what knowing something would be worth to whoever chooses a law.

Whoever knows nothing more chooses the law with the best mean, d0. With perfect
information the best law of each world is chosen: EVPI = E[max_d u_d] - E[u_d0], u the
objective, the larger the better. Who learns the assumptions A alone chooses by
E[u_d | A]. That is estimated by regression in worlds other than those in which the
choice is then judged, by what it brings there: so an estimate is what some rule
achieves, and its expectation at most the true value.

Whoever learns more may ignore it. So a set has at least the value of every set in it,
and what cannot be told from chance counts as nothing:
0 <= EVPPI(A) <= EVPPI(A and B) <= EVPI.

Source:
    Raiffa and Schlaifer (1961), Applied Statistical Decision Theory; by regression:
    Strong, Oakley and Brennan (2014), 'Estimating multiparameter partial expected value
    of perfect information from a probabilistic sensitivity analysis sample', Medical
    Decision Making 34.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri
from sklearn.linear_model import Ridge, RidgeCV
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.preprocessing import SplineTransformer, StandardScaler

from sim.domain.array_types import Float64
from sim.domain.ensemble import PerDraw, Table
from sim.domain.short_repr import ShortRepr
from sim.outcomes.effect_drivers import FALSE_ALARM

Columns = Float64[np.ndarray, "draws columns"]
"""Inputs of a regression, a row for each world."""

FOLDS = 5
"""Parts of the worlds; in each the choice follows from what the others tell."""

_KNOTS = 4
_LEAST_PENALTY = 1.0
_PENALTIES = np.logspace(0.0, 5.0, 11)
"""Of the ridge, per standardised column; of many columns it is chosen in the worlds
from which the rule is learned."""

_ROWS_A_COLUMN = 10
"""Worlds for each column from which on the least penalty is enough."""

_NINETY_PERCENT = float(ndtri(0.95))


@dataclass(frozen=True, eq=False, repr=False)
class InformationValue(ShortRepr):
    """What it would be worth to know some assumptions before choosing.

    Attributes:
        name: of the assumption, or of the group.
        members: the assumptions.
        value: in the unit of the objective; nothing if it cannot be told from chance.
        low: the lower end of its 90 % interval.
        high: the upper end.
        estimate: what the rule brings that follows from them, chance or not.
        standard_error: of the estimate.
        switches: share of the worlds in which that rule chooses another law.
    """

    name: str
    members: tuple[str, ...]
    value: float
    low: float
    high: float
    estimate: float
    standard_error: float
    switches: float


@dataclass(frozen=True, eq=False, repr=False)
class InformationValues(ShortRepr):
    """What information is worth for one choice.

    Attributes:
        laws: the laws to choose from.
        means: the mean of each, the larger the better.
        best_in: share of the worlds in which each is the best.
        chosen: the law that is chosen without further information.
        perfect: the value of knowing everything, luck included.
        perfect_error: its standard error.
        assumptions: the value of each assumption, the most first.
        groups: the value of groups of them, the most first; all of them last.
    """

    laws: Sequence[str]
    means: Sequence[float]
    best_in: Sequence[float]
    chosen: str
    perfect: float
    perfect_error: float
    assumptions: Sequence[InformationValue]
    groups: Sequence[InformationValue]

    @property
    def perfect_range(self) -> tuple[float, float]:
        """The ends of the 90 % interval of the value of knowing everything."""
        margin = _NINETY_PERCENT * self.perfect_error
        return max(self.perfect - margin, 0.0), self.perfect + margin


def information_values(
    utility: Mapping[str, PerDraw],
    assumed: Mapping[str, PerDraw],
    groups: Mapping[str, Sequence[str]],
) -> InformationValues:
    """Return what it is worth to know assumptions before choosing a law.

    Args:
        utility: the objective by law, in the same worlds; the larger the better.
        assumed: the assumptions in these worlds, by name.
        groups: assumptions that are learned together, by a name for them; what is the
            same in every world is worth nothing.
    """
    laws, table = list(utility), np.stack(list(utility.values()))
    chosen = int(np.argmax(table.mean(axis=1)))
    gains = table - table[chosen]
    most = gains.max(axis=0)
    varying = {name: each for name, each in assumed.items() if np.ptp(each) > 0.0}
    singles = {name: (name,) for name in varying}
    sets = {
        name: tuple(x for x in members if x in varying)
        for name, members in groups.items()
    }
    least = -float(ndtri(FALSE_ALARM / max(len(singles) + len(sets), 1)))
    curves = _curves(varying)
    estimates = {
        members: _estimated(name, members, gains, curves, least)
        for name, members in {**singles, **sets}.items()
        if members
    }
    nested = {
        name: _at_least_its_parts(
            replace(estimates[members], name=name), estimates.values()
        )
        for name, members in {**singles, **sets}.items()
        if members
    }

    def ordered(names: Mapping[str, object]) -> list[InformationValue]:
        own = [nested[name] for name in names if name in nested]
        return sorted(own, key=lambda one: (-one.value, -one.estimate))

    return InformationValues(
        laws=laws,
        means=table.mean(axis=1).tolist(),
        best_in=np.mean(table >= table.max(axis=0), axis=1).tolist(),
        chosen=laws[chosen],
        perfect=float(most.mean()),
        perfect_error=_standard_error(most),
        assumptions=ordered(singles),
        groups=ordered(sets),
    )


def _estimated(
    name: str,
    members: tuple[str, ...],
    gains: Table,
    curves: Mapping[str, Columns],
    least: float,
) -> InformationValue:
    """Return what the rule is worth that follows from some assumptions.

    Args:
        name: of the set.
        members: the assumptions.
        gains: what each law would gain on the one that is chosen without information.
        curves: the curves of each assumption.
        least: standard errors from which on an estimate is told from chance.
    """
    expected = _predicted(np.hstack([curves[name] for name in members]), gains)
    choice = np.argmax(expected, axis=0)
    gained = np.take_along_axis(gains, choice[None, :], axis=0)[0]
    estimate, error = float(gained.mean()), _standard_error(gained)
    known = error > 0.0 and estimate > least * error
    most = float(gains.max(axis=0).mean())
    margin = _NINETY_PERCENT * error
    return InformationValue(
        name=name,
        members=members,
        value=estimate if known else 0.0,
        low=max(estimate - margin, 0.0) if known else 0.0,
        high=min(max(estimate + margin, 0.0), most),
        estimate=estimate,
        standard_error=error,
        switches=float(np.mean(gained != 0.0)),
    )


def _at_least_its_parts(
    own: InformationValue, others: Iterable[InformationValue]
) -> InformationValue:
    """Return a value that is at least that of any set within the set."""
    inside = set(own.members)
    best = max(
        (one for one in others if inside.issuperset(one.members)),
        key=lambda one: one.value,
    )
    if best.value <= own.value:
        return own
    return replace(own, value=best.value, low=best.low, high=max(own.high, best.high))


def _curves(assumed: Mapping[str, PerDraw]) -> dict[str, Columns]:
    """Return smooth curves over the ranks of each assumption, of which sums are fitted.

    They do not depend on what is predicted, so all worlds may have the same.
    """
    if not assumed:
        return {}
    values = np.stack(list(assumed.values()), axis=1)
    ranks = values.argsort(axis=0, kind="stable").argsort(axis=0) / len(values)
    curves = SplineTransformer(n_knots=_KNOTS, include_bias=False).fit_transform(ranks)
    parts = np.split(StandardScaler().fit_transform(curves), len(assumed), axis=1)
    return dict(zip(assumed, parts, strict=True))


def _predicted(inputs: Columns, gains: Table) -> Table:
    """Return the gain of each law that assumptions let expect, from other worlds."""
    moved = np.ptp(gains, axis=1) > 0.0
    predicted = np.zeros_like(gains)
    if not moved.any():
        return predicted
    folds = KFold(min(FOLDS, gains.shape[1]), shuffle=False)
    scale = gains[moved].std(axis=1, keepdims=True)
    outputs = (gains[moved] / scale).T
    is_narrow = inputs.shape[1] * _ROWS_A_COLUMN <= inputs.shape[0]
    model = Ridge(_LEAST_PENALTY) if is_narrow else RidgeCV(_PENALTIES)
    fitted = cross_val_predict(model, inputs, outputs, cv=folds)
    predicted[moved] = fitted.reshape(outputs.shape).T * scale
    return predicted


def _standard_error(values: PerDraw) -> float:
    return float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else 0.0
