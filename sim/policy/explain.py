"""Explaining the law: which instruments decide about a line on a day, and how."""

from collections.abc import Iterable, Iterator
from datetime import date

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.supply import SupplyLine
from sim.policy.answer import LawAnswer, LawReason, effect_of, share_text
from sim.policy.applicable_law import ApplicableLaw, LeakageShares
from sim.policy.decisions import STATE_NAMES, Package
from sim.policy.imports import ImportDiscouragement
from sim.policy.instruments import Instrument


def explain(
    law: ApplicableLaw,
    line: SupplyLine,
    day: date,
    leakage: LeakageShares,
    undecided: Iterable[Package] = (),
) -> LawAnswer:
    """Return what is in force for a line on a day, and why.

    What is left to states to decide is named, and counts as not decided.
    """
    undecided = tuple(undecided)
    open_acts = {
        act.id
        for package in undecided
        if not package.is_joining
        for act in package.acts
    }
    live = law.in_force(day) - open_acts
    reasons = [
        *_licence_reasons(law, line, day, live, leakage),
        *_permit_reasons(law, line, live),
        *_levy_reasons(law, line, live),
    ]
    return LawAnswer(
        line=_describe(line),
        day=day,
        licence=law.denial(line, day, live).licence(leakage),
        permit=_least(reasons, "permit"),
        levy=_greatest(reasons, "levy"),
        reasons=tuple(sorted(reasons, key=lambda reason: not reason.governs)),
        undecided=tuple(_left_to_states(law, line, undecided)),
    )


def _left_to_states(
    bearing: ApplicableLaw, line: SupplyLine, left: Iterable[Package]
) -> Iterator[str]:
    """Yield what bears on a line and is left to a state, in words."""
    touching = {item.id: item for item in bearing.instruments}
    for package in left:
        for act in package.acts:
            item = touching.get(act.id)
            if item is None or not _is_for(package, item, line):
                continue
            what = "joining " if package.is_joining else ""
            who = STATE_NAMES.get(package.state, package.state)
            yield f"left to {who} to decide: {what}{act.id} - {act.title}"


def _is_for(package: Package, act: Instrument, line: SupplyLine) -> bool:
    """Return whether what a state decides on an act binds the sellers on a line."""
    if package.is_joining:
        return line.origin == package.state
    return isinstance(act, ImportDiscouragement) or line.origin in act.own_origins


def _licence_reasons(
    bearing: ApplicableLaw,
    line: SupplyLine,
    day: date,
    live: set[str],
    leakage: LeakageShares,
) -> Iterator[LawReason]:
    helpers = live - {item.id for item in bearing.exports}
    alone = [
        (item, bearing.denial(line, day, helpers | {item.id}).licence(leakage))
        for item in bearing.exports
        if item.id in live
    ]
    strictest = min((float(np.min(share)) for _, share in alone), default=1.0)
    for item, share in alone:
        least = float(np.min(share))
        if least < 1.0:
            words = effect_of(item, share)
            yield LawReason("licence", item, share, least <= strictest, words)
    catching = {item.id for item, _ in alone if np.any(item.catches(line.chip))}
    for policy in bearing.policies:
        granted = policy.granted_share(line.chip)
        relaxed = [name for name in policy.of if name in catching]
        if policy.id in live and relaxed and np.any(granted):
            words = f"relaxes {', '.join(relaxed)}: {share_text(granted)} is granted"
            yield LawReason("licence", policy, granted, False, words)


def _permit_reasons(
    bearing: ApplicableLaw, line: SupplyLine, live: set[str]
) -> Iterator[LawReason]:
    alone = [
        (item, item.permitted_share(line))
        for item in bearing.imports
        if item.id in live
    ]
    strictest = min((float(np.min(share)) for _, share in alone), default=1.0)
    for item, share in alone:
        least = float(np.min(share))
        if least < 1.0:
            words = f"the share of licensed orders it lets in is {share_text(share)}"
            yield LawReason("permit", item, share, least <= strictest, words)


def _levy_reasons(
    bearing: ApplicableLaw, line: SupplyLine, live: set[str]
) -> Iterator[LawReason]:
    alone = [
        (item, item.levied_share(line)) for item in bearing.levies if item.id in live
    ]
    largest = max((float(np.max(share)) for _, share in alone), default=0.0)
    for item, share in alone:
        most = float(np.max(share))
        if most > 0.0:
            words = f"it takes {share_text(share)} of the sale's value"
            yield LawReason("levy", item, share, most >= largest, words)


def _least(reasons: list[LawReason], gate: str) -> PerDraw | float:
    share: PerDraw | float = 1.0
    for reason in reasons:
        if reason.gate == gate:
            share = np.minimum(share, reason.share)
    return share


def _greatest(reasons: list[LawReason], gate: str) -> PerDraw | float:
    share: PerDraw | float = 0.0
    for reason in reasons:
        if reason.gate == gate:
            share = np.maximum(share, reason.share)
    return share


def _describe(line: SupplyLine) -> str:
    if line.chip is None:
        return str(line)
    return f"{line.chip.name} from {line.seller} to {line.buyer}"
