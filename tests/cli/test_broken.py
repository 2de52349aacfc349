"""Each mistake of a scenario or a table is one clear line, and nothing is written."""

import shutil
from pathlib import Path

import pytest

import sim
from tests.cli.conftest import law_file

DATA = Path(sim.__file__).parent / "data"

LAW = law_file(
    "service_ban",
    "scope: {goods: [engineers], parties: [smic], destinations: [CHN]}",
    "approval: 0.0",
)


def broken(old: str, new: str) -> str:
    assert old in LAW
    return LAW.replace(old, new)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (broken("parties: [smic]", "parties: [smci]"), ["smci", "did you mean 'smic'"]),
        (broken("effective:", "efective:"), ["efective", "effective"]),
        (broken('"2025-07-01"', '"2024-07-01"'), ["effective", "announced"]),
        (broken("approval: 0.0", "approval: 1.5"), ["approval", "1"]),
        (broken("approval: 0.0", "approval: .nan"), ["approval"]),
        (broken("[CHN]", "[NO]"), ["quote"]),
        (broken("reference: none", "reference: 3E001"), ["quote"]),
        (
            broken("kind: service_ban", "kind: servis_ban"),
            ["did you mean 'service_ban'"],
        ),
        (broken("question:", "qestion:"), ["qestion"]),
        (LAW + "  remove: [us_2022_01]\n", ["us_2022_01"]),
        ("", ["empty"]),
        ("question: [unclosed\n", ["line"]),
        ("- a\n- b\n", ["mine"]),
        ("question: What?\nsource: x\nbase: current_law\n", ["mine"]),
    ],
    ids=[
        "misspelt actor",
        "misspelt key",
        "effective before announced",
        "share above one",
        "not a number",
        "country NO",
        "unquoted ECCN",
        "misspelt kind",
        "misspelt heading",
        "misspelt instrument",
        "empty file",
        "broken YAML",
        "a list",
        "no difference",
    ],
)
def test_a_broken_scenario_is_one_clear_line(refused, scenario_file, text, expected):
    message = refused(*scenario_file(text))
    for words in expected:
        assert words in message


def test_a_negative_quota_is_refused(refused):
    word = "scenario.regime.add.mine={kind:quota,cap:-5}"
    assert "mine" in refused("scenario=service_ban", f"+{word}")


def test_an_instrument_misspelt_on_the_command_line_is_refused(refused):
    word = "scenario.regime.add.service_bann.effective=2027-07"
    assert refused("scenario=service_ban", word) == (
        f"{word}: the scenario adds no instrument called 'service_bann'; "
        "did you mean 'service_ban'?"
    )


@pytest.fixture
def data(desk) -> Path:
    """A copy of the shipped data, to be broken."""
    return Path(shutil.copytree(DATA, desk / "data"))


def test_a_missing_column_is_refused(refused, data):
    table = data / "actors.csv"
    rows = [row.partition(",")[2] for row in table.read_text("utf-8").splitlines()]
    table.write_text("\n".join(rows), "utf-8")
    message = refused("scenario=service_ban", f"data={data}")
    assert "actors.csv" in message


def test_a_cell_that_is_no_number_is_refused(refused, data):
    table = data / "assumptions.csv"
    lines = table.read_text("utf-8").splitlines()
    column = lines[0].split(",").index("mid")
    cells = lines[1].split(",")
    cells[column] = "nan"
    table.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), "utf-8")
    message = refused("scenario=service_ban", f"data={data}")
    assert "assumptions.csv" in message


@pytest.mark.parametrize("name", ["actors.csv", "assumptions.csv", "law"])
def test_a_missing_table_is_refused(refused, data, name):
    gone = data / name
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    assert name in refused("scenario=service_ban", f"data={data}")


def test_a_folder_of_data_that_does_not_exist_is_refused(refused):
    message = refused("scenario=service_ban", "data=nowhere")
    assert message == "data=nowhere: there is no such folder"


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        ("mine.yml", "its name must end in .yaml"),
        ("mine.YAML", "its name must end in .yaml"),
        (
            "_mine.yaml",
            "the name of a scenario begins with a letter (a to z, A",
        ),
        (
            "mine v1.2.yaml",
            "the name of a scenario begins with a letter (a to z, A",
        ),
        (
            "größer.yaml",
            "the name of a scenario begins with a letter (a to z, A",
        ),
        ("service_ban.yml", "its name must end in .yaml"),
    ],
)
def test_a_file_that_is_passed_over_is_named(ask, refused, desk, file, fault):
    (desk / file).write_text(LAW, "utf-8")
    name = Path(file).stem
    message = refused("scenario_folder=.", f"scenario='{name}'")
    assert f"in ., {file} is passed over: {fault}" in message
    listing = " ".join(ask("task=scenarios", "scenario_folder=.").out.split())
    assert f"{file} is passed over: {fault}" in listing


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("my_folder/mine.yaml", "scenario_folder=my_folder scenario=mine"),
        ("my_folder/mine", "scenario_folder=my_folder scenario=mine"),
        ("mine.yaml", "scenario_folder=. scenario=mine"),
        ("service_ban.yaml", "give its name alone, service_ban"),
    ],
)
def test_a_path_in_place_of_a_name_says_how_a_file_is_chosen(refused, given, hint):
    assert refused(f"scenario={given}").endswith(hint)


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_table_with_other_separators_is_recognised(refused, data, desk, sign, name):
    message = f"its cells are separated by {name}; save it with commas"
    points = desk / "points.csv"
    points.write_text(f"draws{sign}seed\n1{sign}2\n", "utf-8")
    table = ("-m", "sweep.design=table", "sweep.table=points.csv")
    assert refused(*table, "scenario=truce") == f"sweep.table=points.csv: {message}"
    labs = data / "labs.csv"
    labs.write_text(labs.read_text("utf-8").replace(",", sign), "utf-8")
    assert refused("scenario=truce", f"data={data}") == f"labs.csv: {message}"


@pytest.mark.parametrize(
    "word",
    [
        "assumptions.service={}",
        "assumptions={service:{}}",
        "mechanisms.smuggling={}",
        "scenario.regime={}",
        "scenario.regime.add.service_ban.scope={}",
        "scenario.assumptions.service={}",
        "sweep={}",
    ],
)
def test_an_empty_mapping_that_would_change_nothing_is_refused(refused, word):
    assert word.partition("=")[0].split(".")[0] in refused("scenario=service_ban", word)


def test_text_where_a_list_is_due_is_said_in_plain_words(refused):
    word = "scenario.regime.remove=us_2024_12_hbm"
    assert refused("scenario=service_ban", word) == (
        "scenario service_ban, regime.remove: must be a list, such as [a, b], not "
        "'us_2024_12_hbm'"
    )
