"""Merging: what several scenarios change, together, or which of it contradicts.

Nothing is overridden: an instrument belongs to one of the scenarios, and what they say
besides must be the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.domain.dotted_names import dotted
from sim.domain.errors import ScenarioError
from sim.records.decision_fields import CHANGE_OF, SINCE

COMBINE, COMBINED_FROM = "combine", "combined_from"
"""What a scenario file names its parts by, and where it keeps their names."""

JOIN = "+"
"""Between the names of scenarios that are combined on the command line."""

_CURRENT_LAW = "current_law"
_CHANGES = ("add", "amend", "remove")
_VERBS = {"add": "adds", "amend": "amends", "remove": "removes"}
_VALUES = ("assumptions", "mechanisms")


def merged(name: str, parts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the content of scenarios together.

    Args:
        name: what the combination is called.
        parts: the content of each scenario, composed, by its name.

    Raises:
        ScenarioError: two of them change the same instrument, or say different things
            of the law that they start from, of who decides, of an assumption or of a
            mechanism.
    """
    where = f"scenario {name}"
    for part, content in parts.items():
        if content.get("baseline"):
            raise ScenarioError(
                f"{where}: {part} is a baseline, and has no changes to combine"
            )
    names = ", ".join(parts)
    whole: dict[str, Any] = {
        "question": f"What if these came together: {names}?",
        "source": "; ".join(
            dict.fromkeys(str(each.get("source", "")) for each in parts.values())
        ),
        "base": _same(where, "base", parts, _CURRENT_LAW),
        "regime": _regime(where, parts),
        "decisions": _decisions(where, parts),
        **{field: _values(where, field, parts) for field in _VALUES},
        COMBINED_FROM: list(parts),
    }
    return {field: value for field, value in whole.items() if value not in (None, {})}


def _same(
    where: str, field: str, parts: Mapping[str, Mapping[str, Any]], default: Any = None
) -> Any:
    """Return what all parts say that say something; without a default, any may not."""
    first, value = "", None
    for part, content in parts.items():
        own = content.get(field, default)
        if own is None or own == value:
            continue
        if first:
            raise ScenarioError(
                f"{where}, {field}: {first} and {part} differ ({_shown(value)}, "
                f"{_shown(own)}); only scenarios with the same can be combined"
            )
        first, value = part, own
    return value


def _decisions(where: str, parts: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return who decides; from the same day on as in the parts that say who does.

    Where these do not give the day, it is that of the changes that they make
    themselves: those of the other parts do not make governments decide earlier.
    """
    pinned: list[str] = []
    plain: dict[str, Mapping[str, Any]] = {}
    for part, content in parts.items():
        decisions = content.get("decisions")
        if isinstance(decisions, Mapping) and not _gives_day(decisions):
            since = decisions.get(SINCE)
            own = [key for _, key, _ in _law_changes(content)]
            pinned += since[CHANGE_OF] if isinstance(since, Mapping) else own
            rest = {key: item for key, item in decisions.items() if key != SINCE}
            plain[part] = {**content, "decisions": rest}
        else:
            plain[part] = content
    decisions = _same(where, "decisions", plain)
    if not pinned:
        return decisions
    return {**decisions, SINCE: {CHANGE_OF: list(dict.fromkeys(pinned))}}


def _gives_day(decisions: Mapping[str, Any]) -> bool:
    """Return whether a day is given from which on governments decide."""
    since = decisions.get(SINCE)
    return since is not None and not isinstance(since, Mapping)


def _shown(value: object) -> str:
    """Return what a scenario says, in a line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_shown(item)}" for key, item in value.items())
    return str(value)


def _regime(where: str, parts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return all changes of law; no instrument may be changed by two scenarios."""
    owners: dict[str, tuple[str, str]] = {}
    regime: dict[str, Any] = {}
    for part, content in parts.items():
        for change, key, act in _law_changes(content):
            if key in owners and owners[key][0] != part:
                owner, before = owners[key]
                raise ScenarioError(
                    f"{where}: {owner} {_VERBS[before]} {key}, and {part} "
                    f"{_VERBS[change]} it; an instrument can be changed by one of them"
                )
            owners[key] = (part, change)
            if change == "remove":
                regime.setdefault(change, []).append(key)
            else:
                regime.setdefault(change, {})[key] = act
    return regime


def _law_changes(content: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield each change of law: its kind, the instrument, and what is said of it."""
    regime = content.get("regime")
    for change in _CHANGES:
        acts = regime.get(change) if isinstance(regime, Mapping) else None
        if isinstance(acts, Mapping):
            yield from ((change, str(key), act) for key, act in acts.items())
        elif isinstance(acts, list):
            yield from ((change, str(key), None) for key in acts)


def _values(
    where: str, field: str, parts: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return values by name; scenarios that both give one must give the same."""
    values: dict[str, Any] = {}
    owners: dict[str, str] = {}
    for part, content in parts.items():
        given = content.get(field)
        for name, value in dotted(given) if isinstance(given, Mapping) else ():
            if name in values and values[name] != value:
                raise ScenarioError(
                    f"{where}, {field}.{name}: {owners[name]} has {values[name]}, "
                    f"{part} has {value}"
                )
            values[name] = value
            owners.setdefault(name, part)
    return values
