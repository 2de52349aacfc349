"""The law month by month: what stands under a scenario, beside what stood before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sim.domain.months import Month
from sim.policy.instruments import Instrument, differing_fields
from sim.policy.regime import Regime

IN_FORCE = "in force"
ANNOUNCED = "announced"
SUSPENDED = "suspended"
DECIDED = "decided"
ABSENT = ""


@dataclass(frozen=True)
class InstrumentStatus:
    """How one instrument stood on the last day of one month.

    Attributes:
        month: the month.
        instrument: its id.
        issuer: who issued it.
        kind: its kind.
        scenario: ``in force``, ``announced`` (not yet effective), ``suspended``,
            ``decided`` (by its issuer, draw by draw: no date says when it is in
            force), or nothing where the scenario does not know it.
        baseline: the same under the law compared with.
        difference: ``added``, ``removed``, ``amended``, ``decided`` (dated under the
            baseline, decided under the scenario), or nothing.
        decided_by: states that decide on it under the scenario, or on joining it.
        announced: day it was announced; the first on which it may be decided on, if it
            is decided.
        effective: day it takes effect, if it is dated.
        end: day it ends, if it is dated and does.
        reference: where the text of the law is found.
    """

    month: Month
    instrument: str
    issuer: str
    kind: str
    scenario: str
    baseline: str
    difference: str
    decided_by: str
    announced: date
    effective: date | None
    end: date | None
    reference: str


def instrument_status(
    scenario: Regime, baseline: Regime, months: Sequence[Month]
) -> list[InstrumentStatus]:
    """Return what stands at the end of each month under either regime."""
    return [row for month in months for row in _month(scenario, baseline, month)]


def difference(ours: Instrument | None, theirs: Instrument | None) -> str:
    """Return what a scenario did to an instrument, in a word."""
    if theirs is None:
        return "added"
    if ours is None:
        return "removed"
    return "amended" if any(differing_fields(theirs, ours)) else ""


def _month(
    scenario: Regime, baseline: Regime, month: Month
) -> Iterator[InstrumentStatus]:
    ours, theirs = _status(scenario, month), _status(baseline, month)
    deciding = _deciding(scenario, month)
    for name in sorted(ours.keys() | theirs.keys()):
        here = scenario.book.acts.get(name)
        there = baseline.book.acts.get(name)
        known = here or there
        assert known is not None
        law = scenario if here else baseline
        open_ = name in law.book.decided_ids
        yield InstrumentStatus(
            month=month,
            instrument=name,
            issuer=known.issuer,
            kind=known.kind,
            scenario=ours.get(name, ABSENT),
            baseline=theirs.get(name, ABSENT),
            difference=_apart(scenario, baseline, name),
            decided_by=" ".join(deciding.get(name, ())),
            announced=law.decisions.since if open_ else known.announced,
            effective=None if open_ else known.effective,
            end=None if open_ else known.end,
            reference=known.reference,
        )


def _apart(scenario: Regime, baseline: Regime, name: str) -> str:
    what = difference(scenario.book.acts.get(name), baseline.book.acts.get(name))
    newly = name in scenario.book.decided_ids and name not in baseline.book.decided_ids
    return what or (DECIDED if newly else "")


def _deciding(regime: Regime, month: Month) -> dict[str, list[str]]:
    """Return who decides on each act, by its id, once it is theirs to decide."""
    found: dict[str, list[str]] = {}
    for package in regime.book.open_packages(month.last_day):
        for act in package.acts:
            found.setdefault(act.id, []).append(package.state)
    return found


def _status(regime: Regime, month: Month) -> dict[str, str]:
    """Return how each instrument that is known on the month's last day stands."""
    day = month.last_day
    in_force = {instrument.id for instrument in regime.book.in_force(day)}
    may_be_decided = day >= regime.decisions.since
    status = {}
    for name, instrument in regime.book.acts.items():
        if name in regime.book.decided_ids:
            if may_be_decided:
                status[name] = DECIDED
        elif name in in_force:
            status[name] = IN_FORCE
        elif instrument.announced <= day < instrument.effective:
            status[name] = ANNOUNCED
        elif _has_begun_and_not_ended(instrument, day):
            status[name] = SUSPENDED
    return status


def _has_begun_and_not_ended(instrument: Instrument, day: date) -> bool:
    ended = instrument.end is not None and instrument.end <= day
    return instrument.effective <= day and not ended
