"""Explaining the law: what is in force for a line on a day, and by which acts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import TypeVar

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.supply import SupplyLine
from sim.domain.terminal_text import for_output
from sim.policy.applicable_law import ApplicableLaw, LeakageShares, largest
from sim.policy.decisions import STATE_NAMES, Package
from sim.policy.exports import ExportControl, LeakRoute
from sim.policy.imports import ImportDiscouragement
from sim.policy.instruments import Instrument
from sim.policy.terms import RevenueShare

Kind = TypeVar("Kind", bound=Instrument)

_LEAKS = {
    LeakRoute.AFFILIATES: "; it names parties, so unlisted affiliates may go on buying",
    LeakRoute.FACILITIES: "; it names advanced facilities, so others may go on buying",
    LeakRoute.NONE: "",
}
GATE_TITLES = {
    "licence": "exporter's gate",
    "permit": "importer's gate",
    "levy": "levy",
}


@dataclass(frozen=True, repr=False)
class LawReason:
    """One instrument's part in an answer.

    Attributes:
        gate: ``licence``, ``permit`` or ``levy``.
        share: what it alone would let through (of a levy: take), in [0, 1].
        governs: whether it is the strictest at its gate.
        effect: what it does to the line, in a few words.
    """

    gate: str
    instrument: Instrument
    share: PerDraw | float
    governs: bool
    effect: str

    def __str__(self) -> str:
        act, gate = self.instrument, GATE_TITLES[self.gate]
        mark = "governs" if self.governs else "also in force"
        return for_output(
            f"{gate}, {mark}: {act.id} - {act.title} ({act.reference}); {self.effect}"
        )

    __repr__ = __str__


@dataclass(frozen=True, repr=False)
class LawAnswer:
    """What is in force for a line on a day.

    Attributes:
        licence: share of orders licensed, in [0, 1].
        permit: share of licensed orders permitted, in [0, 1].
        levy: share of the sale's value taken, in [0, 1].
        reasons: the instruments that say so, the governing ones first.
        undecided: what states decide inside the model, and does not count here, in
            words.
        limits: what the record of law does not say of the day, in words.
        quotas: what caps the shipments that pass, or comes before them, in words.
        announced: what is announced on the day and will change the law, in words.
    """

    line: str
    day: date
    licence: PerDraw | float
    permit: PerDraw | float
    levy: PerDraw | float
    reasons: tuple[LawReason, ...]
    undecided: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    quotas: tuple[str, ...] = ()
    announced: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """All that it says beside the verdict and the instruments behind it."""
        return (*self.quotas, *self.announced, *self.undecided, *self.limits)

    @property
    def details(self) -> tuple[str, ...]:
        """All that it says but for the sale and the verdict, as rows of text."""
        reasons = self.reasons or ("no instrument in force stands in its way",)
        return (*map(str, reasons), *self.remarks)

    @property
    def word(self) -> str:
        """Whether the sale is free, blocked, or how much of it is allowed."""
        low, high = _range(self.passed)
        if low >= 1.0 or high <= 0.0:
            return "free" if low >= 1.0 else "blocked"
        return f"allowed in part, {share_text(self.passed)}"

    @property
    def passed(self) -> PerDraw | float:
        """Share of orders that passes both gates, in [0, 1]."""
        return self.licence * self.permit

    @property
    def verdict(self) -> str:
        """The answer in a few words."""
        licence, permit = share_text(self.licence), share_text(self.permit)
        return f"{self.word} (licence {licence}, permit {permit})"

    def rows(self) -> tuple[str, ...]:
        """Return the answer as rows of text."""
        title = f"{self.line}, {self.day.isoformat()}: {self.verdict}"
        return (title, *(f"  {detail}" for detail in self.details))

    def __str__(self) -> str:
        return for_output("\n".join(self.rows()))

    __repr__ = __str__


def explain(
    law: ApplicableLaw,
    line: SupplyLine,
    day: date,
    leakage: LeakageShares,
    undecided: Iterable[Package] = (),
) -> LawAnswer:
    """Return what is in force for a line on a day, and why.

    What states decide inside the model is named, and counts as not decided.
    """
    undecided = tuple(undecided)
    open_acts = {
        act.id
        for package in undecided
        if not package.is_joining
        for act in package.acts
    }
    in_force = law.in_force(day) - open_acts
    permits = [(x, x.permitted_share(line)) for x in law.imports if x.id in in_force]
    levies = [(x, x.levied_share(line)) for x in law.levies if x.id in in_force]
    reasons = [
        *_licence_reasons(law, line, day, in_force, leakage),
        *_reasons("permit", permits, _permit_effect),
        *_reasons("levy", levies, _levy_effect),
    ]
    return LawAnswer(
        line=_describe(line),
        day=day,
        licence=law.denial(line, day, in_force).licence(leakage),
        permit=reduce(np.minimum, [1.0, *(share for _, share in permits)]),
        levy=largest(share for _, share in levies),
        reasons=tuple(sorted(reasons, key=lambda reason: not reason.governs)),
        undecided=tuple(_decided_by_states(law, line, undecided)),
    )


def _decided_by_states(
    law: ApplicableLaw, line: SupplyLine, undecided: Iterable[Package]
) -> Iterator[str]:
    """Yield what applies to a line and a state decides on, in words."""
    applicable = {item.id: item for item in law.instruments}
    for package in undecided:
        for act in package.acts:
            item = applicable.get(act.id)
            if item is not None and _binds_sellers(package, item, line):
                joining = "joining " if package.is_joining else ""
                state = STATE_NAMES.get(package.state, package.state)
                yield f"left to {state} to decide: {joining}{act.id} - {act.title}"


def _binds_sellers(package: Package, act: Instrument, line: SupplyLine) -> bool:
    """Return whether what a state decides on an act binds the sellers on a line."""
    if package.is_joining:
        return line.origin == package.state
    return isinstance(act, ImportDiscouragement) or line.origin in act.own_origins


def _licence_reasons(
    law: ApplicableLaw,
    line: SupplyLine,
    day: date,
    in_force: set[str],
    leakage: LeakageShares,
) -> Iterator[LawReason]:
    others = in_force - {item.id for item in law.exports}
    alone = [
        (item, law.denial(line, day, others | {item.id}).licence(leakage))
        for item in law.exports
        if item.id in in_force
    ]
    yield from _reasons("licence", alone, _licence_effect)
    catching = {item.id for item, _ in alone if np.any(item.catches(line.chip))}
    for policy in law.policies:
        granted = policy.granted_share(line.chip)
        relaxed = [name for name in policy.of if name in catching]
        if policy.id in in_force and relaxed and np.any(granted):
            effect = f"relaxes {', '.join(relaxed)}: {share_text(granted)} is granted"
            yield LawReason("licence", policy, granted, False, effect)


def _reasons(
    gate: str,
    alone: Sequence[tuple[Kind, PerDraw | float]],
    effect: Callable[[Kind, PerDraw | float], str],
) -> Iterator[LawReason]:
    """Yield a reason for each act that does something; the strictest of them govern."""
    strictness = [_strictness(gate, share) for _, share in alone]
    for (act, share), strict in zip(alone, strictness, strict=True):
        if strict > _strictness(gate, 0.0 if gate == "levy" else 1.0):
            yield LawReason(
                gate, act, share, strict >= max(strictness), effect(act, share)
            )


def _strictness(gate: str, share: PerDraw | float) -> float:
    """Return how strict an act is where it is strictest; a levy by what it takes."""
    low, high = _range(share)
    return high if gate == "levy" else -low


def _licence_effect(control: ExportControl, share: PerDraw | float) -> str:
    _, high = _range(share)
    verdict = f"the share of business it lets through is {share_text(share)}"
    if high <= 0.0:
        verdict = "licences are denied"
    return verdict + _LEAKS[control.leak_route]


def _permit_effect(_: ImportDiscouragement, share: PerDraw | float) -> str:
    return f"the share of licensed orders it lets in is {share_text(share)}"


def _levy_effect(_: RevenueShare, share: PerDraw | float) -> str:
    return f"it takes {share_text(share)} of the sale's value"


def share_text(value: PerDraw | float) -> str:
    """Return a share as text; one that differs by draw as a range."""
    low, high = _range(value)
    return f"{low:.2f}" if low == high else f"{low:.2f} to {high:.2f} by draw"


def _range(value: PerDraw | float) -> tuple[float, float]:
    """Return the smallest and the largest of a share's values."""
    return float(np.min(value)), float(np.max(value))


def _describe(line: SupplyLine) -> str:
    if line.chip is None:
        return str(line)
    return f"{line.chip.name} from {line.seller} to {line.buyer}"
