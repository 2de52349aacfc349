"""Scenarios: a question, a change of law, and what is assumed beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Strict

from sim.domain.dotted_names import dotted
from sim.domain.errors import ScenarioError, choices
from sim.policy.difference import law_difference
from sim.policy.field_types import Text, number
from sim.policy.instruments import REFUSES
from sim.policy.kinds import KINDS
from sim.policy.regime import Regime
from sim.records.assumptions import Assumption
from sim.records.data_folder import Records
from sim.records.law_files import CURRENT_LAW
from sim.records.plain_yaml import check_shape
from sim.records.scenario_decisions import with_decisions
from sim.records.scenario_law import Amendment, LawChanges, base_law
from sim.records.typed_mapping import read_as, wrong_fields

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
        combined_from: the scenarios whose changes it holds, of one that was combined
            from others; it changes nothing.
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
    combined_from: list[Text] | None = None


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
    base = base_law(file.base, records, where)
    _refuse_later(file, records, where)
    amendment = Amendment(base, where, records.actors)
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


def _assumptions(
    content: Mapping[str, Any], known: Mapping[str, Assumption], where: str
) -> dict[str, float]:
    """Return fixed values by name, nested names joined by dots."""
    values = {}
    for name, value in dotted(content):
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
