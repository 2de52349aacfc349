"""Changes of law that can never bind, or make no difference, in a run.

Each is told in a line that says why, and what to change; the run goes on.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.policy.dates import Period
from sim.policy.difference import legal_fields
from sim.policy.exports import ExportControl, ServiceBan
from sim.policy.gate_difference import gates_differ, governing
from sim.policy.instruments import Instrument, equal_values
from sim.policy.never_binding import LawInRun, Reason, never_binds, some_names

_DATES = frozenset({"announced", "effective", "end"})
"""Fields that say when an instrument is known and binds."""

_NOT_READ = frozenset({"eccn"})
"""Fields that describe an instrument and that no rule of the model reads."""

_ASKED_ONLY = ("side_payment", "coercion")
"""Parts of `ask` that only a state which decides for itself looks at."""


@dataclass(frozen=True)
class _Finding:
    """What can be said of a change.

    Attributes:
        act: id of the instrument that is added, amended or removed.
        verdict: what it comes to, of one instrument and of several, with the place of
            their ids in braces.
        reason: why.
    """

    act: str
    verdict: tuple[str, str]
    reason: Reason


_NEVER_BINDS = ("{} never binds in this run", "{} never bind in this run")
_NO_EFFECT = "makes no difference in this run"
_IN_VAIN = (f"{{}} {_NO_EFFECT}",) * 2
_AMENDED_IN_VAIN = (f"amending {{}} {_NO_EFFECT}",) * 2
_REMOVED_IN_VAIN = (f"removing {{}} {_NO_EFFECT}",) * 2


def changes_that_never_bind(
    base: LawInRun, other: LawInRun, named: Collection[str]
) -> Iterator[str]:
    """Yield why changes of law can never bind, or make no difference, in a run.

    Changes of which the same can be said share a line.

    Args:
        base: the law compared with.
        other: the law of the scenario.
        named: ids of the instruments that the scenario adds, amends or removes by name.
    """
    grouped: dict[tuple[tuple[str, str], Reason], list[str]] = {}
    for key in named:
        for finding in _findings(key, base, other):
            grouped.setdefault((finding.verdict, finding.reason), []).append(
                finding.act
            )
    for ((of_one, of_several), reason), ids in grouped.items():
        verdict = (of_one if len(ids) == 1 else of_several).format(", ".join(ids))
        remedy = f"; {reason.remedy}" if reason.remedy else ""
        yield f"{verdict}: {reason.why}{remedy}"
    since = other.regime.decisions.since
    if other.regime.decisions and since >= other.days.end:
        yield (
            f"decisions {_NO_EFFECT}: governments decide from {since} on, after "
            f"{other.horizon}; give an earlier decisions.since, or a later horizon"
        )


def _findings(key: str, base: LawInRun, other: LawInRun) -> Iterator[_Finding]:
    old = base.regime.instruments.get(key)
    new = other.regime.instruments.get(key)
    if old is not None and new is not None:
        yield from _of_amended(old, new, base, other)
    elif new is not None:
        yield from _of_added(new, other)
    elif old is not None and (reason := never_binds(old, base)):
        yield _Finding(key, _REMOVED_IN_VAIN, replace(reason, remedy=""))


# --- added and amended ----------------------------------------------------------------


def _of_added(act: Instrument, law: LawInRun) -> Iterator[_Finding]:
    reason = never_binds(act, law)
    if reason is not None:
        yield _Finding(act.id, _NEVER_BINDS, reason)
        return
    if reason := _repeats(act, None, law):
        yield _Finding(act.id, _IN_VAIN, reason)
    yield from _joining_in_vain(act, None, law)


def _of_amended(
    old: Instrument, new: Instrument, base: LawInRun, other: LawInRun
) -> Iterator[_Finding]:
    changed = frozenset(legal_fields(old, new))
    reason = never_binds(new, other)
    if changed and reason is not None and never_binds(old, base) is None:
        # An amendment that ends an instrument for good is a change like another.
        return
    if not changed:
        reason = Reason("it is law already", "give other values")
    elif reason is None and changed <= _DATES and _same_days(old, new, base, other):
        dates = " and ".join(sorted(changed))
        reason = Reason(
            f"with the new {dates} it binds on the same days of the run",
            "give other dates, or another horizon",
        )
    elif reason is None and changed <= _NOT_READ:
        fields = " and ".join(sorted(changed))
        reason = Reason(f"no rule of the model reads {fields}", "amend what it does")
    reason = reason or _repeats(new, old, other)
    if reason is not None:
        yield _Finding(new.id, _AMENDED_IN_VAIN, reason)
    yield from _joining_in_vain(new, old, other)


def _same_days(
    old: Instrument, new: Instrument, base: LawInRun, other: LawInRun
) -> bool:
    """Return whether an act is known, binds and is joined on the same days of a run."""
    if other.decides(new):
        return _duration(old) == _duration(new)
    return all(
        law_of_old == law_of_new
        for law_of_old, law_of_new in zip(
            _days_of(old, base), _days_of(new, other), strict=True
        )
    )


def _duration(act: Instrument) -> object:
    return act.end and act.end - act.effective


def _days_of(act: Instrument, law: LawInRun) -> tuple[tuple[Period, ...], ...]:
    timetable = law.regime.book.timetable
    joined = (act.adoption_period(state) for state in sorted(act.adopted_by))
    return (
        law.binding(act),
        law.clipped(timetable.expected_periods[act.id]),
        law.clipped((Period(act.announced),)),
        law.clipped([period for period in joined if period is not None]),
    )


# --- what makes no difference beside other law ----------------------------------------


def _repeats(
    act: Instrument, before: Instrument | None, law: LawInRun
) -> Reason | None:
    """Return that other instruments do as much already wherever an act applies."""
    regime = law.regime
    without = regime.without([act.id])
    compared = without if before is None else without.with_instruments([before])
    if gates_differ(regime, compared, (act, before), law.lines, law.days):
        return None
    others = governing(compared, act, law.covered(act), law.days)
    names = some_names(others) if others else "what else is in force"
    return Reason(
        f"every supply line that it covers is held back as much by {names}",
        "make it stricter there, or amend those",
    )


def _joining_in_vain(
    act: Instrument, before: Instrument | None, law: LawInRun
) -> Iterator[_Finding]:
    """Yield which states join, are reached or are asked without any effect."""
    if not isinstance(act, ExportControl):
        return
    for name, states in _states_named(act).items():
        known = {} if before is None else _states_named(before).get(name, {})
        for state, terms in states.items():
            if state in known and equal_values(terms, known[state]):
                continue
            if reason := _state_in_vain(act, name, state, law):
                yield _Finding(
                    act.id, (f"{name} {state} of {{}} {_NO_EFFECT}",) * 2, reason
                )
    if reason := _asks_nobody(act, before, law):
        yield _Finding(act.id, (f"ask of {{}} {_NO_EFFECT}",) * 2, reason)


def _state_in_vain(
    act: Instrument, name: str, state: str, law: LawInRun
) -> Reason | None:
    """Return why a state that an act names beyond its issuer is never bound by it."""
    if law.regime.decisions.decides_joining(act, state):
        return None
    if not any(x.origin == state and act.scope.covers(x) for x in law.lines):
        return Reason(
            "no supply line within its scope comes from there",
            "leave it out, or widen the scope",
        )
    period = act.adoption_period(state)
    if name == "adopted_by" and period is not None and not law.clipped((period,)):
        return Reason(
            f"{period.start} lies after {law.horizon}",
            "give an earlier day, or a later horizon",
        )
    return None


def _states_named(act: Instrument) -> dict[str, Mapping[str, object]]:
    """Return the states that an act names beyond its issuer, by field."""
    named: dict[str, Mapping[str, object]] = {"adopted_by": act.adopted_by}
    if act.ask is not None:
        named["ask.backstop"] = act.ask.backstop
    if isinstance(act, ServiceBan):
        named["reach"] = act.reach
    return named


def _asks_nobody(
    act: Instrument, before: Instrument | None, law: LawInRun
) -> Reason | None:
    """Return that terms are offered although no state that may join decides."""
    ask, earlier = act.ask, None if before is None else before.ask
    decides_joining = law.regime.decisions.decides_joining
    if ask is None or any(decides_joining(act, state) for state in act.adopted_by):
        return None
    offered = [
        f"ask.{name}"
        for name in _ASKED_ONLY
        if np.any(getattr(ask, name))
        and not (earlier and equal_values(getattr(ask, name), getattr(earlier, name)))
    ]
    if not offered:
        return None
    return Reason(
        f"{' and '.join(offered)} matters to states that decide for themselves, and "
        "none that may join does",
        "let them, by decisions: {allies: endogenous}",
    )
