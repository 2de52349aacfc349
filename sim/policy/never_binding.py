"""Why an instrument can never bind in a run, as far as law and supply lines tell.

Whether a cap is above anything that will be asked for, for example, is not known before
a run.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.domain.supply import Good, SupplyLine
from sim.policy.dates import Period
from sim.policy.difference import value_text
from sim.policy.exports import AffiliatesRule, ExportControl, LicencePolicy
from sim.policy.instruments import Instrument
from sim.policy.regime import DAY, Regime
from sim.policy.scope import Facilities, Scope
from sim.policy.terms import HomePriority, Quota, RevenueShare, Truce

_CHIPS_ONLY = (Quota, RevenueShare, HomePriority)
"""Kinds that the model counts on AI chips alone."""

_MOST_NAMES = 5
"""Names in a list, at most."""

_SCOPE_FIELDS: Mapping[str, Callable[[SupplyLine], str]] = {
    "destinations": lambda line: line.destination,
    "parties": lambda line: line.party,
    "sellers": lambda line: line.seller,
    "facilities": lambda _: str(Facilities.ANY),
    "origins": lambda line: line.origin,
    "exempt_parties": lambda _: "none",
    "goods": lambda line: str(line.good),
}
"""Fields of a scope that a line must meet, with what a line has of each.

The likelier a mistake is, the earlier its field stands: goods are what it is about.
"""


@dataclass(frozen=True)
class Reason:
    """Why an instrument never binds, and what would change that."""

    why: str
    remedy: str


@dataclass(frozen=True, eq=False)
class LawInRun:
    """A law, the supply lines that it meets, and the days on which it is run."""

    regime: Regime
    lines: Sequence[SupplyLine]
    days: Period

    @property
    def horizon(self) -> str:
        """The last month that is run."""
        return f"the horizon, {self.days.end - DAY:%Y-%m}"

    def clipped(self, periods: Collection[Period]) -> tuple[Period, ...]:
        """Return what of some periods lies within the run."""
        start, end = self.days.start, self.days.end
        cut = (Period(max(x.start, start), min(x.end, end)) for x in periods)
        return tuple(x for x in cut if x.start < x.end)

    def binding(self, act: Instrument) -> tuple[Period, ...]:
        """Return when an act binds within the run, by its dates."""
        return self.clipped(self.regime.book.timetable.binding_periods[act.id])

    def decides(self, act: Instrument) -> bool:
        """Return whether the issuer decides on an act inside the model."""
        return act.id in self.regime.book.decided_ids

    def covered(self, act: Instrument) -> list[SupplyLine]:
        """Return the lines to which an act can apply."""
        chips_only = isinstance(act, _CHIPS_ONLY)
        return [
            line
            for line in self.lines
            if act.may_apply_to(line) and (line.good is Good.AI_CHIP or not chips_only)
        ]


def never_binds(act: Instrument, law: LawInRun) -> Reason | None:
    """Return why an act can never bind in a run, None if it may."""
    checks = (_without_effect, _never_in_force, _covers_nothing, _acts_on_nothing)
    return next(filter(None, (check(act, law) for check in checks)), None)


def _without_effect(act: Instrument, _: LawInRun) -> Reason | None:
    """Return that its own numbers let everything be as it is."""
    fields = act.neutral_fields()
    if not fields:
        return None
    values = " and ".join(f"{name} {act.neutral[name]:g}" for name in fields)
    verb = "changes" if len(fields) == 1 else "change"
    return Reason(f"{values} {verb} nothing", f"give another {' or '.join(fields)}")


def _never_in_force(act: Instrument, law: LawInRun) -> Reason | None:
    """Return that it is in force on no day of the run."""
    if law.decides(act) or law.binding(act):
        return None
    if act.end is not None and act.end <= act.effective:
        why = f"end {act.end} is not after effective {act.effective}"
        return Reason(why, "give a later end")
    if act.effective >= law.days.end:
        why = f"effective {act.effective} lies after {law.horizon}"
        return Reason(why, "give an earlier effective, or a later horizon")
    if act.end is not None and act.end <= law.days.start:
        why = f"end {act.end} lies before the run begins, {law.days.start:%Y-%m}"
        return Reason(why, "give a later end")
    names = [
        truce.id
        for truce in law.regime.book.of_kind(Truce)
        if act.id in truce.suspends and not law.decides(truce)
    ]
    why = f"{' and '.join(names)} suspends it on every day on which it would bind"
    return Reason(why, "leave it out of what the truce suspends")


def _covers_nothing(act: Instrument, law: LawInRun) -> Reason | None:
    """Return that it covers no supply line, and which field of its scope is why."""
    if isinstance(act, Truce) or law.covered(act):
        return None
    everything = Scope()
    for name, of_line in _SCOPE_FIELDS.items():
        default, value = getattr(everything, name), getattr(act.scope, name)
        if value == default:
            continue
        wider = replace(act, scope=replace(act.scope, **{name: default}))
        if covered := law.covered(wider):
            written = value_text(value)
            existing = some_names(sorted({of_line(line) for line in covered}))
            return Reason(
                f"no supply line of the network has scope.{name} {written} and the "
                f"rest of its scope (there are lines with {existing})",
                f"change scope.{name}",
            )
    return Reason(
        f"its scope covers no supply line of the network that {act.issuer} can reach",
        "change its scope or issuer",
    )


def some_names(names: Sequence[str]) -> str:
    """Return a few names, and how many more there are."""
    more = len(names) - _MOST_NAMES
    shown = ", ".join(names[:_MOST_NAMES])
    return f"{shown} and {more} more" if more > 0 else shown


def _acts_on_nothing(act: Instrument, law: LawInRun) -> Reason | None:
    """Return that there is no other instrument on which it could act."""
    acts = law.regime.book.dated
    if isinstance(act, Truce) and not _suspends_any(act, law):
        return Reason(
            "nothing that it suspends is in force in its time",
            "name other instruments under suspends, or give other dates",
        )
    if isinstance(act, LicencePolicy):
        relaxed = [acts[name] for name in act.of if name in acts]
        if not _share_a_line(act, relaxed, law):
            return Reason(
                "what it relaxes covers none of its lines", "change of or scope"
            )
    if isinstance(act, AffiliatesRule):
        controls = [x for x in acts.values() if isinstance(x, ExportControl)]
        if not _share_a_line(act, [x for x in controls if act.closes_leak_of(x)], law):
            return Reason(
                f"{act.issuer} lists no party on its lines",
                "change its scope or issuer",
            )
    return None


def _suspends_any(truce: Truce, law: LawInRun) -> bool:
    """Return whether what a truce suspends would be in force in its time."""
    acts = law.regime.book.dated
    suspended = [acts[name] for name in truce.suspends if name in acts]
    if law.decides(truce) or any(map(law.decides, suspended)):
        return True
    days = law.clipped((truce.period,))
    return any(_overlap(days, law.clipped((act.period,))) for act in suspended)


def _overlap(some: Sequence[Period], others: Sequence[Period]) -> bool:
    return any(x.start < y.end and y.start < x.end for x in some for y in others)


def _share_a_line(
    act: Instrument, others: Collection[Instrument], law: LawInRun
) -> bool:
    return any(x.may_apply_to(line) for line in law.covered(act) for x in others)
