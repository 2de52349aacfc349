"""Line-ups: a foreign designer's chips, and which of them it offers in China (M6)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.agents.offers import (
    NOTHING_ON_OFFER,
    Offer,
    best_compliant,
    merged,
    offer_by_draw,
    tests_text,
    valued_offer,
)
from sim.domain.array_types import Bool
from sim.domain.chips import Chip
from sim.domain.ensemble import Choice, InDraws, PerDraw, Table, groups_of_equal_draws
from sim.domain.months import Month
from sim.domain.supply import CHINA, Good, SupplyLine
from sim.mechanisms.redesign import Test, without_redundant
from sim.policy.field_types import ChipTest
from sim.world import World


@dataclass(frozen=True, slots=True, eq=False)
class CatalogueValues:
    """What the chips of a catalogue are worth, with a row for each of them.

    Attributes:
        available_from: month index from which a chip can ship.
        licensed_worth: its worth times the odds of its licence, H100-equivalents.
        per_dollar: its worth over its price, H100-equivalents per USD million.
        compliant: whether it was cut to a rule.
    """

    available_from: Table
    licensed_worth: Table
    per_dollar: Table
    compliant: Bool[np.ndarray, "things 1"]

    def on_sale(self, *, month: int, least_per_dollar: PerDraw) -> Table:
        """Return the worth of each chip with its licence, zero where it does not sell.

        Args:
            month: index of the month; a chip sells once it can ship.
            least_per_dollar: what a compliant chip must be worth to find buyers.
        """
        is_wanted = ~self.compliant | (self.per_dollar >= least_per_dollar)
        sells = (self.available_from <= month) & is_wanted
        return np.where(sells, self.licensed_worth, 0.0)


class Lineup:
    """The chips of one designer: flagships, and those cut to the rules for China.

    Attributes:
        country: the state whose export law binds it.
        flagships: its chips for the world, with the month of launch.
        reference: the chip that H100-equivalents are counted in.
        catalogue: all that it could sell in China so far, compliant chips included.
        choice: which entry of the catalogue is on offer, by draw.
        offer: what is on offer, mixed over draws; None before the first choice.
        changed: the draws in which another chip is on offer than last month.
        times_outlawed: how often a compliant chip of its own was denied after all.
    """

    def __init__(
        self,
        world: World,
        designer: str,
        country: str,
        *,
        flagships: list[tuple[Chip, Month]],
        reference: Chip,
    ) -> None:
        self.world, self.designer, self.country = world, designer, country
        self.flagships, self.reference = flagships, reference
        self.catalogue: list[Offer] = []
        self.choice = np.full(world.chance.draws.count, NOTHING_ON_OFFER)
        self.offer: Offer | None = None
        self.changed = world.zeros() > 0.0
        self.times_outlawed = world.zeros()
        self._designed: dict[tuple[str, str], InDraws] = {}
        self._odds_by_name: dict[str, PerDraw] = {}
        self._parent_tpp: dict[str, float] = {}
        self._places: dict[str, tuple[str, int]] = {}
        self._gave_up = world.zeros() > 0.0

    def update(self, lines: list[SupplyLine]) -> None:
        """Launch flagships, design compliant chips, and choose an offer for China.

        Args:
            lines: those on which the designer sells chips to laboratories in China.
        """
        has_changed = self._launch() or self.world.law_changed
        if self.world.is_on("redesign") and has_changed:
            self._design_compliant_chips()
        if self.catalogue:
            if has_changed:
                self._values = self._catalogue_values(lines[0])
            self._choose(lines)

    def _launch(self) -> bool:
        """Put flagships that are out into the catalogue; return whether any is new."""
        names = {entry.chip.name for entry in self.catalogue}
        new = [
            (chip, launch)
            for chip, launch in self.flagships
            if launch <= self.world.month and chip.name not in names
        ]
        for chip, launch in new:
            entry = valued_offer(
                self.world,
                chip,
                self.world.per_draw(launch.index),
                reference=self.reference,
                compliant=False,
            )
            self.catalogue.append(entry)
            if launch == self.world.month:
                self.world.tell(
                    self.designer,
                    "flagship launched",
                    chip.name,
                    inputs={"worth": entry.worth, "price": entry.price},
                )
        return bool(new)

    # --- chips cut to the rules -----------------------------------------------------

    def _design_compliant_chips(self) -> None:
        """Design the best chip inside today's tests from every flagship they catch."""
        today = list(self._tests_today())
        for number, (chip, launch) in enumerate(self.flagships):
            if launch <= self.world.month:
                for tests, rule, where in today:
                    name = f"{chip.name} for China ({rule})"
                    if rule != str(self.world.month):
                        self._places[name] = rule, number
                    self._design(chip, tests, name, where)

    def _tests_today(self) -> Iterator[tuple[tuple[Test, ...], str, InDraws]]:
        """Yield tests in force, what the rule is called, and the draws that have them.

        Thresholds that are decided inside the model hold in some draws alone, and
        limits may differ between draws.
        """
        law, month = self.world.regime, self.world.month
        thresholds = law.thresholds(Good.AI_CHIP, self.country, CHINA, month)
        per_draw = self.world.per_draw
        in_force = [(act, per_draw(force) > 0.0) for act, force in thresholds]
        limits = [
            per_draw(x)
            for act, _ in thresholds
            for test in act.tests
            for x in test.values()
        ]
        rows = [*(binds for _, binds in in_force), *limits]
        for where in groups_of_equal_draws(rows):
            acts = [act for act, binds in in_force if (binds & where).any()]
            decided = [act.id for act in acts if act.id in law.book.decided_ids]
            tests = [_in_draws(test, where) for act in acts for test in act.tests]
            if tests:
                name = " and ".join(decided) or str(month)
                yield without_redundant(tests), name, where

    def _design(
        self, chip: Chip, tests: tuple[Test, ...], name: str, where: InDraws
    ) -> None:
        """Design a compliant chip in the draws that do not have it yet."""
        design = (chip.name, tests_text(tests))
        before = self._designed.get(design, np.zeros_like(where))
        new = where & ~before
        if not new.any():
            return
        self._designed[design] = before | new
        still_designs = self._still_designs
        best = best_compliant(
            self.world,
            chip,
            tests,
            name=name,
            reference=self.reference,
            designs=still_designs,
            where=new,
        )
        if best is not None:
            self._parent_tpp[best.chip.name] = float(chip.tpp)
            self._add_to_catalogue(best)
            self._tell_of_design(best, tests_text(tests), best.exists & still_designs)
            self._tell_of_giving_up(best, best.exists & ~still_designs)

    @property
    def _still_designs(self) -> InDraws:
        """Where it still designs: neither out of patience nor sure of the next rule."""
        tolerated = self.world.assume["redesign.tolerated_fear"]
        return self._has_patience & (self._belief_in_tighter_test < tolerated)

    @property
    def _has_patience(self) -> InDraws:
        return self.times_outlawed < self.world.assume["redesign.patience"]

    @property
    def _belief_in_tighter_test(self) -> PerDraw:
        """Probability that it puts on a still tighter test."""
        return self.world.beliefs.probability.get("china_chips", self.world.zeros())

    def _tell_of_design(self, best: Offer, tests: str, where: InDraws) -> None:
        """Tell where it designed a chip inside the tests."""
        world, ones = self.world, self.world.per_draw(1.0)
        world.tell(
            self.designer,
            "compliant chip designed",
            best.chip.name,
            f"inside {tests}",
            where,
            inputs={
                "tpp": ones * best.chip.tpp,
                "interconnect": ones * best.chip.interconnect,
                "memory_bandwidth": ones * best.chip.memory_bandwidth,
                "worth": best.worth,
                "months_to_market": best.available_from - world.month.index,
            },
        )

    def _tell_of_giving_up(self, best: Offer, gave_up: InDraws) -> None:
        """Tell where it designs no more: out of patience, or sure of the next rule."""
        new = gave_up & ~self._gave_up
        outlawed = {"times_outlawed": self.times_outlawed}
        feared = {"belief": self._belief_in_tighter_test}
        for inputs, where, limit in (
            (outlawed, new & ~self._has_patience, "redesign.patience"),
            (feared, new & self._has_patience, "redesign.tolerated_fear"),
        ):
            self.world.tell(
                self.designer,
                "redesign given up",
                best.chip.name,
                where=where,
                inputs=inputs,
                threshold=self.world.assume[limit],
                alternative="drawing another compliant chip",
            )
        self._gave_up = self._gave_up | gave_up

    def _add_to_catalogue(self, entry: Offer) -> None:
        """Add a design to the catalogue, or merge it with one of the same name."""
        for index, known in enumerate(self.catalogue):
            if known.chip.name == entry.chip.name:
                self.catalogue[index] = merged(known, entry)
                return
        self.catalogue.append(entry)

    # --- the chip on offer ----------------------------------------------------------

    def _choose(self, lines: list[SupplyLine]) -> None:
        """Offer the chip that is worth most after the odds of its licence."""
        values = self._values.on_sale(
            month=self.world.month.index,
            least_per_dollar=self._least_worth_selling(),
        )
        best = self._row_of_best(values)
        choice = np.where(values.max(axis=0) > 0.0, best, NOTHING_ON_OFFER)
        self.changed = choice != self.choice
        chosen_anew = not np.array_equal(choice, self.choice) or self.offer is None
        if chosen_anew:
            self._tell_of_choice(choice, values)
            self._count_outlawed()
            self.choice = choice
            self.offer = offer_by_draw(
                self.world, self.catalogue, choice, designer=self.designer
            )
            for line in lines:
                line.carry(self.offer.chip)
            self.world.review_lines(lines)

    def _row_of_best(self, values: Table) -> Choice:
        """Return the row of the greatest value in each draw.

        Of equal ones it is the first in an order that is the same whatever other draws
        have: chips cut to decided rules, which come when any draw has the rule, stand
        last, by the rule and then as the flagships do.
        """
        decided_last = sorted(
            range(len(self.catalogue)),
            key=lambda row: self._places.get(self.catalogue[row].chip.name, ()),
        )
        order = np.array(decided_last)
        return order[values[order].argmax(axis=0)]

    def _catalogue_values(self, probe: SupplyLine) -> CatalogueValues:
        """Return what the chips of the catalogue are worth under the law of the day."""
        entries = self.catalogue
        odds = np.array([self._odds_now(probe, entry.chip) for entry in entries])
        worth = np.array([entry.worth for entry in entries])
        price = np.array([entry.price for entry in entries])
        return CatalogueValues(
            available_from=np.array([entry.available_from for entry in entries]),
            licensed_worth=worth * odds,
            per_dollar=worth / price,
            compliant=np.array([[entry.compliant] for entry in entries]),
        )

    def _odds_now(self, probe: SupplyLine, chip: Chip) -> PerDraw:
        """Return the odds of a licence, looked up again when the law changes."""
        law, month = self.world.regime, self.world.month
        if chip.name not in self._odds_by_name or self.world.law_may_change(probe):
            licence = law.licence(probe.carrying(chip), month, self.world.leakage)
            self._odds_by_name[chip.name] = self.world.per_draw(licence)
        return self._odds_by_name[chip.name]

    def _least_worth_selling(self) -> PerDraw:
        """Return what a compliant chip must be worth a dollar, given domestic ones."""
        least_worth = self.world.assume["redesign.worth_selling"]
        return least_worth * self.world.domestic_worth

    def _count_outlawed(self) -> None:
        """Count where the compliant chip on offer is denied from now on."""
        for index, entry in enumerate(self.catalogue):
            if entry.compliant:
                denied = self.odds_of(entry.chip.name) <= 0.0
                outlawed = (self.choice == index) & denied
                self.times_outlawed = self.times_outlawed + outlawed

    def odds_of(self, name: str) -> PerDraw:
        """Return the odds that a chip of its own is licensed for China, in [0, 1]."""
        return self._odds_by_name.get(name, self.world.zeros())

    @property
    def offers_compliant(self) -> InDraws:
        """The draws in which the chip on offer was cut to a rule."""
        nothing_on_offer = False
        compliant = [*(entry.compliant for entry in self.catalogue), nothing_on_offer]
        return np.array(compliant)[self.choice]

    @property
    def output_taken(self) -> PerDraw:
        """Output that a unit on offer takes, in H100-equivalents.

        That of the flagship from which it is cut, with its die, package and memory;
        zero where nothing is on offer.
        """
        flagships = {chip.name: float(chip.tpp) for chip, _ in self.flagships}
        parents = flagships | self._parent_tpp
        nothing = 0.0
        tpp = [*(parents[entry.chip.name] for entry in self.catalogue), nothing]
        return np.array(tpp)[self.choice] / self.reference.tpp

    def by_chip(self, sold: PerDraw) -> dict[str, PerDraw]:
        """Return units sold of what is on offer, by the name of the chip."""
        names = [entry.chip.name for entry in self.catalogue]
        is_on_offer = self.choice == np.arange(len(names))[:, np.newaxis]
        return dict(zip(names, np.where(is_on_offer, sold, 0.0), strict=True))

    def flagship_now(self) -> Chip:
        """Return its newest flagship."""
        launched = [c for c, launch in self.flagships if launch <= self.world.month]
        return launched[-1]

    def _tell_of_choice(self, choice: Choice, values: Table) -> None:
        """Tell what it offers from now on, with the runner-up and the former offer."""
        others = values.copy()
        np.put_along_axis(others, np.maximum(choice, 0)[np.newaxis], 0.0, axis=0)
        best = others.max(axis=0)
        runner_up = np.where(best > 0.0, self._row_of_best(others), NOTHING_ON_OFFER)
        odds = np.stack([self.odds_of(entry.chip.name) for entry in self.catalogue])
        moved = choice != self.choice
        for index, entry in enumerate(self.catalogue):
            chosen_here = moved & (choice == index)
            for runner_up_index in np.unique(runner_up[chosen_here]):
                beaten = runner_up_index != NOTHING_ON_OFFER
                self.world.tell(
                    self.designer,
                    "chip on offer in China",
                    entry.chip.name,
                    where=chosen_here & (runner_up == runner_up_index),
                    inputs={
                        "worth": entry.worth,
                        "licence_odds": odds[index],
                        "licence_odds_of_former": self._of_previous_offer(odds),
                    },
                    threshold=best,
                    alternative=self.catalogue[runner_up_index].chip.name
                    if beaten
                    else "",
                )
        self._tell_of_withdrawal(moved & (choice == NOTHING_ON_OFFER), odds)

    def _tell_of_withdrawal(self, withdrawn: InDraws, odds: Table) -> None:
        world = self.world
        for index in np.unique(self.choice[withdrawn]):
            entry = self.catalogue[index]
            world.tell(
                self.designer,
                "no chip on offer in China",
                "ai_chip",
                where=withdrawn & (self.choice == index),
                inputs={
                    "licence_odds": odds[index],
                    "worth_per_dollar": entry.worth / entry.price,
                    "domestic_worth_per_dollar": world.domestic_worth,
                },
                threshold=self._least_worth_selling() if entry.compliant else None,
                alternative=entry.chip.name,
            )

    def _of_previous_offer(self, table: Table) -> PerDraw:
        """Return a number of the chip offered so far, zero where there was none."""
        former = np.take_along_axis(table, np.maximum(self.choice, 0)[np.newaxis], 0)
        return np.where(self.choice == NOTHING_ON_OFFER, 0.0, former[0])


def _in_draws(test: ChipTest, where: InDraws) -> dict[str, float]:
    """Return a test as it is in draws in which its limits are the same."""
    first = int(np.argmax(where))
    return {
        name: float(limit[first] if isinstance(limit, np.ndarray) else limit)
        for name, limit in test.items()
    }
