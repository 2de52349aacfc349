"""An actor that a table leaves out or misplaces is refused by one line."""

import pytest

from sim.records.actor_tables import COLUMNS

GUESS = "judgement,judgement,"

SCREEN = {
    "actors": (f"screen,Screen,tool maker,JPN,2026,{GUESS}",),
    "tool_lines": (f"screen,clean,0.1,6,0.6,2025,{GUESS}",),
    "vendor_books": (f"screen,2022,1000,1500,USD million,2022,{GUESS}",),
    "firms": (f"screen,0.05,200,3,2025,{GUESS}",),
}
NANYA = {
    "actors": (f"nanya,Nanya,memory maker,TWN,2026,{GUESS}",),
    "memory_makers": (f"nanya,0.01,170,2024,{GUESS}",),
    "firms": (f"nanya,0.05,0,3,2025,{GUESS}",),
    "markets": (f"nanya,1,0.2,0.03,0,0,2025,{GUESS}",),
}
FAB = {"actors": (f"nexchip,Nexchip,fab,CHN,2026,{GUESS}",)}


def of_kind(kind, country="CHN", **tables):
    """Return the row of a new actor, and its rows in other tables."""
    return {"actors": (f"new,New,{kind},{country},2026,{GUESS}",), **tables}


def add(data, tables):
    """Add rows to tables."""
    for name, rows in tables.items():
        with (data / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.writelines(f"{row}\n" for row in rows)


@pytest.mark.parametrize(
    ("kind", "country", "line"),
    [
        ("chip designer", "USA", "chips.csv: {}; add its flagship chips"),
        ("chip designer", "CHN", "domestic_chips.csv: {}; add its chips"),
        ("tool maker", "JPN", "tool_lines.csv: {}; add the classes that it makes"),
        ("tool maker", "CHN", "tool_lines.csv: {}; add the classes that it makes"),
        ("fab", "CHN", "fabs.csv: {}; add its node, kind and capacity"),
        ("foundry", "TWN", "foundry_lines.csv: {}; add for whom it makes dies"),
        ("memory maker", "KOR", "memory_makers.csv: {}; add its share and its price"),
        ("laboratory", "CHN", "labs.csv: {}; add its shares of spending and stock"),
        ("frontier laboratory", "USA", "frontier.csv: {}; add its largest run"),
        ("broker", "MYS", "hubs.csv: {}; add its shares of imports and capacity"),
        (
            "offshore cloud",
            "SGP",
            "clouds.csv: {}; add its host and its share of supply",
        ),
        ("exporter", "CHN", "minerals.csv: {}; add its buyers"),
        ("EDA vendor", "USA", "eda_lines.csv: {}; add its users"),
    ],
)
def test_an_actor_without_rows_of_its_own(data, refused, kind, country, line):
    add(data, of_kind(kind, country))
    assert refused() == line.format(f"no row for actor 'new' of kind {kind}")


@pytest.mark.parametrize(
    ("tables", "line"),
    [
        (
            {k: rows for k, rows in SCREEN.items() if k != "vendor_books"},
            "vendor_books.csv: no row for actor 'screen' of kind tool maker; add its "
            "sales by year",
        ),
        (
            {k: rows for k, rows in SCREEN.items() if k != "firms"},
            "firms.csv: no row for actor 'screen' of kind tool maker; add its growth",
        ),
        (
            SCREEN,
            "markets.csv: no row for actor 'screen' of kind tool maker; add its "
            "volatility",
        ),
        (
            NANYA,
            "supplier_books.csv: no row for actor 'nanya' of kind memory maker; add "
            "its revenue",
        ),
        (
            FAB | {"fabs": (f"nexchip,nexchip,28nm,logic,false,,100,2022,{GUESS}",)},
            "fabs.csv, row 8, start_kwpm: no number for actor 'nexchip'; give one, or "
            "add the assumption fab.start_kwpm.nexchip",
        ),
        (
            FAB | {"fabs": (f"nexchip,nexchip,28nm,logic,false,9,,2022,{GUESS}",)},
            "fabs.csv, row 8, ceiling_kwpm: no number for actor 'nexchip'; give one",
        ),
        (
            FAB | {"fabs": (f"nexchip,nexchip,7nm,ai_logic,true,9,9,2022,{GUESS}",)},
            "fabs.csv: 2 fabs of kind 'ai_logic'; there must be 1, whose yields are "
            "the assumptions smic.*: give any other the kind 'logic'",
        ),
        (
            of_kind("tool maker", tool_lines=(f"new,clean,0,6,0.6,2025,{GUESS}",)),
            "tool_lines.csv: two Chinese makers of 'clean', 'acm' and 'new'; the model "
            "follows one of a class: leave one out",
        ),
        (
            of_kind("broker", "MYS", hubs=(f"new,amd,0,0,2025,{GUESS}",)),
            "hubs.csv: brokers divert chips of 'nvidia' and of 'amd'; the model has "
            "one grey market: name one designer in all rows",
        ),
        (
            of_kind("chip desinger"),
            "actors.csv, row 69: no kind of actor is called 'chip desinger'; did you "
            "mean 'chip designer'?",
        ),
        (
            of_kind("laboratory", "USA"),
            "actors.csv, row 69: the model has no laboratory outside China",
        ),
        (
            of_kind("investors"),
            "actors.csv: 2 actors of kind 'investors'; there must be 1",
        ),
        (
            {"order_shares": (f"asml,0.1,2023,{GUESS}",)},
            "order_shares.csv, row 4: 'asml' is of kind tool maker (NLD); seller names "
            "a chip designer outside China",
        ),
        (
            {"order_shares": (f"amd,0.1,2023,{GUESS}",)},
            "order_shares.csv, row 4: 'amd' appears twice",
        ),
        (
            {"world_supply": (f"amd,2025-12,9,H100e a month,2025,{GUESS}",)},
            "world_supply.csv: actor 'nvidia' has no row where 2025-09 is due; it "
            "needs a row for each quarter, in order, 0 if it sold nothing",
        ),
    ],
)
def test_a_row_that_is_missing_or_in_the_wrong_place(data, refused, tables, line):
    add(data, tables)
    assert refused() == line


@pytest.mark.parametrize(
    ("table", "row", "line"),
    [
        ("chips", "H100,", "chips.csv: no row for 'H100', the chip that H100-"
         "equivalents are counted in; add it"),
        ("chips", "A100,", "chips.csv: 'nvidia', from whom most is ordered or resold, "
         "has no chip launched by 2022-01; add one"),
        ("tools", "etch,", "tools.csv: there is no row for 'etch', which the "
         "model reads; add it"),
        ("tool_lines", "asml,duv_immersion", "tool_lines.csv: no maker outside China "
         "of 'duv_immersion' has a share; add one that has"),
        ("fabs", "cxmt,", "fabs.csv: no row for actor 'cxmt' of kind fab; add its "
         "node, kind and capacity"),
    ],
)  # fmt: skip
def test_a_row_taken_out(data, refused, table, row, line):
    path = data / f"{table}.csv"
    kept = [x for x in path.read_text("utf-8").splitlines() if not x.startswith(row)]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert refused() == line


def test_every_column_of_the_list_is_one_of_its_table():
    for column in COLUMNS:
        assert column.name in column.row.model_fields
