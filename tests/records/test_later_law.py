"""Law that a user adds to the record: the same form, the same checks, every task."""

import json
import shutil
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.ensemble import Draws
from sim.domain.errors import RecordsError
from sim.domain.months import Month
from sim.experiments.run_warnings import run_warnings
from sim.experiments.setup import Case, Setup
from sim.records.data_folder import SHIPPED, contents, load_records
from sim.records.later_law import LawOnRecord
from sim.records.reading_cache import SETTING
from sim.records.scenario_law import base_law
from sim.records.vintage import as_known
from sim.tasks.sweep import point_key

LETTER = {
    "kind": "performance_threshold",
    "title": "Invented",
    "issuer": "USA",
    "announced": "2026-12-07",
    "effective": "2026-12-14",
    "scope": {"goods": ["ai_chip"], "destinations": ["CHN"]},
    "tests": [{"memory_bandwidth": 1400}],
    "approval": 0.0,
    "reference": "none",
    "source": "a test",
}
ENDED = "us_2026_01_h200_rule"
SUSPENDED = {
    **{key: LETTER[key] for key in ("issuer", "title", "reference", "source")},
    "kind": "truce",
    "announced": "2026-12-20",
    "effective": "2026-12-20",
    "suspends": ["letter", "us_2023_10_chips"],
}


@pytest.fixture
def later(tmp_path, monkeypatch):
    """Write files of law, each as given; return the folder."""
    monkeypatch.setenv(SETTING, "off")
    folder = tmp_path / "my_law"
    folder.mkdir()

    def write(**files):
        for name, acts in files.items():
            text = acts if isinstance(acts, str) else json.dumps(acts)
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def refusal(later):
    """Return the one line with which law is refused."""

    def refused(**files):
        with pytest.raises(RecordsError) as caught:
            load_records(None, later(**files))
        message = str(caught.value)
        assert "\n" not in message
        return message

    return refused


def test_acts_are_added_and_the_record_stays_as_it_is(records, later):
    folder = later(b={"letter": LETTER}, a={ENDED: {"end": "2026-12-07"}})
    enlarged = load_records(None, folder)
    law = enlarged.law.instruments
    assert law["letter"].effective == date(2026, 12, 14)
    assert law[ENDED] == replace(
        records.law.instruments[ENDED], end=date(2026, 12, 7), checked=None
    )
    others = law.keys() - {"letter", ENDED}
    assert others == records.law.instruments.keys() - {ENDED}
    assert enlarged.own_acts == {
        "letter": date(2026, 12, 7),
        ENDED: date(2026, 12, 7),
    }
    assert list(enlarged.own_law_files) == ["a.yaml", "b.yaml"]
    assert records.own_acts == {}


def test_every_base_of_a_scenario_has_them_and_a_vintage_has_not(later):
    enlarged = load_records(None, later(mine={"letter": LETTER, "stay": SUSPENDED}))
    assert "letter" in base_law("current_law", enlarged, "here").instruments
    assert "letter" not in base_law("no_controls", enlarged, "here").instruments
    known = as_known(enlarged, Month(2026, 12))
    assert "letter" in known.law.instruments
    early = as_known(enlarged, Month(2025, 12))
    assert "letter" not in early.law.instruments
    assert early.later["letter"] == date(2026, 12, 7)


@given(st.permutations(["letter", "another", "third"]), st.integers(0, 3))
def test_neither_files_nor_their_order_mean_anything(tmp_path_factory, names, cut):
    folder = tmp_path_factory.mktemp("law")
    for number, part in enumerate((names[:cut], names[cut:])):
        if part:
            acts = {name: {**LETTER, "title": name} for name in part}
            (folder / f"{number}.yaml").write_text(json.dumps(acts), "utf-8")
    shipped = load_records()
    on_record = LawOnRecord(shipped.law, shipped.menu, shipped.actors)
    law = on_record.with_later(on_record.read_later(folder))
    assert list(law.instruments)[-3:] == ["another", "letter", "third"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a": {"x": {**LETTER, "kind": "ban"}}}, "a.yaml, x, kind: 'ban' is not a kn"),
        (
            {"a": {"x": {**LETTER, "scope": {"parties": ["alibba"]}}}},
            "did you mean 'alibaba'?",
        ),
        ({"a": {"x": {**LETTER, "approval": 2}}}, "a.yaml, x, approval: 2"),
        ({"a": {"x": {**LETTER, "effective": "2026-12-01"}}}, "cannot bind"),
        ({"a": {"x": {**SUSPENDED, "suspends": ["y"]}}}, "x, suspends: there is no"),
        (
            {"a": {"x": LETTER}, "b": {"x": LETTER}},
            "b.yaml, x: is already written in a",
        ),
        ({"a": {ENDED: LETTER}}, "only end and adopted_by may come later; end it"),
        ({"a": {ENDED: {"end": "2025-01-01"}}}, "lies before announced"),
        ({"a": {ENDED: "2026"}}, "must hold fields to change"),
        (
            {"a": {"us_cn_2026_09_truce": {"end": "2027-01-10"}}},
            "to prolong it, add a truce that begins when it ends",
        ),
        ({"a": {"us_menu_cloud": LETTER}}, "states may decide on; give it another"),
        ({"a": "x: [1"}, "a.yaml, line"),
        ({}, "holds no law (*.yaml)"),
    ],
)
def test_mistakes_are_one_line_as_in_the_record(refusal, files, message):
    assert message in refusal(**files)


def test_a_file_that_would_be_passed_over_is_refused(later, refusal):
    folder = later(a={"letter": LETTER})
    shutil.copy(folder / "a.yaml", folder / "b.yml")
    assert refusal() == "b.yml: the name of a file of law ends in .yaml"


def test_other_law_is_read_anew_and_has_numbers_of_its_own(later):
    folder = later(a={"letter": LETTER})
    first = load_records(None, folder)
    assert load_records(None, folder) is first
    before = contents(SHIPPED, folder)
    digest = point_key.data_digest(first)
    assert digest != point_key.data_digest(load_records())
    later(a={"letter": {**LETTER, "approval": 0.5}})
    assert contents(SHIPPED, folder) != before
    second = load_records(None, folder)
    assert second.law.instruments["letter"].approval == 0.5
    assert point_key.data_digest(second) != digest


def warnings_of(records):
    case = Case("baseline", records.law, {}, {})
    return run_warnings(
        Setup(
            records=records,
            baseline=case,
            scenario=None,
            draws=Draws(100),
            seed=1,
            start=records.start,
            horizon=Month(2027, 6),
            record="headline",
            posterior=records.posterior,
        )
    )


def test_what_cannot_bind_or_was_to_be_fitted_to_is_said_before_a_run(later):
    early = {**LETTER, "announced": "2024-05-01", "effective": "2024-05-01"}
    late = {**LETTER, "announced": "2027-12-01", "effective": "2027-12-01"}
    folder = later(a={"letter": LETTER, "early": early, "late": late})
    said = "\n".join(warnings_of(load_records(None, folder)))
    assert "late never binds in this run: effective 2027-12-01 lies after" in said
    assert "what law_folder says of early begins on 2024-05-01" in said
    assert "letter" not in said
    assert warnings_of(load_records()) == ()
