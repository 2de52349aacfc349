"""What an answer of the law adds to a verdict: quotas, and what is announced."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.supply import SupplyLine
from sim.policy.dates import FOREVER
from sim.policy.exports import ExportControl, LicencePolicy
from sim.policy.imports import ImportDiscouragement
from sim.policy.instruments import Instrument
from sim.policy.statute_book import StatuteBook
from sim.policy.terms import HomePriority, Quota, RevenueShare, Truce

_COUNTED = {
    "h100e": "{:g} H100-equivalents",
    "units": "{:g} units",
    "share_of_us_sales": "{:.0%} of the product's sales in the United States",
}
_HOLDERS = {
    "country": "for each country",
    "customer": "for each customer",
    "total": "for all together",
}


def concerns(act: Instrument, line: SupplyLine) -> bool:
    """Return whether an instrument that can apply to a line does anything to it."""
    done: PerDraw | float = 1.0
    if isinstance(act, ExportControl):
        done = act.covered_share(line.good) * act.catches(line.chip)
    elif isinstance(act, LicencePolicy):
        done = act.granted_share(line.chip)
    elif isinstance(act, ImportDiscouragement):
        done = 1.0 - act.permitted_share(line)
    elif isinstance(act, RevenueShare):
        done = act.levied_share(line)
    elif isinstance(act, HomePriority):
        done = act.share_first(line)
    elif isinstance(act, Quota):
        done = act.counted_share(line)
    return _is_any(done)


def _is_any(share: PerDraw | float) -> bool:
    return bool(np.any(share))


def quotas_on(book: StatuteBook, line: SupplyLine, day: date) -> tuple[str, ...]:
    """Return the quotas that count a line's shipments on a day, in words."""
    return tuple(
        quota_text(quota)
        for quota in book.quotas
        if book.timetable.binds(quota, day)
        and quota.id not in book.decided_ids
        and quota.may_apply_to(line)
        and concerns(quota, line)
    )


def priorities_on(book: StatuteBook, line: SupplyLine, day: date) -> tuple[str, ...]:
    """Return the priorities of home buyers before a line's exports, in words."""
    law = book.applicable_law(line)
    return tuple(
        f"priority: {act.id} - {act.title} ({act.reference}); buyers in {act.issuer} "
        "who wait at the going price come first"
        for act in law.priorities
        if act.id in law.in_force(day)
        and act.id not in book.decided_ids
        and concerns(act, line)
    )


def quota_text(quota: Quota) -> str:
    """Return what a quota allows, in words."""
    parts = []
    if quota.cap is not None:
        length = quota.period_months
        period = f" every {length} months" if length else " as long as it lasts"
        parts.append(f"at most {_quantity(quota, 'cap')}{period}")
    if _is_any(quota.exception):
        parts.append(f"{_quantity(quota, 'exception')} a year outside the cap")
    return (
        f"quota: {quota.id} - {quota.title} ({quota.reference}); "
        f"{' and '.join(parts)}, {_HOLDERS[quota.per]}"
    )


def _quantity(quota: Quota, name: str) -> str:
    """Return a number of a quota with its unit, a range if it differs by draw."""
    value = getattr(quota, name)
    form = _COUNTED[quota.unit]
    low, high = form.format(np.min(value)), form.format(np.max(value))
    return low if low == high else f"{low} to {high} by draw"


def announced_changes(
    book: StatuteBook, line: SupplyLine, day: date
) -> tuple[str, ...]:
    """Return what is announced on a day and will change a line's law, in words."""
    acts = [*book.applicable_law(line).instruments]
    acts += [quota for quota in book.quotas if quota.may_apply_to(line)]
    changes = (
        change
        for act in acts
        if act.id not in book.decided_ids and concerns(act, line)
        for change in _changes(book, act, line, day)
    )
    return tuple(f"announced: from {when}, {what}" for when, what in sorted(changes))


def _changes(
    book: StatuteBook, act: Instrument, line: SupplyLine, day: date
) -> Iterator[tuple[date, str]]:
    """Yield the coming days on which an act begins, is suspended or is joined."""
    named = f"{act.id} - {act.title} ({act.reference})"
    truces = [
        truce
        for truce in book.suspending(act)
        if truce.id not in book.decided_ids and truce.announced <= day
    ]
    if book.timetable.expects(act, day):
        again = [x.end for x in truces if day in x.period and x.end is not None]
        start = act.effective if day < act.effective else max(again)
        yield start, named
    yield from (
        (truce.effective, f"{truce.id} suspends {named}")
        for truce in truces
        if day < truce.effective < (act.end or FOREVER)
        and not any(day in other.period for other in truces)
    )
    joined = act.adoption_period(line.origin)
    if act.announced <= day and joined is not None and day < joined.start:
        yield joined.start, f"{line.origin} joins {named}"


def suspending_truce(book: StatuteBook, act: Instrument, day: date) -> Truce | None:
    """Return the truce that suspends an act on a day, if one does."""
    return next((x for x in book.suspending(act) if day in x.period), None)
