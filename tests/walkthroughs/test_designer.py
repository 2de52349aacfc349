"""The walk-through of CONTRIBUTING.md that adds a chip designer through tables."""

import shutil
from pathlib import Path

import pytest

from sim.domain.errors import RecordsError
from sim.domain.months import Month
from sim.outcomes.measures import MEASURES
from sim.records.data_folder import SHIPPED, load_records
from tests.walkthroughs.steps import blocks
from tests.worlds import built, run_until, the

STEPS = blocks("A chip designer", "csv")
TABLES = [Path(step.file).stem for step in STEPS]
END = Month(2022, 8)

MISSING = {
    "actors": "chips.csv, row 10: no actor is called 'acme'; did you mean 'amec'?",
    "chips": "chips.csv: no row for actor 'acme' of kind chip designer; add its "
    "flagship chips",
    "world_supply": "world_supply.csv: actor 'acme' has 2022-06 where 2022-03 is due; "
    "it needs a row for each quarter, in order, 0 if it sold nothing",
    "start_stocks": "start_stocks.csv: no row for actor 'acme' of kind chip designer; "
    "add its sales so far",
    "designer_books": "designer_books.csv: no row for actor 'acme' of kind chip "
    "designer; add its revenue by year",
    "order_shares": "order_shares.csv: no row for actor 'acme' of kind chip designer; "
    "add its share of orders",
    "markets": "markets.csv: no row for actor 'acme' of kind chip designer; add its "
    "volatility",
}
"""What the data are refused with if a table's first row of the block is left out."""


def followed(folder, *, without=""):
    """Return a copy of the data with the rows of the walk-through."""
    data = shutil.copytree(SHIPPED, folder / "data")
    for table, step in zip(TABLES, STEPS, strict=True):
        rows = step.text
        if table == without:
            _, _, rows = rows.partition("\n")
            rows = rows if table == "world_supply" else ""
        with (data / f"{table}.csv").open("a", encoding="utf-8") as file:
            file.write(rows)
    return data


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A world with the new designer, in its ninth month."""
    data = followed(tmp_path_factory.mktemp("walkthrough"))
    return run_until(built(load_records(data)), END)


def read(world, measure):
    return next(m for m in MEASURES if m.name == measure).read(world)


def test_the_designer_sells_in_china(world):
    assert (read(world, "units_shipped")["acme"] > 0.0).all()
    assert (read(world, "units_by_chip")["acme:Acme One"] > 0.0).all()


def test_it_is_in_every_measure_of_designers(world):
    for measure in MEASURES:
        actors = measure.read(world)
        if "amd" in actors:
            assert "acme" in actors, measure.name


def test_its_revenue_is_its_own(world):
    assert (read(world, "revenue")["acme"] > (90.0 + 100.0) / 12.0 - 1e-9).all()
    assert (read(world, "revenue")["acme"] < read(world, "revenue")["amd"]).all()


def test_it_has_its_own_record_of_supply_and_the_others_keep_theirs(world, records):
    shipped = run_until(built(records), END)
    acme = the(world, "acme").supply
    assert acme.usual == pytest.approx([500.0] * 2)
    assert acme.cumulative_usual == pytest.approx([2700.0 - 500.0] * 2)
    for name in ("nvidia", "amd"):
        beside, alone = the(world, name).supply, the(shipped, name).supply
        assert (beside.usual == alone.usual).all()
        assert (beside.cumulative_usual == alone.cumulative_usual).all()


@pytest.mark.parametrize("table", MISSING)
def test_a_row_left_out_is_refused_by_the_line_that_says_which(tmp_path, table):
    data = followed(tmp_path, without=table)
    with pytest.raises(RecordsError) as refusal:
        load_records(data)
    assert str(refusal.value) == MISSING[table]


def test_every_table_of_the_walk_through_but_the_listing_is_needed():
    assert set(TABLES) - set(MISSING) == {"firms"}
