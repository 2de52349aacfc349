"""Calibrated assumptions come together from a row that seed and draw alone choose."""

import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.ensemble import Draws
from sim.records import load_records
from sim.records.assumptions import sample, sample_copies
from sim.records.data_folder import SHIPPED
from sim.records.posterior import FOLDER
from tests.records.conftest import refusal
from tests.records.posteriors import (
    BUDGET,
    CALIBRATED,
    GROWTH,
    MEMORY,
    PARTS,
    ROWS,
    data_with,
    data_without,
    digests,
    discrepancies,
    posterior,
    ranges,
    say,
    write,
    write_posterior,
)
from tests.records.test_broken import rewritten, set_cell
from tests.worlds import SEED

MANY = Draws(4 * ROWS)


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory):
    """Records of which three assumptions are calibrated."""
    return load_records(data_with(tmp_path_factory.mktemp("calibrated")))


@pytest.fixture(scope="module")
def drawn(calibrated):
    """Every assumption in many draws, the calibrated ones from the posterior."""
    return sample(calibrated.assumptions, MANY, SEED, joint=calibrated.posterior)


@pytest.fixture(scope="module")
def ranged(calibrated):
    """Every assumption in the same draws, each from its range."""
    return sample(calibrated.assumptions, MANY, SEED)


def rows_of(joint):
    """Return the rows of a posterior as tuples."""
    return list(zip(*(joint.columns[name] for name in CALIBRATED), strict=True))


def test_a_folder_without_a_posterior_has_none(tmp_path):
    assert load_records(data_without(tmp_path)).posterior is None


def test_what_a_calibration_says_of_itself_is_kept(calibrated):
    made = calibrated.posterior.origin
    assert (made.seed, str(made.observations_to)) == (7, "2024-12")
    assert made.made.isoformat() == "2026-11-26"
    assert made.model_extra == {"r_hat": dict.fromkeys(CALIBRATED, 1.001)}


def test_numbers_are_read_to_the_last_bit(calibrated):
    path = calibrated.folder / FOLDER / "draws.csv"
    table = np.genfromtxt(path, delimiter=",", names=True, deletechars="")
    for name in CALIBRATED:
        np.testing.assert_array_equal(table[name], calibrated.posterior.columns[name])


def test_all_calibrated_assumptions_of_a_draw_come_from_one_row(calibrated, drawn):
    rows = rows_of(calibrated.posterior)
    chosen = calibrated.posterior.rows(MANY, SEED)
    for draw in MANY.numbers:
        assert tuple(drawn[name][draw] for name in CALIBRATED) == rows[chosen[draw]]
    assert np.corrcoef(drawn[PARTS], drawn[GROWTH])[0, 1] > 0.5


def test_the_others_are_as_they_were_to_the_last_bit(drawn, ranged):
    for name in drawn.keys() - set(CALIBRATED):
        np.testing.assert_array_equal(drawn[name], ranged[name], name)
    assert all((drawn[name] != ranged[name]).all() for name in CALIBRATED)


def test_every_block_takes_every_row_once_in_an_order_of_its_own(calibrated):
    blocks = calibrated.posterior.rows(MANY, SEED).reshape(-1, ROWS)
    for block in blocks:
        assert sorted(block) == list(range(ROWS))
    orders = [tuple(block) for block in blocks]
    orders += [tuple(calibrated.posterior.rows(Draws(ROWS), SEED + 1))]
    assert len(set(orders)) == len(orders)


@given(st.integers(0, MANY.count - 1), st.integers(1, 2 * ROWS + 3))
def test_a_row_does_not_depend_on_the_draws_around_it(calibrated, first, count):
    whole = calibrated.posterior.rows(Draws(first + count), SEED)
    part = calibrated.posterior.rows(Draws(count, first), SEED)
    np.testing.assert_array_equal(part, whole[first:])


def test_rows_are_dealt_evenly_over_draws_and_seeds(calibrated):
    """Draw 3 of 2 000 seeds takes each of 40 rows about 50 times: a count beyond 50 +-
    32 would be 4.5 standard deviations off, and is met once in 4 000 repetitions."""
    rows = [calibrated.posterior.rows(Draws(1, 3), seed)[0] for seed in range(2_000)]
    assert np.all(np.abs(np.bincount(rows, minlength=ROWS) - 50) < 32)


def test_a_fixed_value_takes_the_place_of_one_column_alone(calibrated, drawn):
    held = sample(
        calibrated.assumptions, MANY, SEED, {GROWTH: 0.02}, calibrated.posterior
    )
    assert np.all(held[GROWTH] == 0.02)
    for name in drawn.keys() - {GROWTH}:
        np.testing.assert_array_equal(held[name], drawn[name], name)


def test_copies_are_what_each_would_be_alone(calibrated):
    some, joint = Draws(7, ROWS - 3), calibrated.posterior
    fixed = [{}, {PARTS: 0.2}, {PARTS: 0.3, "service.parts_weight": 0.4}]
    rows = calibrated.assumptions
    copies = sample_copies(rows, some, SEED, fixed, joint)
    alone = [sample(rows, some, SEED, one, joint) for one in fixed]
    for name, values in copies.items():
        expected = np.concatenate([one[name] for one in alone])
        np.testing.assert_array_equal(values, expected, name)


def test_what_is_left_over_comes_from_the_same_row(calibrated):
    left = calibrated.posterior.discrepancy_values(MANY, SEED)
    assert left.keys() == {row.name for row in discrepancies()}
    rows = calibrated.posterior.rows(MANY, SEED)
    np.testing.assert_array_equal(left[MEMORY], rows + 1.0)


def test_ranges_as_calibrated_are_quantiles_of_the_draws(calibrated):
    rows = {row.name: row for row in calibrated.assumptions}
    told = {r.name: r for r in calibrated.posterior.ranges(calibrated.assumptions)}
    column = calibrated.posterior.columns[PARTS]
    assert told[PARTS].low < np.median(column) == told[PARTS].mid < told[PARTS].high
    others = told.keys() - set(CALIBRATED)
    assert all(told[name] is rows[name] for name in others)


def test_other_files_have_another_digest(calibrated, tmp_path):
    data = data_with(tmp_path)
    assert posterior(data).digest == calibrated.posterior.digest
    say(data, seed=8)
    assert posterior(data).digest != calibrated.posterior.digest


# --- a museum of broken files ---------------------------------------------------------


@pytest.fixture
def data(tmp_path):
    """A posterior that a test may break."""
    shutil.copy(SHIPPED / "assumptions.csv", tmp_path)
    write_posterior(tmp_path)
    return tmp_path


@pytest.fixture
def refused(data):
    """Read the broken posterior; return the one line with which it is refused."""

    def message() -> str:
        text = refusal(posterior, data)
        assert str(data) not in text
        return text

    return message


MEND = "task=calibrate makes it again, assumptions=prior does without"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("draws.csv", "there is no such file"),
        ("discrepancy.csv", "there is no such file"),
        ("provenance.yaml", "there is no such file"),
    ],
)
def test_a_missing_file(data, refused, name, expected):
    (data / FOLDER / name).unlink()
    assert refused() == f"{FOLDER}/{name}: {expected}"


def test_a_range_that_has_moved_makes_the_calibration_stale(data, refused):
    rows = ranges(data)
    now, number = rows[PARTS], list(rows).index(PARTS) + 2
    set_cell(data / "assumptions.csv", "high", "0.9", row=number)
    assert refused() == (
        f"posterior/provenance.yaml, priors.{PARTS}: the range was {now.low}, "
        f"{now.mid}, {now.high} ({now.scale}) when calibrated and is {now.low}, "
        f"{now.mid}, 0.9 ({now.scale}) in assumptions.csv, so the calibration is "
        f"stale: {MEND}"
    )


def test_several_ranges_that_have_moved_are_counted(data, refused):
    rows = [ranges(data)[name] for name in CALIBRATED]
    say(data, priors={r.name: [r.low, r.mid, 2.0 * r.high, r.scale] for r in rows})
    assert " in assumptions.csv (and 2 more have moved), so the " in refused()


def test_an_assumption_that_is_gone_makes_the_calibration_stale(data, refused):
    kept = {"service.grey_market_part_coverage": [0.1, 0.2, 0.3, "log"]}
    say(data, priors=kept)
    assert refused() == (
        "posterior/provenance.yaml, priors: no assumption is called "
        "'service.grey_market_part_coverage' any more, so the calibration is stale: "
        f"{MEND}; did you mean '{PARTS}'?"
    )


def renamed(rows, name):
    return [[name, *rows[0][1:]], *rows[1:]]


def test_a_column_that_is_no_assumption(data, refused):
    rewritten(data / FOLDER / "draws.csv", lambda rows: renamed(rows, f"{PARTS}s"))
    assert refused() == (
        f"posterior/draws.csv: column '{PARTS}s' is not an assumption; did you mean "
        f"'{PARTS}'?"
    )


def test_a_column_without_a_prior(data, refused):
    rewritten(
        data / FOLDER / "draws.csv", lambda rows: renamed(rows, "service.parts_weight")
    )
    assert refused() == (
        "posterior/draws.csv: column 'service.parts_weight' has no prior in "
        "posterior/provenance.yaml"
    )


def test_a_column_that_is_missing(data, refused):
    rewritten(data / FOLDER / "draws.csv", lambda rows: [row[:-1] for row in rows])
    assert refused() == f"posterior/draws.csv: column '{BUDGET}' is missing"


def test_a_column_that_stands_there_twice(data, refused):
    rewritten(data / FOLDER / "draws.csv", lambda rows: renamed(rows, GROWTH))
    assert refused() == f"posterior/draws.csv: column '{GROWTH}' appears twice"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", "the cell is empty"),
        ("high", "'high' is not a number"),
        ("nan", "nan is not a finite number"),
        ("-inf", "-inf is not a finite number"),
        ("1.2", "1.2 is not from 0 to 1 (share of needed controlled parts)"),
        ("-0.5", "-0.5 is not from 0 to 1 (share of needed controlled parts)"),
    ],
)
def test_a_cell_that_the_assumption_cannot_be(data, refused, cell, expected):
    set_cell(data / FOLDER / "draws.csv", PARTS, cell, row=5)
    assert refused() == f"posterior/draws.csv, row 5, {PARTS}: {expected}"


def test_a_row_with_a_cell_too_few(data, refused):
    rewritten(
        data / FOLDER / "draws.csv", lambda rows: [*rows[:3], rows[3][:-1], *rows[4:]]
    )
    assert refused() == (
        "posterior/draws.csv, row 4: has not as many cells as the header"
    )


def test_a_discrepancy_of_no_family(data, refused):
    table = data / FOLDER / "discrepancy.csv"
    rewritten(table, lambda rows: renamed(rows, "spread.tool_sails"))
    assert refused() == (
        "posterior/discrepancy.csv: column 'spread.tool_sails' is not in "
        "discrepancies.csv; did you mean 'spread.tool_sales'?"
    )


def test_a_discrepancy_that_is_missing(data, refused):
    table = data / FOLDER / "discrepancy.csv"
    rewritten(table, lambda rows: [row[1:] for row in rows])
    assert refused() == (
        f"posterior/discrepancy.csv: column '{discrepancies()[0].name}' is missing"
    )


@pytest.mark.parametrize("cell", ["0", "-2"])
def test_a_discrepancy_that_none_can_be(data, refused, cell):
    set_cell(data / FOLDER / "discrepancy.csv", MEMORY, cell, row=3)
    assert refused() == (
        f"posterior/discrepancy.csv, row 3, {MEMORY}: {cell} is not above 0 (months)"
    )


@pytest.mark.parametrize("name", ["draws.csv", "discrepancy.csv"])
def test_a_table_without_rows(data, refused, name):
    rewritten(data / FOLDER / name, lambda rows: rows[:1])
    assert refused() == f"posterior/{name}: the table has no rows"


@pytest.mark.parametrize(
    ("name", "column"), [("draws.csv", PARTS), ("discrepancy.csv", MEMORY)]
)
def test_a_number_that_was_changed_since_it_was_calibrated(data, refused, name, column):
    written = digests(data)[name]
    set_cell(data / FOLDER / name, column, "0.25", row=7)
    now = digests(data)[name]
    assert refused() == (
        f"posterior/{name}: these are not the numbers that were calibrated: their "
        f"SHA-256 is {now}, and posterior/provenance.yaml, tables, says {written}; "
        f"{MEND}"
    )
    say(data, tables=None)
    assert refused().endswith(f"posterior/provenance.yaml, tables, says none; {MEND}")


def test_the_order_of_columns_and_how_numbers_are_written_change_nothing(data):
    name = "discrepancy.csv"
    whole, written = digests(data), (data / FOLDER / name).read_bytes()
    rewritten(data / FOLDER / name, lambda rows: [row[::-1] for row in rows])
    set_cell(data / FOLDER / name, MEMORY, "6.0e0", row=7)
    assert (data / FOLDER / name).read_bytes() != written
    assert digests(data) == whole
    assert posterior(data).count == ROWS


def test_rows_of_two_tables_that_do_not_pair(data, refused):
    rewritten(data / FOLDER / "discrepancy.csv", lambda rows: rows[:-2])
    assert refused() == (
        f"posterior/discrepancy.csv: has {ROWS - 2} rows, and posterior/draws.csv has "
        f"{ROWS}; a row of one belongs to a row of the other"
    )


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("seed", None, "seed: is missing"),
        ("command", None, "command: is missing"),
        ("priors", None, "priors: is missing"),
        ("seed", -1, "seed: should be greater than or equal to 0"),
        (
            "observations_to",
            2024,
            "observations_to: 2024 is not a month; write one such",
        ),
        ("observations_to", "2024-13", "observations_to: "),
        ("made", "lately", "made: should be a valid date"),
        ("priors", {}, "priors: Dictionary should have at least 1 item"),
        ("priors", {PARTS: [0.1, 0.2]}, f"priors.{PARTS}.2: is missing"),
        ("priors", {PARTS: [0.1, 0.2, 0.3, "cube"]}, f"priors.{PARTS}.3: should be "),
    ],
)
def test_a_provenance_that_says_too_little_or_wrong(
    data, refused, key, value, expected
):
    say(data, **{key: value})
    assert refused().startswith(f"posterior/provenance.yaml, {expected}")


def test_a_provenance_that_is_no_mapping(data, refused):
    (data / FOLDER / "provenance.yaml").write_text("- 1\n", encoding="utf-8")
    assert refused().startswith("provenance.yaml: must hold fields")


def test_a_value_beyond_the_range_but_possible_is_taken(data):
    set_cell(data / FOLDER / "draws.csv", PARTS, "0.999", row=2)
    say(data, tables=digests(data))
    assert posterior(data).columns[PARTS][0] == 0.999


def test_records_are_read_without_looking_at_a_broken_posterior(tmp_path):
    data = data_with(tmp_path)
    write(data / FOLDER / "draws.csv", ["nonsense"], [["?"]])
    assert load_records(data).assumptions


def test_a_posterior_may_have_one_row_and_one_column(tmp_path):
    shutil.copy(SHIPPED / "assumptions.csv", tmp_path)
    write_posterior(tmp_path, rows=1, names=[PARTS])
    one = posterior(tmp_path)
    assert one.count == 1
    assert len(set(one.values(Draws(5), SEED)[PARTS])) == 1
