"""Explaining the law: which instruments decide about a line on a day, and how."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.supply import SupplyLine
from sim.policy.answer import Answer, Reason, amount, in_plain_words
from sim.policy.bearing import Bearing, Leakage


def explain(bearing: Bearing, line: SupplyLine, day: date, leakage: Leakage) -> Answer:
    """Return what is in force for a line on a day, and why."""
    live = bearing.in_force(day)
    reasons = [
        *_licence_reasons(bearing, line, day, leakage),
        *_permit_reasons(bearing, line, live),
        *_levy_reasons(bearing, line, live),
    ]
    return Answer(
        line=_describe(line),
        day=day,
        licence=bearing.denial(line, day, live).licence(leakage),
        permit=_least(reasons, "permit"),
        levy=_greatest(reasons, "levy"),
        reasons=tuple(sorted(reasons, key=lambda reason: not reason.governs)),
    )


def _licence_reasons(
    bearing: Bearing, line: SupplyLine, day: date, leakage: Leakage
) -> Iterator[Reason]:
    live = bearing.in_force(day)
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
            words = in_plain_words(item, share)
            yield Reason("licence", item, share, least <= strictest, words)
    catching = {item.id for item, _ in alone if np.any(item.catches(line.chip))}
    for policy in bearing.policies:
        granted = policy.grants(line.chip)
        relaxed = [name for name in policy.of if name in catching]
        if policy.id in live and relaxed and np.any(granted):
            words = f"relaxes {', '.join(relaxed)}: {amount(granted)} is granted"
            yield Reason("licence", policy, granted, False, words)


def _permit_reasons(
    bearing: Bearing, line: SupplyLine, live: set[str]
) -> Iterator[Reason]:
    alone = [
        (item, item.permitted(line)) for item in bearing.imports if item.id in live
    ]
    strictest = min((float(np.min(share)) for _, share in alone), default=1.0)
    for item, share in alone:
        least = float(np.min(share))
        if least < 1.0:
            words = f"the share of licensed orders it lets in is {amount(share)}"
            yield Reason("permit", item, share, least <= strictest, words)


def _levy_reasons(
    bearing: Bearing, line: SupplyLine, live: set[str]
) -> Iterator[Reason]:
    alone = [(item, item.taken(line)) for item in bearing.levies if item.id in live]
    largest = max((float(np.max(share)) for _, share in alone), default=0.0)
    for item, share in alone:
        most = float(np.max(share))
        if most > 0.0:
            words = f"it takes {amount(share)} of the sale's value"
            yield Reason("levy", item, share, most >= largest, words)


def _least(reasons: list[Reason], gate: str) -> PerDraw | float:
    share: PerDraw | float = 1.0
    for reason in reasons:
        if reason.gate == gate:
            share = np.minimum(share, reason.share)
    return share


def _greatest(reasons: list[Reason], gate: str) -> PerDraw | float:
    share: PerDraw | float = 0.0
    for reason in reasons:
        if reason.gate == gate:
            share = np.maximum(share, reason.share)
    return share


def _describe(line: SupplyLine) -> str:
    if line.chip is None:
        return str(line)
    return f"{line.chip.name} from {line.seller} to {line.buyer}"
