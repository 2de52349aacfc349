"""The law month by month: what stands under a scenario, beside what stood before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sim.domain.months import Month
from sim.policy.instruments import Instrument, differing
from sim.policy.regime import Regime

IN_FORCE = "in force"
ANNOUNCED = "announced"
SUSPENDED = "suspended"
ABSENT = ""


@dataclass(frozen=True)
class Standing:
    """How one instrument stood on the last day of one month.

    Attributes:
        month: the month.
        instrument: its id.
        issuer: who issued it.
        kind: its kind.
        scenario: ``in force``, ``announced`` (not yet effective), ``suspended``, or
            nothing where the scenario does not know it.
        baseline: the same under the law compared with.
        difference: ``added``, ``removed``, ``amended``, or nothing.
        announced: day it was announced.
        effective: day it takes effect.
        end: day it ends, if it does.
        reference: where the text of the law is found.
    """

    month: Month
    instrument: str
    issuer: str
    kind: str
    scenario: str
    baseline: str
    difference: str
    announced: date
    effective: date
    end: date | None
    reference: str


def standing(
    scenario: Regime, baseline: Regime, months: Sequence[Month]
) -> list[Standing]:
    """Return what stands at the end of each month under either regime."""
    return [row for month in months for row in _month(scenario, baseline, month)]


def difference(ours: Instrument | None, theirs: Instrument | None) -> str:
    """Return what a scenario did to an instrument, in a word."""
    if theirs is None:
        return "added"
    if ours is None:
        return "removed"
    return "amended" if any(differing(theirs, ours)) else ""


def _month(scenario: Regime, baseline: Regime, month: Month) -> Iterator[Standing]:
    ours, theirs = _status(scenario, month), _status(baseline, month)
    for name in sorted(ours.keys() | theirs.keys()):
        here = scenario.instruments.get(name)
        there = baseline.instruments.get(name)
        known = here or there
        assert known is not None
        yield Standing(
            month=month,
            instrument=name,
            issuer=known.issuer,
            kind=known.kind,
            scenario=ours.get(name, ABSENT),
            baseline=theirs.get(name, ABSENT),
            difference=difference(here, there),
            announced=known.announced,
            effective=known.effective,
            end=known.end,
            reference=known.reference,
        )


def _status(regime: Regime, month: Month) -> dict[str, str]:
    """Return how each instrument that is known on the month's last day stands."""
    day = month.last_day
    in_force = {instrument.id for instrument in regime.in_force(day)}
    status = {}
    for name, instrument in regime.instruments.items():
        if name in in_force:
            status[name] = IN_FORCE
        elif instrument.announced <= day < instrument.effective:
            status[name] = ANNOUNCED
        elif _has_begun_and_not_ended(instrument, day):
            status[name] = SUSPENDED
    return status


def _has_begun_and_not_ended(instrument: Instrument, day: date) -> bool:
    ended = instrument.end is not None and instrument.end <= day
    return instrument.effective <= day and not ended
