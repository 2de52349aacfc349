"""Scenarios: a question, a change of law, and what is assumed beside it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Strict

from sim.domain.errors import ScenarioError, choices, nearest
from sim.domain.months import Month
from sim.domain.supply import CHINA
from sim.policy.difference import law_difference
from sim.policy.field_types import Text, check_no_repeats, day, number
from sim.policy.instruments import REFUSES, Instrument
from sim.policy.kinds import KINDS
from sim.policy.regime import Regime
from sim.policy.terms import Truce
from sim.records.assumptions import Assumption
from sim.records.data_folder import Records
from sim.records.law_files import (
    CURRENT_LAW,
    amended,
    check_references,
    read_instrument,
    without_dangling_references,
)
from sim.records.plain_yaml import check_shape
from sim.records.scenario_decisions import with_decisions
from sim.records.tables import START
from sim.records.typed_mapping import read_as, wrong_fields
from sim.records.validation_words import short
from sim.records.vintage import law_as_of

HISTORY_BEGINS = START.first_day
"""The first day that is simulated: a scenario cannot make law before it."""

NO_CONTROLS = "no_controls"
BASES = (CURRENT_LAW, NO_CONTROLS)
"""Records of law that a scenario may start from, beside that of a day."""

SWITCH_WORDS: dict[str | bool, bool] = {
    "on": True,
    "off": False,
    True: True,
    False: False,
}
"""What may be written of a mechanism; YAML reads a bare on or off as true or false."""

MOST_ADDED = 100
"""Instruments that a scenario may add; the whole record has fewer.

A run reads every one of them for every line and month, so that it takes ever longer.
"""


@dataclass(frozen=True, eq=False)
class Scenario:
    """A question that the model is asked.

    Attributes:
        question: what it asks, in one sentence.
        regime: the law it asks about.
        assumptions: values fixed for it, by name of assumption.
        mechanisms: mechanisms switched on or off for it.
        baseline: whether it is one to compare others with.
        named_acts: ids of the instruments that its file adds, amends or removes.
    """

    name: str
    question: str
    regime: Regime
    assumptions: Mapping[str, float] = field(default_factory=dict)
    mechanisms: Mapping[str, bool] = field(default_factory=dict)
    baseline: bool = False
    named_acts: tuple[str, ...] = ()


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


@dataclass(frozen=True, kw_only=True)
class ScenarioContent:
    """What a scenario file may say: a question, and what is changed to answer it.

    Attributes:
        question: what it asks, in one sentence that ends with a question mark.
        source: where the idea comes from.
        base: the law from which the changes start: current_law, no_controls, or
            {as_of: "2024-12"}, the law at the end of that month.
        baseline: whether it is one to compare others with; it may change nothing.
        regime: the change of law.
        decisions: who decides for itself, and from which day on; by default all
            instruments have the dates of the record or of the scenario.
        assumptions: values fixed in the scenario and not in its baseline, by name.
        mechanisms: mechanisms switched on or off in the scenario alone, by name.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    question: Text
    source: Text
    base: Any = CURRENT_LAW
    baseline: Annotated[bool, Strict()] = False
    regime: LawChanges | None = None
    decisions: dict[str, Any] | None = None
    assumptions: dict[str, Any] | None = None
    mechanisms: dict[str, Any] | None = None


SCENARIO_FIELDS = tuple(item.name for item in fields(ScenarioContent))
"""What a scenario file may say at its top level."""


def refusals(content: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the states that refuse to join, by id of an instrument that is added.

    Args:
        content: what a scenario says, once it has been checked.
    """
    added = (content.get("regime") or {}).get("add") or {}
    return {
        str(key): tuple(
            state
            for state, adoption in (act.get("adopted_by") or {}).items()
            if adoption == REFUSES
        )
        for key, act in added.items()
    }


def load_scenario(
    content: Mapping[str, Any], records: Records, *, name: str
) -> Scenario:
    """Return the scenario that a file's content describes, checked against the records.

    Raises:
        ScenarioError: something in it is wrong; says where and what, in one line.
    """
    if (count := len(_added(content))) > MOST_ADDED:
        raise ScenarioError(
            f"scenario {name}, regime.add: has {count:,} instruments; give at most "
            f"{MOST_ADDED}"
        )
    try:
        return _load(content, records, name)
    except ScenarioError:
        faults = list(_wrong_fields(content))
        if len(faults) > 1:
            raise ScenarioError(f"scenario {name}, {'; '.join(faults)}") from None
        raise


def _wrong_fields(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield the misspelt and missing fields of a file and of the acts that it adds."""
    if faults := wrong_fields(ScenarioContent, content):
        yield faults
    for key, act in _added(content).items():
        kind = act.get("kind") if isinstance(act, Mapping) else None
        if isinstance(kind, str) and kind in KINDS:
            rest = {name: item for name, item in act.items() if name != "kind"}
            if faults := wrong_fields(KINDS[kind], rest, {"id": str(key)}):
                yield f"regime.add.{key}, {faults}"


def _added(content: object) -> Mapping[str, Any]:
    """Return the instruments that a file adds, none if it does not say them rightly."""
    regime = content.get("regime") if isinstance(content, Mapping) else None
    added = regime.get("add") if isinstance(regime, Mapping) else None
    return added if isinstance(added, Mapping) else {}


def _load(content: Mapping[str, Any], records: Records, name: str) -> Scenario:
    where = f"scenario {name}"
    file = _read_file_content(content, where)
    base = _base(file.base, records, where)
    _refuse_later(file, records, where)
    amendment = _Amendment(base, where, records.actors)
    changes = file.regime or LawChanges()
    regime = amendment.enact(changes, name)
    decisions = file.decisions or {}
    known = {row.name: row for row in records.assumptions}
    scenario = Scenario(
        name=name,
        question=file.question,
        regime=with_decisions(regime, base, decisions, records.menu, where=where),
        assumptions=_assumptions(file.assumptions or {}, known, where),
        mechanisms=_mechanisms(file.mechanisms or {}, where),
        baseline=file.baseline,
        named_acts=changes.ids,
    )
    _refuse_no_change(scenario, records.law, where)
    return scenario


@dataclass(frozen=True)
class _Amendment:
    """A change of law that is being read."""

    base: Regime
    where: str
    actors: Mapping[str, str]

    def enact(self, changes: LawChanges, name: str) -> Regime:
        """Return the law after the changes."""
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
        added = {}
        for key, content in changes.items():
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


def _refuse_later(file: ScenarioContent, records: Records, where: str) -> None:
    """Refuse a scenario that names acts of which nobody knew in its vintage."""
    changes = file.regime or LawChanges()
    decided = (file.decisions or {}).get("instruments")
    named = {
        "regime.remove": changes.remove,
        "regime.amend": changes.amend,
        "decisions.instruments": decided,
    }
    for part in ("add", "amend"):
        for key, content in (getattr(changes, part) or {}).items():
            for name in ("of", "suspends", "answers"):
                if isinstance(content, Mapping):
                    named[f"regime.{part}.{key}.{name}"] = content.get(name)
    for path, names in named.items():
        listed = names if isinstance(names, list | tuple | Mapping) else ()
        for name in listed:
            day = records.later.get(str(name))
            if day is not None:
                raise ScenarioError(
                    f"{where}, {path}: {name} was announced on {day} and is not "
                    f"known as of {records.as_of}"
                )


def _read_file_content(content: object, where: str) -> ScenarioContent:
    if not isinstance(content, Mapping) or not content:
        raise ScenarioError(f"{where}: is empty")
    check_shape(dict(content), where, ScenarioError)
    return read_as(ScenarioContent, content, where=where, error=ScenarioError)


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


def _base(base: object, records: Records, where: str) -> Regime:
    """Return the law that a scenario starts from."""
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


def _assumptions(
    content: Mapping[str, Any], known: Mapping[str, Assumption], where: str
) -> dict[str, float]:
    """Return fixed values by name, nested names joined by dots."""
    values = {}
    for name, value in _flat(content):
        location = f"{where}, assumptions.{name}"
        if name not in known:
            raise ScenarioError(
                f"{location}: there is no such assumption"
                f"{choices(name, known, 'task=assumptions')}"
            )
        try:
            values[name] = number(value)
            known[name].check(values[name])
        except ValueError as wrong:
            raise ScenarioError(f"{location}: {wrong}") from None
    return values


def _flat(content: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in content.items():
        name = f"{above}{key}"
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{name}.")
        else:
            yield name, value


def _mechanisms(content: Mapping[str, Any], where: str) -> dict[str, bool]:
    switches = {}
    for name, value in content.items():
        if not isinstance(value, (bool, str)) or value not in SWITCH_WORDS:
            raise ScenarioError(
                f"{where}, mechanisms.{name}: {value!r} is neither on nor off"
            )
        switches[str(name)] = SWITCH_WORDS[value]
    return switches


def _refuse_no_change(scenario: Scenario, law: Regime, where: str) -> None:
    """Refuse a scenario that changes nothing, unless it is a baseline."""
    is_exempt = scenario.baseline or scenario.assumptions or scenario.mechanisms
    if is_exempt or scenario.regime.decisions:
        return
    if not law_difference(law.instruments, scenario.regime.instruments):
        raise ScenarioError(
            f"{where}: changes nothing; add, remove or amend an instrument, or say "
            "'baseline: true'"
        )
