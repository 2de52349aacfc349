"""Checks of an experiment before it is run: its months, its names, its difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sim.domain.errors import ScenarioError, SettingsError, choices
from sim.domain.switches import MECHANISMS
from sim.experiments.setting_warnings import last_horizon
from sim.experiments.setup import Setup
from sim.records.assumptions import Assumption


def check_setup(setup: Setup) -> None:
    """Refuse an experiment that the facts do not allow, or that compares nothing."""
    _check_months(setup)
    known = {row.name: row for row in setup.records.assumptions}
    for case in filter(None, (setup.baseline, setup.scenario)):
        _check_known("assumption", case.assumptions, known)
        _check_values(case.assumptions, known)
        _check_known("mechanism", case.mechanisms, MECHANISMS)
    _check_difference(setup)


def _check_months(setup: Setup) -> None:
    first = setup.records.start
    for name, month in (("start", setup.start), ("horizon", setup.horizon)):
        if month < first:
            raise SettingsError(
                f"{name}={month} lies before {first}, the month in which the simulated "
                "history begins"
            )
    last = last_horizon(setup.records.assumptions)
    if setup.horizon > last:
        raise SettingsError(
            f"horizon={setup.horizon}: must be {last} at the latest; the data end so "
            "long before that nothing would follow from them"
        )


def _check_known(kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            hint = choices(name, known, f"task={kind}s" if kind == "assumption" else "")
            raise SettingsError(f"{kind}s.{name}: there is no such {kind}{hint}")


def _check_values(values: Mapping[str, float], known: Mapping[str, Assumption]) -> None:
    for name, value in values.items():
        try:
            known[name].check(value)
        except ValueError as wrong:
            raise SettingsError(f"assumptions.{name}: {wrong}") from None


def _check_difference(setup: Setup) -> None:
    """Refuse a scenario that changes nothing, or nothing before the horizon."""
    if setup.scenario is None:
        return
    scenario, baseline = setup.scenario, setup.baseline
    month = scenario.first_difference(baseline, setup.records.start)
    if month is None and scenario.name == baseline.name:
        raise ScenarioError(
            f"scenario={scenario.name} and baseline={baseline.name} are the same, so "
            "nothing differs; choose another scenario, or another baseline"
        )
    if month is None:
        raise ScenarioError(
            f"scenario {scenario.name} does not differ from {baseline.name}, its "
            "baseline; add, remove or amend an instrument, or change an assumption"
        )
    if month > setup.horizon:
        raise SettingsError(
            f"horizon={setup.horizon}: {scenario.name} does not differ from "
            f"{baseline.name} before {month}; look further ahead"
        )
