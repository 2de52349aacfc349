"""Every assumption is read by a run or a measure, and every one moves some measure.

One run holds all assumptions at the middle of their ranges, but in draws 2i and 2i + 1
assumption i is at its low and at its high end. All draws have the same luck, so
whatever differs between the two draws of a pair is the doing of that one assumption.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest

from sim.domain.chance import Chance
from sim.domain.ensemble import Draws, PerDraw
from sim.domain.months import Month
from sim.domain.supply import Good
from sim.outcomes.measures import MEASURES
from sim.policy.exports import ServiceBan
from sim.policy.instruments import Adoption, Ask
from sim.policy.regime import Regime
from sim.policy.scope import Scope
from sim.policy.terms import EndUseEnforcement
from sim.records.scenarios import load_scenario
from sim.records.vintage import as_known
from tests.worlds import (
    HORIZON,
    SEED,
    SameLuck,
    at_mid,
    built,
    months_until,
    run_until,
)

pytestmark = pytest.mark.slow

VERIFIED = EndUseEnforcement(
    id="chips_that_report",
    title="Half of all chips exported report where they are",
    issuer="USA",
    announced=date(2025, 6, 1),
    effective=date(2025, 9, 1),
    location_verification=0.5,
    reference="none",
    source="none",
)
"""No shipped scenario asks for location verification yet."""

ASKED = ServiceBan(
    id="paid_and_pressed",
    title="No service, for money and by a day",
    issuer="USA",
    announced=date(2022, 9, 1),
    effective=date(2022, 11, 1),
    scope=Scope(goods=frozenset({Good.ENGINEERS}), destinations=frozenset({"CHN"})),
    approval=0.5,
    adopted_by={"NLD": Adoption(), "JPN": Adoption()},
    ask=Ask(
        coercion=0.2,
        side_payment=2_000.0,
        deadline=date(2023, 11, 1),
        backstop={"NLD": 0.85, "JPN": 0.75},
    ),
    reference="paid_and_pressed",
    source="none",
)
"""No shipped scenario offers allies money yet."""

HARD = replace(
    ASKED,
    id="hard",
    title="No service at all, for nothing",
    scope=Scope(destinations=frozenset({"CHN"})),
    approval=0.0,
    ask=Ask(),
    reference="hard",
)
"""An ask that most allies let die of age."""

DECIDED = ("ally", "us", "china", "minerals", "news")
"""Groups of assumptions about what governments decide, and what news is of it."""

CUT = "vintage"
"""The group of assumptions about what comes after a record that is cut short."""

QUARTERS = ("ai_investment",)
"""Where data-centre sales are read by quarter and move on from the last; off, they
follow yearly books, which grow by `vintage.data_centre_growth`."""

PARTS_ALONE = ServiceBan(
    id="parts_alone",
    title="No spare parts, but engineers and software",
    issuer="NLD",
    announced=date(2025, 6, 1),
    effective=date(2025, 9, 1),
    scope=Scope(goods=frozenset({Good.SPARE_PARTS}), destinations=frozenset({"CHN"})),
    approval=0.0,
    reference="none",
    source="none",
)
"""In the record parts and software go together, so that their weights cancel."""

LENDERS = 12
"""Lucks with which decisions are tried: with one luck a threshold is met or not."""

PANIC = ("hbm.stockpile_horizon_months", "hbm.panic_buy_multiple_before_deadline")
"""Assumptions held high: suppliers of memory sell all they can to buyers in panic."""

WORLDS = {
    "the law of record": (("baseline",), ()),
    "service banned, and panic": (("service_ban",), PANIC),
    "all closed but service": (
        ("service_ban_unilateral", "chip_lockdown", "cloud_closure"),
        (),
    ),
}
"""Laws, each of some scenarios together, and assumptions that are high in all draws:
between them every assumption has something to act on."""

LUCKY_EVENTS = ("immersion breakthrough", "euv breakthrough")
IN_TIME = (0.3, 0.45)
"""Luck with which breakthroughs come within the horizon, and not before 2025."""


def _lucky_draw() -> int:
    """Return the first draw in which both breakthroughs come in time."""
    early, late = IN_TIME
    luck = [Chance(SEED, Draws(1_000)).uniform(event) for event in LUCKY_EVENTS]
    return int(np.argmax(np.all([(early < x) & (x < late) for x in luck], axis=0)))


LUCKY_DRAW = _lucky_draw()


LEVIED = Month(2026, 6)
"""By then chips have been sold to China under a levy of the law of record."""


class Watched(Mapping):
    """Assumptions that remember which of them were asked for."""

    def __init__(self, values):
        self.values_by_name, self.read = values, set()

    def __getitem__(self, name):
        self.read.add(name)
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)


OF_FEW_MONTHS = ("written_off",)
"""Measures that are nothing in most months, read in every month."""


def paired(records, high):
    """Return assumptions in which each is low in one draw and high in the next."""
    rows = records.assumptions
    values = at_mid(records, draws=2 * len(rows))
    for number, row in enumerate(rows):
        if row.name in high:
            values[row.name] = np.full(2 * len(rows), row.high)
        values[row.name][2 * number : 2 * number + 2] = row.low, row.high
    return values


def moved_under(law, records, high=()):
    """Return the assumptions that move any event, or a measure at a quarter's end.

    One that moved a measure in other months alone would not be found, but for those
    of which most months have nothing.
    """
    values = paired(records, high)
    count = 2 * len(records.assumptions)
    world = built(records, regime=law, draws=count, assume=values)
    world.chance = SameLuck(SEED, Draws(count), LUCKY_DRAW)
    moved = np.zeros(len(records.assumptions), dtype=bool)
    for month in months_until(world, HORIZON):
        for measure in MEASURES:
            if month.number % 3 == 0 or measure.name in OF_FEW_MONTHS:
                for seen in measure.read(world).values():
                    moved |= seen[0::2] != seen[1::2]
    for event in world.events:
        if event.where is not None:
            moved |= event.where[0::2] != event.where[1::2]
    names = [row.name for row in records.assumptions]
    return {name for name, moves in zip(names, moved, strict=True) if moves}


@dataclass(frozen=True)
class FewLucks(Chance):
    """The luck of a few draws, each lent to many.

    Attributes:
        each: how many draws one luck is lent to.
    """

    each: int = 1

    def uniform(self, event: str, month: Month | None = None) -> PerDraw:
        """Return the same number in all draws to which a luck is lent."""
        lenders = Draws(self.draws.count // self.each)
        return np.repeat(Chance(self.seed, lenders).uniform(event, month), self.each)


def deciding(records) -> Regime:
    """Return the law of record, left to governments from October 2022 on, and asks."""
    said = {
        "question": "?",
        "source": "a test",
        "decisions": {
            "since": "2022-10",
            **dict.fromkeys(("united_states", "allies", "china"), "endogenous"),
        },
    }
    return load_scenario(said, records, name="test").regime.with_instruments(
        [ASKED, HARD]
    )


def moved_by_deciding(records):
    """Return the assumptions that move a measure or event where all decide."""
    rows = [row for row in records.assumptions if row.name.split(".")[0] in DECIDED]
    each = 2 * len(rows)
    values = at_mid(records, draws=each * LENDERS)
    for number, row in enumerate(rows):
        values[row.name][2 * number :: each] = row.low
        values[row.name][2 * number + 1 :: each] = row.high
    world = built(
        records, regime=deciding(records), draws=each * LENDERS, assume=values
    )
    world.chance = FewLucks(SEED, Draws(each * LENDERS), each)
    run_until(world, Month(2026, 12))
    moved = np.zeros(len(rows) * LENDERS, dtype=bool)
    for event in world.events:
        if event.where is not None:
            moved |= event.where[0::2] != event.where[1::2]
    for measure in MEASURES:
        for seen in measure.read(world).values():
            moved |= seen[0::2] != seen[1::2]
    found = moved.reshape(LENDERS, len(rows)).any(axis=0)
    return {row.name for row, moves in zip(rows, found, strict=True) if moves}


def moved_in_a_vintage(records, off=()):
    """Return the assumptions about a cut record that move a measure where it is cut.

    Args:
        records: what is known today.
        off: mechanisms switched off.
    """
    rows = [row for row in records.assumptions if row.name.startswith(CUT)]
    values = at_mid(records, draws=2 * len(rows))
    for number, row in enumerate(rows):
        values[row.name][2 * number : 2 * number + 2] = row.low, row.high
    cut = as_known(records, Month(2024, 12))
    world = built(cut, draws=2 * len(rows), assume=values, off=off)
    world.chance = SameLuck(SEED, Draws(2 * len(rows)), LUCKY_DRAW)
    run_until(world, Month(2025, 6))
    moved = np.zeros(len(rows), dtype=bool)
    for measure in MEASURES:
        for seen in measure.read(world).values():
            moved |= seen[0::2] != seen[1::2]
    return {row.name for row, moves in zip(rows, moved, strict=True) if moves}


@pytest.fixture(scope="module")
def movers(records, law_of):
    """The assumptions that move something, under one law after another."""
    moved = {}
    for name, (scenarios, high) in WORLDS.items():
        acts = [act for x in scenarios for act in law_of(x).instruments.values()]
        law = Regime(name, {}).with_instruments([*acts, VERIFIED, PARTS_ALONE])
        moved[name] = moved_under(law, records, high)
    moved["governments decide"] = moved_by_deciding(records)
    moved["a record cut short"] = moved_in_a_vintage(records)
    moved["cut short, no quarters"] = moved_in_a_vintage(records, off=QUARTERS)
    return moved


def test_every_assumption_moves_some_measure(records, movers):
    """Or an event: the yield that marks a node's milestone moves nothing else."""
    moved = set().union(*movers.values())
    assert {row.name for row in records.assumptions} - moved == set()


def test_most_assumptions_matter_already_under_the_law_of_record(records, movers):
    apart = (*DECIDED, CUT)
    rows = [row for row in records.assumptions if row.name.split(".")[0] not in apart]
    assert len(movers["the law of record"]) > 0.85 * len(rows)


def test_a_pair_of_draws_differs_in_nothing_but_its_assumption(records, law_of):
    """With both ends at the middle no measure moves: the luck is the same."""
    count = 4
    world = built(records, draws=count, assume=at_mid(records, count))
    world.chance = SameLuck(SEED, Draws(count), LUCKY_DRAW)
    run_until(world, HORIZON)
    for measure in MEASURES:
        for seen in measure.read(world).values():
            assert np.all(seen == seen[0]), measure.name


def test_every_assumption_is_read_by_a_run_or_a_measure(records, law_of):
    law = deciding(records).with_instruments(
        law_of("chip_lockdown").instruments.values()
    )
    world = built(records, regime=law, draws=2)
    watched = Watched(world.assume)
    again = built(records, regime=law, draws=2, watch=watched)
    run_until(again, HORIZON)
    for measure in MEASURES:
        measure.read(again)
    cut = as_known(records, Month(2024, 12))
    run_until(built(cut, draws=2, watch=watched), Month(2025, 6))
    # A levy is read where there is one, and a lockdown leaves nothing to levy.
    run_until(built(records, draws=2, watch=watched), LEVIED)
    assert {row.name for row in records.assumptions} - watched.read == set()
