"""Whether two laws ever let through something else at a gate, and what governs it."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from sim.domain.ensemble import PerDraw
from sim.domain.supply import Good, SupplyLine
from sim.policy.applicable_law import ApplicableLaw, LeakageShares
from sim.policy.dates import Period
from sim.policy.exports import AffiliatesRule, ExportControl, LicencePolicy
from sim.policy.imports import ImportDiscouragement
from sim.policy.instruments import Instrument, equal_values
from sim.policy.regime import Regime

_AT_GATES = (ExportControl, LicencePolicy, AffiliatesRule, ImportDiscouragement)
"""Kinds that do nothing but change what gates let through."""

_LEAKAGE = LeakageShares(affiliates=0.25, facilities=0.5)
"""Leakage under which any difference of the way that business goes on shows."""


def gates_differ(
    law: Regime,
    compared: Regime,
    acts: Collection[Instrument | None],
    lines: Sequence[SupplyLine],
    days: Period,
) -> bool:
    """Return whether two laws that differ in an act may differ at any gate in a run.

    True where it cannot be told beforehand: if governments decide, if the act does
    something else than change what gates let through, or if an answer depends on the
    chip, since designers make new ones.

    Args:
        law: the law in question.
        compared: the same law but for one act.
        acts: that act as it is in each of them; None where it is not.
        lines: all supply lines.
        days: the days of the run.
    """
    present = [act for act in acts if act is not None]
    if law.decisions or not all(isinstance(act, _AT_GATES) for act in present):
        return True
    met = [x for x in lines if any(act.may_apply_to(x) for act in present)]
    return any(
        _line_differs(law, compared, line, days)
        for line in _one_of_each(met, law, compared)
    )


def _one_of_each(lines: Sequence[SupplyLine], *laws: Regime) -> list[SupplyLine]:
    """Return the first of all lines that are under the same instruments.

    They have the same answers, and many acts may be asked about many lines.
    """
    first: dict[tuple[object, ...], SupplyLine] = {}
    for line in lines:
        keys = (law.book.applicable_law(line).equivalence_key for law in laws)
        first.setdefault((line.origin, line.good, *keys), line)
    return list(first.values())


def _line_differs(
    law: Regime, compared: Regime, line: SupplyLine, days: Period
) -> bool:
    one, other = (x.book.applicable_law(line) for x in (law, compared))
    if line.good is Good.AI_CHIP and (one.depends_on_chip or other.depends_on_chip):
        return True
    breaks = {day for x in (one, other) for day in x.breaks if day in days}
    return any(
        not equal_values(_answers(one, line, day), _answers(other, line, day))
        for day in sorted({days.start, *breaks})
    )


def _answers(
    law: ApplicableLaw, line: SupplyLine, day: date
) -> tuple[PerDraw | float, ...]:
    """Return what both gates let through on a day, and what is expected."""
    segment = bisect_right(law.breaks, day)
    return (
        law.licence(line, segment, _LEAKAGE),
        law.permit(line, segment),
        law.pending_denial(line, day, _LEAKAGE),
    )


def governing(
    law: Regime, act: Instrument, lines: Sequence[SupplyLine], days: Period
) -> list[str]:
    """Return the ids of what governs the lines of an act when it begins to bind."""
    day = max(act.effective, days.start)
    return list(dict.fromkeys(_governing(law, lines, day)))


def _governing(law: Regime, lines: Sequence[SupplyLine], day: date) -> Iterator[str]:
    for line in _one_of_each(lines, law):
        for reason in law.explain(line, day).reasons:
            if reason.governs and reason.gate != "levy":
                yield reason.instrument.id
