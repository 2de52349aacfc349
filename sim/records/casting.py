"""Casting: a world from the records, actor by actor and line by line."""

from collections.abc import Mapping


from sim.agents.actor import Actor
from sim.agents.cxmt import MemoryFab
from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner, Generation
from sim.agents.fab import Fab, ToolBase, Wear
from sim.agents.frontier import FrontierLab
from sim.agents.government import Government
from sim.agents.grey_market import Broker, Distributor
from sim.agents.investors import Investors
from sim.agents.lab import Lab, Stock
from sim.agents.offshore import OffshoreCloud
from sim.agents.smic import AdvancedFab
from sim.agents.suppliers import Exporter, Foundry, MemoryMaker
from sim.agents.toolmaker import DomesticToolmaker, Toolmaker, extended
from sim.domain.chance import Chance
from sim.domain.chips import Chip
from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import RecordsError, SettingsError, nearest
from sim.domain.months import MONTHS_A_YEAR, Month, parse_day
from sim.domain.supply import SERVICE, TOOL_CLASSES, Good, SupplyLine
from sim.mechanisms.wafers import immersion_tools_per_kwpm
from sim.model import ChipWar
from sim.policy.regime import Regime
from sim.records import tables
from sim.records.load import Records

CHINA = "CHN"

MECHANISMS = (
    "service",
    "yield_learning",
    "domestic_learning",
    "domestic_substitution",
    "ally_backfill",
    "stockpiling",
    "redesign",
    "smuggling",
    "offshore_cloud",
    "induced_efficiency",
    "distillation",
    "breakthroughs",
)
"""Mechanisms that can be switched off."""

_PER_10K = 10.0
_THOUSAND = 1000.0


def cast(
    records: Records,
    regime: Regime,
    draws: Draws,
    seed: int,
    assumptions: Mapping[str, PerDraw],
    mechanisms: Mapping[str, bool],
) -> ChipWar:
    """Return the world at its start, every actor cast and every line open.

    Args:
        records: what is known.
        regime: the law.
        draws: the possible worlds.
        seed: of their luck.
        assumptions: each assumption's value in each draw.
        mechanisms: by name, whether a mechanism works; those not named do.

    Raises:
        SettingsError: a mechanism is not known.
        RecordsError: the tables contradict each other.
    """
    for name in mechanisms:
        if name not in MECHANISMS:
            raise SettingsError(
                f"mechanisms.{name}: no mechanism is called {name!r}"
                f"{nearest(name, MECHANISMS)}"
            )
    world = ChipWar(
        start=records.start,
        regime=regime,
        chance=Chance(seed, draws),
        assume=assumptions,
        facts=records.facts.constants,
        switched_off=[name for name, on in mechanisms.items() if not on],
    )
    _Casting(records.facts, world).all()
    return world


class _Casting:
    """The casting of one world: facts on one side, actors on the other."""

    def __init__(self, facts: tables.Facts, world: ChipWar) -> None:
        self.facts, self.world, self.assume = facts, world, world.assume
        self.country = {row.id: row.country for row in facts.of(tables.ActorRow)}
        self.actors: dict[str, Actor] = {}

    def all(self) -> None:
        """Cast everyone."""
        for row in self.facts.of(tables.ActorRow):
            self.world.place(row.id, row.name, row.kind, row.country)
        self._governments()
        self._toolmakers()
        self._fabs()
        self._designers()
        self._domestic_designers()
        self._memory()
        self._frontier()
        self._grey_market()
        self._clouds()
        self._labs()
        self._exporters()
        self._investors()

    # --- helpers of the casting -----------------------------------------------------

    def _who(self, name: str) -> tuple[ChipWar, str, str]:
        return self.world, name, self.country[name]

    def _open(
        self,
        seller: str,
        buyer: str,
        good: Good,
        *,
        share: float = 1.0,
        substitutability: float = 0.0,
        destination: str = "",
        party: str = "",
        advanced: bool = False,
        transit: int = 0,
        lead_time: float = 1.0,
        price: float = 1.0,
        ordered: float = 0.0,
    ) -> SupplyLine:
        line = SupplyLine(
            seller=seller,
            buyer=buyer,
            good=good,
            origin=self.country[seller],
            destination=destination or self.country[buyer],
            ordered=self.world.every(ordered),
            party=party,
            advanced=advanced,
            transit=transit,
            lead_time=lead_time,
            price=price,
        )
        self.world.connect(line, share=share, substitutability=substitutability)
        if seller in self.actors:
            self.actors[seller].sales.append(line)
        if buyer in self.actors:
            self.actors[buyer].purchases.append(line)
        return line

    def _each(self, value: float) -> PerDraw:
        return self.world.every(value)

    # --- governments, tool makers, fabs ---------------------------------------------

    def _governments(self) -> None:
        for row in self.facts.of(tables.ActorRow):
            if row.kind == "government":
                self.actors[row.id] = Government(self.world, row.id, row.country)

    def _toolmakers(self) -> None:
        rows = self.facts.of(tables.ToolLine)
        for vendor in dict.fromkeys(row.vendor for row in rows):
            home = self.country[vendor] == CHINA
            make = self._domestic_toolmaker if home else self._toolmaker
            self.actors[vendor] = make(vendor)

    def _toolmaker(self, vendor: str) -> Toolmaker:
        years = [y for y in self.facts.of(tables.VendorYear) if y.firm == vendor]
        firm = self.facts.one(tables.Firm, lambda row: row.firm == vendor)
        return Toolmaker(
            *self._who(vendor),
            abroad={y.year: y.row_system_revenue for y in years},
            capacity={y.year: y.capacity for y in years},
            growth=firm.row_growth_after,
            service_abroad=firm.service_row_revenue,
        )

    def _domestic_toolmaker(self, vendor: str) -> DomesticToolmaker:
        made = {
            row.good for row in self.facts.of(tables.ToolLine) if row.vendor == vendor
        }
        tools = [row for row in self.facts.of(tables.Tool) if row.good in made]
        return DomesticToolmaker(
            *self._who(vendor),
            quality={row.good: row.domestic_quality for row in tools},
            home_share={row.good: row.domestic_share for row in tools},
            shipped={row.good: row.domestic_shipped for row in tools},
        )

    def _fabs(self) -> None:
        for row in self.facts.of(tables.FabRow):
            fab = self._fab(row)
            self.actors[row.fab] = fab
            self._equip(fab, row)
            self._service_lines(fab, row)
            fab.start_with_orders()
        for actor in self.actors.values():
            if isinstance(actor, Toolmaker | DomesticToolmaker):
                actor.meet_customers()
            if isinstance(actor, Toolmaker):
                actor.installed = self._installed_value(actor)

    def _fab(self, row: tables.FabRow) -> Fab:
        growth = self.assume[
            {"7nm": "fab.growth.smic_advanced", "28nm": "fab.growth.mature"}.get(
                row.node, "fab.growth.memory"
            )
        ]
        advanced_logic = row.node == "7nm"
        plan = (
            self.assume["fab.start_kwpm.smic_advanced"]
            if row.start_kwpm is None
            else self._each(row.start_kwpm)
        )
        ceiling = (
            self.assume["fab.advanced_ceiling_kwpm"]
            if row.ceiling_kwpm is None
            else self._each(row.ceiling_kwpm)
        )
        per_kwpm = self._tools_per_kwpm(row)
        if advanced_logic:
            shares = {
                each.designer: each.wafer_share
                for each in self.facts.of(tables.DesignerShare)
            }
            return AdvancedFab(
                *self._who(row.fab),
                plan=plan,
                growth=growth,
                ceiling=ceiling,
                tools_per_kwpm=per_kwpm,
                designer_shares=shares,
            )
        kind = MemoryFab if row.kind == "dram" else Fab
        fab = kind(
            *self._who(row.fab),
            advanced=row.advanced,
            plan=plan,
            growth=growth,
            ceiling=ceiling,
            tools_per_kwpm=per_kwpm,
        )
        if isinstance(fab, MemoryFab):
            fab.start_memory()
        return fab

    def _tools_per_kwpm(self, row: tables.FabRow) -> dict[Good, PerDraw]:
        assume = self.assume
        passes = assume[
            {
                "7nm": "litho.immersion_passes_7nm_duv_only",
                "28nm": "litho.immersion_passes_28nm",
                "dram": "litho.immersion_passes_dram",
                "nand": "litho.immersion_passes_nand",
            }[row.node]
        ]
        intensity = {
            "7nm": self._each(1.0),
            "28nm": assume["fab.mature_tool_intensity"],
        }.get(row.node, assume["fab.memory_tool_intensity"])
        per_tool = assume["litho.effective_passes_per_tool_month"] / _THOUSAND
        needs = {
            good: assume[f"equip.tools_per_10k_wpm.{good}"] / _PER_10K * intensity
            for good in TOOL_CLASSES
            if good is not Good.DUV_IMMERSION
        }
        immersion = immersion_tools_per_kwpm(passes, per_tool)
        return {Good.DUV_IMMERSION: immersion, **needs}

    def _equip(self, fab: Fab, row: tables.FabRow) -> None:
        """Open its tool lines and install the tools that its plan needs today."""
        for good in TOOL_CLASSES:
            lines = [x for x in self.facts.of(tables.ToolLine) if x.good == good]
            tool = self.facts.one(tables.Tool, lambda x, g=good: x.good == g)
            shares = {
                x.vendor: self._starting_share(x, tool, lines) for x in lines
            }
            need = fab.plan * fab.tools_per_kwpm[good] * self.assume["fab.initial_slack"]
            worth = sum(
                part * self._quality(vendor, good) for vendor, part in shares.items()
            )
            for x in lines:
                self._install(fab, row, x, tool, need * shares[x.vendor] / worth)

    def _starting_share(
        self, line: tables.ToolLine, tool: tables.Tool, lines: list[tables.ToolLine]
    ) -> float:
        """Return a maker's share of the tools of a class in use at the start."""
        home = self.country[line.vendor] == CHINA
        if home:
            return tool.domestic_share
        foreign = sum(x.share for x in lines if self.country[x.vendor] != CHINA)
        return (1.0 - tool.domestic_share) * line.share / foreign

    def _quality(self, vendor: str, good: Good) -> PerDraw | float:
        maker = self.actors[vendor]
        return maker.quality[good] if isinstance(maker, DomesticToolmaker) else 1.0

    def _install(
        self,
        fab: Fab,
        row: tables.FabRow,
        line: tables.ToolLine,
        tool: tables.Tool,
        tools: PerDraw,
    ) -> None:
        maker = self.actors[line.vendor]
        opened = self._open(
            line.vendor,
            fab.name,
            tool.good,
            share=line.share,
            substitutability=line.substitutability,
            party=row.party,
            advanced=row.advanced,
            transit=int(self.world.facts["tool_transit_months"]),
            lead_time=line.lead_time_months,
            price=tool.price_usd_m,
        )
        fab.bases[tool.good].append(
            ToolBase(
                opened,
                tools,
                self._wear(tool),
                preference=line.share,
                maker=maker if isinstance(maker, DomesticToolmaker) else None,
            )
        )

    def _wear(self, tool: tables.Tool) -> Wear:
        assume, group = self.assume, tool.service_group
        rate = "service.uptime_decay_per_month."
        contract = "service.share_tools_under_vendor_contract."
        if group == "scanner":
            return Wear(
                group,
                assume[contract + "scanner"],
                assume[rate + "scanner_no_vendor_with_spares"],
                assume[rate + "scanner_no_vendor_no_spares"],
                assume["service.spares_stock_months_critical_scanner_modules"],
            )
        bare = assume[rate + group]
        held = "scanner" if group == "coater_developer" else "etch_dep"
        return Wear(
            group,
            assume[contract + held],
            bare * assume["service.decay_with_spares_ratio"],
            bare,
            assume["service.spares_stock_months_consumables"],
        )

    def _service_lines(self, fab: Fab, row: tables.FabRow) -> None:
        vendors = dict.fromkeys(
            base.line.seller for bases in fab.bases.values() for base in bases
        )
        for vendor in vendors:
            if self.country[vendor] == CHINA:
                continue
            for good in SERVICE:
                self._open(
                    vendor,
                    fab.name,
                    good,
                    party=row.party,
                    advanced=row.advanced,
                    ordered=1.0,
                )

    def _installed_value(self, maker: Toolmaker) -> PerDraw:
        value = self.world.zeros()
        for fab in self.actors.values():
            if isinstance(fab, Fab):
                for bases in fab.bases.values():
                    for base in bases:
                        if base.line.seller == maker.name:
                            value = value + base.tools * base.line.price
        return value

    # --- chips ------------------------------------------------------------------------

    def _designers(self) -> None:
        reference = self._chip("H100")
        for name in dict.fromkeys(r.designer for r in self.facts.of(tables.ChipRow)):
            rows = [r for r in self.facts.of(tables.ChipRow) if r.designer == name]
            books = [y for y in self.facts.of(tables.DesignerYear) if y.firm == name]
            designer = Designer(
                *self._who(name),
                flagships=[(self._chip(r.chip), r.launched) for r in rows],
                reference=reference,
                books={
                    "row_data_centre": {y.year: y.row_data_centre for y in books},
                    "other_revenue": {y.year: y.other_revenue for y in books},
                    "other_china": {y.year: y.other_china for y in books},
                },
                abroad=self._supply_record(name),
            )
            start = self._each(self._stock_at_start(name))
            designer.cumulative_abroad = designer.cumulative_at_start = start
            self.actors[name] = designer

    def _chip(self, name: str) -> Chip:
        row = self.facts.one(tables.ChipRow, lambda r: r.chip == name)
        return Chip(
            name=row.chip,
            designer=row.designer,
            tpp=row.tpp,
            die_area=row.die_area,
            interconnect=row.interconnect,
            memory_bandwidth=row.memory_bandwidth,
            price=row.price_usd,
            hbm_stacks=row.hbm_stacks,
        )

    def _supply_record(self, designer: str) -> list[float]:
        """Return accelerators sold outside China month by month, H100-equivalents."""
        months: list[float] = []
        for row in self.facts.of(tables.SupplyQuarter):
            nvidia = designer == "nvidia"
            flow = row.nvidia_outside_china if nvidia else row.others
            months += [flow] * 3
        return months

    def _stock_at_start(self, designer: str) -> float:
        stocks = {
            row.channel: row.training_h100e
            for row in self.facts.of(tables.StartStock)
            if row.owner == "WORLD"
        }
        nvidia = stocks["nvidia"]
        return nvidia if designer == "nvidia" else stocks["all"] - nvidia

    def _domestic_designers(self) -> None:
        fab = self.actors["smic_advanced"]
        if not isinstance(fab, AdvancedFab):
            raise RecordsError("fabs.csv: 'smic_advanced' must be at node 7nm")
        foundry = Foundry(*self._who("tsmc"))
        self.actors["tsmc"] = foundry
        for row in self.facts.of(tables.DesignerShare):
            designer = DomesticDesigner(
                *self._who(row.designer),
                generations=self._generations(row.designer),
                fab=fab,
                wafer_share=row.wafer_share,
            )
            self.actors[row.designer] = designer
            self._open(
                fab.name, row.designer, Good.LOGIC_WAFERS, share=row.wafer_share
            )
        self._open("tsmc", "huawei", Good.LOGIC_WAFERS, share=1.0, transit=1)

    def _generations(self, designer: str) -> list[Generation]:
        return [
            Generation(
                name=row.chip,
                launch=Month.of(parse_day(row.launch)),
                dies=row.dies,
                stacks=row.stacks,
                training=row.training_h100e,
                inference=row.inference_h100e,
                price=row.price_usd,
            )
            for row in self.facts.of(tables.DomesticChipRow)
            if row.designer == designer
        ]

    def _memory(self) -> None:
        buyers = [row.designer for row in self.facts.of(tables.DesignerShare)]
        for row in self.facts.of(tables.MemoryRow):
            self.actors[row.maker] = MemoryMaker(
                *self._who(row.maker),
                share=row.share,
                price=row.stack_price_usd / _THOUSAND**2,
            )
            for buyer in buyers:
                self._open(row.maker, buyer, Good.HBM, share=row.share, transit=1)
        for buyer in buyers:
            self._open("cxmt", buyer, Good.HBM, share=1.0)

    # --- laboratories and the grey market ----------------------------------------------

    def _frontier(self) -> None:
        known = {row.quantity: row for row in self.facts.of(tables.FrontierFact)}
        reference = known["reference_run"]
        since = Month.of(parse_day(reference.as_of)) - self.world.start
        years = known["record_ends"].value - self.world.start.year
        suppliers = [a for a in self.actors.values() if isinstance(a, Designer)]
        for row in self.facts.of(tables.FrontierRow):
            self.actors[row.lab] = FrontierLab(
                *self._who(row.lab),
                run_factor=row.run_factor,
                reference_run=reference.value,
                months_to_reference=since,
                recorded_months=round(years * MONTHS_A_YEAR),
                suppliers=suppliers,
            )

    def _nvidia(self) -> Designer:
        nvidia = self.actors["nvidia"]
        if not isinstance(nvidia, Designer):
            raise RecordsError("chips.csv: 'nvidia' designs no chip")
        return nvidia

    def _grey_market(self) -> None:
        brokers = []
        for row in self.facts.of(tables.Hub):
            broker = Broker(
                *self._who(row.broker),
                import_share=row.import_share,
                capacity=self.assume["smuggle.start_capacity"] * row.capacity_share,
            )
            self.actors[row.broker] = broker
            self._open(
                "nvidia",
                row.broker,
                Good.AI_CHIP,
                share=row.import_share,
                destination=row.country,
            )
            brokers.append(broker)
        self.actors["cn_distributors"] = Distributor(
            *self._who("cn_distributors"), brokers=brokers, designer=self._nvidia()
        )

    def _clouds(self) -> None:
        for row in self.facts.of(tables.CloudRow):
            self.actors[row.cloud] = OffshoreCloud(
                *self._who(row.cloud),
                supply_share=row.supply_share,
                designer=self._nvidia(),
                first=self.assume["offshore.start_h100e"] * row.supply_share,
            )
            self._open(
                "nvidia",
                row.cloud,
                Good.AI_CHIP,
                share=row.supply_share,
                destination=row.host,
            )

    def _labs(self) -> None:
        sellers = {
            "legal": [self.actors["nvidia"], self.actors["amd"]],
            "grey": [self.actors["cn_distributors"]],
            "domestic": [
                self.actors[row.designer] for row in self.facts.of(tables.DesignerShare)
            ],
            "offshore": [
                self.actors[row.cloud] for row in self.facts.of(tables.CloudRow)
            ],
        }
        spending = self._spending()
        for row in self.facts.of(tables.LabRow):
            home_only = self.country.get(row.lab) == CHINA and not row.openness
            own = {"domestic": sellers["domestic"]} if home_only else sellers
            self.actors[row.lab] = lab = Lab(
                *self._who(row.lab),
                spending=spending,
                budget_share=row.budget_share,
                first_stock=self._first_stock(row.start_share),
                first_offshore=self._first_offshore(row, home_only),
                run_factor=row.largest_run_factor,
                sellers=own,
            )
            self._compute_lines(lab, own)

    def _spending(self) -> list[float]:
        yearly = {row.year: row.spending_usd_m for row in self.facts.of(tables.Budget)}
        months = len(self._supply_record("nvidia"))
        return [extended(yearly, self.world.start + m, 0.0) for m in range(months)]

    def _first_stock(self, part: float) -> Stock:
        row = self.facts.one(tables.StartStock, lambda r: r.owner == CHINA)
        return Stock(
            self._each(row.units * part),
            self._each(row.training_h100e * part),
            self._each(row.inference_h100e * part),
        )

    def _first_offshore(self, row: tables.LabRow, home_only: bool) -> Stock:
        users = [r.budget_share for r in self.facts.of(tables.LabRow) if r.openness]
        part = 0.0 if home_only else row.budget_share / sum(users)
        amount = self.assume["offshore.start_h100e"] * part
        return Stock(amount, amount, amount)

    def _compute_lines(self, lab: Lab, sellers: Mapping[str, list[Actor]]) -> None:
        transit = int(self.world.facts["chip_transit_months"])
        for channel, firms in sellers.items():
            if channel == "grey":
                continue
            good = Good.CLOUD if channel == "offshore" else Good.AI_CHIP
            for firm in firms:
                self._open(
                    firm.name,
                    lab.name,
                    good,
                    share=self._channel_share(firm.name),
                    transit=0 if channel == "offshore" else transit,
                )

    def _channel_share(self, seller: str) -> float:
        """Return the share of a channel's money that goes to one seller by custom."""
        found = [
            *((r.designer, r.wafer_share) for r in self.facts.of(tables.DesignerShare)),
            *((r.cloud, r.supply_share) for r in self.facts.of(tables.CloudRow)),
            *((r.designer, r.supply_share) for r in self.facts.of(tables.ChipRow)),
        ]
        return dict(found)[seller]

    # --- the rest ------------------------------------------------------------------------

    def _exporters(self) -> None:
        minerals = self.facts.of(tables.Mineral)
        self.actors["cn_minerals"] = Exporter(
            *self._who("cn_minerals"), usual={m.buyer: m.shipments for m in minerals}
        )
        for m in minerals:
            self._open(
                "cn_minerals", m.buyer, Good.MINERALS, destination=m.destination
            )
        users = self.facts.of(tables.EdaLine)
        self.actors["eda_vendors"] = Exporter(
            *self._who("eda_vendors"), usual={u.buyer: u.share for u in users}
        )
        for u in users:
            self._open("eda_vendors", u.buyer, Good.EDA, share=u.share)

    def _investors(self) -> None:
        rows = self.facts.of(tables.Firm)
        firms = [self.actors[row.firm] for row in rows]
        listed = [f for f in firms if isinstance(f, Toolmaker | Designer)]
        self.actors["investors"] = Investors(
            *self._who("investors"),
            firms=listed,
            multiples={row.firm: row.price_to_sales for row in rows},
        )


