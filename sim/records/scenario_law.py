"""The law of a scenario: the record that it starts from, and what it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sim.domain.errors import ScenarioError, choices, nearest
from sim.domain.months import Month
from sim.domain.supply import CHINA
from sim.policy.field_types import check_no_repeats, day
from sim.policy.instruments import Instrument
from sim.policy.regime import Regime
from sim.policy.terms import Truce
from sim.records.data_folder import Records
from sim.records.law_files import (
    CURRENT_LAW,
    amended,
    check_references,
    read_instrument,
    without_dangling_references,
)
from sim.records.tables import START
from sim.records.validation_words import short
from sim.records.vintage import law_as_of

HISTORY_BEGINS = START.first_day
"""The first day that is simulated: a scenario cannot make law before it."""

NO_CONTROLS = "no_controls"
BASES = (CURRENT_LAW, NO_CONTROLS)
"""Records of law that a scenario may start from, beside that of a day."""


@dataclass(frozen=True, kw_only=True)
class LawChanges:
    """How a scenario's law differs from the one that it starts from.

    Attributes:
        add: new instruments, by id.
        remove: ids of instruments that are not made.
        amend: fields of instruments that are changed, by id.
    """

    add: dict[str, Any] | None = None
    remove: list[Any] | None = None
    amend: dict[str, Any] | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The instruments that are named, each once."""
        parts = (self.add or (), self.amend or (), self.remove or ())
        return tuple(dict.fromkeys(str(key) for part in parts for key in part))


def base_law(base: object, records: Records, where: str) -> Regime:
    """Return the law that a scenario starts from.

    Raises:
        ScenarioError: it is no record of law, or one of a day that is not known.
    """
    law, last = records.law, records.as_of
    if base == CURRENT_LAW:
        return law
    if base == NO_CONTROLS:
        return without_controls(law)
    if isinstance(base, Mapping) and set(base) == {"as_of"}:
        try:
            until = _last_day(base["as_of"])
        except ValueError as wrong:
            raise ScenarioError(f"{where}, base.as_of: {wrong}") from None
        if last is not None and until > last.last_day:
            raise ScenarioError(
                f"{where}, base.as_of: {base['as_of']} lies after as_of={last}, the "
                "last month that is known"
            )
        return law_as_of(law, until)
    hint = nearest(str(base), BASES) if isinstance(base, str) else ""
    raise ScenarioError(
        f"{where}, base: {base!r} is not a record of law; choose from "
        f"{', '.join(BASES)} or {{as_of: '2024-12'}}{hint}"
    )


def _last_day(value: object) -> date:
    """Return a day; a month stands for its last one."""
    last = day(value)
    month_alone = isinstance(value, str) and len(value) == len("2024-12")
    last = Month.of(last).last_day if month_alone else last
    if last < HISTORY_BEGINS:
        raise ValueError(
            f"{value} lies before {START}, when the simulated history begins"
        )
    return last


def without_controls(law: Regime) -> Regime:
    """Return the law without what the United States and its allies made from 2022 on.

    The listings of Huawei and SMIC, the rule on Huawei's wafers and the Dutch refusal
    of EUV are older and stay. China's own measures stay too, except those that answer a
    control which is no longer there. Truces have nothing left to suspend.
    """
    removed = {
        key
        for key, item in law.instruments.items()
        if (item.announced >= HISTORY_BEGINS and item.issuer != CHINA)
        or isinstance(item, Truce)
    }
    kept = {
        key: item
        for key, item in law.instruments.items()
        if key not in removed and removed.isdisjoint(item.answers)
    }
    return Regime(NO_CONTROLS, without_dangling_references(kept))


@dataclass(frozen=True)
class Amendment:
    """A change of law that is being read.

    Attributes:
        base: the law that is changed.
        where: the scenario, for messages.
        actors: names of all actors by id.
    """

    base: Regime
    where: str
    actors: Mapping[str, str]

    def enact(self, changes: LawChanges, name: str) -> Regime:
        """Return the law after the changes.

        Raises:
            ScenarioError: a change is wrong, or names no instrument of the base.
        """
        law = dict(self.base.instruments)
        for key in self._removed(changes.remove or []):
            del law[key]
        touched = self._amended(changes.amend or {}, law) | self._added(
            changes.add or {}
        )
        known = self.base.instruments.keys() | touched.keys()
        for key, item in touched.items():
            where = f"{self.where}, regime, {key}"
            check_references(item, known, where=where, error=ScenarioError)
        return Regime(name, without_dangling_references(law | touched))

    def _removed(self, keys: list[Any]) -> list[str]:
        """Return what is removed, each once and in the base."""
        for key in keys:
            self._check_known(key, "remove")
        try:
            check_no_repeats(keys)
        except ValueError as wrong:
            raise ScenarioError(f"{self.where}, regime.remove: {wrong}") from None
        return keys

    def _amended(
        self, changes: Mapping[str, Any], law: Mapping[str, Instrument]
    ) -> dict[str, Instrument]:
        changed = {}
        for key, change in changes.items():
            where = f"{self.where}, regime.amend.{key}"
            self._check_known(key, "amend")
            if key not in law:
                raise ScenarioError(f"{where}: is removed by the same scenario")
            changed[key] = amended(
                law[key], change, where=where, error=ScenarioError, actors=self.actors
            )
            _check_dates(law[key], changed[key], where)
        return changed

    def _added(self, changes: Mapping[str, Any]) -> dict[str, Instrument]:
        # In an order of their own: that of a file means nothing.
        added = {}
        for key, content in sorted(changes.items()):
            where = f"{self.where}, regime.add.{key}"
            if key in self.base.instruments:
                raise ScenarioError(
                    f"{where}: is in the base already; amend it instead"
                )
            added[key] = read_instrument(
                key, content, where=where, error=ScenarioError, actors=self.actors
            )
            _check_dates(None, added[key], where)
        return added

    def _check_known(self, key: object, verb: str) -> None:
        if not isinstance(key, str) or key not in self.base.instruments:
            raise ScenarioError(
                f"{self.where}, regime.{verb}: there is no instrument called "
                f"{short(key)} in the base"
                f"{choices(str(key), self.base.instruments, 'task=instruments')}"
            )


def _check_dates(old: Instrument | None, new: Instrument, where: str) -> None:
    """Refuse dates before history, and an act that could never bind.

    What the record holds itself may stay: some of its acts were expected and never
    took effect.
    """
    if _never_binds(new) and not (old is not None and _never_binds(old)):
        raise ScenarioError(
            f"{where}, end: {new.end} is not after effective {new.effective}, so it "
            "would never bind"
        )
    for name in ("announced", "effective"):
        value = getattr(new, name)
        kept = old is not None and getattr(old, name) == value
        if value < HISTORY_BEGINS and not kept:
            raise ScenarioError(
                f"{where}, {name}: {value} lies before {Month.of(HISTORY_BEGINS)}, "
                "when the simulated history begins"
            )


def _never_binds(act: Instrument) -> bool:
    return act.end is not None and act.end <= act.effective
