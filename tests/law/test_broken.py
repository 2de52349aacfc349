"""A museum of broken law and broken scenarios: each gets one clear line."""

import copy

import pytest

from sim.domain.errors import RecordsError, ScenarioError
from sim.records.law_files import load_law
from sim.records.scenario_file import read_file
from sim.records.scenarios import load_scenario
from tests.law.sources import SCENARIOS, records

ADDED = "scenario mine, regime.add.service_ban"


def service_ban():
    return copy.deepcopy(read_file(SCENARIOS / "service_ban.yaml"))


def refusal(content):
    with pytest.raises(ScenarioError) as caught:
        load_scenario(content, records(), name="mine")
    message = str(caught.value)
    assert "\n" not in message
    return message


def with_field(**fields):
    content = service_ban()
    content["regime"]["add"]["service_ban"] |= fields
    return content


def with_scope(**fields):
    content = service_ban()
    content["regime"]["add"]["service_ban"]["scope"] |= fields
    return content


def without_field(name):
    content = service_ban()
    del content["regime"]["add"]["service_ban"][name]
    return content


def with_regime(**changes):
    return service_ban() | {"regime": changes, "decisions": {}}


QUOTA = {
    "kind": "quota",
    "title": "t",
    "issuer": "USA",
    "announced": "2025-01",
    "effective": "2025-05",
    "unit": "h100e",
    "per": "country",
    "cap": 100,
    "reference": "none",
    "source": "none",
}


def with_quota(**fields):
    return with_regime(add={"q": QUOTA | fields})


FIELDS = [
    (
        with_scope(parties=["smci"]),
        f"{ADDED}, scope.parties: 'smci' is not a known actor; did you mean 'smic'?",
    ),
    (
        with_scope(goods=["enginers"]),
        f"{ADDED}, scope.goods: 'enginers' is not a known good; did you mean "
        "'engineers'?",
    ),
    (
        with_scope(destinations=["CNH"]),
        f"{ADDED}, scope.destinations: 'CNH' is not a known state (alpha-3 code); did "
        "you "
        "mean 'CHN'?",
    ),
    (
        with_scope(destinations=[False]),
        f"{ADDED}, scope.destinations: reads as false, as YAML takes NO, OFF, YES and "
        "ON; quote it",
    ),
    (
        with_scope(facilities="advancd"),
        f"{ADDED}, scope.facilities: 'advancd' is not a known choice of facilities; "
        "did you "
        "mean 'advanced'?",
    ),
    (
        with_scope(faciliti="any"),
        f"{ADDED}, scope.faciliti: there is no such field; did you mean 'facilities'?",
    ),
    (
        with_field(issuer=False),
        f"{ADDED}, issuer: reads as false, as YAML takes NO, OFF, YES and ON; quote it",
    ),
    (
        with_field(eccn=[30.0]),
        f"{ADDED}, eccn: reads as the number 30.0: YAML takes an unquoted ECCN such as "
        "3E001 for one; quote it",
    ),
    (
        with_field(eccn=["EAR"]),
        f"{ADDED}, eccn: 'EAR' is not an ECCN; write one such as '3A090.a'",
    ),
    (
        with_field(reference=30.0),
        f"{ADDED}, reference: 30.0 is not text; quote it",
    ),
    (
        with_field(approval=1.5),
        f"{ADDED}, approval: 1.5 is not a share; give a number from 0 to 1",
    ),
    (
        with_field(approval=-0.5),
        f"{ADDED}, approval: -0.5 is not a share; give a number from 0 to 1",
    ),
    (
        with_field(approval=float("nan")),
        f"{ADDED}, approval: nan is not a finite number",
    ),
    (with_field(approval="lots"), f"{ADDED}, approval: 'lots' is not a number"),
    (
        with_field(approval=True),
        f"{ADDED}, approval: reads as true, as YAML takes NO, OFF, YES and ON; "
        "give a number",
    ),
    (
        with_field(aproval=0.5),
        f"{ADDED}, aproval: there is no such field; did you mean 'approval'?",
    ),
    (without_field("approval"), f"{ADDED}, approval: is missing"),
    (without_field("effective"), f"{ADDED}, effective: is missing"),
    (
        with_field(effective="2024-07"),
        f"{ADDED}: effective 2024-07-01 lies before announced 2025-02-24; what is not "
        "known cannot bind",
    ),
    (
        with_field(end="2024-07"),
        f"{ADDED}: end 2024-07-01 lies before announced 2025-02-24",
    ),
    (
        with_field(announced="2012-01", effective="2012-07"),
        f"{ADDED}, announced: 2012-01-01 lies before 2022-01, when the simulated "
        "history begins",
    ),
    (
        with_field(effective="soon"),
        f"{ADDED}, effective: 'soon' is not a date; write 2025-07 or 2025-07-15",
    ),
    (
        with_field(effective=2027),
        f"{ADDED}, effective: 2027 is not a date; write 2025-07 or 2025-07-15",
    ),
    (
        with_field(effective="2027-02-30"),
        f"{ADDED}, effective: '2027-02-30' is not a date: day is out of range for "
        "month",
    ),
    (
        with_field(adopted_by={"NDL": None}),
        f"{ADDED}, adopted_by.NDL: 'NDL' is not a known state (alpha-3 code); did you "
        "mean 'NLD'?",
    ),
    (
        with_scope(destinations=["Switzerland"]),
        f"{ADDED}, scope.destinations: 'Switzerland' is not a known state (alpha-3 "
        "code); "
        "choose from USA, NLD, DEU, JPN, KOR, TWN, CHN, HKG, MAC, SGP and 4 more: "
        "docs/scenarios.md",
    ),
    (
        with_field(adopted_by={"NLD": "2025-03"}),
        f"{ADDED}: adopted_by NLD since 2025-03-01 lies before effective 2025-07-01",
    ),
    (
        with_field(adopted_by={"NLD": {"share": 2}}),
        f"{ADDED}, adopted_by.NLD.share: 2 is not a share; give a number from 0 to 1",
    ),
    (
        with_field(kind="servis_ban"),
        f"{ADDED}, kind: 'servis_ban' is not a known kind of instrument; did you mean "
        "'service_ban'?",
    ),
    (
        with_field(confidence="sure"),
        f"{ADDED}, confidence: 'sure' is not a known confidence; choose from seen, "
        "derived, "
        "memory, judgement",
    ),
    (
        with_field(grounds={"aproval": {"confidence": "seen"}}),
        f"{ADDED}: grounds: there is no field called 'aproval'",
    ),
    (
        with_field(answers=["us_2022_10_smee"]),
        "scenario mine, regime, service_ban, answers: there is no instrument called "
        "'us_2022_10_smee'; did you mean 'us_2022_10_sme'?",
    ),
    (with_field(title=" "), f"{ADDED}, title: is empty"),
    (
        with_field(id="mine"),
        f"{ADDED}, id: there is no such field; choose from confidence, title, issuer, "
        "announced, effective, end, reference, source, scope, adopted_by and 9 more: "
        "docs/scenarios.md",
    ),
    (
        with_field(scope="china"),
        f"{ADDED}, scope: 'china' must be a mapping of fields",
    ),
    (
        with_quota(cap=-5),
        "scenario mine, regime.add.q, cap: -5 is negative; give 0 or more",
    ),
    (
        with_quota(cap=None),
        "scenario mine, regime.add.q: a quota needs a cap or an exception",
    ),
    (
        with_quota(cap=50, unit="share_of_us_sales"),
        "scenario mine, regime.add.q: cap 50 is not a share; give a number from 0 to 1",
    ),
    (
        with_quota(period_months=0.5),
        "scenario mine, regime.add.q, period_months: 0.5 is not a number of months; "
        "give "
        "1 or more",
    ),
    (
        with_quota(unit="h100"),
        "scenario mine, regime.add.q, unit: 'h100' is not a known unit; did you mean "
        "'h100e'?",
    ),
]


@pytest.mark.parametrize(
    ("content", "message"), FIELDS, ids=map(str, range(len(FIELDS)))
)
def test_a_broken_field_is_named_with_its_remedy(content, message):
    assert refusal(content) == message


UNREAD = [
    ("truce", {"suspends": ["us_2024_12_hbm"]}, "scope", {"goods": ["hbm"]}, "goods"),
    ("subsidy", {"usd_million_a_month": 1}, "scope", {"goods": ["etch"]}, "goods"),
    (
        "procurement_mandate",
        {"domestic_share": 0.5},
        "scope",
        {"parties": ["smic"]},
        "",
    ),
    ("end_use_enforcement", {"budget": 2}, "scope", {"sellers": ["nvidia"]}, "sellers"),
    ("licence_policy", {"of": [], "approval": 1}, "scope", {"below": {"tpp": 1}}, ""),
    ("truce", {"suspends": []}, "adopted_by", {"NLD": "2025-06"}, "adopted_by"),
    ("subsidy", {"usd_million_a_month": 1}, "adopted_by", {"NLD": None}, "adopted_by"),
]
"""Kinds, what they must say, and a shared field that they do not read."""


@pytest.mark.parametrize(("kind", "own", "field", "value", "named"), UNREAD)
def test_what_a_kind_does_not_read_is_refused(kind, own, field, value, named):
    shared = {key: QUOTA[key] for key in ("title", "issuer", "reference", "source")}
    days = {"announced": "2025-01", "effective": "2025-05"}
    act = {"kind": kind} | shared | days | own
    load_scenario(with_regime(add={"act": act}), records(), name="mine")
    message = refusal(with_regime(add={"act": act | {field: value}}))
    assert kind in message
    assert "leave it out" in message
    assert named in message


def test_all_misspelt_and_missing_fields_are_named_the_misspelt_first():
    content = with_field(aproval=0.5)
    del content["regime"]["add"]["service_ban"]["approval"]
    assert refusal(content) == (
        f"{ADDED}, aproval: there is no such field; did you mean 'approval'?; "
        "approval: is missing"
    )


HEADINGS = [
    (
        service_ban() | {"qestion": "What?"},
        "scenario mine, qestion: there is no such field; did you mean 'question'?",
    ),
    ({"question": "What?"}, "scenario mine, source: is missing"),
    (
        service_ban() | {"baseline": 1},
        "scenario mine, baseline: must be true or false, not 1",
    ),
    (
        service_ban() | {"base": "curent_law"},
        "scenario mine, base: 'curent_law' is not a record of law; choose from "
        "current_law, no_controls or {as_of: '2024-12'}; did you mean 'current_law'?",
    ),
    (
        service_ban() | {"base": {"as_of": "2019-01"}},
        "scenario mine, base.as_of: 2019-01 lies before 2022-01, when the simulated "
        "history begins",
    ),
    (
        service_ban() | {"base": {"as_of": 2024}},
        "scenario mine, base.as_of: 2024 is not a date; write 2025-07 or 2025-07-15",
    ),
    (
        with_regime(remove=["us_2025_08_h20_licenses"]),
        "scenario mine, regime.remove: there is no instrument called "
        "'us_2025_08_h20_licenses' in the base; did you mean "
        "'us_2025_08_h20_licences'?",
    ),
    (
        with_regime(amend={"us_2024_12_hbn": {"approval": 0.1}}),
        "scenario mine, regime.amend: there is no instrument called 'us_2024_12_hbn' "
        "in the base; did you mean 'us_2024_12_hbm'?",
    ),
    (
        with_regime(remove=["us_2024_12_hbm"], amend={"us_2024_12_hbm": {"end": None}}),
        "scenario mine, regime.amend.us_2024_12_hbm: is removed by the same scenario",
    ),
    (
        with_regime(amend={"us_2024_12_hbm": {}}),
        "scenario mine, regime.amend.us_2024_12_hbm: must hold fields to change, such "
        "as 'approval: 0.5'",
    ),
    (
        with_regime(amend={"us_2024_12_hbm": {"kind": "quota"}}),
        "scenario mine, regime.amend.us_2024_12_hbm, kind: cannot be changed; remove "
        "it and add another",
    ),
    (
        with_regime(amend={"us_2024_12_hbm": {"effective": "2023-05"}}),
        "scenario mine, regime.amend.us_2024_12_hbm: effective 2023-05-01 lies before "
        "announced 2024-12-02; what is not known cannot bind",
    ),
    (
        with_regime(add={"us_2024_12_hbm": {"kind": "hbm_control"}}),
        "scenario mine, regime.add.us_2024_12_hbm: is in the base already; amend it "
        "instead",
    ),
    (
        with_regime(add={"x": None}),
        "scenario mine, regime.add.x: must hold fields such as 'kind: service_ban'",
    ),
    (
        with_regime(add={"x": {"title": "t"}}),
        "scenario mine, regime.add.x, kind: is missing; choose from "
        "performance_threshold, licence_policy, entity_listing, affiliates_rule, fdpr, "
        "equipment_ban, service_ban, hbm_control, cloud_control, mineral_control and "
        "8 more: docs/scenarios.md",
    ),
    (
        with_regime(adds={}),
        "scenario mine, regime.adds: there is no such field; did you mean 'add'?",
    ),
    (
        with_regime(),
        "scenario mine: changes nothing; add, remove or amend an instrument, or say "
        "'baseline: true'",
    ),
    ({}, "scenario mine: is empty"),
    (
        service_ban() | {"mechanisms": {"smuggling": "maybe"}},
        "scenario mine, mechanisms.smuggling: 'maybe' is neither on nor off",
    ),
]


@pytest.mark.parametrize(
    ("content", "message"), HEADINGS, ids=map(str, range(len(HEADINGS)))
)
def test_a_broken_heading_is_named_with_its_remedy(content, message):
    assert refusal(content) == message


def test_of_many_choices_the_ten_nearest_are_listed():
    message = refusal(service_ban() | {"assumptions": {"service": 1}})
    begin = "scenario mine, assumptions.service: there is no such assumption; choose "
    assert message.startswith(f"{begin}from service.")
    more = len(records().assumptions) - 10
    assert message.endswith(f" and {more} more: task=assumptions")
    assert message.count(", service.") == 9


def test_all_missing_and_unknown_fields_of_a_scenario_are_named_at_once():
    acts = {
        "one": {"kind": "quota", "title": "t", "caps": 3},
        "two": {"kind": "service_ban", "approval": 0.0, "scope": {"good": ["euv"]}},
    }
    assert refusal({"qestion": "What?", "regime": {"add": acts}}) == (
        "scenario mine, qestion: there is no such field; did you mean 'question'?; "
        "question, source: are missing; "
        "regime.add.one, caps: there is no such field; did you mean 'cap'?; issuer, "
        "announced, effective, reference, source, unit, per: are missing; "
        "regime.add.two, scope.good: there is no such field; did you mean 'goods'?; "
        "title, issuer, announced, effective, reference, source: are missing"
    )


def test_an_assumption_that_is_no_number_is_refused():
    name = records().assumptions[0].name
    content = service_ban() | {"assumptions": {name: float("inf")}}
    assert refusal(content) == (
        f"scenario mine, assumptions.{name}: inf is not a finite number"
    )


def test_content_nested_too_deeply_is_refused():
    deep = {"a": 1}
    for _ in range(40):
        deep = {"a": deep}
    assert refusal(service_ban() | {"assumptions": deep}) == (
        "scenario mine: nests deeper than 12 levels"
    )


FILES = {
    "empty": ("", "mine.yaml: is empty"),
    "only a comment": ("# nothing\n", "mine.yaml: is empty"),
    "a list": ("- a\n- b\n", "mine.yaml: must hold fields such as 'question: ...'"),
    "a sentence": ("hello", "mine.yaml: must hold fields such as 'question: ...'"),
    "broken": (
        "question: [unclosed\nsource: x\n",
        "mine.yaml, line 2: is not YAML: expected ',' or ']', but got ':'",
    ),
    "a tag": (
        "question: !!python/object/apply:os.system ['ls']\n",
        "mine.yaml, line 1: tags such as !!python are not allowed",
    ),
    "an anchor": (
        "question: &a x\nsource: *a\n",
        "mine.yaml, line 1: anchors and aliases are not allowed",
    ),
    "written twice": (
        "question: a\nquestion: b\n",
        "mine.yaml, line 2: 'question' is written twice",
    ),
    "too deep": (
        "question: " + "[" * 30 + "]" * 30,
        "mine.yaml, line 1: nests deeper than 12 levels",
    ),
    "too large": (
        "question: " + "x" * 300_000,
        "mine.yaml: cannot be read, it is larger than 256 kB",
    ),
    "a list as key": ("? [a]\n: b\n", "mine.yaml, line 1: a key must be a word"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_broken_file_is_named_with_the_line(tmp_path, kind):
    text, message = FILES[kind]
    path = tmp_path / "mine.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_file(path)
    assert str(caught.value) == message


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xff\xfe\x00question")
    with pytest.raises(ScenarioError, match=r"mine.yaml: is not text in UTF-8"):
        read_file(path)


def test_a_file_with_a_control_character_is_refused(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("question: \x07\n", "utf-8")
    with pytest.raises(ScenarioError, match=r"mine.yaml: is not YAML"):
        read_file(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match="no such file"):
        read_file(tmp_path / "mine.yaml")


def test_an_unquoted_eccn_and_country_read_the_same_from_a_file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("eccn: 3E001\nstate: NO\nday: 2025-07-01\nrate: 1e-3\n", "utf-8")
    assert read_file(path) == {
        "eccn": 30.0,
        "state": False,
        "day": "2025-07-01",
        "rate": 0.001,
    }


BAN = """
ban:
  kind: equipment_ban
  title: t
  issuer: USA
  announced: 2022-10-07
  effective: 2022-10-07
  scope: {goods: [tools], parties: [smic]}
  approval: 0.0
  reference: r
  source: s
"""


def law_refusal(folder, text, name="law.yaml", **options):
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(RecordsError) as caught:
        load_law(folder, **options)
    return str(caught.value)


def test_a_file_of_law_names_file_id_and_field(tmp_path):
    text = BAN.replace("approval: 0.0", "approval: 2")
    assert law_refusal(tmp_path, text) == (
        "law.yaml, ban, approval: 2 is not a share; give a number from 0 to 1"
    )


def test_a_file_of_law_names_only_actors_that_exist(tmp_path):
    assert law_refusal(tmp_path, BAN, actors={"smee": "SMEE", "ymtc": "YMTC"}) == (
        "law.yaml, ban, scope.parties: 'smic' is not a known actor; choose from smee, "
        "ymtc"
    )


def test_an_instrument_is_written_once(tmp_path):
    (tmp_path / "a.yaml").write_text(BAN, "utf-8")
    assert law_refusal(tmp_path, BAN) == "law.yaml, ban: is already written in a.yaml"


def test_a_policy_names_only_instruments_that_exist(tmp_path):
    text = BAN.replace("equipment_ban", "licence_policy") + "  of: [baan]\n"
    assert law_refusal(tmp_path, text) == (
        "law.yaml, ban, of: there is no instrument called 'baan'; did you mean 'ban'?"
    )


def test_a_test_without_limits_is_refused(tmp_path):
    text = BAN.replace("equipment_ban", "performance_threshold") + "  tests: [{}]\n"
    assert law_refusal(tmp_path, text) == (
        "law.yaml, ban, tests: a test without limits would catch every chip"
    )


def test_a_test_of_an_unknown_attribute_is_refused(tmp_path):
    text = BAN.replace("equipment_ban", "performance_threshold")
    assert law_refusal(tmp_path, text + "  tests: [{tp: 3}]\n") == (
        "law.yaml, ban, tests: 'tp' is not a known attribute of a chip; did you mean "
        "'tpp'?"
    )
    assert law_refusal(tmp_path, text + "  tests: [{tpp: -3}]\n") == (
        "law.yaml, ban, tests: tpp: -3 is negative; give 0 or more"
    )


def test_an_empty_folder_of_law_is_refused(tmp_path):
    with pytest.raises(RecordsError, match="holds no law"):
        load_law(tmp_path)
