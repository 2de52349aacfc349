"""An actor of any kind can be added by rows alone, and takes part from then on."""

import numpy as np
import pytest

from sim.domain.months import Month
from sim.outcomes.measures import MEASURES
from sim.records.data_folder import load_records
from tests.records.test_actor_tables import GUESS, add, of_kind
from tests.worlds import built, run_until, the

BOOKS = tuple(f"new,{y},1000,1500,USD million,{y},{GUESS}" for y in (2022, 2025))


NEW = {
    "laboratory": (
        of_kind("laboratory", labs=(f"new,0.02,0.01,1,1,2025,{GUESS}",)),
        "ai_compute_stock",
    ),
    "laboratory that buys at home": (
        of_kind("laboratory", labs=(f"new,0.02,0.01,1,0,2025,{GUESS}",)),
        "ai_compute_stock",
    ),
    "fab": (
        of_kind("fab", fabs=(f"new,new,28nm,logic,false,50,100,2022-01,{GUESS}",)),
        "wafer_starts",
    ),
    "second fab at 7 nm": (
        of_kind("fab", fabs=(f"new,smic,7nm,logic,true,5,40,2022-01,{GUESS}",)),
        "wafer_starts",
    ),
    "second maker of DRAM": (
        of_kind("fab", fabs=(f"new,new,dram,dram,true,5,40,2022-01,{GUESS}",)),
        "wafer_starts",
    ),
    "tool maker": (
        of_kind(
            "tool maker",
            "JPN",
            tool_lines=(f"new,clean,0.1,6,0.6,2025,{GUESS}",),
            vendor_books=BOOKS,
            firms=(f"new,0.05,200,3,2025,{GUESS}",),
            markets=(f"new,1,0.2,0.03,0,0,2025,{GUESS}",),
        ),
        "china_system_sales",
    ),
    "memory maker": (
        of_kind("memory maker", "TWN", memory_makers=(f"new,0.01,170,2024,{GUESS}",)),
        "china_revenue",
    ),
    "frontier laboratory": (
        of_kind("frontier laboratory", "ROW", frontier=(f"new,0.3,2024-12,{GUESS}",)),
        "training_compute",
    ),
    "Chinese designer": (
        of_kind(
            "chip designer",
            domestic_chips=(
                f"New One,new,2022-02,2022-03,1,4,0.2,0.3,10000,2022,{GUESS}",
            ),
            designer_shares=(f"new,0.05,2025,{GUESS}",),
        ),
        "domestic_accelerators",
    ),
}
"""The rows of each new actor, and a measure of what it does."""


@pytest.mark.parametrize(("tables", "measure"), NEW.values(), ids=NEW)
def test_it_takes_part(data, tables, measure):
    add(data, tables)
    world = run_until(built(load_records(data), draws=1), Month(2023, 4))
    read = next(m for m in MEASURES if m.name == measure).read(world)
    assert read["new"] > 0.0
    assert all(
        np.isfinite(value).all()
        for m in MEASURES
        for name, value in m.read(world).items()
        if name == "new"
    )


def test_a_cloud_rents_and_a_hub_diverts_chips_of_the_designer_that_its_row_names(data):
    add(
        data,
        {
            "actors": (
                f"cloud,Cloud,offshore cloud,SGP,2026,{GUESS}",
                f"hub,Hub,broker,MYS,2026,{GUESS}",
            ),
            "clouds": (f"cloud,amd,MYS,0.1,2025,{GUESS}",),
            "hubs": (f"hub,nvidia,0.01,0.1,2025,{GUESS}",),
        },
    )
    world = built(load_records(data), draws=1)
    assert the(world, "cloud").designer is the(world, "amd")
    assert {line.seller for line in the(world, "hub").purchases} == {"nvidia"}
