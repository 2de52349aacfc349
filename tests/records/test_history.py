"""What was observed: rows that a fit can use, in the units of the measures."""

import csv
import re

import pytest

from sim.domain.months import Month
from sim.outcomes.measures import MEASURES
from sim.records.history import (
    errors_by_family,
    likely_range,
    rarely_targeted,
    targets,
)
from sim.records.history_rows import (
    ExchangeRate,
    Family,
    Observation,
    ObservationError,
)
from tests.records.test_broken import rewritten, set_cell

NATIVE = re.compile(r"([\d.]+) million (\w{3}) at the average rate of the period")


@pytest.fixture
def rows(records):
    return records.facts.rows(Observation)


@pytest.fixture
def errors(records):
    return errors_by_family(records.facts.rows(ObservationError))


def one(rows, measure, actor, start):
    """Return the observation of a series that begins on a day."""
    found = [r for r in rows if r.series == (measure, actor) and str(r.start) == start]
    assert len(found) == 1
    return found[0]


def test_a_measure_answers_to_every_observation_in_its_own_unit(rows):
    units = {each.name: each.unit for each in MEASURES}
    for row in rows:
        assert units[row.measure] == row.unit, row


def test_observations_cover_whole_months(rows):
    for row in rows:
        first, last = row.months
        assert (row.start, row.end) == (first.first_day, last.last_day), row


def test_what_ends_after_2024_is_kept_for_the_test(rows):
    for row in rows:
        assert (row.use == "test") == (row.months[1] > Month(2024, 12)), row


def test_a_fit_aims_at_no_series_that_is_recalled_in_all_rows(rows):
    aims = targets(rows)
    sure = {row.series for row in aims if row.confidence != "memory"}
    assert {row.series for row in aims} == sure
    assert len(aims) > 80


def test_a_fit_aims_at_the_same_facts_once(rows):
    """Of a firm's sales, share and sales to China only the last is a target."""
    aimed = {row.measure for row in targets(rows)}
    assert not aimed & {"revenue", "china_share", "ai_compute_stock"}
    firms = [r.actor for r in targets(rows) if r.measure == "china_revenue"]
    assert "asml" not in firms


def test_shares_and_revenue_are_too_rarely_targets_to_size_what_is_missed(rows):
    sized = rarely_targeted(rows)
    families = {row.family for row in sized}
    assert families >= {"total_revenue", "share", "yield", "price", "chip_design"}
    assert not families & {"tool_sales", "chip_sales", "compute", "count", "lag"}
    assert all(row.use == "calibration" for row in sized)
    shares = [row for row in sized if row.family == "share"]
    assert len([row for row in shares if row.target]) == 4 < len(shares)


def test_known_inputs_are_marked(rows):
    for row in rows:
        if row.measure in {"revenue", "china_share", "mineral_price"}:
            assert row.answer == "partly input", row
        if row.measure == "china_system_sales":
            assert row.answer == "model", row


def test_amounts_in_other_currencies_are_converted_at_the_average_of_their_months(
    records, rows
):
    rates = records.facts.rows(ExchangeRate)
    converted = 0
    for row in rows:
        native = NATIVE.search(row.note)
        if native is None:
            continue
        within = [
            rate.per_usd
            for rate in rates
            if rate.currency == native[2]
            and row.start <= rate.start
            and rate.end <= row.end
        ]
        mean = sum(within) / len(within)
        assert row.mid == pytest.approx(float(native[1]) / mean, rel=1e-4), row
        converted += 1
    assert converted > 50


@pytest.mark.parametrize(
    ("currency", "year", "usd"),
    [("EUR", 2022, 1.053), ("EUR", 2023, 1.081), ("EUR", 2024, 1.082)],
)
def test_quarterly_rates_agree_with_the_yearly_average(records, currency, year, usd):
    rates = [
        1.0 / rate.per_usd
        for rate in records.facts.rows(ExchangeRate)
        if rate.currency == currency and rate.start.year == year
    ]
    assert len(rates) == 4
    assert sum(rates) / 4 == pytest.approx(usd, rel=0.003)


def test_every_family_has_a_series_and_an_error_for_each_confidence(records, rows):
    families = {row.family for row in records.facts.rows(Family)}
    assert families == {row.family for row in rows}
    for family in families:
        widths = [
            row.half_width
            for of in ("seen", "derived", "memory")
            for row in records.facts.rows(ObservationError)
            if (row.family, row.of) == (family, of)
        ]
        assert len(widths) == 3
        assert widths == sorted(widths)


# --- ranges ---------------------------------------------------------------------------


def test_the_range_of_a_row_that_gives_both_ends_is_its_own(rows, errors):
    smuggled = one(rows, "smuggled_units", "china", "2024-01-01")
    assert likely_range(smuggled, errors) == (10_000.0, 400_000.0)


def test_a_relative_error_divides_and_multiplies(rows, errors):
    sales = one(rows, "china_revenue", "amat", "2023-02-01")
    width = errors["tool_sales", "derived"].half_width
    assert likely_range(sales, errors) == pytest.approx(
        (1392.0 / (1.0 + width), 1392.0 * (1.0 + width))
    )


def test_an_absolute_error_is_added_on_both_sides(rows, errors):
    lag = one(rows, "released_lag_months", "china", "2024-12-01")
    width = errors["lag", "derived"].half_width
    assert likely_range(lag, errors) == pytest.approx((5.4 - width, 5.4 + width))


def test_an_end_that_is_not_given_is_that_of_the_table_of_errors(rows, errors):
    share = next(
        r
        for r in rows
        if r.measure == "domestic_chip_share" and r.low is not None and r.high is None
    )
    low, high = likely_range(share, errors)
    assert low == share.low
    assert high == pytest.approx(share.mid + errors["share", "seen"].half_width)


# --- broken tables --------------------------------------------------------------------

OBSERVED = "history/observations.csv"


def row_of(data, wanted):
    """Return the number of the first row of the observations that says something."""
    with (data / OBSERVED).open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            if all(row[column] == value for column, value in wanted.items()):
                return number
    raise AssertionError(wanted)


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        (
            "family",
            "tool_sails",
            "there is no family 'tool_sails' in families.csv; "
            "did you mean 'tool_sales'?",
        ),
        (
            "answer",
            "guess",
            "answer: must be 'model' or 'partly input', not 'guess'",
        ),
        ("mid", "-1", "on a log scale (tool_sales) values must be above 0"),
        ("low", "1e9", "the row: low, mid and high must rise"),
        (
            "end",
            "2021-01-01",
            "the row: end 2021-01-01 lies before start 2022-01-01",
        ),
        (
            "confidence",
            "judgement",
            "errors.csv has no row for 'tool_sales' and 'judgement'",
        ),
        ("use", "test", "the row: a fit may not aim at a row of the test set"),
    ],
)
def test_an_observation_that_no_fit_could_use(data, refused, column, value, says):
    set_cell(data / OBSERVED, column, value)
    assert refused().startswith("observations.csv, row 2")
    assert refused().endswith(says)


def test_a_series_that_is_a_target_by_memory_alone(data, refused):
    number = row_of(data, {"measure": "china_revenue", "actor": "kla"})
    set_cell(data / OBSERVED, "target", "yes", row=number)
    assert refused() == (
        f"observations.csv, row {number}, target: china_revenue of kla is recalled in "
        "all rows; a fit may not aim at memory alone"
    )


def test_a_share_that_is_none(data, refused):
    number = row_of(data, {"measure": "china_share", "actor": "kla"})
    set_cell(data / OBSERVED, "mid", "1", row=number)
    assert refused() == (
        f"observations.csv, row {number}: on a logit scale (share) values must lie "
        "inside (0, 1)"
    )


def test_a_period_that_is_observed_twice(data, refused):
    rewritten(data / OBSERVED, lambda rows: [*rows[:2], rows[1], *rows[2:]])
    assert refused() == (
        "observations.csv, row 3: 'china_system_sales asml 2022-01-01 2022-03-31' "
        "appears twice"
    )


def test_an_error_of_a_family_that_is_none(data, refused):
    set_cell(data / "history/errors.csv", "family", "xyz")
    assert refused() == "errors.csv, row 2: there is no family 'xyz' in families.csv"


def test_an_error_that_stands_there_twice(data, refused):
    rewritten(data / "history/errors.csv", lambda rows: [*rows[:2], *rows[1:]])
    assert refused() == "errors.csv, row 3: 'tool_sales seen' appears twice"


def test_an_error_of_nothing(data, refused):
    set_cell(data / "history/errors.csv", "half_width", "0")
    assert refused() == ("errors.csv, row 2, half_width: must be above 0, not '0'")


def test_a_family_on_an_unknown_scale(data, refused):
    set_cell(data / "history/families.csv", "scale", "cubic")
    assert refused() == (
        "families.csv, row 2, scale: must be 'log', 'logit' or 'linear', not 'cubic'"
    )


def test_a_currency_that_is_not_converted(data, refused):
    set_cell(data / "history/exchange_rates.csv", "currency", "GBP")
    assert refused() == (
        "exchange_rates.csv, row 2, currency: must be 'EUR', 'JPY' or 'CNY', not 'GBP'"
    )
