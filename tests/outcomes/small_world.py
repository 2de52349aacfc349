"""A world of two tool makers, two fabs, a designer and a laboratory."""

from datetime import date

import numpy as np

from sim.domain.chance import Chance
from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.domain.supply import Good, SupplyLine
from sim.policy.exports import EquipmentBan, ServiceBan
from sim.policy.imports import ImportDiscouragement
from sim.policy.regime import Regime
from sim.policy.scope import Scope
from sim.policy.terms import Quota
from sim.world import World

START = Month(2025, 1)

US_TOOLS = EquipmentBan(
    id="us_tools_2022",
    title="American tools for advanced fabs",
    issuer="USA",
    announced=date(2022, 10, 7),
    effective=date(2022, 10, 7),
    reference="87 FR 62186",
    scope=Scope(goods=frozenset({Good.ETCH}), destinations=frozenset({"CHN"})),
    approval=0.0,
    source="none",
)
SERVICE = ServiceBan(
    id="service_ban",
    title="Engineers may not serve tools in China",
    issuer="NLD",
    announced=date(2025, 2, 24),
    effective=date(2025, 7, 1),
    scope=Scope(goods=frozenset({Good.ENGINEERS}), destinations=frozenset({"CHN"})),
    approval=0.0,
    reference="none",
    source="none",
)
QUOTA = Quota(
    id="chip_quota",
    title="So many chips and no more",
    issuer="USA",
    announced=date(2025, 3, 1),
    effective=date(2025, 4, 1),
    scope=Scope(goods=frozenset({Good.AI_CHIP}), destinations=frozenset({"CHN"})),
    cap=1000.0,
    unit="h100e",
    per="country",
    reference="none",
    source="none",
)
DISCOURAGED = ImportDiscouragement(
    id="no_h20",
    title="Better not",
    issuer="CHN",
    announced=date(2025, 3, 1),
    effective=date(2025, 3, 1),
    scope=Scope(goods=frozenset({Good.AI_CHIP}), destinations=frozenset({"CHN"})),
    permit=0.0,
    reference="none",
    source="none",
)

BEFORE = Regime("baseline", {US_TOOLS.id: US_TOOLS})
AFTER = Regime("service_ban", {US_TOOLS.id: US_TOOLS, SERVICE.id: SERVICE})

ACTORS = {
    "asml": ("ASML", "tool maker", "NLD"),
    "lam": ("Lam Research", "tool maker", "USA"),
    "naura": ("NAURA", "tool maker", "CHN"),
    "smic": ("SMIC", "fab", "CHN"),
    "huahong": ("Hua Hong", "fab", "CHN"),
    "huawei": ("Huawei", "chip designer", "CHN"),
    "nvidia": ("Nvidia", "chip designer", "USA"),
    "broker_sg": ("Brokers in Singapore", "broker", "SGP"),
    "deepseek": ("DeepSeek", "laboratory", "CHN"),
    "gov_us": ("United States", "government", "USA"),
}
LINES = (
    ("asml", "smic", Good.DUV_IMMERSION, "NLD", "CHN", 0.9),
    ("asml", "smic", Good.ENGINEERS, "NLD", "CHN", 0.5),
    ("asml", "huahong", Good.ENGINEERS, "NLD", "CHN", 0.5),
    ("lam", "smic", Good.ETCH, "USA", "CHN", 0.6),
    ("naura", "smic", Good.ETCH, "CHN", "CHN", 0.4),
    ("smic", "huawei", Good.LOGIC_WAFERS, "CHN", "CHN", 1.0),
    ("huawei", "deepseek", Good.AI_CHIP, "CHN", "CHN", 0.5),
    ("nvidia", "deepseek", Good.AI_CHIP, "USA", "CHN", 0.3),
    ("nvidia", "broker_sg", Good.AI_CHIP, "USA", "SGP", 0.1),
    ("broker_sg", "deepseek", Good.AI_CHIP, "SGP", "CHN", 0.1),
)


def world(regime: Regime = BEFORE, draws: int = 3, seed: int = 1) -> World:
    """Return the world in its first month."""
    chance = Chance(seed, Draws(draws))
    nothing = np.zeros(draws)
    leaks = ("affiliate_leakage", "affiliate_leakage_hbm", "facility_leakage")
    leakage = {f"law.{name}": nothing for name in leaks}
    built = World(start=START, regime=regime, chance=chance, assume=leakage, facts={})
    for actor, (name, kind, country) in ACTORS.items():
        built.register_actor(actor, name, kind, country)
    for seller, buyer, good, origin, destination, share in LINES:
        line = SupplyLine(seller, buyer, good, origin, destination, ordered=nothing)
        built.connect(line, share=share, substitutability=0.2)
    return built
