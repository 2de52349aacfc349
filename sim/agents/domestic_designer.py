"""Chinese chip designers: Huawei and others. Dies, memory, packages."""

from collections.abc import Mapping, Sequence

import numpy as np

from sim.agents.actor import NOTABLE_CHANGE, Actor, ship_rationed
from sim.agents.built_capacity import BuiltCapacity
from sim.agents.product_mix import ProductMix, inference_kept, training_kept
from sim.agents.roadmap import ChipOnSale, DomesticChip, Roadmap
from sim.domain.ensemble import PerDraw, share, total
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import Good, SupplyLine
from sim.mechanisms.accelerators import packages
from sim.mechanisms.construction import (
    mean_worth,
    months_to_use_stock,
    need_when_completed,
)
from sim.mechanisms.tool_demand import stockpile
from sim.world import World

_USD_PER_MILLION = 1e6

_LEAST_DENIED = 1e-6
"""Used in place of no share denied in a division."""

_SHORT, _PLENTY = 0.9, 1.1
"""Memory in stock over what dies and packaging call for: below the first it runs short,
above the second there is enough again."""


class DomesticDesigner(Actor):
    """A Chinese designer that packages what dies and memory it can get.

    Attributes:
        leads: whether foreign designers measure their chips by its own.
        training: H100-equivalents for training of what it sells, nothing while it sells
            nothing.
        inference: the same for inference.
        dies: good dies in stock.
        stacks: memory stacks in stock.
        finished: accelerators made but not sold.
        compute_made: the same in training H100-equivalents, on paper.
        dies_used: dies put into packages this month (failed packages included).
        stacks_bought: stacks that have arrived since the start.
        packaging: dies a month that it can package, and is going to.
        mean_orders: accelerators ordered in a month, a moving mean.
        memory_arriving: stacks that arrive in a month, a moving mean.
        dies_wanted: dies a month that it would like to receive: what packaging and
            memory in view can use, and part of what its stock lacks or has too much.
        worth_over_cost: what its buyers would pay for one accelerator more, over its
            full cost; nothing before it sells.
        bids: by buyer, what it would pay for one accelerator more, USD million.
        price: of a unit, USD million, in proportion to the worth of its memory.
        mix: what it sells with other memory.
        packable_with_memory: dies a month for which memory is in view.
        roadmap: which accelerator it sells.
        lines_running: wafers started over wafers planned, on the lines that make its
            dies at home.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        generations: list[DomesticChip],
        wafer_share: float,
        leads: bool,
    ) -> None:
        super().__init__(world, name, country)
        self.wafer_share, self.leads = wafer_share, leads
        self.roadmap = Roadmap(world, generations)
        nothing = world.zeros()
        self.training = self.inference = nothing
        self.dies = self.stacks = self.finished = nothing
        self.made = self.sold = self.revenue = self.compute_made = nothing
        self.dies_used = self.stacks_used = self.stacks_bought = nothing
        self._rushing = self._short = nothing > 0.0
        first = world.assume["ascend.packaging_dies_per_month"] * wafer_share
        self.packaging = BuiltCapacity(
            world,
            first,
            growth=world.assume["ascend.packaging_growth_per_year"],
            months=world.assume["ascend.packaging_build_months"],
        )
        self.mean_orders = self.memory_arriving = nothing
        self.dies_wanted = self.worth_over_cost = nothing
        self.bids: Mapping[str, PerDraw] = {}
        self.mix = ProductMix(world)
        self.packable_with_memory = nothing
        self.lines_running = world.per_draw(1.0)
        self.price = self._list_price

    @property
    def current(self) -> ChipOnSale:
        """The newest accelerator that it sells."""
        return self.roadmap.on_sale(self.model)

    @property
    def selling(self) -> bool:
        """Whether it has anything to sell yet."""
        return self.roadmap.generations[0].launch <= self.model.month

    @property
    def compute_gain(self) -> PerDraw:
        """Compute of its dies over what the generation promised at launch."""
        growth = self.model.assume["ascend.compute_growth_per_year"]
        years = self.current.months / MONTHS_A_YEAR
        return growth ** np.maximum(years, 0.0)

    def take_running_share(self, running: PerDraw) -> None:
        """Hear how much of what was planned the lines run that make its dies."""
        self.lines_running = running

    # --- buying ---------------------------------------------------------------------

    def order_dies(self) -> None:
        """Order dies abroad, as many as a foundry would make if the law let it."""
        self.roadmap.advance(
            self.model, worth=self.worth_over_cost, running=self.lines_running
        )
        self._tell_of_launch()
        sought = self.model.assume["ascend.tsmc_dies_sought_per_month"]
        for line in self.purchases_of(Good.LOGIC_WAFERS):
            if line.origin != self.country:
                line.order(sought if self.selling else self.model.zeros())

    def order_memory(self) -> None:
        """Order stacks for the dies to come, and a stock against a ban (M5, P12)."""
        assume, world = self.model.assume, self.model
        need = self.packaging_capacity(ahead=MONTHS_A_YEAR) * self._stacks_per_die
        lines = self.purchases_of(Good.HBM)
        domestic = [line for line in lines if line.origin == self.country]
        abroad = [line for line in lines if line.origin != self.country]
        pending = total(line.gates.pending for line in abroad) / max(len(abroad), 1)
        pending = pending if world.is_on("stockpiling") else world.zeros()
        fear = np.maximum(world.fear["hbm"], pending)
        stock = stockpile(fear, assume["hbm.stockpile_horizon_months"], need)
        shortfall = np.maximum(need + stock - self.stacks, 0.0)
        usual = need + shortfall / assume["fab.order_adjust_months"]
        multiple = assume["hbm.panic_buy_multiple_before_deadline"]
        rush = 1.0 + pending * (multiple - 1.0)
        delivered = total(line.orders.shipped for line in domestic)
        orders = np.maximum(usual * rush - delivered, 0.0)
        for line in domestic:
            line.order(usual)
        for line in abroad:
            line.order(orders * self.customary_share(line))
        self._tell_of_rush(pending, need=need, ordered=orders)

    def _tell_of_rush(
        self, pending: PerDraw, *, need: PerDraw, ordered: PerDraw
    ) -> None:
        """Tell where it begins to buy memory ahead of a ban that is announced."""
        rushing = (pending > NOTABLE_CHANGE) & (need > 0.0)
        self.tell(
            "memory rush",
            Good.HBM,
            where=rushing & ~self._rushing,
            inputs={
                "share_to_be_denied": pending,
                "stacks_ordered": ordered,
                "stacks_needed": need,
                "stacks_in_stock": self.stacks,
            },
            alternative="ordering for the month's needs",
        )
        self._rushing = rushing

    def _tell_of_launch(self) -> None:
        for number, chip in enumerate(self.roadmap.generations):
            launched = self.roadmap.launched_in(self.model, number)
            if launched.any():
                self.tell(
                    "chip launched",
                    chip.name,
                    where=launched,
                    inputs={
                        "training_worth": self.model.per_draw(chip.training),
                        "price": self.model.per_draw(chip.price / _USD_PER_MILLION),
                    },
                )

    def packaging_capacity(self, ahead: int = 0) -> PerDraw:
        """Return dies that it can package in a month, now or some months ahead.

        Where capacity answers scarcity, what is under construction counts as ready by
        then.
        """
        if not self.selling:
            return self.model.zeros()
        built = self.packaging.ahead if ahead else self.packaging.installed
        answers = self.model.draws_with("domestic_investment")
        if answers is True:
            return built
        return np.where(answers, built, self._planned_packaging(ahead))

    def _planned_packaging(self, ahead: int) -> PerDraw:
        """Return dies packaged in a month where no capacity answers scarcity.

        They double and more a year at first; the growth halves every few years.
        """
        assume, month = self.model.assume, self.model.month + ahead
        years = (month - self.roadmap.generations[0].launch) / MONTHS_A_YEAR
        half_life = self.model.facts["packaging_growth_half_life_years"]
        grown = half_life / np.log(2.0) * (1.0 - np.exp2(-years / half_life))
        first = assume["ascend.packaging_dies_per_month"] * self.wafer_share
        return first * assume["ascend.packaging_growth_per_year"] ** grown

    @property
    def _dies_per_unit(self) -> PerDraw:
        """Dies that go into an accelerator that passes."""
        packaging_yield = self.model.assume["ascend.packaging_yield_910c"]
        return self.current.dies / packaging_yield

    @property
    def _stacks_per_die(self) -> PerDraw:
        return self.current.stacks / self.current.dies

    # --- making (M4) ----------------------------------------------------------------

    def package(self) -> None:
        """Put good dies and memory together; the scarcer of the two rules."""
        dies = self.dies + self._arrived(Good.LOGIC_WAFERS)
        stacks_arrived = self._arrived(Good.HBM)
        self.stacks_bought = self.stacks_bought + stacks_arrived
        kept = self.model.facts["books_memory"]
        self.memory_arriving = (
            kept * self.memory_arriving + (1.0 - kept) * stacks_arrived
        )
        stacks = self.stacks + stacks_arrived
        chip = self.current
        packaging_yield = self.model.assume["ascend.packaging_yield_910c"]
        packable = np.minimum(dies, self.packaging_capacity())
        made = packages(
            dies=packable,
            stacks=stacks,
            dies_per_package=chip.dies,
            stacks_per_package=chip.stacks,
            packaging_yield=packaging_yield,
        )
        self._tell_of_memory_shortage(stacks, packable)
        made = made if self.selling else self.model.zeros()
        used = made * chip.dies / packaging_yield
        on_other = self._dies_with_other_memory(dies, made, used)
        other = on_other * packaging_yield / chip.dies
        self.made = made + other
        as_usual = made + other * training_kept(self.model)
        self.compute_made = as_usual * chip.training * self.compute_gain
        self.dies_used = used + on_other
        self.stacks_used = made * chip.stacks
        self.dies = np.maximum(dies - self.dies_used, 0.0)
        self.stacks = np.maximum(stacks - self.stacks_used, 0.0)
        self.finished = self.finished + self.made
        self.mix.add(other, self.finished)
        self.price = self._list_price * self._worth_of_unit()
        self._publish_compute()

    def _dies_with_other_memory(
        self, dies: PerDraw, made: PerDraw, used: PerDraw
    ) -> PerDraw:
        """Return dies that it packages with other memory, for want of the newest.

        Args:
            dies: good dies in stock before anything is packaged this month.
            made: accelerators with the newest memory made this month.
            used: dies that these took.
        """
        if not self.selling:
            return self.model.zeros()
        unfilled = np.maximum(self.mean_orders - self.finished - made, 0.0)
        worth_over_cost = share(self.worth_over_cost, self._worth_of_unit())
        return self.mix.dies_used(
            self.model,
            dies=np.maximum(dies - used, 0.0),
            packaging_left=np.maximum(self.packaging_capacity() - used, 0.0),
            still_ordered=unfilled * self._dies_per_unit,
            packable_with_memory=self.packable_with_memory,
            worth_over_cost=worth_over_cost
            * self._worth(training_kept(self.model), inference_kept(self.model)),
        )

    def _worth_of_unit(self) -> PerDraw:
        """Return worth of the unit it sells over that with the newest memory."""
        return self._worth(
            self.mix.of_training(self.model), self.mix.of_inference(self.model)
        )

    def _worth(self, training: PerDraw, inference: PerDraw) -> PerDraw:
        """Return worth of its dies, by what is kept for training and for inference."""
        weight = self.model.assume["lab.training_share_of_demand"]
        chip = self.current
        of_training, of_inference = (
            weight * chip.training,
            (1.0 - weight) * chip.inference,
        )
        kept = of_training * training + of_inference * inference
        return kept / (of_training + of_inference)

    def _arrived(self, good: Good) -> PerDraw:
        """Return what arrived of a good this month."""
        return total(line.orders.arrived for line in self.purchases_of(good))

    def _tell_of_memory_shortage(self, stacks: PerDraw, dies: PerDraw) -> None:
        """Tell where memory begins to limit packaging, or no longer does."""
        if not self.selling:
            return
        needed = dies * self._stacks_per_die
        short = (stacks < _SHORT * needed) & (self.stacks_bought > 0.0)
        plenty = stacks > _PLENTY * needed
        for event, where in (
            ("memory runs short", short & ~self._short),
            ("memory suffices again", plenty & self._short),
        ):
            self.tell(
                event,
                Good.HBM,
                where=where,
                inputs={"stacks_in_hand": stacks},
                threshold=needed,
            )
        self._short = short | (self._short & ~plenty)

    def _publish_compute(self) -> None:
        """Let laboratories, and foreign designers, know what its chip is worth."""
        if not self.selling:
            return
        chip, gain, mix = self.current, self.compute_gain, self.mix
        self.training = chip.training * gain * mix.of_training(self.model)
        self.inference = chip.inference * gain * mix.of_inference(self.model)
        if self.leads:
            weight = self.model.assume["lab.training_share_of_demand"]
            worth = weight * chip.training + (1.0 - weight) * chip.inference
            self.model.publish_domestic_worth(worth * gain / self._list_price)

    @property
    def _list_price(self) -> PerDraw:
        """Price of its current accelerator with the newest memory, USD million."""
        return self.current.price / _USD_PER_MILLION

    # --- selling --------------------------------------------------------------------

    def ship_chips(self) -> None:
        """Sell what is finished, the same share of every order."""
        lines = self.sales_of(Good.AI_CHIP)
        for line in lines:
            line.quote(self.price)
            line.clear()
        self.sold = ship_rationed(lines, self.finished)
        self.finished = np.maximum(self.finished - self.sold, 0.0)
        self.mix.sell(self.sold)
        self.revenue = self.sold * self.price

    # --- investing (M18) ------------------------------------------------------------

    def take_bids(self, bids: Mapping[str, PerDraw]) -> None:
        """Hear what buyers would pay for one accelerator more, USD million."""
        self.bids = bids

    def invest(self) -> None:
        """Build the packaging that orders and memory call for; want dies to match."""
        if not (self.selling and self.model.is_on("domestic_investment")):
            return
        lines = self.sales_of(Good.AI_CHIP)
        orders = total(line.orders.permitted for line in lines)
        memory = self.model.facts["plan_memory"]
        answers = self.model.draws_with("domestic_investment")
        ordered = memory * self.mean_orders + (1.0 - memory) * orders
        self.mean_orders = answers * ordered
        self.worth_over_cost = answers * self._worth_over_cost(lines)
        months_of_stock = self._months_of_stock()
        packable = self._memory_in_view(months_of_stock) / self._stacks_per_die
        self.packable_with_memory = answers * packable
        needs_memory = self.mix.is_made(self.model) == 0.0
        self._build_packaging(np.where(needs_memory, packable, np.inf))
        for_orders = np.maximum(packable, self.mean_orders * self._dies_per_unit)
        usable = np.where(needs_memory, packable, for_orders)
        use = np.minimum(self.packaging.ahead, usable)
        lacking = self.model.facts["months_of_dies_in_stock"] * use - self.dies
        self.dies_wanted = answers * np.maximum(use + lacking / months_of_stock, 0.0)

    def _build_packaging(self, packable: PerDraw) -> None:
        """Start the packaging that orders to come need, up to what memory allows."""
        assume = self.model.assume
        months = assume["ascend.packaging_build_months"]
        need = need_when_completed(
            self.mean_orders * self._dies_per_unit,
            expected_growth=assume["chain.expected_growth_per_year"],
            months=months + assume["fab.order_adjust_months"],
        )
        wanted = np.minimum(need, packable)
        self.packaging.build(self.model, wanted, months, self.worth_over_cost)

    def _worth_over_cost(self, lines: Sequence[SupplyLine]) -> PerDraw:
        """Return the mean of its buyers' bids over its cost, weighted by their orders.

        A bid counts up to the most that makers believe will last. The cost is that
        with the newest memory.
        """
        cost = self.model.assume["ascend.cost_share_of_price"] * self._list_price
        most = self.model.facts["most_worth_over_cost"]
        bidding = [line for line in lines if line.buyer in self.bids]
        orders = [line.orders.permitted for line in bidding]
        worths = [np.minimum(self.bids[line.buyer] / cost, most) for line in bidding]
        return mean_worth(orders, worths) if bidding else self.model.zeros()

    def _months_of_stock(self) -> PerDraw:
        """Return the months over which it plans to use up its stocks."""
        return months_to_use_stock(
            self.worth_over_cost,
            months_at_cost=self.model.facts["stock_months_at_cost"],
            most=self.model.facts["most_worth_over_cost"],
            eta=self.model.assume["chain.investment_response"],
        )

    def _memory_in_view(self, months_of_stock: PerDraw) -> PerDraw:
        """Return stacks a month that it can count on: what arrives, and from its stock.

        As far as makers abroad may sell, more would come if it were ordered.
        """
        abroad = [x for x in self.purchases_of(Good.HBM) if x.origin != self.country]
        open_shares = total(line.gates.open_share for line in abroad)
        denied = 1.0 - open_shares / max(len(abroad), 1)
        counted_on = self.memory_arriving + self.stacks / months_of_stock
        return counted_on / np.maximum(denied, _LEAST_DENIED)

    @property
    def memory_bound(self) -> PerDraw:
        """Share of its stocks, counted in stacks, that is dies waiting for memory."""
        waiting = self.dies * self._stacks_per_die
        return share(waiting, waiting + self.stacks)
