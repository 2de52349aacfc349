"""Lines, chips and small regimes that the tests of law share."""

from datetime import date
from functools import cache

import numpy as np

from sim.domain.chips import Chip
from sim.domain.supply import Good, SupplyLine
from sim.policy.exports import EquipmentBan, ServiceBan
from sim.policy.regime import Regime
from sim.policy.scope import Facilities, Scope
from sim.records.law_files import load_law

DRAWS = 4

CHIPS = {
    name: Chip(name, "nvidia", tpp, area, links, memory, 10_000.0)
    for name, tpp, area, links, memory in [
        ("A100", 4992, 826, 600, 2039),
        ("A800", 4992, 826, 400, 2039),
        ("H100", 15832, 814, 900, 3350),
        ("H800", 15832, 814, 400, 3350),
        ("H20", 2368, 814, 900, 4000),
        ("H200", 15832, 814, 900, 4800),
        ("B200", 36000, 1600, 1800, 7700),
        ("MI325X", 20900, 2100, 1075, 6000),
        ("RTX Pro 6000D", 2200, 750, 128, 1398),
        ("L20", 1912, 609, 64, 864),
    ]
}


@cache
def record() -> Regime:
    """Return the law as shipped."""
    return load_law()


def chip_line(chip="H100", seller="nvidia", buyer="alibaba", destination="CHN"):
    carried = CHIPS[chip] if isinstance(chip, str) else chip
    return SupplyLine(
        seller, buyer, Good.AI_CHIP, "USA", destination, np.ones(DRAWS), chip=carried
    )


VENDORS = {
    "amat": "USA",
    "lam": "USA",
    "kla": "USA",
    "axcelis": "USA",
    "asml": "NLD",
    "asmi": "NLD",
    "tel": "JPN",
    "jp_tools_other": "JPN",
    "naura": "CHN",
}

FABS = {
    "smic_advanced": ("smic", True),
    "smic_mature": ("smic", False),
    "huahong": ("huahong", False),
    "cn_fabs_other": ("cn_fabs_other", False),
    "cxmt": ("cxmt", True),
    "ymtc": ("ymtc", True),
}


def tool_line(seller, buyer, good):
    party, advanced = FABS[buyer]
    return SupplyLine(
        seller,
        buyer,
        Good(good),
        VENDORS[seller],
        "CHN",
        np.ones(DRAWS),
        party=party,
        advanced=advanced,
    )


def other_line(seller, origin, buyer, good, destination="CHN", party=""):
    return SupplyLine(
        seller, buyer, Good(good), origin, destination, np.ones(DRAWS), party=party
    )


NAMES = {
    "title": "t",
    "issuer": "USA",
    "announced": date(2023, 1, 1),
    "reference": "none",
    "source": "none",
}
"""What every instrument must state and most tests do not care about."""


def tool_ban(name="ban", approval=0.0, **fields):
    terms = NAMES | {
        "id": name,
        "effective": date(2023, 1, 1),
        "scope": Scope(goods=frozenset({Good.ETCH}), destinations=frozenset({"CHN"})),
        "approval": approval,
    }
    return EquipmentBan(**(terms | fields))


def service_ban(name="service_ban", **fields):
    terms = NAMES | {
        "id": name,
        "announced": date(2025, 2, 24),
        "effective": date(2025, 7, 1),
        "scope": Scope(
            goods=frozenset({Good.ENGINEERS}),
            destinations=frozenset({"CHN"}),
            facilities=Facilities.ADVANCED,
        ),
        "approval": 0.0,
    }
    return ServiceBan(**(terms | fields))


def regime(*instruments):
    return Regime("test", {item.id: item for item in instruments})
