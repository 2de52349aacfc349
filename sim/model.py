"""Model: the order in which the phases of a month run."""

from collections.abc import Callable

from sim.agents.ally import Ally
from sim.agents.china import ChinaGovernment
from sim.agents.cxmt import MemoryFab
from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.fab import Fab
from sim.agents.frontier import FrontierLab
from sim.agents.government import Government
from sim.agents.grey_market import Distributor
from sim.agents.investors import Investors
from sim.agents.lab import Lab
from sim.agents.offshore import OffshoreCloud
from sim.agents.smic import AdvancedFab
from sim.agents.suppliers import Exporter, Foundry, MemoryMaker
from sim.agents.talent import LabourMarket
from sim.agents.toolmaker import DomesticToolmaker, Toolmaker
from sim.agents.united_states import UnitedStates
from sim.world import World

FABS = (AdvancedFab, MemoryFab, Fab)
"""Kinds of fab, in the order of the cast."""

GOVERNMENTS = (UnitedStates, ChinaGovernment, Ally)
"""Kinds of government; allies read what the two powers have just seen."""


class ChipWar(World):
    """Firms trade along supply lines while a regime decides what may cross borders."""

    def step(self) -> None:
        """Advance every draw by one month."""
        # The law of the month takes effect; governments read the signs and answer.
        self.enact()
        self.each_government(
            Government.follow_record,
            Government.observe,
            Government.deliberate,
            Government.act,
        )
        self.spread_news()

        # Designers redesign; the world outside China goes its way.
        self.each(Designer, Designer.supply_abroad)
        self.each(Designer, Designer.redesign)

        # Fabs order tools and keep them up; tool makers ship and serve.
        self.each(LabourMarket, LabourMarket.move_people)
        self.each(DomesticToolmaker, DomesticToolmaker.update_home_shares)
        self.each_fab(Fab.review_service, Fab.revise_plan, Fab.order_tools)
        self.each(Toolmaker, Toolmaker.serve)
        self.each(Toolmaker, Toolmaker.ship_tools)
        self.each(DomesticToolmaker, DomesticToolmaker.ship_tools)
        self.each_fab(Fab.install, Fab.maintain, Fab.run_wafers)
        self.each(DomesticToolmaker, DomesticToolmaker.learn)

        # Dies and memory become accelerators; the scarcer of the two rules.
        self.each(AdvancedFab, AdvancedFab.make_ai_dies)
        self.each(MemoryFab, MemoryFab.make_memory)
        self.each(DomesticDesigner, DomesticDesigner.order_dies)
        self.each(DomesticDesigner, DomesticDesigner.order_memory)
        self.each(AdvancedFab, AdvancedFab.ship_dies)
        self.each(Foundry, Foundry.ship_dies)
        self.each(MemoryMaker, MemoryMaker.ship_memory)
        self.each(MemoryFab, MemoryFab.ship_memory)
        self.each(DomesticDesigner, DomesticDesigner.package)
        self.each(Exporter, Exporter.export)

        # Laboratories order compute; licences, permits and quotas filter what ships.
        self.each(OffshoreCloud, OffshoreCloud.set_price)
        self.each(Distributor, Distributor.open_market)
        self.each(Lab, Lab.order_compute)
        self.each(Designer, Designer.ship_chips)
        self.each(DomesticDesigner, DomesticDesigner.ship_chips)
        self.each(Distributor, Distributor.clear_market)
        self.each(OffshoreCloud, OffshoreCloud.host)
        self.each(Lab, Lab.receive)

        # Laboratories train; efficiency and capability move.
        self.each(FrontierLab, FrontierLab.train)
        self.each(Lab, Lab.train)

        # What was found out spreads; prices follow, and books close.
        self.spread_news()
        self.each(Investors, Investors.read_news)
        self.each(Toolmaker, Toolmaker.close_books)
        self.each(Designer, Designer.close_books)
        self.each(Investors, Investors.appraise)

        self.month = self.month + 1

    def each_government(self, *phases: Callable[[Government], None]) -> None:
        """Let every government act out some phases one after another."""
        for phase in phases:
            for kind in GOVERNMENTS:
                self.each(kind, phase)

    def each_fab(self, *phases: Callable[[Fab], None]) -> None:
        """Let every fab, of whatever kind, act out some phases one after another."""
        for phase in phases:
            for kind in FABS:
                self.each(kind, phase)
