"""Foreign chip designers: Nvidia, AMD. They redesign to the rules and ship."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from sim.agents.actor import Actor
from sim.agents.offers import (
    NOTHING_ON_OFFER,
    Offered,
    best_inside,
    joined,
    mixed,
    spelt,
    weighed,
)
from sim.agents.toolmaker import extended
from sim.domain.chips import Chip
from sim.domain.ensemble import Choice, InDraws, PerDraw, Table, alike, share, total
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.supply import Good, SupplyLine
from sim.mechanisms.allocation import fill_rate
from sim.mechanisms.money import lobbying, write_off
from sim.mechanisms.redesign import Test, essential
from sim.policy import scope
from sim.world import World

CHINA = "CHN"

_LARGE_WRITE_OFF = 100.0
"""USD million; smaller ones are not told of in the chronicle."""

_SHORT, _SUPPLIED = 0.5, 0.1
"""Unmet share of demand at which a designer is sold out, and at which it is no more."""


class Designer(Actor):
    """A designer of accelerators that sells what the law of the day lets it sell.

    Attributes:
        flagships: its chips, with the month of launch.
        abroad: accelerators sold outside China, H100-equivalents a month.
        catalogue: all that it could sell in China so far, compliant chips included.
        choice: which entry of the catalogue is on offer, by draw.
        offer: what is on offer, mixed over draws.
        units: units shipped to China this month, by chip name.
        china_revenue: chips and other products sold to China this month, USD million.
        revenue: all it sold this month, USD million.
        inventory: chips made for China alone, in stock and on order, USD million.
        outlawed: how often a compliant chip of its own was denied after all.
        rent: rise of its price in China while demand goes unmet, over the price.
        unmet: share of what passed the gates this month that it did not ship.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        flagships: list[tuple[Chip, Month]],
        reference: Chip,
        books: Mapping[str, Mapping[int, float]],
        abroad: list[float],
    ) -> None:
        super().__init__(world, name, country)
        self.flagships, self.reference, self.books = flagships, reference, books
        self.recorded_abroad = abroad
        self.abroad = world.every(abroad[0])
        self.cumulative_abroad = world.zeros()
        self.cumulative_at_start = world.zeros()
        self.cumulative_china = world.zeros()
        self.catalogue: list[Offered] = []
        self._designed: dict[tuple[str, str], InDraws] = {}
        self.choice = np.full(world.chance.draws.count, NOTHING_ON_OFFER)
        self.offer: Offered | None = None
        self.units: dict[str, PerDraw] = {}
        self.inventory = world.zeros()
        self.written_off = world.zeros()
        self.saleable = world.zeros()
        self.monthly_china_only = world.zeros()
        self.china_revenue = self.revenue = world.zeros()
        self.china_chip_revenue = world.zeros()
        self.government_take = world.zeros()
        self.best_year = world.zeros()
        self.lobbying = world.zeros()
        self.outlawed = world.zeros()
        self.rent = self.unmet = world.zeros()
        self._odds_by_name: dict[str, PerDraw] = {}
        self._sold_out = self._tired = world.zeros() > 0.0

    @property
    def china_lines(self) -> list[SupplyLine]:
        """The lines on which it sells chips to laboratories in China."""
        return [
            line
            for line in self.sales
            if line.good is Good.AI_CHIP and line.destination == CHINA
        ]

    # --- what to sell (M6) ----------------------------------------------------------

    def redesign(self) -> None:
        """Launch flagships, draw compliant chips, and choose what to offer in China."""
        launched = self._launch()
        if self.model.on("redesign") and (launched or self.model.law_moves):
            self._draw_compliant_chips()
        self._choose()

    def _launch(self) -> bool:
        known = {entry.chip.name for entry in self.catalogue}
        new = [
            (chip, launch)
            for chip, launch in self.flagships
            if launch <= self.model.month and chip.name not in known
        ]
        for chip, launch in new:
            entry = weighed(
                self.model,
                chip,
                self.model.every(launch.index),
                reference=self.reference,
                compliant=False,
            )
            self.catalogue.append(entry)
            if launch == self.model.month:
                self._tell_of_launch(entry)
        return bool(new)

    def _tell_of_launch(self, entry: Offered) -> None:
        self.model.tell(
            self.name,
            "flagship launched",
            entry.chip.name,
            inputs={"worth": entry.worth, "price": entry.price},
        )

    def _draw_compliant_chips(self) -> None:
        """Draw the best chip inside today's tests from every flagship they catch."""
        today = list(self._tests_today())
        for chip, launch in self.flagships:
            if launch <= self.model.month:
                for tests, rule, where in today:
                    self._draw(chip, tests, f"{chip.name} for China ({rule})", where)

    def _tests_today(self) -> Iterator[tuple[tuple[Test, ...], str, InDraws]]:
        """Yield tests in force, what the rule is called, and the draws that have them.

        Thresholds that are decided inside the model stand in some draws alone, and
        limits may differ from draw to draw.
        """
        law, month = self.model.regime, self.model.month
        found = law.thresholds(Good.AI_CHIP, self.country, CHINA, month)
        every = self.model.every
        standing = [(act, every(far) > 0.0) for act, far in found]
        limits = [
            every(x) for act, _ in found for test in act.tests for x in test.values()
        ]
        for where in alike([*(stands for _, stands in standing), *limits]):
            here = [act for act, stands in standing if (stands & where).any()]
            decided = [act.id for act in here if act.id in law.book.decided]
            tests = [_in_draws(test, where) for act in here for test in act.tests]
            if tests:
                yield essential(tests), " and ".join(decided) or str(month), where

    def _draw(
        self, chip: Chip, tests: tuple[Test, ...], name: str, where: InDraws
    ) -> None:
        """Draw a compliant chip in the draws that have not drawn it yet."""
        design = (chip.name, spelt(tests))
        before = self._designed.get(design, np.zeros_like(where))
        new = where & ~before
        if not new.any():
            return
        self._designed[design] = before | new
        willing = self._willing
        best = best_inside(
            self.model,
            chip,
            tests,
            name=name,
            reference=self.reference,
            willing=willing,
            where=new,
        )
        if best is not None:
            self._enter(best)
            self._tell_of_design(best, spelt(tests), best.drawn & willing)
            self._tell_of_giving_up(best, best.drawn & ~willing)

    @property
    def _willing(self) -> InDraws:
        """Where it still designs: neither out of patience nor sure of the next rule."""
        return self._patient & (self._feared < self._tolerated)

    @property
    def _patient(self) -> InDraws:
        return self.outlawed < self.model.assume["redesign.patience"]

    @property
    def _feared(self) -> PerDraw:
        """Probability that it puts on a still tighter test."""
        return self.model.beliefs.probability.get("china_chips", self.model.zeros())

    @property
    def _tolerated(self) -> PerDraw:
        return self.model.assume["redesign.tolerated_fear"]

    def _tell_of_design(self, best: Offered, tests: str, willing: InDraws) -> None:
        """Tell where it drew a chip inside the tests."""
        world, one = self.model, self.model.every(1.0)
        world.tell(
            self.name,
            "compliant chip designed",
            best.chip.name,
            f"inside {tests}",
            willing,
            inputs={
                "tpp": one * best.chip.tpp,
                "interconnect": one * best.chip.interconnect,
                "memory_bandwidth": one * best.chip.memory_bandwidth,
                "worth": best.worth,
                "months_to_market": best.since - world.month.index,
            },
        )

    def _tell_of_giving_up(self, best: Offered, tired: InDraws) -> None:
        """Tell where it draws no more: out of patience, or sure of the next rule."""
        new = tired & ~self._tired
        patience = self.model.assume["redesign.patience"]
        for name, where, amount, most in (
            ("times_outlawed", new & ~self._patient, self.outlawed, patience),
            ("belief", new & self._patient, self._feared, self._tolerated),
        ):
            self.model.tell(
                self.name,
                "redesign given up",
                best.chip.name,
                where=where,
                inputs={name: amount},
                threshold=most,
                alternative="drawing another compliant chip",
            )
        self._tired = self._tired | tired

    def _enter(self, entry: Offered) -> None:
        """Enter a design into the catalogue; one that is there is due earlier."""
        names = [known.chip.name for known in self.catalogue]
        if entry.chip.name not in names:
            self.catalogue.append(entry)
            return
        place = names.index(entry.chip.name)
        self.catalogue[place] = joined(self.catalogue[place], entry)

    def _choose(self) -> None:
        """Offer the chip that is worth most after the odds of its licence."""
        probe = self.china_lines[0]
        best = self.model.zeros()
        values = []
        choice = np.full_like(self.choice, NOTHING_ON_OFFER)
        for index, entry in enumerate(self.catalogue):
            odds = self._odds_now(probe, entry.chip)
            sells = entry.since <= self.model.month.index
            if entry.compliant:
                sells = sells & self._worth_selling(entry)
            value = np.where(sells, entry.worth * odds, 0.0)
            choice = np.where(value > best, index, choice)
            best = np.maximum(best, value)
            values.append(value)
        chosen_anew = not np.array_equal(choice, self.choice) or self.offer is None
        if chosen_anew:
            self._tell_of(choice, values)
            self._count_outlawed()
            self.choice = choice
            self.offer = mixed(self.model, self.catalogue, choice, designer=self.name)
            for line in self.china_lines:
                line.chip = self.offer.chip
        if chosen_anew or self.model.law_moves:
            self.model.review_all(self.china_lines)

    def _odds_now(self, probe: SupplyLine, chip: Chip) -> PerDraw:
        """Return the odds of a licence, looked up anew when the law moves."""
        law, month = self.model.regime, self.model.month
        if chip.name not in self._odds_by_name or self.model.law_moves:
            asked = replace(probe, chip=chip)
            licence = law.licence(asked, month, self.model.leakage)
            self._odds_by_name[chip.name] = licence * self.model.every(1.0)
        return self._odds_by_name[chip.name]

    def _worth_selling(self, entry: Offered) -> InDraws:
        """Return where a compliant chip is worth buying beside the domestic one."""
        per_dollar = entry.worth / entry.price
        least_worth = self.model.assume["redesign.worth_selling"]
        return per_dollar >= least_worth * self.model.domestic_worth

    def _count_outlawed(self) -> None:
        """Count where the compliant chip on offer is denied from now on."""
        for index, entry in enumerate(self.catalogue):
            if entry.compliant:
                gone = (self.choice == index) & (self.odds_of(entry.chip.name) <= 0.0)
                self.outlawed = self.outlawed + gone

    def odds_of(self, name: str) -> PerDraw:
        """Return the odds that a chip of its own is licensed for China, in [0, 1]."""
        return self._odds_by_name.get(name, self.model.zeros())

    def ship_abroad(self, line: SupplyLine, orders: PerDraw, chip: Chip) -> PerDraw:
        """Ship a flagship to a buyer abroad as far as law and quotas let it.

        Args:
            line: the line to the buyer.
            orders: units ordered.
            chip: the flagship.

        Returns:
            Units shipped.
        """
        if line.chip is not chip:
            line.chip = chip
            self.model.review(line)
        line.order(orders)
        line.clear()
        h100e = self.model.every(float(chip.tpp / self.reference.tpp))
        [units] = self.model.quotas.admit(
            [line], [line.permitted], h100e=h100e, us_sales=self.us_sales(h100e)
        )
        line.ship(units)
        line.backlog = self.model.zeros()
        return units

    def us_sales(self, h100e: PerDraw) -> PerDraw:
        """Return units of a superseded product sold in the United States this month."""
        facts = self.model.facts
        old = facts["us_share_of_sales"] * facts["previous_generation_share"]
        return self.abroad * old / np.maximum(h100e, facts["reach_floor"])

    def flagship_now(self) -> Chip:
        """Return its newest flagship."""
        launched = [c for c, launch in self.flagships if launch <= self.model.month]
        return launched[-1]

    def _tell_of(self, choice: Choice, values: list[PerDraw]) -> None:
        """Tell what it offers from now on, beside the next best and what it was."""
        chosen = np.maximum(choice, 0)
        table = np.stack(values)
        np.put_along_axis(table, chosen[np.newaxis], 0.0, axis=0)
        runner_up = np.where(table.max(axis=0) > 0.0, table.argmax(axis=0), -1)
        odds = np.stack([self.odds_of(entry.chip.name) for entry in self.catalogue])
        moved = choice != self.choice
        for index, entry in enumerate(self.catalogue):
            came = moved & (choice == index)
            for other in np.unique(runner_up[came]):
                self.model.tell(
                    self.name,
                    "chip on offer in China",
                    entry.chip.name,
                    where=came & (runner_up == other),
                    inputs={
                        "worth": entry.worth,
                        "licence_odds": odds[index],
                        "licence_odds_of_former": self._of_former(odds),
                    },
                    threshold=table.max(axis=0),
                    alternative=self.catalogue[other].chip.name if other >= 0 else "",
                )
        self._tell_of_withdrawal(moved & (choice == NOTHING_ON_OFFER), odds)

    def _tell_of_withdrawal(self, gone: InDraws, odds: Table) -> None:
        world = self.model
        for index in np.unique(self.choice[gone]):
            entry = self.catalogue[index]
            least_worth = world.assume["redesign.worth_selling"] * world.domestic_worth
            world.tell(
                self.name,
                "no chip on offer in China",
                "ai_chip",
                where=gone & (self.choice == index),
                inputs={
                    "licence_odds": odds[index],
                    "worth_per_dollar": entry.worth / entry.price,
                    "domestic_worth_per_dollar": world.domestic_worth,
                },
                threshold=least_worth if entry.compliant else None,
                alternative=entry.chip.name,
            )

    def _of_former(self, table: Table) -> PerDraw:
        """Return a number of the chip offered so far, nothing where there was none."""
        former = np.take_along_axis(table, np.maximum(self.choice, 0)[np.newaxis], 0)
        return np.where(self.choice == NOTHING_ON_OFFER, 0.0, former[0])

    # --- selling (M7) ---------------------------------------------------------------

    def ship_chips(self) -> None:
        """Ship what passed both gates, within capacity and quotas."""
        lines, offer, price = self.china_lines, self._offer(), self.price
        for line in lines:
            line.price = price
            line.clear()
        wanted = [line.permitted * price for line in lines]
        filled = fill_rate(wanted, self._china_output())
        admitted = self.model.quotas.admit(
            lines,
            [line.permitted * filled for line in lines],
            h100e=offer.training,
            us_sales=self.us_sales(offer.training),
        )
        for line, units in zip(lines, admitted, strict=True):
            line.ship(units)
            line.backlog = self.model.zeros()
        sold = total(admitted)
        self._count(sold, offer, lines)
        asked = total(line.permitted for line in lines)
        self.unmet = np.where(asked > 0.0, 1.0 - share(sold, asked), 0.0)
        self._tell_of_shortage(filled)

    def _tell_of_shortage(self, filled: PerDraw) -> None:
        """Tell where buyers in China begin to get less than half of what may pass."""
        short = self.unmet > _SHORT
        self.model.tell(
            self.name,
            "sold out in China",
            "ai_chip",
            where=short & ~self._sold_out,
            inputs={"unmet_share": self.unmet, "supply_share": filled},
            threshold=self.model.every(_SHORT),
        )
        self._sold_out = short | (self._sold_out & (self.unmet > _SUPPLIED))

    def _raise_rent(self) -> None:
        """Let next month's price show what quota or capacity left unmet."""
        self.rent = self.model.assume["nvidia.quota_rent"] * self.unmet

    @property
    def price(self) -> PerDraw:
        """Price in China of the chip on offer, with its rent, USD million."""
        return self._offer().price * (1.0 + self.rent)

    def _offer(self) -> Offered:
        if self.offer is None:
            raise RuntimeError("a designer ships before it has chosen what to offer")
        return self.offer

    def _china_output(self) -> PerDraw:
        """Return the most that it ships to China in a month, USD million."""
        cap = self.model.assume["nvidia.china_allocation_cap"]
        return self.data_centre_abroad * cap / (1.0 - cap)

    def _count(self, sold: PerDraw, offer: Offered, lines: list[SupplyLine]) -> None:
        self.units = {
            entry.chip.name: np.where(self.choice == index, sold, 0.0)
            for index, entry in enumerate(self.catalogue)
        }
        self.china_chip_revenue = sold * lines[0].price
        levy = self.model.regime.levy(lines[0], self.model.month)
        self.government_take = self.china_chip_revenue * levy
        self.cumulative_china = self.cumulative_china + sold * offer.training
        self._mind_inventory(lines)

    def _mind_inventory(self, lines: list[SupplyLine]) -> None:
        """Write off what was made for China alone once its law has closed (M17)."""
        compliant = np.isin(
            self.choice,
            [i for i, entry in enumerate(self.catalogue) if entry.compliant],
        )
        memory = self.model.facts["reach_memory"]
        made = np.where(compliant, self.china_chip_revenue, 0.0)
        self.monthly_china_only = np.where(
            compliant,
            memory * self.monthly_china_only + (1.0 - memory) * made,
            self.monthly_china_only,
        )
        saleable = np.where(compliant, lines[0].open_share, 0.0)
        self.written_off = write_off(self.inventory, before=self.saleable, now=saleable)
        self.model.tell(
            self.name,
            "write-off",
            "ai_chip",
            where=self.written_off > _LARGE_WRITE_OFF,
            inputs={
                "written_off": self.written_off,
                "inventory": self.inventory,
                "open_before": self.saleable,
                "open_now": saleable,
            },
        )
        self.saleable = saleable
        pipeline = self.model.assume["nvidia.pipeline_months"]
        left = self.inventory - self.written_off
        wanted = pipeline * self.monthly_china_only * (saleable > 0.0)
        rebuilt = left + np.maximum(wanted - left, 0.0) / pipeline
        self.inventory = np.where(compliant, np.minimum(rebuilt, wanted), 0.0)

    # --- the rest of the world, and the books ---------------------------------------

    def supply_abroad(self) -> None:
        """Ship to the rest of the world: the record, then assumed growth."""
        months = self.model.month - self.model.start
        if months < len(self.recorded_abroad):
            self.abroad = self.model.every(self.recorded_abroad[months])
        else:
            self.abroad = self.abroad * np.exp(self.growth_abroad)
        self.cumulative_abroad = self.cumulative_abroad + self.abroad

    @property
    def growth_abroad(self) -> PerDraw:
        """Growth of supply outside China after the record, log per month."""
        assume = self.model.assume
        years = (self.model.month - self.model.start) / MONTHS_A_YEAR
        past = years - len(self.recorded_abroad) / MONTHS_A_YEAR
        fade = np.exp2(-past / assume["world.supply_growth_half_life_years"])
        return np.log(assume["world.supply_growth_2026"]) * fade / MONTHS_A_YEAR

    @property
    def data_centre_abroad(self) -> PerDraw:
        """Data-centre sales outside China, USD million a month."""
        yearly = extended(self.books["row_data_centre"], self._recorded_month(), 0.0)
        grown = self.abroad / self.recorded_abroad[-1]
        past = self.model.month - self.model.start >= len(self.recorded_abroad)
        return self.model.every(yearly / MONTHS_A_YEAR) * (grown if past else 1.0)

    def close_books(self) -> None:
        """Add up the month, and lobby against what was lost."""
        assume = self.model.assume
        lost = self.best_year - self.china_chip_revenue
        self.best_year = np.maximum(self.best_year, self.china_chip_revenue)
        base = self.model.every(self.model.facts["lobbying_base_usd_m"])
        self.lobbying = lobbying(base, lost, assume["nvidia.lobbying_response"])
        self.china_revenue = self.china_chip_revenue + self._other("other_china")
        self.revenue = (
            self.china_chip_revenue
            + self.data_centre_abroad
            + self._other("other_revenue")
        )
        self._raise_rent()

    def _other(self, book: str) -> float:
        return extended(self.books[book], self.model.month, 0.0) / MONTHS_A_YEAR

    def _recorded_month(self) -> Month:
        last = self.model.start + len(self.recorded_abroad)
        return min(self.model.month, last)


def _in_draws(test: scope.Test, where: InDraws) -> dict[str, float]:
    """Return a test as it is in draws in which its limits are the same."""
    first = int(np.argmax(where))
    return {
        name: float(limit[first] if isinstance(limit, np.ndarray) else limit)
        for name, limit in test.items()
    }
