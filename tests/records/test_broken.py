"""Broken tables: each is refused in one line that says where and what.

What may become of any file as a whole, such as a row that is there twice, is in
`test_scan.py`.
"""

import csv
import os

import pytest

from sim.domain.errors import RecordsError
from sim.records.data_folder import load_records


def rewritten(path, change):
    """Rewrite a table after a change to its rows, the header first."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    rows = change(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def set_cell(path, column, value, row=2):
    """Set a cell of a table; the header is row 1."""

    def change(rows):
        rows[row - 1][rows[0].index(column)] = value
        return rows

    rewritten(path, change)


def test_the_copy_itself_is_whole(data):
    assert load_records(data).actors


def test_a_missing_column(data, refused):
    def drop(rows):
        where = rows[0].index("share")
        return [[*row[:where], *row[where + 1 :]] for row in rows]

    rewritten(data / "tool_lines.csv", drop)
    assert refused() == "tool_lines.csv: column 'share' is missing"


def test_a_column_too_many(data, refused):
    rewritten(data / "hubs.csv", lambda rows: [[*rows[0], "xyz"], *rows[1:]])
    assert refused() == "hubs.csv: column 'xyz' is not known"


def test_a_misspelt_column_gets_a_suggestion(data, refused):
    rewritten(
        data / "hubs.csv",
        lambda rows: [[c.replace("import_", "imports_") for c in rows[0]], *rows[1:]],
    )
    assert refused() == (
        "hubs.csv: column 'imports_share' is not known; did you mean 'import_share'?; "
        "column 'import_share' is missing"
    )


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_number_that_is_none(data, refused, value):
    set_cell(data / "chips.csv", "tpp", value, row=3)
    assert refused() == (
        f"chips.csv, row 3, tpp: must be a finite number, not {value!r}"
    )


def test_text_for_a_number(data, refused):
    set_cell(data / "chips.csv", "die_area", "large")
    assert refused() == ("chips.csv, row 2, die_area: must be a number, not 'large'")


def test_an_empty_cell(data, refused):
    set_cell(data / "tools.csv", "price_usd_m", "")
    assert refused() == ("tools.csv, row 2, price_usd_m: the cell is empty")


def test_a_number_without_a_source(data, refused):
    set_cell(data / "tools.csv", "source", "")
    assert refused() == ("tools.csv, row 2, source: the cell is empty")


def test_a_confidence_that_is_not_one_of_four(data, refused):
    set_cell(data / "tools.csv", "confidence", "sure")
    assert refused() == (
        "tools.csv, row 2, confidence: must be 'seen', 'derived', 'memory' or "
        "'judgement', not 'sure'"
    )


def test_an_unknown_vendor_gets_a_suggestion(data, refused):
    set_cell(data / "tool_lines.csv", "vendor", "amsl")
    assert refused() == (
        "tool_lines.csv, row 2: no actor is called 'amsl'; did you mean 'asml'?"
    )


def test_an_unknown_class_of_tools(data, refused):
    set_cell(data / "tool_lines.csv", "good", "hammer")
    assert refused().startswith(
        "tool_lines.csv, row 2, good: 'hammer' is not a known class of tools; choose "
        "from duv_immersion, duv_dry"
    )


@pytest.mark.parametrize("value", ["1.5", "-0.1"])
def test_a_share_outside_nothing_and_one(data, refused, value):
    set_cell(data / "tool_lines.csv", "share", value)
    assert refused() == (
        f"tool_lines.csv, row 2, share: must be from 0 to 1, not '{value}'"
    )


def test_a_share_under_another_name(data, refused):
    set_cell(data / "hubs.csv", "import_share", "2")
    assert refused() == ("hubs.csv, row 2, import_share: must be from 0 to 1, not '2'")


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("assumptions.csv", "service.engineers_weight"),
        ("constants.csv", "dies_per_wafer"),
        ("frontier_record.csv", "record_ends"),
    ],
)
def test_a_number_that_the_code_reads_by_its_name(data, refused, table, name):
    rewritten(data / table, lambda rows: [row for row in rows if row[0] != name])
    assert refused() == (
        f"{table}: there is no row for {name!r}, which the model reads; add it"
    )


@pytest.mark.parametrize("launch", ["-5", "soon", "2023-13"])
def test_a_chip_launched_on_no_day(data, refused, launch):
    set_cell(data / "chips.csv", "launch", launch)
    assert refused().startswith(f"chips.csv, row 2, launch: '{launch}' is not a date")


def test_all_wrong_columns_are_named_at_once(data, refused):
    rewritten(
        data / "hubs.csv",
        lambda rows: [
            [c.replace("share", "part").replace("broker", "id") for c in rows[0]],
            *rows[1:],
        ],
    )
    message = refused()
    assert message.count("is not known") == 3
    assert message.count("is missing") == 3


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(RecordsError, match=r"data: .*nowhere is not a folder"):
        load_records(tmp_path / "nowhere")


# --- assumptions ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"low": "9", "mid": "5"}, "low, mid and high must rise"),
        (
            {"low": "0", "mid": "1", "high": "2", "scale": "log"},
            "on a log scale low must be above 0",
        ),
        (
            {"low": "0.5", "mid": "0.7", "high": "1", "scale": "logit"},
            "on a logit scale low and high must lie inside (0, 1)",
        ),
    ],
)
def test_a_range_that_is_none(data, refused, cells, expected):
    for column, value in cells.items():
        set_cell(data / "assumptions.csv", column, value)
    assert refused() == f"assumptions.csv, row 2, the row: {expected}"


def test_a_scale_that_is_not_known(data, refused):
    set_cell(data / "assumptions.csv", "scale", "cubic")
    assert refused() == (
        "assumptions.csv, row 2, scale: must be 'linear', 'log' or 'logit', not 'cubic'"
    )


def test_a_name_with_blanks(data, refused):
    set_cell(data / "assumptions.csv", "name", "Spare parts")
    assert refused().startswith(
        "assumptions.csv, row 2, name: must be small letters, digits"
    )


# --- expectations ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column", "value", "expected"),
    [
        (
            "news.csv",
            "prospects",
            "allied_tool",
            "news.csv, row 2: no prospect is called 'allied_tool'; did you mean "
            "'allied_tools'?",
        ),
        (
            "news.csv",
            "kind",
            "rumour",
            "news.csv, row 2: no kind of news is called 'rumour'",
        ),
        (
            "news.csv",
            "given",
            "us_2022_10_chips",
            "news.csv, row 2, given: us_2022_10_chips was announced only on "
            "2022-10-07, after the news",
        ),
        (
            "news.csv",
            "log_points",
            "0.5",
            "news.csv, row 2, log_points: only news of kind efficiency has a size; "
            "what other news weighs is the assumption news.weight.report",
        ),
        (
            "news.csv",
            "prospects",
            "",
            "news.csv, row 2, prospects: the news is about nothing",
        ),
        (
            "news.csv",
            "direction",
            "up",
            "news.csv, row 2, direction: must be '+' or '-', not 'up'",
        ),
        (
            "news.csv",
            "id",
            "letters_14nm",
            "news.csv, row 3: 'letters_14nm' appears twice",
        ),
        (
            "prospects.csv",
            "kinds",
            "equipment_bann",
            "prospects.csv, row 2, kinds: 'equipment_bann' is not a known kind of "
            "instrument; "
            "did you mean 'equipment_ban'?",
        ),
        (
            "prospects.csv",
            "prior",
            "1.2",
            "prospects.csv, row 2, prior: must be below 1, not '1.2'",
        ),
        (
            "prospects.csv",
            "sellers",
            "nvida",
            "prospects.csv, row 2: no actor is called 'nvida'; did you mean 'nvidia'?",
        ),
        (
            "markets.csv",
            "daily_volatility",
            "0",
            "markets.csv, row 2, daily_volatility: must be above 0",
        ),
        (
            "history/event_returns.csv",
            "items",
            "deepseek_r2",
            "event_returns.csv, row 2: no news or instrument is called 'deepseek_r2'; "
            "did you mean 'deepseek_r1'?",
        ),
        (
            "history/event_returns.csv",
            "firm",
            "nvidias",
            "event_returns.csv, row 2: no actor is called 'nvidias'; did you "
            "mean 'nvidia'?",
        ),
    ],
)
def test_expectations_that_name_what_is_not_known(
    data, refused, table, column, value, expected
):
    set_cell(data / table, column, value)
    assert refused().startswith(expected)


def test_a_surprise_without_a_size(data, refused):
    set_cell(data / "news.csv", "kind", "efficiency")
    assert refused() == (
        "news.csv, row 2, log_points: a surprise in efficiency has a size"
    )


# --- what makes no sense --------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (("tools.csv", "price_usd_m", "-80"), "must be above 0, not '-80'"),
        (("start_stocks.csv", "units", "-1"), "must be at least 0, not '-1'"),
        (("vendor_books.csv", "capacity", "-16900"), "must be above 0, not '-16900'"),
        (("vendor_books.csv", "capacity", "1e99"), "must be at most 1e+30, not '1e99'"),
        (("vendor_books.csv", "capacity", "1_0"), "must be a number, not '1_0'"),
        (
            ("vendor_books.csv", "year", "20225"),
            "must be a year from 1970 to 2100, not '20225'",
        ),
        (
            ("vendor_books.csv", "year", "-5"),
            "must be a year from 1970 to 2100, not '-5'",
        ),
        (("vendor_books.csv", "unit", "USD billion"), "must be 'USD million', not"),
        (("tool_lines.csv", "lead_time_months", "0"), "must be from 1 to 240, not '0'"),
        (("actors.csv", "country", "USB"), "'USB' is not a known state (alpha-3 code)"),
        (("clouds.csv", "host", "MAL"), "'MAL' is not a known state (alpha-3 code)"),
        (("allies.csv", "state", "NDL"), "did you mean 'NLD'?"),
        (("labs.csv", "openness", "0.5"), "must be true or false, not '0.5'"),
        (("chips.csv", "as_of", "20225"), "'20225' is not a date; write 2025-07 or"),
        (("chips.csv", "as_of", "2025-2024"), "'2025-2024' ends before it begins"),
        (("chips.csv", "announced", "2200-01"), "is not a day from 1970 to 2100"),
        (("news.csv", "date", "1902-07-05"), "is not a day from 1970 to 2100"),
        (("news.csv", "date", "2022-07"), "'2022-07' is not a day; write one such as"),
        (("frontier_record.csv", "as_of", "2023"), "must be a month or a day, not"),
        (("chips.csv", "note", "a\nb"), "holds a line break or a control character"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_a_cell_that_makes_no_sense(data, refused, cell, expected):
    table, column, value = cell
    set_cell(data / table, column, value)
    message = refused()
    assert message.startswith(f"{table}, row 2, {column}: ")
    assert expected in message


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (
            ("fabs.csv", "ceiling_kwpm", "9", 3),
            "fabs.csv, row 3, the row: ceiling_kwpm 9 is below start_kwpm 265",
        ),
        (
            ("chips.csv", "launch", "2019-01", 2),
            "chips.csv, row 2, the row: launch 2019-01 lies before announced 2020-05",
        ),
        (
            ("designer_books.csv", "other_china", "99999", 2),
            "designer_books.csv, row 2, the row: other_china is a part of "
            "other_revenue, and is above it",
        ),
        (
            ("start_stocks.csv", "owner", "WORLD", 2),
            "start_stocks.csv, row 2, the row: the owner WORLD needs a designer",
        ),
        (
            ("constants.csv", "value", "1.2", 4),
            "constants.csv, row 4, the row: value 1.2 is above 1 (share)",
        ),
        (
            ("constants.csv", "value", "1.5", 6),
            "constants.csv, row 6, the row: value 1.5 is not a number of whole months",
        ),
        (
            ("constants.csv", "unit", "months", 2),
            "constants.csv, row 2, unit: the model reads 'dies_per_wafer' in 'dies', "
            "not 'months'",
        ),
        (
            ("constants.csv", "name", "die_per_wafer", 2),
            "constants.csv: there is no row for 'dies_per_wafer', which the model "
            "reads; add it; did you mean 'die_per_wafer'?",
        ),
        (
            ("frontier_record.csv", "value", "20225.5", 3),
            "frontier_record.csv, row 3, the row: value 20225.5 is not from 1970 to "
            "2100",
        ),
        (
            ("assumptions.csv", "low", "-0.38", 2),
            "assumptions.csv, row 2, low: -0.38 is not from 0 to 1 (share)",
        ),
        (
            ("actors.csv", "id", "gov_usa", 2),
            "actors.csv: there is no row for 'gov_us', the government of USA, which "
            "the model reads by this name; add it",
        ),
        (
            ("actors.csv", "country", "DEU", 3),
            "actors.csv, row 3: the model has no government of DEU; it has those of "
            "USA, CHN, NLD, JPN, KOR, TWN",
        ),
        (
            ("actors.csv", "kind", "market", 3),
            "actors.csv: 0 actors of kind 'government' in NLD; there must be 1",
        ),
        (
            ("clouds.csv", "supply_share", "0", None),
            "clouds.csv, supply_share: is 0 in every row; give at least one more",
        ),
        (
            ("history/discrepancies.csv", "name", "spread.tool_sail", 2),
            "discrepancies.csv, row 2: there is no family 'tool_sail' in "
            "families.csv; did you mean 'tool_sales'?",
        ),
        (
            ("history/observations.csv", "end", "2022-03-30", 2),
            "observations.csv, row 2, the row: 2022-01-01 to 2022-03-30 are not whole "
            "months, as a run has them",
        ),
        (
            ("history/patterns.csv", "actor", "axcelis", 32),
            "patterns.csv, row 32, actor: event_returns.csv has no row for "
            "'E23_2025-02-25' and 'axcelis'",
        ),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_a_row_that_contradicts_itself_or_the_model(data, refused, cell, expected):
    table, column, value, number = cell
    with (data / table).open(newline="", encoding="utf-8") as file:
        count = sum(1 for _ in file)
    for row in [number] if number else range(2, count + 1):
        set_cell(data / table, column, value, row=row)
    assert refused() == expected


def test_an_assumption_that_nothing_reads(data, refused):
    rewritten(
        data / "assumptions.csv",
        lambda rows: [*rows, ["service.engineer_weight", *rows[1][1:]]],
    )
    assert refused().endswith(
        ": nothing in the model reads 'service.engineer_weight'; did you mean "
        "'service.engineers_weight'?"
    )


def test_a_table_of_another_kind_of_file_is_not_waited_for(data, refused):
    (data / "labs.csv").unlink()
    os.mkfifo(data / "labs.csv")
    assert refused() == "labs.csv: cannot be read, it is not a file"


def test_a_law_whose_id_is_a_number(data, refused):
    path = data / "law" / "truces.yaml"
    path.write_text(f"1: {{}}\n{path.read_text('utf-8')}", "utf-8")
    assert refused() == "truces.yaml: the key 1 is not text; quote it"


def test_a_law_of_another_century(data, refused):
    path = data / "law" / "truces.yaml"
    text = path.read_text("utf-8")
    start = text.index("announced: ") + len("announced: ")
    path.write_text(f"{text[:start]}1902-01-01{text[start + 10 :]}", "utf-8")
    assert refused().endswith("announced: 1902-01-01 is not a day from 1970 to 2100")


def test_where_rows_and_acts_are_in_their_files_means_nothing(data, records):
    for table in ("actors.csv", "tool_lines.csv", "world_supply.csv"):
        rewritten(data / table, lambda rows: [rows[0], *rows[:0:-1]])
    for name in ("chips", "tools"):
        (data / "law" / f"us_{name}.yaml").rename(data / "law" / f"z_{name}.yaml")
    reordered = load_records(data)
    assert reordered.facts.tables == records.facts.tables
    assert list(reordered.law.instruments) == list(records.law.instruments)
