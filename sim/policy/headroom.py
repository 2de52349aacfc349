"""Headroom: how far chips are from the limits of each vintage of a chip rule.

A chip is caught by a test if it reaches every limit of it. So the ratio of its
attribute to the limit, at its smallest over the limits of a test and its largest over
the tests, is 1 or more exactly where the chip is caught: at 0.8 all that is tested
could be a quarter larger, at 2.0 it would have to be halved.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.domain.chips import CUTTABLE, Chip
from sim.domain.supply import SupplyLine
from sim.policy.exports import LicencePolicy, PerformanceThreshold
from sim.policy.field_types import ChipTest
from sim.policy.regime import Regime


@dataclass(frozen=True)
class NearestLimit:
    """The limit that decides whether a chip is caught.

    Attributes:
        instrument: id of the instrument whose test it is.
        attribute: the attribute of the chip that is limited.
        value: what the chip has, in the unit of the limit.
        limit: the limit, inclusive.
    """

    instrument: str
    attribute: str
    value: float
    limit: float

    @property
    def ratio(self) -> float:
        """What the chip has as a multiple of the limit; 1 or more is caught."""
        return self.value / self.limit


@dataclass(frozen=True)
class ChipHeadroom:
    """What a vintage of the rule says to a chip, and by how much.

    Attributes:
        chip: its name.
        designer: actor id of its designer.
        licence: share of orders licensed, in [0, 1]; 1 is free.
        nearest: the limit that decides; None if no test applies to it.
    """

    chip: str
    designer: str
    licence: float
    nearest: NearestLimit | None

    @property
    def ratio(self) -> float:
        """What it has as a multiple of the limit that decides; 0 without any."""
        return 0.0 if self.nearest is None else self.nearest.ratio


@dataclass(frozen=True)
class RuleVintage:
    """The days from one change of what the rule says to any chip to the next.

    Attributes:
        since: the first day.
        tests: the tests in force, each with the id of its instrument.
        licensed: the limits within which licences are granted all the same, each with
            the id of its policy.
        chips: what it says to each chip.
    """

    since: date
    tests: tuple[tuple[str, ChipTest], ...]
    licensed: tuple[tuple[str, ChipTest], ...]
    chips: tuple[ChipHeadroom, ...]

    def says_as(self, other: "RuleVintage") -> bool:
        """Return whether two vintages say the same to every chip."""
        answers = [
            [(each.licence, each.ratio) for each in one.chips] for one in (self, other)
        ]
        return answers[0] == answers[1]


def rule_vintages(regime: Regime, lines: Sequence[SupplyLine]) -> list[RuleVintage]:
    """Return the vintages of the chip rule on some lines, from the first act on.

    Args:
        regime: the law. What states decide inside the model does not count.
        lines: a line for each chip, from its designer to the buyer in question.
    """
    vintages: list[RuleVintage] = []
    for day in _days(regime, lines):
        vintage = _vintage(regime, lines, day)
        if not vintages or not vintage.says_as(vintages[-1]):
            vintages.append(vintage)
    return vintages


def nearest_limit(
    chip: Chip, tests: Iterable[tuple[str, ChipTest]]
) -> NearestLimit | None:
    """Return the limit that decides whether a chip is caught by any of some tests.

    Tests of what a chip is marketed for apply to such chips alone. None if no test
    applies.
    """
    nearest = (_of_test(chip, act, test) for act, test in tests)
    applying = [limit for limit in nearest if limit is not None]
    return max(applying, key=lambda limit: limit.ratio, default=None)


def _of_test(chip: Chip, act: str, test: ChipTest) -> NearestLimit | None:
    """Return the limit of a test from which a chip is farthest below."""
    numbers: Mapping[str, float] = {key: _number(x) for key, x in test.items()}
    others = (key for key in numbers if key not in CUTTABLE)
    if any(_number(getattr(chip, key)) < numbers[key] for key in others):
        return None
    limits = [
        NearestLimit(act, key, _number(getattr(chip, key)), limit)
        for key, limit in numbers.items()
        if key in CUTTABLE
    ]
    return min(limits, key=lambda limit: limit.ratio, default=None)


def _number(value: object) -> float:
    """Return a number that may differ by draw where it is smallest."""
    return float(np.min(np.asarray(value)))


def _days(regime: Regime, lines: Sequence[SupplyLine]) -> list[date]:
    """Return the days on which a threshold or a policy begins or ceases to bind."""
    book = regime.book
    acts = [
        act
        for kind in (PerformanceThreshold, LicencePolicy)
        for act in book.of_kind(kind)
        if any(act.may_apply_to(line) for line in lines)
    ]
    periods = [x for act in acts for x in book.timetable.binding_periods[act.id]]
    days = {day for period in periods for day in (period.start, period.end)}
    return sorted(day for day in days if day != date.max)


def _vintage(regime: Regime, lines: Sequence[SupplyLine], day: date) -> RuleVintage:
    per_chip = [(line, list(_tests(regime, line, day))) for line in lines]
    tests = dict.fromkeys(
        (act, tuple(x.items())) for _, own in per_chip for act, x in own
    )
    return RuleVintage(
        day,
        tuple((act, dict(test)) for act, test in tests),
        tuple(_policies(regime, lines, day)),
        tuple(_headroom(regime, line, day, own) for line, own in per_chip),
    )


def _tests(
    regime: Regime, line: SupplyLine, day: date
) -> Iterator[tuple[str, ChipTest]]:
    """Yield the tests in force on a line on a day, each with its instrument."""
    book = regime.book
    for act in book.of_kind(PerformanceThreshold):
        if act.id in book.decided_ids or not act.may_apply_to(line):
            continue
        if book.timetable.binds(act, day) and np.any(
            act.scope.includes_chip(line.chip)
        ):
            yield from ((act.id, test) for test in act.tests)


def _policies(
    regime: Regime, lines: Sequence[SupplyLine], day: date
) -> Iterator[tuple[str, ChipTest]]:
    """Yield within which limits licences are granted on a day, by policy."""
    book = regime.book
    for act in book.of_kind(LicencePolicy):
        covers = any(act.may_apply_to(line) for line in lines)
        if act.id not in book.decided_ids and covers and book.timetable.binds(act, day):
            yield act.id, act.within


def _headroom(
    regime: Regime,
    line: SupplyLine,
    day: date,
    tests: Sequence[tuple[str, ChipTest]],
) -> ChipHeadroom:
    chip = line.chip
    assert chip is not None
    licence = _number(regime.explain(line, day).licence)
    return ChipHeadroom(chip.name, chip.designer, licence, nearest_limit(chip, tests))
