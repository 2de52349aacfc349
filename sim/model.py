"""Model: the order in which the phases of a month run."""

from sim.agents.ally import Ally
from sim.agents.china import ChinaGovernment
from sim.agents.cxmt import MemoryFab
from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.fab import Fab
from sim.agents.frontier import FrontierLab
from sim.agents.government import Government
from sim.agents.grey_market_firms import Distributor
from sim.agents.investors import Investors
from sim.agents.laboratories import Laboratories
from sim.agents.labour_market import LabourMarket
from sim.agents.offshore import OffshoreCloud
from sim.agents.sales_abroad import SalesAbroad
from sim.agents.smic import AdvancedFab
from sim.agents.suppliers import Exporter, Foundry, MemoryMaker
from sim.agents.tool_market import ToolMarket
from sim.agents.toolmaker import DomesticToolmaker, Toolmaker
from sim.agents.united_states import UnitedStates
from sim.world import World

FABS = (AdvancedFab, MemoryFab, Fab)
"""Kinds of fab, in the order in which they act."""

GOVERNMENTS = (UnitedStates, ChinaGovernment, Ally)
"""Kinds of government; allies read what the two powers have just seen."""


class ChipWar(World):
    """Firms trade along supply lines while a regime decides what may cross borders."""

    def step(self) -> None:
        """Advance every draw by one month."""
        # The law of the month takes effect; governments observe, decide and act.
        self.enact()
        self.run_phases(
            GOVERNMENTS,
            Government.follow_record,
            Government.observe,
            Government.deliberate,
            Government.act,
        )
        self.spread_news()

        # Designers plan their output, and redesign their chips for China.
        self.run_phases([SalesAbroad], SalesAbroad.move)
        self.run_phases([Designer], Designer.plan_supply, Designer.redesign)

        # Fabs order and maintain tools; tool makers serve and ship.
        self.run_phases([LabourMarket], LabourMarket.move_people)
        self.run_phases([DomesticToolmaker], DomesticToolmaker.update_home_shares)
        self.run_phases([ToolMarket], ToolMarket.move_cycle)
        self.run_phases(FABS, Fab.review_service, Fab.revise_plan)
        self.run_phases([ToolMarket], ToolMarket.order_tools)
        self.run_phases([Toolmaker], Toolmaker.serve)
        self.run_phases([ToolMarket], ToolMarket.ship_tools, ToolMarket.install)
        self.run_phases([ToolMarket], ToolMarket.maintain, ToolMarket.run_wafers)
        self.run_phases([DomesticToolmaker], DomesticToolmaker.learn)

        # Dies and memory become accelerators; the scarcer of the two limits them.
        self.run_phases([AdvancedFab], AdvancedFab.make_ai_dies)
        self.run_phases([MemoryFab], MemoryFab.make_memory)
        self.run_phases([DomesticDesigner], DomesticDesigner.order_dies)
        self.run_phases([DomesticDesigner], DomesticDesigner.order_memory)
        self.run_phases([AdvancedFab], AdvancedFab.ship_dies)
        self.run_phases([Foundry], Foundry.ship_dies)
        self.run_phases([MemoryMaker], MemoryMaker.ship_memory)
        self.run_phases([MemoryFab], MemoryFab.ship_memory)
        self.run_phases([DomesticDesigner], DomesticDesigner.package)
        self.run_phases([Exporter], Exporter.export)

        # Laboratories order compute; licences, permits and quotas filter what ships.
        self.run_phases([OffshoreCloud], OffshoreCloud.set_price)
        self.run_phases([Distributor], Distributor.open_market)
        self.run_phases([Laboratories], Laboratories.order_compute)
        self.run_phases([Designer], Designer.ship_chips, Designer.sell_abroad)
        self.run_phases([DomesticDesigner], DomesticDesigner.ship_chips)
        self.run_phases([Distributor], Distributor.clear_market)
        self.run_phases([OffshoreCloud], OffshoreCloud.host)
        self.run_phases([Laboratories], Laboratories.receive)
        self.run_phases([DomesticDesigner], DomesticDesigner.invest)
        self.run_phases([MemoryFab], MemoryFab.invest)

        # Laboratories train; efficiency and capability move.
        self.run_phases([FrontierLab], FrontierLab.train)
        self.run_phases([Laboratories], Laboratories.train)

        # Breakthroughs become news; share prices follow, and books close.
        self.spread_news()
        self.run_phases([Investors], Investors.read_news)
        self.run_phases([Toolmaker], Toolmaker.close_books)
        self.run_phases([Designer], Designer.close_books)
        self.run_phases([Investors], Investors.appraise)

        self.month = self.month + 1
