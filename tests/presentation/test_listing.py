"""Listings are searched by words, fit any width, and never cut a name."""

import pytest

from sim.domain.errors import SettingsError
from sim.presentation.labelled_text import labelled_rows
from sim.presentation.listing import Listing

CHIPS = Listing(
    "chips",
    ("chip", "designer", "tpp", "price_usd", "note"),
    (
        ("Ascend 910B", "huawei", None, 14000.0, "sold at home"),
        ("H20", "nvidia", 2368.0, 10400.0, "made for China, with fast memory"),
    ),
    prose=1,
    spare=("price_usd",),
)
MEASURES = Listing(
    "measures",
    ("measure", "unit", "headline", "title", "meaning"),
    (
        ("china_share_of_nvidia_compute", "share", False, "Share", "In the year."),
        ("lag", "months", True, "Lag", "Behind the frontier."),
    ),
    prose=2,
)


def test_every_word_must_be_somewhere_in_a_row_in_any_case():
    assert [row[0] for row in CHIPS.matching("CHINA nvid").rows] == ["H20"]
    assert [row[0] for row in CHIPS.matching("14000").rows] == ["Ascend 910B"]
    assert len(CHIPS.matching(None).rows) == 2


def test_what_is_true_of_a_row_is_found_by_the_name_of_the_column():
    assert [row[0] for row in MEASURES.matching("headline").rows] == ["lag"]


def test_a_search_without_a_result_names_the_nearest_word():
    with pytest.raises(SettingsError) as refused:
        CHIPS.matching("nvidai")
    assert str(refused.value) == (
        "match=nvidai: task=chips lists nothing that has nvidai; did you mean 'nvidia'?"
    )
    with pytest.raises(SettingsError, match="without match= it lists all"):
        CHIPS.matching("qqq")


def test_a_table_is_aligned_where_it_fits():
    assert CHIPS.text_lines(80) == [
        "chip         designer  tpp   price_usd  note",
        "Ascend 910B  huawei          14000      sold at home",
        "H20          nvidia    2368  10400      made for China, with fast memory",
    ]


def test_a_table_that_is_too_wide_leaves_out_what_can_be_spared():
    assert CHIPS.text_lines(60) == [
        "chip         designer  tpp   note",
        "Ascend 910B  huawei          sold at home",
        "H20          nvidia    2368  made for China, with fast",
        "                             memory",
    ]


def test_where_no_table_fits_a_row_is_a_block_with_all_it_has():
    assert CHIPS.text_lines(40) == [
        "Ascend 910B",
        "  designer huawei, price_usd 14000",
        "  sold at home",
        "H20",
        "  designer nvidia, tpp 2368,",
        "  price_usd 10400",
        "  made for China, with fast memory",
    ]


def test_with_two_columns_of_sentences_a_row_is_a_block_at_any_width():
    assert MEASURES.text_lines(200)[:4] == [
        "china_share_of_nvidia_compute",
        "  unit share",
        "  Share",
        "  meaning: In the year.",
    ]


@pytest.mark.parametrize("width", [10, 20, 30, 40, 60, 80, 120])
@pytest.mark.parametrize("listing", [CHIPS, MEASURES], ids=["chips", "measures"])
def test_no_name_is_cut_at_any_width(listing, width):
    text = "\n".join(listing.text_lines(width))
    assert all(str(row[0]) in text for row in listing.rows)


def test_a_program_gets_each_row_on_one_line():
    heading, *rows = MEASURES.text_lines(None)
    assert heading.split() == list(MEASURES.columns)
    assert [row.split()[0] for row in rows] == [row[0] for row in MEASURES.rows]


def test_a_spreadsheet_gets_commas_and_whole_numbers():
    assert CHIPS.csv_lines()[2] == (
        'H20,nvidia,2368.0,10400.0,"made for China, with fast memory"'
    )


def test_a_frame_has_the_same_columns():
    frame = CHIPS.frame()
    assert list(frame.columns) == list(CHIPS.columns)
    assert frame.price_usd.sum() == 24400.0


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_labels_and_long_words_are_whole_at_any_width(width):
    rows = [("scope.destinations", "CHN"), ("suspends", "us_2025_09_affiliates, b")]
    words = " ".join(labelled_rows(rows, width)).split()
    assert words == [
        "scope.destinations",
        "CHN",
        "suspends",
        "us_2025_09_affiliates,",
        "b",
    ]
