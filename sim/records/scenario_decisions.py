"""Who decides: what a scenario says of governments, read and checked."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sim.domain.errors import ScenarioError, choices
from sim.policy.decisions import ALLIES, Decisions
from sim.policy.difference import first_visible_month
from sim.policy.field_types import day
from sim.policy.instruments import Instrument
from sim.policy.regime import Regime
from sim.records.decision_fields import CHANGE_OF, INSTRUMENTS, SINCE
from sim.records.law_files import without_dangling_references
from sim.records.tables import START

GOVERNMENTS = {
    "united_states": ("USA",),
    "china": ("CHN",),
    "allies": ALLIES,
    "netherlands": ("NLD",),
    "japan": ("JPN",),
    "south_korea": ("KOR",),
    "taiwan": ("TWN",),
}
"""Words for governments in a scenario, with the states that each stands for."""

DECISION_WORDS = {"endogenous": True, "recorded": False}
"""What a scenario says of a government or an act: whether the model decides."""


def with_decisions(
    regime: Regime,
    base: Regime,
    content: Mapping[str, Any],
    menu: Mapping[str, Instrument],
    *,
    where: str,
) -> Regime:
    """Return a regime of which a scenario's ``decisions`` say who decides.

    What is decided begins on the day given, or else the first on which laws differ.

    Raises:
        ScenarioError: a government, an instrument or a word is not known, or the day is
            missing.
    """
    location = f"{where}, decisions"
    _check_keys(content, location)
    states = frozenset(_states(content, location))
    chosen = dict(_chosen(content.get(INSTRUMENTS), regime, menu, location))
    given = _given_day(content, location)
    if not states and not any(chosen.values()):
        return regime
    watched = _watched(content, {**base.instruments, **regime.instruments}, location)
    since = given or _first_difference(regime, base, watched, location)
    stated = Decisions(states=states, since=since, by_instrument=chosen)
    offered = _offered(stated, regime, menu)
    known = without_dangling_references({**regime.instruments, **offered})
    decisions = replace(stated, menu={key: known[key] for key in offered})
    opened = {(act.id, state) for act, state in decisions.open_decisions(known)}
    unchanged = first_visible_month(base.instruments, regime.instruments) is None
    if not opened and (unchanged or content.get(SINCE) is not None):
        raise ScenarioError(
            f"{location}: there is nothing to decide from {since} on; give an earlier "
            "day under since, or let others decide too"
        )
    _check_named(decisions, {act for act, _ in opened}, location)
    decided = Regime(regime.name, regime.instruments, decisions)
    return decided if opened else regime


def _offered(
    stated: Decisions, regime: Regime, menu: Mapping[str, Instrument]
) -> dict[str, Instrument]:
    """Return the acts of the menu that are to be decided on, by id.

    One that is said to follow the record is not on offer, for the record does not hold
    it; neither is one like an act of the record that is decided on itself. Allies that
    follow the record join none.
    """
    ready = [act for act in regime.instruments.values() if stated.decides(act)]
    offered = {}
    for key, act in menu.items():
        by_name = (key, act.issuer) in stated.by_instrument
        repeats = not by_name and any(_same_step(act, other) for other in ready)
        if stated.state_decides(key, act.issuer) and not repeats:
            asked = {
                state: adoption
                for state, adoption in act.adopted_by.items()
                if stated.state_decides(key, state)
            }
            offered[key] = replace(_from(act, stated.since), adopted_by=asked)
    return offered


def _check_named(decisions: Decisions, opened: Collection[str], where: str) -> None:
    """Refuse an act that is to be decided on by name and was made too early for it."""
    named = {key[0] for key, decides in decisions.by_instrument.items() if decides}
    for name in sorted(named.difference(opened)):
        raise ScenarioError(
            f"{where}.{INSTRUMENTS}.{name}: is made before {decisions.since}, from "
            "which day on governments decide; give an earlier day under since"
        )


def _same_step(act: Instrument, other: Instrument) -> bool:
    """Return whether the record holds an act of the same kind on the same lines."""
    return (act.issuer, act.kind, act.scope) == (other.issuer, other.kind, other.scope)


def _from(act: Instrument, since: date) -> Instrument:
    """Return an act of the menu that may be decided on from a day on, not earlier."""
    later = max(since - act.announced, timedelta())
    end = None if act.end is None else act.end + later
    return replace(
        act, announced=act.announced + later, effective=act.effective + later, end=end
    )


def _check_keys(content: Mapping[str, Any], where: str) -> None:
    known = [*GOVERNMENTS, SINCE, INSTRUMENTS]
    for key in content:
        if key not in known:
            hint = choices(str(key), known)
            raise ScenarioError(f"{where}: there is no government called {key!r}{hint}")


def _states(content: Mapping[str, Any], where: str) -> Iterator[str]:
    """Yield the states that decide; a single ally's word goes before that of all."""
    answers = {
        state: _word(content[name], f"{where}.{name}")
        for name in sorted(GOVERNMENTS, key=lambda name: -len(GOVERNMENTS[name]))
        if name in content
        for state in GOVERNMENTS[name]
    }
    yield from (state for state, decides in answers.items() if decides)


def _word(value: object, where: str) -> bool:
    if not isinstance(value, str) or value not in DECISION_WORDS:
        raise ScenarioError(f"{where}: {value!r} is neither endogenous nor recorded")
    return DECISION_WORDS[value]


def _chosen(
    content: object,
    regime: Regime,
    menu: Mapping[str, Instrument],
    where: str,
) -> Iterator[tuple[tuple[str, str], bool]]:
    """Yield what is said of single instruments, by id and state."""
    acts = {**regime.instruments, **menu}
    if content is None:
        return
    if not isinstance(content, Mapping):
        raise ScenarioError(
            f"{where}.{INSTRUMENTS}: {content!r} must be a mapping from instruments "
            f"to {' or '.join(DECISION_WORDS)}"
        )
    for name, answer in content.items():
        here = f"{where}.{INSTRUMENTS}.{name}"
        if name not in acts:
            raise ScenarioError(
                f"{here}: there is no such instrument"
                f"{choices(str(name), acts, 'task=instruments')}"
            )
        act = acts[name]
        if not isinstance(answer, Mapping):
            word = _word(answer, here)
            yield from (((name, s), word) for s in (act.issuer, *act.adopted_by))
            continue
        for decider, value in answer.items():
            if decider not in GOVERNMENTS:
                hint = choices(str(decider), GOVERNMENTS)
                raise ScenarioError(f"{here}: there is no government {decider!r}{hint}")
            word = _word(value, f"{here}.{decider}")
            involved = {act.issuer, *act.adopted_by}
            states = [state for state in GOVERNMENTS[decider] if state in involved]
            if not states:
                raise ScenarioError(
                    f"{here}.{decider}: has no say in it; it concerns "
                    f"{', '.join(_governments(involved))}"
                )
            yield from (((name, state), word) for state in states)


def _governments(states: Collection[str]) -> list[str]:
    """Return the words for single states that a scenario may use."""
    return [name for name, of in GOVERNMENTS.items() if set(of) <= set(states)]


def _given_day(content: Mapping[str, Any], where: str) -> date | None:
    """Return the day from which on governments decide, None if a scenario has none."""
    if content.get(SINCE) is None or isinstance(content[SINCE], Mapping):
        return None
    try:
        since = day(content[SINCE])
    except ValueError as wrong:
        raise ScenarioError(f"{where}.{SINCE}: {wrong}") from None
    if since < START.first_day:
        raise ScenarioError(
            f"{where}.{SINCE}: {content[SINCE]} lies before {START}, when the "
            "simulated history begins"
        )
    return since


def _watched(
    content: Mapping[str, Any], acts: Mapping[str, Instrument], where: str
) -> Collection[str]:
    """Return the instruments whose change counts for the day; by default all."""
    since = content.get(SINCE)
    if not isinstance(since, Mapping):
        return acts
    names = since.get(CHANGE_OF)
    if set(since) != {CHANGE_OF} or not isinstance(names, list) or not names:
        raise ScenarioError(
            f"{where}.{SINCE}: must be a day, or {{{CHANGE_OF}: [instruments]}}"
        )
    for name in names:
        if name not in acts:
            hint = choices(str(name), acts, "task=instruments")
            raise ScenarioError(
                f"{where}.{SINCE}.{CHANGE_OF}: there is no such instrument as "
                f"{name!r}{hint}"
            )
    return names


def _first_difference(
    regime: Regime, base: Regime, watched: Collection[str], where: str
) -> date:
    """Return the first day of the first month in which anyone sees that law differs.

    Law differs here in the instruments that are watched alone.
    """
    before, after = (
        {key: act for key, act in law.instruments.items() if key in watched}
        for law in (base, regime)
    )
    first = first_visible_month(before, after)
    if first is None:
        raise ScenarioError(
            f"{where}.{SINCE}: from which day on? the scenario's law does not differ "
            "from its base, so give one, such as 2026-10"
        )
    return first.first_day
