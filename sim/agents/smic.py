"""SMIC's advanced lines: nodes, their yields, and wafers for AI chips."""

from collections.abc import Mapping

import numpy as np

from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.fab import WAFERS_PER_THOUSAND, Fab
from sim.agents.tool_buyer import CapacityPlan
from sim.domain.ensemble import InDraws, PerDraw, share, total
from sim.domain.supply import Good
from sim.mechanisms.yields import defect_density, learning_exponent, poisson_yield
from sim.world import World


class AdvancedFab(Fab):
    """A fab that makes logic at 7 nm (N+2) and, later, at 5 nm (N+3).

    Attributes:
        ai_wafers: wafers that carry AI dies, started this month, thousand.
        ai_share: share of its advanced wafers that carry AI dies.
        cumulative_n2: wafers run so far on N+2, thousand (with pilot runs), whatever
            they carry, each counted by how fast engineers learnt from it.
        cumulative_n3: wafers run so far on N+3, thousand, counted likewise.
        at_n3_start: wafers that count towards learning on N+3 when it starts.
        die_yield: share of good AI dies on N+2.
        die_yield_n3: share of good AI dies on N+3.
        good_dies: good AI dies made this month, by designer.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        plan: CapacityPlan,
        *,
        designer_shares: Mapping[str, float],
    ) -> None:
        super().__init__(world, name, country, plan, advanced=True)
        self.designer_shares = dict(designer_shares)
        self.cumulative_n2 = world.assume["smic.n2.initial_ai_wafers"]
        self.cumulative_n3 = world.zeros()
        self.at_n3_start = self._counted_on_n3()
        self.ai_wafers = world.zeros()
        self.ai_share = world.assume["smic.ai_share_of_advanced_wafers"]
        self.die_yield = self._n2_yield()
        self.die_yield_n3 = world.zeros()
        self.good_dies: dict[str, PerDraw] = {}
        self.n2_done = self.n3_done = self.dies_on_n3 = world.zeros() > 1.0

    def make_ai_dies(self) -> None:
        """Turn AI wafers into good dies, on the node that gives the more compute."""
        assume, facts = self.model.assume, self.model.facts
        n3_runs = self._n3_running()
        self.at_n3_start = np.where(n3_runs, self.at_n3_start, self._counted_on_n3())
        n3_share = assume["smic.n3.share_of_advanced_wafers"] * n3_runs
        self.passes_factor = 1.0 + n3_share * (self._passes_ratio() - 1.0)
        self.die_yield = self._n2_yield()
        self.die_yield_n3 = np.where(n3_runs, self._n3_yield(), 0.0)
        gain = assume["smic.n3.compute_gain"]
        better = self.die_yield_n3 * gain > self.die_yield * self._passes_ratio()
        self._tell_of_move(better, gain)
        per_wafer = facts["dies_per_wafer"] * np.where(
            better, self.die_yield_n3 * gain / self._passes_ratio(), self.die_yield
        )
        running = share(self.wafer_starts, self.plan)
        for designer in self.model.actors(DomesticDesigner):
            designer.take_running_share(running)
        self._share_out_wafers(per_wafer)
        self.ai_wafers = self.wafer_starts * self.ai_share
        dies = self.ai_wafers * WAFERS_PER_THOUSAND * per_wafer
        self.good_dies = {
            designer: dies * part for designer, part in self.designer_shares.items()
        }
        self._learn(n3_share)
        self._mark_milestones(n3_runs)

    def _learn(self, n3_share: PerDraw) -> None:
        """Count the wafers of each node, and what engineers learn from them."""
        speed = self.model.speed_of("fabs")
        on_n2 = np.maximum(self._share_on_7nm() - n3_share, 0.0)
        self.cumulative_n2 = self.cumulative_n2 + self.wafer_starts * on_n2 * speed
        on_n3 = self.wafer_starts * n3_share
        self.cumulative_n3 = self.cumulative_n3 + on_n3 * speed

    def _share_on_7nm(self) -> PerDraw:
        """Return the share of advanced wafers on N+2 or N+3, not on 14 nm.

        Wafers for AI are, and others in part, from the first phones on.
        """
        assume = self.model.assume
        started = self.model.month.year_fraction >= assume["smic.n2.phones_start_year"]
        others = (1.0 - self.ai_share) * assume["smic.n2.share_of_other_wafers"]
        return self.ai_share + started * others

    def _share_out_wafers(self, dies_per_wafer: PerDraw) -> None:
        """Move wafers between AI dies and the rest as designers lack dies (M18)."""
        designers = [x for x in self.model.actors(DomesticDesigner) if x.selling]
        if not (designers and self.model.is_on("domestic_investment")):
            return
        answers = self.model.draws_with("domestic_investment")
        assume, facts = self.model.assume, self.model.facts
        usual = assume["smic.ai_share_of_advanced_wafers"]
        on_all_wafers = self.wafer_starts * WAFERS_PER_THOUSAND * dies_per_wafer
        wanted = share(total(x.dies_wanted for x in designers), on_all_wafers)
        least = facts["least_ai_share_of_usual"] * usual
        most = facts["most_ai_share_of_usual"] * usual
        gap = np.clip(wanted, least, most) - self.ai_share
        moved = gap / assume["fab.order_adjust_months"]
        self.ai_share = self.ai_share + np.where(answers, moved, 0.0)

    def _growth_by_scarcity(self) -> PerDraw:
        """Return growth per year by how many more wafers than usual carry AI dies."""
        assume = self.model.assume
        usual = assume["smic.ai_share_of_advanced_wafers"]
        return assume["fab.growth_per_scarcity"] * np.log(self.ai_share / usual)

    def ship_dies(self) -> None:
        """Deliver to every designer the good dies of its wafers."""
        for line in self.sales_of(Good.LOGIC_WAFERS):
            line.order(self.good_dies.get(line.buyer, self.model.zeros()))
            line.ship_all()

    def _n2_yield(self) -> PerDraw:
        assume = self.model.assume
        learned = self.cumulative_n2
        if not self.model.is_on("yield_learning"):
            learned = assume["smic.n2.initial_ai_wafers"]
        reference = assume["smic.n2.defect_density_2024"]
        at = (
            assume["smic.n2.ai_wafers_at_reference"]
            + assume["smic.n2.other_wafers_at_reference"]
        )
        return self._yield(learned, reference, at, self.drift)

    def _n3_yield(self) -> PerDraw:
        """Return the N+3 yield: its own wafers count, and a share of those of N+2."""
        reference = self.model.assume["smic.n3.defect_density_start"]
        drift = self.drift * self._passes_ratio()
        return self._yield(self._counted_on_n3(), reference, self.at_n3_start, drift)

    def _counted_on_n3(self) -> PerDraw:
        """Return the wafers that count towards learning on N+3, thousand."""
        assume = self.model.assume
        carried = assume["learn.intergenerational_spillover"] * self.cumulative_n2
        return assume["smic.n2.initial_ai_wafers"] + self.cumulative_n3 + carried

    def _yield(
        self, learned: PerDraw, reference: PerDraw, at: PerDraw, drift: PerDraw
    ) -> PerDraw:
        """Return the yield of AI dies after so many wafers, with drifting scanners."""
        assume = self.model.assume
        exponent = learning_exponent(assume["smic.n2.defect_learning_per_doubling"])
        defects = defect_density(learned, reference=reference, at=at, exponent=exponent)
        return poisson_yield(defects, self.model.facts["ai_die_area"]) * np.exp(-drift)

    def _tell_of_move(self, better: InDraws, gain: PerDraw) -> None:
        """Tell where AI dies move to the node that gives more compute a wafer."""
        per_wafer = {
            "N+2": self.die_yield,
            "N+3": self.die_yield_n3 * gain / self._passes_ratio(),
        }
        for old, new, where in (
            ("N+2", "N+3", better & ~self.dies_on_n3),
            ("N+3", "N+2", self.dies_on_n3 & ~better),
        ):
            self.tell(
                "AI dies move",
                new,
                where=where,
                inputs={"compute_per_wafer": per_wafer[new]},
                threshold=per_wafer[old],
                alternative=old,
            )
        self.dies_on_n3 = better

    def _n3_running(self) -> PerDraw:
        year = self.model.month.year_fraction
        return (year >= self.model.assume["smic.n3.launch_year"]).astype(float)

    def _passes_ratio(self) -> PerDraw:
        """Return immersion exposures on N+3 over N+2; EUV at home takes them away."""
        ratio = self.model.assume["litho.n3_over_n2_passes_ratio"]
        makers = [base.maker for base in self.bases[Good.DUV_IMMERSION] if base.maker]
        euv = makers[0].has_euv if makers else self.n2_done & False
        return np.where(euv, 1.0, ratio)

    def _mark_milestones(self, running: PerDraw) -> None:
        """Enter a node that is reached: N+2 by the yield of its dies, N+3 by date."""
        world, assume = self.model, self.model.assume
        yield_needed = assume["smic.n2.milestone_yield"]
        n2_reached, n3_reached = self.die_yield >= yield_needed, running.astype(bool)
        self.tell(
            "node milestone",
            "N+2",
            "in volume",
            n2_reached & ~self.n2_done,
            inputs={"die_yield": self.die_yield, "wafers_run": self.cumulative_n2},
            threshold=yield_needed,
        )
        year = world.per_draw(world.month.year_fraction)
        self.tell(
            "node milestone",
            "N+3",
            "in volume",
            n3_reached & ~self.n3_done,
            inputs={"year": year, "die_yield": self.die_yield_n3},
            threshold=assume["smic.n3.launch_year"],
        )
        self.n2_done = self.n2_done | n2_reached
        self.n3_done = self.n3_done | n3_reached
