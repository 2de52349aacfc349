"""The law month by month: the status of instruments under both laws."""

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


ADDED, REMOVED, AMENDED = "added", "removed", "amended"
"""What a scenario does to an instrument: one of its own, none of it, another form."""


@dataclass(frozen=True)
class InstrumentStatus:
    """The status of one instrument on the last day of one month.

    Attributes:
        scenario: ``in force``, ``announced`` (not yet effective), ``suspended``,
            ``decided`` (by its issuer, draw by draw: no date says when it is in
            force), or nothing where the scenario does not have it.
        baseline: the same under the law compared with.
        difference: ``added``, ``removed``, ``amended``, ``decided`` (dated under the
            baseline, decided under the scenario), or nothing.
        decided_by: states that decide on it under the scenario, or on joining it.
        announced: day it was announced; the first on which it may be decided on, if it
            is decided.
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
    """Return the status of each instrument at the end of each month."""
    return [row for month in months for row in _month(scenario, baseline, month)]


def status_difference(new: Instrument | None, old: Instrument | None) -> str:
    """Return what a scenario did to an instrument, in a word."""
    if old is None:
        return ADDED
    if new is None:
        return REMOVED
    return AMENDED if any(differing_fields(old, new)) else ""


def _month(
    scenario: Regime, baseline: Regime, month: Month
) -> Iterator[InstrumentStatus]:
    new, old = _status(scenario, month), _status(baseline, month)
    deciding = _deciding(scenario, month)
    for name in sorted(new.keys() | old.keys()):
        law = scenario if name in scenario.book.acts else baseline
        act = law.book.acts[name]
        undated = name in law.book.decided_ids
        yield InstrumentStatus(
            month=month,
            instrument=name,
            issuer=act.issuer,
            kind=act.kind,
            scenario=new.get(name, ABSENT),
            baseline=old.get(name, ABSENT),
            difference=_difference(scenario, baseline, name),
            decided_by=" ".join(deciding.get(name, ())),
            announced=law.decisions.since if undated else act.announced,
            effective=None if undated else act.effective,
            end=None if undated else act.end,
            reference=act.reference,
        )


def _difference(scenario: Regime, baseline: Regime, name: str) -> str:
    change = status_difference(
        scenario.book.acts.get(name), baseline.book.acts.get(name)
    )
    newly = name in scenario.book.decided_ids and name not in baseline.book.decided_ids
    return change or (DECIDED if newly else "")


def _deciding(regime: Regime, month: Month) -> dict[str, list[str]]:
    """Return the states that decide on each act, by its id, once they may."""
    states: dict[str, list[str]] = {}
    for package in regime.book.open_packages(month.last_day):
        for act in package.acts:
            states.setdefault(act.id, []).append(package.state)
    return states


def _status(regime: Regime, month: Month) -> dict[str, str]:
    """Return the status of each instrument that is known on the month's last day."""
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
