"""What governments may do besides the record, and how grave it is taken to be."""

import csv

import pytest
import yaml

from sim.policy.decisions import ALLIES
from sim.policy.kinds import KINDS
from sim.records import tables
from sim.records.data_folder import SHIPPED, load_records

CONFIDENCES = {"seen", "derived", "memory", "judgement"}
PLAIN = {"id", "title", "issuer", "announced", "effective", "end", "kind"}


# --- what is shipped ------------------------------------------------------------------


def test_every_act_of_the_menu_says_where_it_is_from(records):
    assert records.menu
    for act in records.menu.values():
        assert act.source.strip(), act.id
        assert act.reference.strip(), act.id
        assert act.confidence in CONFIDENCES, act.id


def test_every_number_of_the_menu_has_grounds_or_is_a_denial():
    """Tests of a bill are as its text has them; nought and one are no estimates."""
    for path in (SHIPPED / "menu").glob("*.yaml"):
        for name, fields in yaml.safe_load(path.read_text("utf-8")).items():
            grounds = fields.get("grounds", {})
            for field, value in fields.items():
                if isinstance(value, (int, float)) and value not in {0.0, 0.5, 1.0}:
                    assert field in grounds, (name, field)
            for field, ground in grounds.items():
                assert field in fields, (name, field)
                assert ground["confidence"] in CONFIDENCES, (name, field)
                assert ground["note"].strip(), (name, field)


def test_nothing_stands_both_on_the_menu_and_in_the_record(records):
    assert records.menu.keys().isdisjoint(records.law.instruments)
    assert {act.issuer for act in records.menu.values()} == {"USA", "CHN"}


def test_every_kind_of_instrument_has_a_rung(records):
    rungs = {row.kind: row for row in records.facts.rows(tables.SeverityRow)}
    assert rungs.keys() == KINDS.keys()
    assert all(0.0 <= row.severity <= 1.0 for row in rungs.values())
    loosening = {kind for kind, row in rungs.items() if not row.tightens}
    assert loosening == {"licence_policy", "truce"}


def test_graver_kinds_of_control_stand_higher(records):
    rung = {row.kind: row.severity for row in records.facts.rows(tables.SeverityRow)}
    assert rung["end_use_enforcement"] < rung["entity_listing"]
    assert rung["entity_listing"] < rung["equipment_ban"] < rung["service_ban"]
    assert rung["service_ban"] < rung["fdpr"]


def test_every_ally_that_can_be_asked_has_an_exposure(records):
    exposure = {row.state: row for row in records.facts.rows(tables.AllyRow)}
    assert exposure.keys() == set(ALLIES)
    assert exposure["JPN"].exposure_to_retaliation == 1.0


# --- what is broken -------------------------------------------------------------------


def change(path, old, new):
    """Change a text in a file, once."""
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), "utf-8")


def test_the_copy_itself_is_whole(data):
    assert load_records(data).menu


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "kind: affiliates_rule",
            "kind: afiliates_rule",
            "us_menu_affiliates, kind: 'afiliates_rule' is not a known kind of "
            "instrument; did "
            "you mean 'affiliates_rule'?",
        ),
        (
            "kind: affiliates_rule",
            "kind: affiliates_rule\n  isuer: USA",
            "us_menu_affiliates, isuer: there is no such field; did you mean 'issuer'?",
        ),
        (
            "coercion: 0.3",
            "coercion: 1.3",
            "us_menu_service, ask.coercion: 1.3 is not a share; give a number from 0 "
            "to 1",
        ),
        (
            "ask: {coercion: 0.3}",
            "ask: {coercion: 0.3, backstop: {JPN: 0.7}}",
            "us_menu_service, ask: a backstop needs a deadline from which it reaches",
        ),
        (
            "ask: {coercion: 0.3}",
            "ask: {coercion: 0.3, deadline: 2020-01-01}",
            "us_menu_service: ask.deadline 2020-01-01 lies before effective 2025-02-24",
        ),
        (
            "  adopted_by: {NLD: null, JPN: null}\n",
            "",
            "us_menu_service: an ask needs states that may join, in adopted_by",
        ),
        (
            "    - us_menu_affiliates\n",
            "    - us_menu_afiliates\n",
            "us_menu_truce, suspends: there is no instrument called "
            "'us_menu_afiliates'; did you mean 'us_menu_affiliates'?",
        ),
        (
            "us_menu_truce:",
            "us_2022_10_sme:",
            "us_2022_10_sme: is in the table of law already",
        ),
        (
            "parties: [smic,",
            "parties: [smci,",
            "us_menu_scanners, scope.parties: 'smci' is not a known actor; did you "
            "mean 'smic'?",
        ),
    ],
)
def test_a_broken_menu_is_one_clear_line(data, refused, old, new, expected):
    change(data / "menu" / "united_states.yaml", old, new)
    assert refused() == f"united_states.yaml, {expected}"


def test_an_empty_menu_is_refused(data, refused):
    for path in (data / "menu").glob("*.yaml"):
        path.unlink()
    assert refused() == f"{data / 'menu'}: holds no law (*.yaml)"


def test_an_act_that_stands_on_the_menu_twice_is_refused(data, refused):
    change(data / "menu" / "united_states.yaml", "us_menu_truce:", "cn_menu_fund:")
    assert refused() == (
        "united_states.yaml, cn_menu_fund: is already written in china.yaml"
    )


def without_row(path, key):
    """Drop a row of a table by its first cell."""
    rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    kept = [row for row in rows if row[0] != key]
    assert len(kept) == len(rows) - 1
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(kept)


def test_a_kind_without_a_rung_is_refused(data, refused):
    without_row(data / "ladder.csv", "quota")
    assert refused() == (
        "ladder.csv: there is no row for 'quota', which the model reads; add it"
    )


def test_an_ally_without_a_row_is_refused(data, refused):
    without_row(data / "allies.csv", "KOR")
    assert refused() == (
        "allies.csv: there is no row for 'KOR', which the model reads; add it"
    )


def test_a_rung_that_is_no_share_is_refused(data, refused):
    change(data / "ladder.csv", "fdpr,0.85", "fdpr,8.5")
    assert refused() == "ladder.csv, row 15, severity: must be from 0 to 1, not '8.5'"


def test_a_rung_of_no_known_kind_is_refused(data, refused):
    change(data / "ladder.csv", "fdpr,0.85", "fpdr,0.85")
    assert refused() == (
        "ladder.csv, row 15, kind: 'fpdr' is not a known kind of instrument; did you "
        "mean 'fdpr'?"
    )


def test_a_kind_with_two_rungs_is_refused(data, refused):
    change(data / "ladder.csv", "fdpr,0.85", "quota,0.85")
    assert refused() == "ladder.csv, row 15: 'quota' appears twice"
